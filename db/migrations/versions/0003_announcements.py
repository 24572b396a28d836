"""What changed is written down, and announced once it is committed"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ANNOUNCE = """
    CREATE OR REPLACE FUNCTION announce(organisation_id uuid, event text, data jsonb, audience uuid[]) RETURNS void
    LANGUAGE sql AS $$
        INSERT INTO announcements (payload) VALUES (jsonb_build_object(
            'organisation_id', organisation_id, 'event', event, 'data', data,
            'audience', to_jsonb(array_remove(audience, NULL)))::text)
    $$
"""


def upgrade() -> None:
    op.create_table(
        "announcements", sa.Column("payload", sa.Text(), nullable=False), prefixes=["UNLOGGED"]
    )
    op.execute(_ANNOUNCE)
