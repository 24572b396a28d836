"""A record that changes is announced: an open page showed whose it was, and how far it was, when it was opened"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_RECORDS = """
    CREATE FUNCTION announce_changed_records() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        -- what an import changes would flood every page; who decides on something old is told then
        IF (SELECT count(*) FROM changed) > 100 THEN
            RETURN NULL;
        END IF;
        -- also to those whose it was
        PERFORM announce(r.organisation_id, 'record.changed', jsonb_build_object('id', r.id),
            ARRAY[r.owner_user_id, r.owner_team_id, now_of.business_unit_id,
                former.owner_user_id, former.owner_team_id, then_of.business_unit_id])
        FROM changed r
        JOIN former USING (id)
        JOIN users now_of ON now_of.id = r.owner_user_id
        JOIN users then_of ON then_of.id = former.owner_user_id
        WHERE to_jsonb(r) - 'updated_at' <> to_jsonb(former) - 'updated_at';
        RETURN NULL;
    END $$
"""


def upgrade() -> None:
    op.execute(_RECORDS)
    op.execute(
        "CREATE TRIGGER announce AFTER UPDATE ON records "
        "REFERENCING OLD TABLE AS former NEW TABLE AS changed "
        "FOR EACH STATEMENT EXECUTE FUNCTION announce_changed_records()"
    )
