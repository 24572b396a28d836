"""The notices of a workflow: the first that wait for it are found without reading what waits for others.

How old they are is asked of all that wait, so that an index by age found nothing sooner.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("outbox_workflow_id_id_idx", "outbox", ["workflow_id", "id"])
    op.drop_index("outbox_created_at_idx", table_name="outbox")
