"""Announcements of many: what a statement changes is written down by one other, however many rows that are.

A trigger for each row cost a text more than its row did: each ran statements of its own.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_MESSAGES = """
    CREATE OR REPLACE FUNCTION announce_message() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO announcements (payload)
        SELECT jsonb_build_object('organisation_id', m.organisation_id, 'event', 'message.changed',
            'data', jsonb_build_object('id', m.id, 'conversation_id', m.conversation_id, 'record_id', c.record_id),
            'audience', to_jsonb(array_remove(ARRAY[r.owner_user_id, r.owner_team_id, n.owner_user_id,
                n.owner_team_id, ru.business_unit_id, nu.business_unit_id, nt.business_unit_id], NULL)))::text
        FROM changed m
        JOIN conversations c ON c.id = m.conversation_id
        JOIN phone_numbers n ON n.id = c.phone_number_id
        LEFT JOIN records r ON r.id = c.record_id
        LEFT JOIN users ru ON ru.id = r.owner_user_id
        LEFT JOIN users nu ON nu.id = n.owner_user_id
        LEFT JOIN teams nt ON nt.id = n.owner_team_id;
        RETURN NULL;
    END $$
"""

_ENROLLMENTS = """
    CREATE OR REPLACE FUNCTION announce_enrollment() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO announcements (payload)
        SELECT jsonb_build_object('organisation_id', e.organisation_id, 'event', 'enrollment.changed',
            'data', jsonb_build_object('id', e.id, 'sequence_key', s.key),
            'audience', to_jsonb(array_remove(ARRAY[e.seller_id, r.owner_user_id, r.owner_team_id,
                u.business_unit_id], NULL)))::text
        FROM changed e
        JOIN sequences s ON s.id = e.sequence_id
        JOIN records r ON r.id = e.record_id
        JOIN users u ON u.id = r.owner_user_id;
        RETURN NULL;
    END $$
"""

_WORDS = """
    CREATE OR REPLACE FUNCTION index_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO searchable_messages (message_id, conversation_id, created_at, words)
        SELECT m.id, m.conversation_id, m.created_at, search_words(m.body, m.created_at) FROM changed m
        ON CONFLICT (message_id) DO UPDATE
        SET conversation_id = excluded.conversation_id, words = excluded.words;
        RETURN NULL;
    END $$
"""

_WORDS_ANEW = """
    CREATE FUNCTION index_words_anew() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE searchable_messages found
        SET conversation_id = m.conversation_id, words = search_words(m.body, m.created_at)
        FROM changed m JOIN former USING (id)
        WHERE found.message_id = m.id
            AND (former.body, former.conversation_id) IS DISTINCT FROM (m.body, m.conversation_id);
        RETURN NULL;
    END $$
"""


def upgrade() -> None:
    for table in ("messages", "enrollments"):
        op.execute(f"DROP TRIGGER announce ON {table}")
    op.execute("DROP TRIGGER index_words ON messages")
    op.execute("DROP TRIGGER index_words_anew ON messages")
    for statement in (_MESSAGES, _ENROLLMENTS, _WORDS, _WORDS_ANEW):
        op.execute(statement)
    # one trigger for each: which rows were changed is not told to one of several events
    for table, function in (
        ("messages", "announce_message"),
        ("enrollments", "announce_enrollment"),
    ):
        for name, event in (("announce_new", "INSERT"), ("announce", "UPDATE")):
            op.execute(
                f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING NEW TABLE AS changed "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
            )
    op.execute(
        "CREATE TRIGGER index_words AFTER INSERT ON messages REFERENCING NEW TABLE AS changed "
        "FOR EACH STATEMENT EXECUTE FUNCTION index_words()"
    )
    op.execute(
        "CREATE TRIGGER index_words_anew AFTER UPDATE ON messages "
        "REFERENCING OLD TABLE AS former NEW TABLE AS changed "
        "FOR EACH STATEMENT EXECUTE FUNCTION index_words_anew()"
    )
