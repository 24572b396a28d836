"""The credentials before the last change: a provider may prove its calls with them for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("provider_accounts", sa.Column("former_credentials", sa.LargeBinary()))
    op.add_column("provider_accounts", sa.Column("former_until", sa.DateTime(timezone=True)))
