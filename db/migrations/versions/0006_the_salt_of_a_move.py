"""The salt of a move: what a transcript says of it under a seal cannot be guessed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # each move gets one of its own, for which the table is written anew: it is small, as people move texts by hand
    op.add_column(
        "conversation_moves",
        sa.Column("salt", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
    )
