"""The seller's day: roles, work, conversations, consent, templates, search"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_BEFORE = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE EXTENSION IF NOT EXISTS unaccent",
    "CREATE TEXT SEARCH CONFIGURATION touchline (COPY = simple)",
    """
    ALTER TEXT SEARCH CONFIGURATION touchline
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple
    """,
)
"""No stemming and no stop words: texts come in a dozen languages."""

_WORK_ITEMS = (
    ("assigned_once", "num_nonnulls(assignee_id, team_id) = 1"),
    ("reply_has_conversation", "kind <> 'reply' OR conversation_id IS NOT NULL"),
    ("leaves_while_open", "leaves_at IS NULL OR (status = 'open' AND decided_by IS NOT NULL)"),
)

_CHOICES = (
    (
        "work_items",
        "workitemkind",
        "kind",
        (
            *("manual_text", "call", "task", "email", "follow_up", "reply", "consent_question"),
            *("failed_text", "uncertain_text"),
        ),
    ),
    (
        "messages",
        "holdkind",
        "held_for",
        (
            *("hours", "pace", "order", "account", "provider", "pause", "retry"),
            *("schedule", "consent", "start"),
        ),
    ),
    (
        "timeline_entries",
        "timelinekind",
        "kind",
        (
            *("enrolled", "text_held", "text_submitted", "text_refused", "text_failed"),
            *("text_uncertain", "text_retried", "waited", "branched", "work_item_opened"),
            *("work_item_decided", "reply_received", "consent_asked", "paused", "resumed", "ended"),
        ),
    ),
    (
        "opt_outs",
        "source",
        "source",
        (
            *("reply", "provider", "seller", "customer_call", "form", "import", "complaint"),
            "erasure",
        ),
    ),
)
"""Enumerations that have grown: table, constraint, column, values."""

_NOW_GIVEN = (
    ("users", "business_unit_id"),
    ("teams", "business_unit_id"),
    ("opt_outs", "entry_id"),
)

_FILL = (
    """
    INSERT INTO business_units (organisation_id, name) SELECT id, name FROM organisations
    """,
    """
    UPDATE users SET business_unit_id = u.id FROM business_units u
    WHERE u.organisation_id = users.organisation_id
    """,
    """
    UPDATE teams SET business_unit_id = u.id FROM business_units u
    WHERE u.organisation_id = teams.organisation_id
    """,
    """
    INSERT INTO roles (organisation_id, name, shipped)
    SELECT o.id, r.name, r.shipped FROM organisations o, (VALUES
        ('System Administrator', 'administrator'), ('Sales Manager', 'sales_manager'),
        ('Sequence Manager', 'sequence_manager'), ('Salesperson', 'salesperson')) AS r (name, shipped)
    """,
    """
    INSERT INTO user_roles (user_id, role_id)
    SELECT u.id, r.id FROM users u
    JOIN roles r ON r.organisation_id = u.organisation_id AND r.shipped = u.role
    """,
    """
    WITH said AS (
        INSERT INTO consent_entries
            (id, organisation_id, customer_number, kind, scope, source, at, recorded_at, message_id)
        SELECT id, organisation_id, customer_number, 'withdrawn', 'organisation', source,
            created_at, created_at, message_id
        FROM opt_outs
    )
    UPDATE opt_outs SET entry_id = id
    """,
    """
    INSERT INTO consent_entries (organisation_id, customer_number, kind, source, at, recorded_at)
    SELECT organisation_id, customer_number, 'restored', source, ended_at, ended_at
    FROM opt_outs WHERE ended_at IS NOT NULL
    """,
    """
    UPDATE conversations SET last_inbound_at = (
        SELECT max(m.created_at) FROM messages m
        WHERE m.conversation_id = conversations.id AND m.direction = 'inbound')
    """,
    """
    INSERT INTO work_items
        (organisation_id, kind, record_id, assignee_id, conversation_id, title, due_at)
    SELECT c.organisation_id, 'reply', c.record_id, r.owner_user_id, c.id, 'Answer the customer',
        c.last_message_at
    FROM conversations c JOIN records r ON r.id = c.record_id WHERE c.unread_count > 0
    """,
)
"""What stood before becomes one unit, four shipped roles, a ledger, and work for who was written to."""

_FUNCTIONS = (
    """
    CREATE FUNCTION search_words(body text, at timestamptz) RETURNS tsvector
    LANGUAGE sql IMMUTABLE AS $$
        SELECT to_tsvector('public.touchline'::regconfig, body) || array_to_tsvector(ARRAY[
            '@' || floor(extract(epoch FROM at - timestamptz '2020-01-01 00:00+00') / 604800)::int])
    $$
    """,
    """
    CREATE FUNCTION index_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO searchable_messages (message_id, conversation_id, created_at, words)
        VALUES (NEW.id, NEW.conversation_id, NEW.created_at, search_words(NEW.body, NEW.created_at))
        ON CONFLICT (message_id) DO UPDATE
        SET conversation_id = excluded.conversation_id, words = excluded.words;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER index_words AFTER INSERT ON messages
    FOR EACH ROW EXECUTE FUNCTION index_words()
    """,
    """
    CREATE TRIGGER index_words_anew AFTER UPDATE ON messages FOR EACH ROW
    WHEN ((OLD.body, OLD.conversation_id) IS DISTINCT FROM (NEW.body, NEW.conversation_id))
    EXECUTE FUNCTION index_words()
    """,
    """
    INSERT INTO searchable_messages (message_id, conversation_id, created_at, words)
    SELECT id, conversation_id, created_at, search_words(body, created_at) FROM messages
    """,
    """
    CREATE FUNCTION keep_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF current_setting('touchline.erasing', true) IS DISTINCT FROM 'on' THEN
            RAISE EXCEPTION 'the ledger of consent is only ever added to';
        END IF;
        RETURN coalesce(NEW, OLD);
    END $$
    """,
    """
    CREATE TRIGGER keep_ledger BEFORE UPDATE OR DELETE ON consent_entries
    FOR EACH ROW EXECUTE FUNCTION keep_ledger()
    """,
    """
    CREATE FUNCTION announce_record(record uuid) RETURNS void LANGUAGE sql AS $$
        SELECT announce(r.organisation_id, 'record.changed', jsonb_build_object('id', r.id),
            ARRAY[r.owner_user_id, r.owner_team_id, u.business_unit_id])
        FROM records r JOIN users u ON u.id = r.owner_user_id WHERE r.id = record
    $$
    """,
    """
    CREATE FUNCTION announce_consent() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM announce_record(r.id) FROM records r
        WHERE r.organisation_id = NEW.organisation_id AND r.phone = NEW.customer_number;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER announce AFTER INSERT OR UPDATE ON opt_outs
    FOR EACH ROW EXECUTE FUNCTION announce_consent()
    """,
    """
    CREATE FUNCTION announce_note() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM announce_record(coalesce(NEW.record_id, OLD.record_id));
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER announce AFTER INSERT OR DELETE ON notes
    FOR EACH ROW EXECUTE FUNCTION announce_note()
    """,
    """
    CREATE FUNCTION announce_read() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM announce(c.organisation_id, 'conversation.read',
            jsonb_build_object('id', c.id, 'user_id', NEW.user_id), ARRAY[NEW.user_id])
        FROM conversations c WHERE c.id = NEW.conversation_id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER announce AFTER INSERT OR UPDATE ON conversation_reads
    FOR EACH ROW EXECUTE FUNCTION announce_read()
    """,
    """
    CREATE FUNCTION announce_absence() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        away absences := coalesce(NEW, OLD);
    BEGIN
        PERFORM announce(away.organisation_id, 'access.changed',
            jsonb_build_object('user_id', away.user_id),
            ARRAY[away.user_id, away.cover_user_id]
                || ARRAY(SELECT team_id FROM team_members WHERE user_id = away.user_id));
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON absences
    FOR EACH ROW EXECUTE FUNCTION announce_absence()
    """,
    """
    CREATE OR REPLACE FUNCTION conversation_audience(conversation uuid) RETURNS uuid[]
    LANGUAGE sql STABLE AS $$
        SELECT ARRAY[r.owner_user_id, r.owner_team_id, n.owner_user_id, n.owner_team_id,
            ru.business_unit_id, nu.business_unit_id, nt.business_unit_id]
        FROM conversations c
        JOIN phone_numbers n ON n.id = c.phone_number_id
        LEFT JOIN records r ON r.id = c.record_id
        LEFT JOIN users ru ON ru.id = r.owner_user_id
        LEFT JOIN users nu ON nu.id = n.owner_user_id
        LEFT JOIN teams nt ON nt.id = n.owner_team_id
        WHERE c.id = conversation
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION announce_message() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM announce(NEW.organisation_id, 'message.changed',
            jsonb_build_object('id', NEW.id, 'conversation_id', NEW.conversation_id, 'record_id',
                (SELECT c.record_id FROM conversations c WHERE c.id = NEW.conversation_id)),
            conversation_audience(NEW.conversation_id));
        RETURN NULL;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION announce_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM announce(NEW.organisation_id, 'conversation.changed',
            jsonb_build_object('id', NEW.id, 'record_id', NEW.record_id),
            conversation_audience(NEW.id));
        RETURN NULL;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION announce_work_item() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        before work_items := CASE WHEN TG_OP = 'UPDATE' THEN OLD END;
    BEGIN
        PERFORM announce(NEW.organisation_id, 'work_item.changed',
            jsonb_build_object('id', NEW.id, 'record_id', NEW.record_id),
            ARRAY[NEW.assignee_id, NEW.team_id, before.assignee_id, before.team_id,
                (SELECT business_unit_id FROM users WHERE id = NEW.assignee_id),
                (SELECT business_unit_id FROM teams WHERE id = NEW.team_id)]);
        RETURN NULL;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION announce_enrollment() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM announce(NEW.organisation_id, 'enrollment.changed',
            jsonb_build_object('id', NEW.id, 'sequence_key',
                (SELECT s.key FROM sequences s WHERE s.id = NEW.sequence_id)),
            ARRAY[NEW.seller_id] || (
                SELECT ARRAY[r.owner_user_id, r.owner_team_id, u.business_unit_id]
                FROM records r JOIN users u ON u.id = r.owner_user_id WHERE r.id = NEW.record_id));
        RETURN NULL;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION announce_alert() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM announce(NEW.organisation_id, 'alert.changed', jsonb_build_object('id', NEW.id),
            ARRAY(SELECT u.id FROM users u
                  JOIN user_roles h ON h.user_id = u.id
                  JOIN roles r ON r.id = h.role_id AND r.shipped = 'administrator'
                  WHERE u.organisation_id = NEW.organisation_id AND u.is_active));
        RETURN NULL;
    END $$
    """,
)
"""Whose business a change is, by user, team and business unit; the words of texts; the ledger that only grows."""


def upgrade() -> None:
    for statement in _BEFORE:
        op.execute(statement)
    op.create_table(
        "consent_entries",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("customer_number", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "granted",
                "withdrawn",
                "unclear",
                "dismissed",
                "restored",
                name="consentkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "purpose",
            sa.Enum(
                "marketing",
                "service",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "scope",
            sa.Enum(
                "number",
                "brand",
                "organisation",
                name="scope",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("phone_number_id", sa.Uuid(), nullable=True),
        sa.Column("brand", sa.String(length=100), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "reply",
                "provider",
                "seller",
                "customer_call",
                "form",
                "import",
                "complaint",
                "erasure",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("wording", sa.Text(), nullable=True),
        sa.Column("reference", sa.String(length=300), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "under_way",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind NOT IN ('withdrawn', 'unclear') OR scope IS NOT NULL",
            name=op.f("consent_entries_withdrawn_has_scope_check"),
        ),
        sa.CheckConstraint(
            "scope <> 'brand' OR brand IS NOT NULL",
            name=op.f("consent_entries_scope_has_brand_check"),
        ),
        sa.CheckConstraint(
            "scope <> 'number' OR phone_number_id IS NOT NULL",
            name=op.f("consent_entries_scope_has_number_check"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("consent_entries_actor_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("consent_entries_message_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("consent_entries_organisation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["phone_number_id"],
            ["phone_numbers.id"],
            name=op.f("consent_entries_phone_number_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("consent_entries_pkey")),
    )
    op.create_index(
        "consent_entries_customer_number_idx",
        "consent_entries",
        ["organisation_id", "customer_number", "id"],
        unique=False,
    )
    op.create_index(
        "consent_entries_organisation_id_idx",
        "consent_entries",
        ["organisation_id", "id"],
        unique=False,
    )
    op.create_table(
        "business_units",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("id <> parent_id", name=op.f("business_units_not_its_own_parent_check")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("business_units_organisation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["business_units.id"], name=op.f("business_units_parent_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("business_units_pkey")),
    )
    op.create_index(
        "business_units_organisation_id_name_key",
        "business_units",
        ["organisation_id", "name"],
        unique=True,
    )
    op.create_index(
        op.f("business_units_parent_id_idx"), "business_units", ["parent_id"], unique=False
    )
    op.create_index(
        "business_units_root_key",
        "business_units",
        ["organisation_id"],
        unique=True,
        postgresql_where=sa.text("parent_id IS NULL"),
    )
    op.create_table(
        "roles",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column(
            "shipped",
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
            nullable=True,
        ),
        sa.Column(
            "privileges",
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
        sa.CheckConstraint(
            "shipped IS NULL OR privileges = '{}'", name=op.f("roles_shipped_is_in_the_code_check")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("roles_organisation_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("roles_pkey")),
    )
    op.create_index(
        "roles_organisation_id_name_key", "roles", ["organisation_id", "name"], unique=True
    )
    op.create_index(
        "roles_organisation_id_shipped_key",
        "roles",
        ["organisation_id", "shipped"],
        unique=True,
        postgresql_where=sa.text("shipped IS NOT NULL"),
    )
    op.create_table(
        "searchable_messages",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
            name=op.f("searchable_messages_message_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("searchable_messages_pkey")),
    )
    op.create_index(
        "searchable_messages_conversation_id_created_at_idx",
        "searchable_messages",
        ["conversation_id", "created_at", "message_id"],
        unique=False,
    )
    op.create_index(
        "searchable_messages_words_idx",
        "searchable_messages",
        ["words"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "absences",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cover_user_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("absences_ends_after_start_check")),
        sa.ForeignKeyConstraint(
            ["cover_user_id"], ["users.id"], name=op.f("absences_cover_user_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("absences_created_by_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("absences_organisation_id_fkey")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("absences_user_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("absences_pkey")),
    )
    op.create_index(
        "absences_user_id_ends_at_idx", "absences", ["user_id", "ends_at"], unique=False
    )
    op.create_table(
        "embed_keys",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("allowed_origins", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "cardinality(allowed_origins) BETWEEN 1 AND 20",
            name=op.f("embed_keys_some_origins_check"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("embed_keys_created_by_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("embed_keys_organisation_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("embed_keys_pkey")),
    )
    op.create_index(
        "embed_keys_organisation_id_name_key",
        "embed_keys",
        ["organisation_id", "name"],
        unique=True,
    )
    op.create_table(
        "erasures",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("erasures_organisation_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["users.id"], name=op.f("erasures_requested_by_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("erasures_pkey")),
    )
    op.create_table(
        "message_decisions",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "send",
                "hold",
                "refuse",
                "cancel",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("message_decisions_actor_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
            name=op.f("message_decisions_message_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("message_decisions_organisation_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("message_decisions_pkey")),
    )
    op.create_index(
        "message_decisions_message_id_at_idx",
        "message_decisions",
        ["message_id", "at", "id"],
        unique=False,
    )
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("list", sa.String(length=32), nullable=False),
        sa.Column("owner_user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_shared", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("saved_views_organisation_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["owner_user_id"], ["users.id"], name=op.f("saved_views_owner_user_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("saved_views_pkey")),
        sa.UniqueConstraint(
            "owner_user_id", "list", "name", name=op.f("saved_views_owner_user_id_list_name_key")
        ),
    )
    op.create_index(
        "saved_views_organisation_id_list_idx",
        "saved_views",
        ["organisation_id", "list"],
        unique=False,
    )
    op.create_table(
        "templates",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
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
            nullable=True,
        ),
        sa.Column("default_language", sa.String(length=8), nullable=False),
        sa.Column("owner_user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "sharing",
            sa.Enum(
                "me",
                "team",
                "business_unit",
                "organisation",
                name="sharing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("business_unit_id", sa.Uuid(), nullable=True),
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
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(sharing = 'business_unit') = (business_unit_id IS NOT NULL)",
            name=op.f("templates_unit_if_shared_so_check"),
        ),
        sa.CheckConstraint(
            "(sharing = 'team') = (team_id IS NOT NULL)",
            name=op.f("templates_team_if_shared_so_check"),
        ),
        sa.ForeignKeyConstraint(
            ["business_unit_id"],
            ["business_units.id"],
            name=op.f("templates_business_unit_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("templates_organisation_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["owner_user_id"], ["users.id"], name=op.f("templates_owner_user_id_fkey")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("templates_team_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("templates_pkey")),
        sa.UniqueConstraint(
            "organisation_id", "key", name=op.f("templates_organisation_id_key_key")
        ),
    )
    op.create_index(
        op.f("templates_business_unit_id_idx"), "templates", ["business_unit_id"], unique=False
    )
    op.create_index(
        op.f("templates_owner_user_id_idx"), "templates", ["owner_user_id"], unique=False
    )
    op.create_index(op.f("templates_team_id_idx"), "templates", ["team_id"], unique=False)
    op.create_table(
        "user_roles",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name=op.f("user_roles_role_id_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("user_roles_user_id_fkey")),
        sa.PrimaryKeyConstraint("user_id", "role_id", name=op.f("user_roles_pkey")),
    )
    op.create_index(op.f("user_roles_role_id_idx"), "user_roles", ["role_id"], unique=False)
    op.create_table(
        "notes",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("notes_author_id_fkey")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("notes_organisation_id_fkey")
        ),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("notes_record_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("notes_pkey")),
    )
    op.create_index(
        "notes_record_id_created_at_idx", "notes", ["record_id", "created_at", "id"], unique=False
    )
    op.create_table(
        "template_variants",
        sa.Column("template_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["templates.id"],
            name=op.f("template_variants_template_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("template_id", "language", name=op.f("template_variants_pkey")),
    )
    op.create_table(
        "conversation_moves",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("from_conversation_id", sa.Uuid(), nullable=False),
        sa.Column("to_conversation_id", sa.Uuid(), nullable=False),
        sa.Column("from_record_id", sa.Uuid(), nullable=True),
        sa.Column("to_record_id", sa.Uuid(), nullable=False),
        sa.Column("message_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("moved_by", sa.Uuid(), nullable=False),
        sa.Column(
            "moved_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_conversation_id"],
            ["conversations.id"],
            name=op.f("conversation_moves_from_conversation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["from_record_id"], ["records.id"], name=op.f("conversation_moves_from_record_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["moved_by"], ["users.id"], name=op.f("conversation_moves_moved_by_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("conversation_moves_organisation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["to_conversation_id"],
            ["conversations.id"],
            name=op.f("conversation_moves_to_conversation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["to_record_id"], ["records.id"], name=op.f("conversation_moves_to_record_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("conversation_moves_pkey")),
    )
    op.create_index(
        op.f("conversation_moves_from_conversation_id_idx"),
        "conversation_moves",
        ["from_conversation_id"],
        unique=False,
    )
    op.create_index(
        op.f("conversation_moves_to_conversation_id_idx"),
        "conversation_moves",
        ["to_conversation_id"],
        unique=False,
    )
    op.create_table(
        "conversation_reads",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("read_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("conversation_reads_conversation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("conversation_reads_user_id_fkey")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "user_id", name=op.f("conversation_reads_pkey")),
    )
    op.create_index(
        op.f("conversation_reads_user_id_idx"), "conversation_reads", ["user_id"], unique=False
    )
    op.add_column(
        "conversations", sa.Column("last_inbound_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.alter_column("conversations", "record_id", existing_type=sa.UUID(), nullable=True)
    op.drop_constraint(
        op.f("conversations_organisation_id_customer_number_record_id_key"),
        "conversations",
        type_="unique",
    )
    op.create_unique_constraint(
        op.f("conversations_organisation_id_customer_number_record_id_key"),
        "conversations",
        ["organisation_id", "customer_number", "record_id"],
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        "conversations_customer_number_trgm_idx",
        "conversations",
        ["customer_number"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"customer_number": "gin_trgm_ops"},
    )
    op.create_index(
        "conversations_unassigned_idx",
        "conversations",
        ["organisation_id", "last_message_at", "id"],
        unique=False,
        postgresql_where=sa.text("record_id IS NULL"),
    )
    op.add_column("messages", sa.Column("template_id", sa.Uuid(), nullable=True))
    op.add_column("messages", sa.Column("consent_entry_id", sa.Uuid(), nullable=True))
    op.add_column("messages", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "messages_blocked_idx",
        "messages",
        ["organisation_id", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("consent_entry_id IS NOT NULL"),
    )
    op.create_index(
        "messages_created_at_brin",
        "messages",
        ["created_at"],
        unique=False,
        postgresql_using="brin",
    )
    op.create_index(
        "messages_template_id_idx",
        "messages",
        ["template_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("template_id IS NOT NULL"),
    )
    op.create_foreign_key(
        op.f("messages_template_id_fkey"), "messages", "templates", ["template_id"], ["id"]
    )
    op.create_foreign_key(
        op.f("messages_consent_entry_id_fkey"),
        "messages",
        "consent_entries",
        ["consent_entry_id"],
        ["id"],
    )
    op.add_column("opt_outs", sa.Column("entry_id", sa.Uuid(), nullable=True))
    op.add_column(
        "opt_outs",
        sa.Column(
            "scope",
            sa.Enum(
                "number",
                "brand",
                "organisation",
                name="scope",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="organisation",
            nullable=False,
        ),
    )
    op.add_column("opt_outs", sa.Column("phone_number_id", sa.Uuid(), nullable=True))
    op.add_column("opt_outs", sa.Column("brand", sa.String(length=100), nullable=True))
    op.add_column(
        "opt_outs",
        sa.Column(
            "purpose",
            sa.Enum(
                "marketing",
                "service",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
    )
    op.add_column(
        "opt_outs", sa.Column("is_unclear", sa.Boolean(), server_default="false", nullable=False)
    )
    op.drop_index(
        op.f("opt_outs_in_force_key"), table_name="opt_outs", postgresql_where="(ended_at IS NULL)"
    )
    op.create_index(
        "opt_outs_in_force_key",
        "opt_outs",
        [
            "organisation_id",
            "customer_number",
            "scope",
            "phone_number_id",
            "brand",
            "purpose",
            "is_unclear",
        ],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_foreign_key(
        op.f("opt_outs_entry_id_fkey"), "opt_outs", "consent_entries", ["entry_id"], ["id"]
    )
    op.create_foreign_key(
        op.f("opt_outs_phone_number_id_fkey"),
        "opt_outs",
        "phone_numbers",
        ["phone_number_id"],
        ["id"],
    )
    op.add_column(
        "organisations",
        sa.Column(
            "unknown_sender",
            sa.Enum(
                "new_lead",
                "inbox",
                name="unknownsender",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="new_lead",
            nullable=False,
        ),
    )
    op.add_column(
        "organisations",
        sa.Column("answer_minutes", sa.Integer(), server_default="60", nullable=False),
    )
    op.add_column(
        "organisations",
        sa.Column(
            "withdrawal_scope",
            sa.Enum(
                "number",
                "brand",
                "organisation",
                name="scope",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="organisation",
            nullable=False,
        ),
    )
    op.add_column(
        "organisations",
        sa.Column("requires_consent", sa.Boolean(), server_default="false", nullable=False),
    )
    op.add_column(
        "organisations",
        sa.Column(
            "retention",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
    )
    op.add_column(
        "organisations",
        sa.Column(
            "text_policy",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
    )
    op.add_column(
        "organisations",
        sa.Column(
            "work_list",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
    )
    op.add_column(
        "phone_numbers",
        sa.Column("brand", sa.String(length=100), server_default="", nullable=False),
    )
    op.add_column("records", sa.Column("language", sa.String(length=8), nullable=True))
    op.add_column("records", sa.Column("parent_id", sa.Uuid(), nullable=True))
    op.add_column("records", sa.Column("owner_team_id", sa.Uuid(), nullable=True))
    op.add_column("records", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("records_owner_team_id_idx"), "records", ["owner_team_id"], unique=False)
    op.create_index(
        "records_parent_id_idx",
        "records",
        ["parent_id"],
        unique=False,
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )
    op.create_foreign_key(
        op.f("records_owner_team_id_fkey"), "records", "teams", ["owner_team_id"], ["id"]
    )
    op.create_foreign_key(
        op.f("records_parent_id_fkey"), "records", "records", ["parent_id"], ["id"]
    )
    op.add_column(
        "sequences", sa.Column("is_bulk", sa.Boolean(), server_default="false", nullable=False)
    )
    op.add_column("sequences", sa.Column("business_unit_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("sequences_business_unit_id_fkey"),
        "sequences",
        "business_units",
        ["business_unit_id"],
        ["id"],
    )
    op.add_column("teams", sa.Column("business_unit_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("teams_business_unit_id_idx"), "teams", ["business_unit_id"], unique=False)
    op.create_foreign_key(
        op.f("teams_business_unit_id_fkey"), "teams", "business_units", ["business_unit_id"], ["id"]
    )
    op.add_column("users", sa.Column("business_unit_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("users_business_unit_id_idx"), "users", ["business_unit_id"], unique=False)
    op.create_foreign_key(
        op.f("users_business_unit_id_fkey"), "users", "business_units", ["business_unit_id"], ["id"]
    )
    op.add_column("work_items", sa.Column("team_id", sa.Uuid(), nullable=True))
    op.add_column("work_items", sa.Column("conversation_id", sa.Uuid(), nullable=True))
    op.add_column(
        "work_items", sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "work_items", sa.Column("snooze_count", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("work_items", sa.Column("leaves_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "work_items",
        sa.Column(
            "basis", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
    )
    op.add_column("work_items", sa.Column("created_by", sa.Uuid(), nullable=True))
    op.alter_column("work_items", "assignee_id", existing_type=sa.UUID(), nullable=True)
    op.create_index(
        "work_items_decided_idx",
        "work_items",
        ["organisation_id", "decided_at", "id"],
        unique=False,
        postgresql_where=sa.text("status <> 'open'"),
    )
    op.create_index(
        "work_items_leaves_at_idx",
        "work_items",
        ["leaves_at"],
        unique=False,
        postgresql_where=sa.text("leaves_at IS NOT NULL"),
    )
    op.create_index(
        "work_items_reply_key",
        "work_items",
        ["conversation_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'reply' AND status = 'open'"),
    )
    op.create_index(
        "work_items_team_id_idx",
        "work_items",
        ["team_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'open' AND team_id IS NOT NULL"),
    )
    op.create_foreign_key(
        op.f("work_items_conversation_id_fkey"),
        "work_items",
        "conversations",
        ["conversation_id"],
        ["id"],
    )
    op.create_foreign_key(
        op.f("work_items_team_id_fkey"), "work_items", "teams", ["team_id"], ["id"]
    )
    op.create_foreign_key(
        op.f("work_items_created_by_fkey"), "work_items", "users", ["created_by"], ["id"]
    )
    op.create_check_constraint(
        op.f("organisations_answer_minutes_in_a_day_check"),
        "organisations",
        "answer_minutes BETWEEN 0 AND 1440",
    )
    for name, condition in _WORK_ITEMS:
        op.create_check_constraint(op.f(f"work_items_{name}_check"), "work_items", condition)
    for table, name, column, values in _CHOICES:
        constraint = op.f(f"{table}_{name}_check")
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {constraint}")
        allowed = ", ".join(f"'{value}'" for value in values)
        op.create_check_constraint(constraint, table, f"{column} IN ({allowed})")
    for statement in (*_FILL, *_FUNCTIONS):
        op.execute(statement)
    for table, column in _NOW_GIVEN:
        op.alter_column(table, column, nullable=False)
    # it stands in user_roles now
    op.drop_column("users", "role")
    # read is what each person has read; of its texts a conversation needs no announcement beside theirs
    op.execute("DROP TRIGGER announce ON conversations")
    op.drop_column("conversations", "unread_count")
    op.drop_column("conversations", "read_at")
