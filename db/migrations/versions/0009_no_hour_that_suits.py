"""No hour that suits: what a text waits for whose customer's week has no allowed hour, and who promises no time."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_HOLD_KINDS = (
    *("hours", "no_hour", "pace", "order", "account", "provider", "pause", "retry"),
    *("schedule", "consent", "start"),
)


def upgrade() -> None:
    allowed = ", ".join(f"'{kind}'" for kind in _HOLD_KINDS)
    op.execute(
        "ALTER TABLE messages DROP CONSTRAINT messages_holdkind_check, "
        f"ADD CONSTRAINT messages_holdkind_check CHECK (held_for IN ({allowed}))"
    )
