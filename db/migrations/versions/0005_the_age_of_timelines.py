"""The age of timelines: what is past its retention is found without reading all of them."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("timeline_entries_at_brin", "timeline_entries", ["at"], postgresql_using="brin")
