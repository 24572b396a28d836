"""Providers and phone numbers"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_CHOICES = (
    (
        "messages",
        "failurekind",
        "failure",
        (
            "retry",
            "retry_once",
            "daily_cap",
            "number",
            "opt_out",
            "content",
            "account",
            "sender",
            "never",
            "unknown",
        ),
    ),
    (
        "phone_numbers",
        "numberkind",
        "kind",
        ("long_code", "ten_dlc", "toll_free", "short_code", "alphanumeric", "messaging_service"),
    ),
    (
        "timeline_entries",
        "timelinekind",
        "kind",
        (
            "enrolled",
            "text_held",
            "text_submitted",
            "text_refused",
            "text_failed",
            "text_uncertain",
            "text_retried",
            "waited",
            "branched",
            "work_item_opened",
            "work_item_decided",
            "reply_received",
            "paused",
            "resumed",
            "ended",
        ),
    ),
)
"""Enumerations that have grown: table, constraint, column, values."""

_ADDRESSES = (
    ("conversations", "customer_number"),
    ("records", "phone"),
    ("opt_outs", "customer_number"),
)
"""Of senders that are no phones, too."""

_AUDIENCE = """
    CREATE OR REPLACE FUNCTION conversation_audience(conversation uuid) RETURNS uuid[]
    LANGUAGE sql STABLE AS $$
        SELECT ARRAY[r.owner_user_id, n.owner_user_id, n.owner_team_id]
        FROM conversations c
        JOIN records r ON r.id = c.record_id
        JOIN phone_numbers n ON n.id = c.phone_number_id
        WHERE c.id = conversation
    $$
"""
_CONVERSATIONS = """
    CREATE OR REPLACE TRIGGER announce AFTER UPDATE ON conversations
    FOR EACH ROW WHEN (NEW.unread_count < OLD.unread_count OR NEW.record_id <> OLD.record_id)
    EXECUTE FUNCTION announce_conversation()
"""
"""Teams are named by id, and what a text itself announces is not announced of its conversation as well."""

_ALERTS = """
    CREATE FUNCTION announce_alert() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM announce(NEW.organisation_id, 'alert.changed', jsonb_build_object('id', NEW.id),
            ARRAY(SELECT id FROM users
                  WHERE organisation_id = NEW.organisation_id AND role = 'administrator' AND is_active));
        RETURN NULL;
    END $$
