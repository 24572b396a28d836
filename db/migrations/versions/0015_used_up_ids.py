"""The ids under which a provider refused a text, and takes it no more."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # with a constant default: nothing is rewritten, and code of before may go on inserting
    op.add_column(
        "messages",
        sa.Column(
            "used_up_ids", sa.ARRAY(sa.String(length=100)), server_default="{}", nullable=False
        ),
    )
