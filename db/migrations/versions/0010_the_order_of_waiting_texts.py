"""The order of waiting texts: what has not left yet to a customer, with us or with a provider, is found by one look."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "messages_not_left_idx",
        "messages",
        ["organisation_id", "to_number", sa.text("coalesce(held_until, submitted_at)")],
        postgresql_where=sa.text("status IN ('held', 'submitting', 'queued')"),
    )
    op.drop_index("messages_under_way_idx", table_name="messages")