"""


def upgrade() -> None:

    op.create_table(
        "media",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("media_organisation_id_fkey")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "sha256", name=op.f("media_pkey")),
    )
    op.create_table(
        "account_minutes",
        sa.Column("provider_account_id", sa.Uuid(), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("slowest", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_account_id"],
            ["provider_accounts.id"],
            name=op.f("account_minutes_provider_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "provider_account_id", "minute", "outcome", name=op.f("account_minutes_pkey")
        ),
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "account_paused",
                "replies_missed",
                "texts_unknown",
                "sender_refused",
                name="alertkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("provider_account_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("times", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "raised_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column(
            "last_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("alerts_organisation_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["provider_account_id"],
            ["provider_accounts.id"],
            name=op.f("alerts_provider_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("alerts_pkey")),
    )
    op.create_index(
        "alerts_open_key",
        "alerts",
        ["organisation_id", "kind", "provider_account_id"],
        unique=True,
        postgresql_where=sa.text("resolved_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        "alerts_organisation_id_raised_at_idx",
        "alerts",
        ["organisation_id", "raised_at", "id"],
        unique=False,
    )
    op.create_table(
        "reconciliations",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("provider_account_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("seen", sa.Integer(), server_default="0", nullable=False),
        sa.Column("replies_adopted", sa.Integer(), server_default="0", nullable=False),
        sa.Column("statuses_adopted", sa.Integer(), server_default="0", nullable=False),
        sa.Column("prices_adopted", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unknown_texts", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "findings",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("reconciliations_organisation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["provider_account_id"],
            ["provider_accounts.id"],
            name=op.f("reconciliations_provider_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("reconciliations_pkey")),
    )
    op.create_index(
        "reconciliations_provider_account_id_started_at_idx",
        "reconciliations",
        ["provider_account_id", "started_at", "id"],
        unique=False,
    )
    op.create_table(
        "number_paces",
        sa.Column("phone_number_id", sa.Uuid(), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["phone_number_id"],
            ["phone_numbers.id"],
            name=op.f("number_paces_phone_number_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("phone_number_id", name=op.f("number_paces_pkey")),
        postgresql_with={"fillfactor": 50},
    )
    op.create_table(
        "probe_texts",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("provider_account_id", sa.Uuid(), nullable=False),
        sa.Column("phone_number_id", sa.Uuid(), nullable=False),
        sa.Column("to_number", sa.String(length=16), nullable=False),
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
        sa.Column("provider_message_id", sa.String(length=100), nullable=True),
        sa.Column("code", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column(
            "submitted_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("probe_texts_organisation_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["phone_number_id"], ["phone_numbers.id"], name=op.f("probe_texts_phone_number_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["provider_account_id"],
            ["provider_accounts.id"],
            name=op.f("probe_texts_provider_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("probe_texts_pkey")),
    )
    op.create_index(
        op.f("probe_texts_provider_account_id_idx"),
        "probe_texts",
        ["provider_account_id"],
        unique=False,
    )
    op.create_table(
        "message_media",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "stored",
                "refused",
                name="mediastatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("source_url", sa.String(length=1000), nullable=True),
        sa.Column("claimed_type", sa.String(length=100), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("message_media_message_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "sha256"],
            ["media.organisation_id", "media.sha256"],
            name="message_media_media_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("message_media_organisation_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("message_id", "position", name=op.f("message_media_pkey")),
    )
    op.add_column(
        "enrollments", sa.Column("sends_next", sa.Boolean(), server_default="false", nullable=False)
    )
    op.add_column("enrollments", sa.Column("phone_number_id", sa.Uuid(), nullable=True))
    op.create_index(
        "enrollments_queue_idx",
        "enrollments",
        ["phone_number_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL AND sends_next"),
    )
    op.create_foreign_key(
        op.f("enrollments_phone_number_id_fkey"),
        "enrollments",
        "phone_numbers",
        ["phone_number_id"],
        ["id"],
    )
    op.add_column("messages", sa.Column("phone_number_id", sa.Uuid(), nullable=True))
    op.add_column("messages", sa.Column("retry_of", sa.Uuid(), nullable=True))
    op.add_column(
        "messages", sa.Column("attempt", sa.Integer(), server_default="1", nullable=False)
    )
    op.add_column(
        "messages",
        sa.Column(
            "held_for",
            sa.Enum(
                "hours",
                "pace",
                "order",
                "account",
                "provider",
                "pause",
                "retry",
                "start",
                name="holdkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
    )
    op.add_column("messages", sa.Column("price_micros", sa.BigInteger(), nullable=True))
    op.add_column("messages", sa.Column("price_currency", sa.String(length=3), nullable=True))
    op.alter_column(
        "messages",
        "from_number",
        existing_type=sa.VARCHAR(length=32),
        type_=sa.String(length=40),
        existing_nullable=False,
    )
    op.alter_column(
        "messages",
        "to_number",
        existing_type=sa.VARCHAR(length=32),
        type_=sa.String(length=40),
        existing_nullable=False,
    )
    op.create_index(
        "messages_error_code_idx",
        "messages",
        ["provider_account_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("error_code IS NOT NULL"),
    )
    op.create_index(
        "messages_held_idx",
        "messages",
        ["provider_account_id", "phone_number_id"],
        unique=False,
        postgresql_where=sa.text("status = 'held'"),
    )
    op.create_index(
        "messages_open_idx",
        "messages",
        ["provider_account_id", "submitted_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('queued', 'sent')"),
    )
    op.create_index(
        "messages_retry_of_key",
        "messages",
        ["retry_of"],
        unique=True,
        postgresql_where=sa.text("retry_of IS NOT NULL"),
    )
    op.create_index(
        "messages_under_way_idx",
        "messages",
        ["conversation_id", "submitted_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('submitting', 'queued')"),
    )
    op.create_foreign_key(
        op.f("messages_phone_number_id_fkey"),
        "messages",
        "phone_numbers",
        ["phone_number_id"],
        ["id"],
    )
    op.create_foreign_key(
        op.f("messages_retry_of_fkey"), "messages", "messages", ["retry_of"], ["id"]
    )
    op.add_column(
        "organisations",
        sa.Column("uses_team_numbers", sa.Boolean(), server_default="true", nullable=False),
    )
    op.add_column(
        "organisations",
        sa.Column("fails_over", sa.Boolean(), server_default="false", nullable=False),
    )
    op.add_column("phone_numbers", sa.Column("country", sa.String(length=2), nullable=True))
    op.add_column(
        "phone_numbers", sa.Column("can_sms", sa.Boolean(), server_default="true", nullable=False)
    )
    op.add_column(
        "phone_numbers", sa.Column("can_mms", sa.Boolean(), server_default="false", nullable=False)
    )
    op.add_column(
        "phone_numbers",
        sa.Column("can_receive", sa.Boolean(), server_default="true", nullable=False),
    )
    op.add_column("phone_numbers", sa.Column("daily_cap", sa.Integer(), nullable=True))
    op.add_column(
        "phone_numbers", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.alter_column(
        "phone_numbers",
        "e164",
        existing_type=sa.VARCHAR(length=16),
        type_=sa.String(length=40),
        existing_nullable=False,
    )
    op.add_column(
        "provider_accounts",
        sa.Column(
            "trusted_proxies",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
    )
    op.add_column(
        "provider_accounts", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "provider_accounts", sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "provider_accounts", sa.Column("paused_reason", sa.String(length=300), nullable=True)
    )
    op.add_column(
        "provider_accounts", sa.Column("paused_code", sa.String(length=32), nullable=True)
    )
    op.add_column(
        "provider_accounts", sa.Column("pauses", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column(
        "provider_accounts", sa.Column("throttle", sa.Double(), server_default="1", nullable=False)
    )
    op.add_column(
        "provider_accounts", sa.Column("throttled_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "provider_accounts", sa.Column("last_inbound_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "provider_accounts", sa.Column("last_status_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "records", sa.Column("unreachable_since", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("records", sa.Column("unreachable_reason", sa.String(length=300), nullable=True))
    for table, column in _ADDRESSES:
        op.alter_column(table, column, type_=sa.String(length=40))
    for table, name, column, values in _CHOICES:
        constraint = f"{table}_{name}_check"
        op.drop_constraint(op.f(constraint), table, type_="check")
        allowed = ", ".join(f"'{value}'" for value in values)
        op.create_check_constraint(op.f(constraint), table, f"{column} IN ({allowed})")
    op.execute("UPDATE messages SET held_for = 'start' WHERE status = 'held'")
    op.execute(_AUDIENCE)
    op.execute(_CONVERSATIONS)
    op.execute(_ALERTS)
    op.execute(
        "CREATE TRIGGER announce AFTER INSERT OR UPDATE ON alerts FOR EACH ROW EXECUTE FUNCTION announce_alert()"
    )
