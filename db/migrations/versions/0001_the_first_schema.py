"""The first schema"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# Live views (db/live.py): who may care about a change is decided where the change is made.
_ANNOUNCEMENTS = (
    """
    CREATE FUNCTION announce(organisation_id uuid, event text, data jsonb, audience uuid[]) RETURNS void
    LANGUAGE sql AS $$
        SELECT pg_notify('touchline', jsonb_build_object(
            'organisation_id', organisation_id, 'event', event, 'data', data,
            'audience', to_jsonb(array_remove(audience, NULL)))::text)
    $$
    """,
    """
    CREATE FUNCTION conversation_audience(conversation uuid) RETURNS uuid[]
    LANGUAGE sql STABLE AS $$
        SELECT ARRAY[r.owner_user_id, n.owner_user_id]
            || ARRAY(SELECT m.user_id FROM team_members m WHERE m.team_id = n.owner_team_id)
        FROM conversations c
        JOIN records r ON r.id = c.record_id
        JOIN phone_numbers n ON n.id = c.phone_number_id
        WHERE c.id = conversation
    $$
    """,
    """
    CREATE FUNCTION announce_message() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM announce(NEW.organisation_id, 'message.changed',
            jsonb_build_object('id', NEW.id, 'conversation_id', NEW.conversation_id),
            conversation_audience(NEW.conversation_id));
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION announce_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM announce(NEW.organisation_id, 'conversation.changed',
            jsonb_build_object('id', NEW.id), conversation_audience(NEW.id));
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION announce_work_item() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM announce(NEW.organisation_id, 'work_item.changed',
            jsonb_build_object('id', NEW.id), ARRAY[NEW.assignee_id]);
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION announce_enrollment() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM announce(NEW.organisation_id, 'enrollment.changed',
            jsonb_build_object('id', NEW.id, 'sequence_key',
                (SELECT s.key FROM sequences s WHERE s.id = NEW.sequence_id)),
            ARRAY[NEW.seller_id, (SELECT r.owner_user_id FROM records r WHERE r.id = NEW.record_id)]);
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER announce AFTER INSERT OR UPDATE ON messages
    FOR EACH ROW EXECUTE FUNCTION announce_message()
    """,
    """
    CREATE TRIGGER announce_new AFTER INSERT ON conversations
    FOR EACH ROW EXECUTE FUNCTION announce_conversation()
    """,
    """
    CREATE TRIGGER announce AFTER UPDATE ON conversations
    FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION announce_conversation()
    """,
    """
    CREATE TRIGGER announce AFTER INSERT OR UPDATE ON work_items
    FOR EACH ROW EXECUTE FUNCTION announce_work_item()
    """,
    """
    CREATE TRIGGER announce AFTER INSERT OR UPDATE ON enrollments
    FOR EACH ROW EXECUTE FUNCTION announce_enrollment()
    """,
)


def upgrade() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("allowed_from", sa.Time(), server_default="08:00", nullable=False),
        sa.Column("allowed_until", sa.Time(), server_default="21:00", nullable=False),
        sa.Column("several_sequences", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("organisations_pkey")),
        sa.UniqueConstraint("name", name=op.f("organisations_name_key")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("workflow_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("outbox_organisation_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("outbox_pkey")),
    )
    op.create_index("outbox_created_at_idx", "outbox", ["created_at"], unique=False)
    op.create_table(
        "provider_accounts",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("credentials", sa.LargeBinary(), nullable=False),
        sa.Column("api_base_url", sa.String(length=500), nullable=True),
        sa.Column("is_enabled", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("provider_accounts_organisation_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("provider_accounts_pkey")),
        sa.UniqueConstraint(
            "organisation_id", "name", name=op.f("provider_accounts_organisation_id_name_key")
        ),
    )
    op.create_table(
        "sequences",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column(
            "record_kind",
            sa.Enum(
                "lead",
                "opportunity",
                "contact",
                "account",
                name="recordkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_active", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("draft", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("draft_source", sa.String(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("sequences_organisation_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("sequences_pkey")),
        sa.UniqueConstraint(
            "organisation_id", "key", name=op.f("sequences_organisation_id_key_key")
        ),
    )
    op.create_table(
        "teams",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("teams_organisation_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("teams_pkey")),
    )
    op.create_index(
        "teams_organisation_id_name_key", "teams", ["organisation_id", "name"], unique=True
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "administrator",
                "sales_manager",
                "sequence_manager",
                "salesperson",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("users_organisation_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("users_pkey")),
        sa.UniqueConstraint("email", name=op.f("users_email_key")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("idempotency_keys_organisation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("idempotency_keys_user_id_fkey")
        ),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("idempotency_keys_pkey")),
    )
    op.create_table(
        "phone_numbers",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("provider_account_id", sa.Uuid(), nullable=False),
        sa.Column("e164", sa.String(length=16), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "long_code",
                "toll_free",
                "short_code",
                "alphanumeric",
                name="numberkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("owner_user_id", sa.Uuid(), nullable=True),
        sa.Column("owner_team_id", sa.Uuid(), nullable=True),
        sa.Column("is_default", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "per_second", sa.Numeric(precision=8, scale=3), server_default="1", nullable=False
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "owner_user_id IS NULL OR owner_team_id IS NULL",
            name=op.f("phone_numbers_one_owner_check"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("phone_numbers_organisation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_team_id"], ["teams.id"], name=op.f("phone_numbers_owner_team_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["owner_user_id"], ["users.id"], name=op.f("phone_numbers_owner_user_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["provider_account_id"],
            ["provider_accounts.id"],
            name=op.f("phone_numbers_provider_account_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("phone_numbers_pkey")),
        sa.UniqueConstraint("e164", name=op.f("phone_numbers_e164_key")),
    )
    op.create_index(
        "phone_numbers_default_of_user_key",
        "phone_numbers",
        ["owner_user_id"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )
    op.create_index(
        op.f("phone_numbers_owner_team_id_idx"), "phone_numbers", ["owner_team_id"], unique=False
    )
    op.create_index(
        op.f("phone_numbers_owner_user_id_idx"), "phone_numbers", ["owner_user_id"], unique=False
    )
    op.create_index(
        op.f("phone_numbers_provider_account_id_idx"),
        "phone_numbers",
        ["provider_account_id"],
        unique=False,
    )
    op.create_table(
        "records",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "lead",
                "opportunity",
                "contact",
                "account",
                name="recordkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "active",
                "inactive",
                name="recordstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="active",
            nullable=False,
        ),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("first_name", sa.String(length=100), server_default="", nullable=False),
        sa.Column("last_name", sa.String(length=100), server_default="", nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=True),
        sa.Column("timezone", sa.String(length=64), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("region", sa.String(length=100), nullable=True),
        sa.Column("owner_user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "fields",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("records_organisation_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["owner_user_id"], ["users.id"], name=op.f("records_owner_user_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("records_pkey")),
    )
    op.create_index(
        "records_external_id_key",
        "records",
        ["organisation_id", "kind", "external_id"],
        unique=True,
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_index(
        "records_organisation_id_phone_idx", "records", ["organisation_id", "phone"], unique=False
    )
    op.create_index(op.f("records_owner_user_id_idx"), "records", ["owner_user_id"], unique=False)
    op.create_table(
        "sequence_versions",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("sequence_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=False),
        sa.Column(
            "published_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("sequence_versions_organisation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["users.id"], name=op.f("sequence_versions_published_by_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["sequence_id"], ["sequences.id"], name=op.f("sequence_versions_sequence_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("sequence_versions_pkey")),
        sa.UniqueConstraint(
            "sequence_id", "number", name=op.f("sequence_versions_sequence_id_number_key")
        ),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("sessions_user_id_fkey")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("sessions_pkey")),
    )
    op.create_index(op.f("sessions_user_id_idx"), "sessions", ["user_id"], unique=False)
    op.create_table(
        "team_members",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("team_members_team_id_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("team_members_user_id_fkey")),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("team_members_pkey")),
    )
    op.create_index(op.f("team_members_user_id_idx"), "team_members", ["user_id"], unique=False)
    op.create_table(
        "conversations",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("customer_number", sa.String(length=16), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("phone_number_id", sa.Uuid(), nullable=False),
        sa.Column(
            "last_message_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("unread_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("conversations_organisation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["phone_number_id"],
            ["phone_numbers.id"],
            name=op.f("conversations_phone_number_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name=op.f("conversations_record_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("conversations_pkey")),
        sa.UniqueConstraint(
            "organisation_id",
            "customer_number",
            "record_id",
            name=op.f("conversations_organisation_id_customer_number_record_id_key"),
        ),
    )
    op.create_index(
        "conversations_organisation_id_last_message_at_idx",
        "conversations",
        ["organisation_id", "last_message_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("conversations_phone_number_id_idx"),
        "conversations",
        ["phone_number_id"],
        unique=False,
    )
    op.create_index(
        op.f("conversations_record_id_idx"), "conversations", ["record_id"], unique=False
    )
    op.create_table(
        "enrollments",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("sequence_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("workflow_id", sa.String(length=200), nullable=False),
        sa.Column("is_only", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "active",
                "paused",
                "completed",
                "disconnected",
                name="enrollmentstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="active",
            nullable=False,
        ),
        sa.Column(
            "end_reason",
            sa.Enum(
                "completed",
                "replied",
                "opted_out",
                "disconnected",
                "sequence_deactivated",
                "record_deactivated",
                "unreachable",
                name="endreason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("current_step_id", sa.String(length=64), nullable=True),
        sa.Column("waiting_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_reason", sa.String(length=300), nullable=True),
        sa.Column("enrolled_by", sa.Uuid(), nullable=False),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (status IN ('active', 'paused'))",
            name=op.f("enrollments_ended_has_instant_check"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (end_reason IS NULL)",
            name=op.f("enrollments_ended_has_reason_check"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolled_by"], ["users.id"], name=op.f("enrollments_enrolled_by_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("enrollments_organisation_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name=op.f("enrollments_record_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["users.id"], name=op.f("enrollments_seller_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["sequence_id"], ["sequences.id"], name=op.f("enrollments_sequence_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["sequence_versions.id"], name=op.f("enrollments_version_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("enrollments_pkey")),
    )
    op.create_index(
        "enrollments_one_running_key",
        "enrollments",
        ["record_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL AND is_only"),
    )
    op.create_index(
        "enrollments_organisation_id_idx", "enrollments", ["organisation_id", "id"], unique=False
    )
    op.create_index(
        "enrollments_running_key",
        "enrollments",
        ["record_id", "sequence_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(op.f("enrollments_seller_id_idx"), "enrollments", ["seller_id"], unique=False)
    op.create_index(
        "enrollments_sequence_id_status_idx",
        "enrollments",
        ["sequence_id", "status", "id"],
        unique=False,
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "direction",
            sa.Enum(
                "outbound",
                "inbound",
                name="direction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "held",
                "submitting",
                "uncertain",
                "queued",
                "sent",
                "delivered",
                "undelivered",
                "failed",
                "refused",
                "received",
                name="messagestatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("from_number", sa.String(length=32), nullable=False),
        sa.Column("to_number", sa.String(length=32), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("encoding", sa.String(length=8), nullable=False),
        sa.Column("provider_account_id", sa.Uuid(), nullable=False),
        sa.Column("provider_message_id", sa.String(length=100), nullable=True),
        sa.Column("enrollment_id", sa.Uuid(), nullable=True),
        sa.Column("step_id", sa.String(length=64), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column(
            "failure",
            sa.Enum(
                "retry",
                "retry_once",
                "number",
                "opt_out",
                "content",
                "account",
                "never",
                "unknown",
                name="failurekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("error_code", sa.String(length=32), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_reason", sa.String(length=300), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(direction = 'inbound') = (status = 'received')",
            name=op.f("messages_inbound_is_received_check"),
        ),
        sa.CheckConstraint(
            "(status = 'held') = (held_until IS NOT NULL)",
            name=op.f("messages_held_until_an_instant_check"),
        ),
        sa.CheckConstraint(
            "submitted_at IS NOT NULL OR status IN ('held', 'refused', 'received')",
            name=op.f("messages_submitted_has_instant_check"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("messages_author_id_fkey")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("messages_conversation_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["enrollment_id"], ["enrollments.id"], name=op.f("messages_enrollment_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("messages_organisation_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["provider_account_id"],
            ["provider_accounts.id"],
            name=op.f("messages_provider_account_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("messages_pkey")),
        sa.UniqueConstraint(
            "provider_account_id",
            "provider_message_id",
            name=op.f("messages_provider_account_id_provider_message_id_key"),
        ),
    )
    op.create_index(
        "messages_conversation_id_created_at_idx",
        "messages",
        ["conversation_id", "created_at", "id"],
        unique=False,
    )
    op.create_index("messages_enrollment_id_idx", "messages", ["enrollment_id"], unique=False)
    op.create_table(
        "opt_outs",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("customer_number", sa.String(length=16), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("opt_outs_message_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("opt_outs_organisation_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("opt_outs_pkey")),
    )
    op.create_index(
        "opt_outs_in_force_key",
        "opt_outs",
        ["organisation_id", "customer_number"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "work_items",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "manual_text",
                "call",
                "task",
                "failed_text",
                "uncertain_text",
                name="workitemkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "approved",
                "skipped",
                "completed",
                "cancelled",
                name="workitemstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="open",
            nullable=False,
        ),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=False),
        sa.Column("enrollment_id", sa.Uuid(), nullable=True),
        sa.Column("step_id", sa.String(length=64), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=300), server_default="", nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status = 'open') = (decided_at IS NULL)",
            name=op.f("work_items_decided_has_instant_check"),
        ),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["users.id"], name=op.f("work_items_assignee_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["users.id"], name=op.f("work_items_decided_by_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["enrollment_id"], ["enrollments.id"], name=op.f("work_items_enrollment_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("work_items_message_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("work_items_organisation_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name=op.f("work_items_record_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("work_items_pkey")),
    )
    op.create_index("work_items_enrollment_id_idx", "work_items", ["enrollment_id"], unique=False)
    op.create_index(
        "work_items_open_idx",
        "work_items",
        ["assignee_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "work_items_organisation_id_idx", "work_items", ["organisation_id", "id"], unique=False
    )
    op.create_index(op.f("work_items_record_id_idx"), "work_items", ["record_id"], unique=False)
    op.create_table(
        "timeline_entries",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("enrollment_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "enrolled",
                "text_held",
                "text_submitted",
                "text_refused",
                "text_failed",
                "text_uncertain",
                "waited",
                "branched",
                "work_item_opened",
                "work_item_decided",
                "reply_received",
                "paused",
                "resumed",
                "ended",
                name="timelinekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("step_id", sa.String(length=64), nullable=True),
        sa.Column("detail", sa.String(length=300), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("work_item_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("timeline_entries_actor_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["enrollment_id"], ["enrollments.id"], name=op.f("timeline_entries_enrollment_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("timeline_entries_message_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("timeline_entries_organisation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["work_item_id"], ["work_items.id"], name=op.f("timeline_entries_work_item_id_fkey")
        ),
        sa.Column("key", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("timeline_entries_pkey")),
        sa.UniqueConstraint(
            "enrollment_id",
            "kind",
            "step_id",
            "key",
            name=op.f("timeline_entries_enrollment_id_kind_step_id_key_key"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        "timeline_entries_enrollment_id_at_idx",
        "timeline_entries",
        ["enrollment_id", "at", "id"],
        unique=False,
    )
    for statement in _ANNOUNCEMENTS:
        op.execute(statement)
