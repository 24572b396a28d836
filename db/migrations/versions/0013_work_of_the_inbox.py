"""Work of the inbox: what somebody unknown wrote asks for an answer before it belongs to a record."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("work_items", "record_id", existing_type=sa.Uuid(), nullable=True)
    op.create_check_constraint(
        op.f("work_items_record_unless_reply_check"),
        "work_items",
        "record_id IS NOT NULL OR kind = 'reply'",
    )
    op.drop_constraint(op.f("work_items_assigned_once_check"), "work_items")
    op.create_check_constraint(
        op.f("work_items_assigned_once_check"),
        "work_items",
        "num_nonnulls(assignee_id, team_id) = 1 "
        "OR (record_id IS NULL AND num_nonnulls(assignee_id, team_id) = 0)",
    )
    # from the inbox nothing is answered: whoever still stands there, and was not erased, waits unless texts are refused
    op.execute(
        """
        INSERT INTO work_items
            (organisation_id, kind, assignee_id, team_id, conversation_id, message_id, title, due_at)
        SELECT c.organisation_id, 'reply', n.owner_user_id, n.owner_team_id, c.id, first.id,
            'Answer the customer', first.created_at
        FROM conversations c
        JOIN phone_numbers n ON n.id = c.phone_number_id
        CROSS JOIN LATERAL (
            SELECT id, created_at FROM messages
            WHERE conversation_id = c.id AND direction = 'inbound'
            ORDER BY created_at, id
            LIMIT 1
        ) first
        WHERE c.record_id IS NULL AND c.customer_number NOT LIKE 'erased%' AND NOT EXISTS (
            SELECT FROM opt_outs o
            WHERE o.organisation_id = c.organisation_id AND o.customer_number = c.customer_number
                AND o.ended_at IS NULL)
        """
    )
