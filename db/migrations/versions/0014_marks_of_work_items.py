"""Marks of work items: which ones a person has opened, and which ones they follow."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_FUNCTIONS = (
    """
    CREATE FUNCTION announce_work_item_mark() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM announce(w.organisation_id, 'work_item.marked',
            jsonb_build_object('id', w.id, 'user_id', NEW.user_id), ARRAY[NEW.user_id])
        FROM work_items w WHERE w.id = NEW.work_item_id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER announce AFTER INSERT OR UPDATE ON work_item_marks
    FOR EACH ROW EXECUTE FUNCTION announce_work_item_mark()
    """,
)


def upgrade() -> None:
    op.create_table(
        "work_item_marks",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("work_item_id", sa.Uuid(), nullable=False),
        sa.Column("is_opened", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_followed", sa.Boolean(), server_default="false", nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("work_item_marks_user_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["work_item_id"],
            ["work_items.id"],
            name=op.f("work_item_marks_work_item_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "work_item_id", name=op.f("work_item_marks_pkey")),
    )
    op.create_index(
        op.f("work_item_marks_work_item_id_idx"), "work_item_marks", ["work_item_id"], unique=False
    )
    for statement in _FUNCTIONS:
        op.execute(statement)
