"""The usual end of sequences' texts, in one statement: the provider has them, and their enrollments go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from db.autocommit import Connection
from db.enrollments.progress import Entry
from domain.interpreter import Position
from domain.messages import MessageStatus


@dataclass(frozen=True)
class Taken:
    """A text that its provider has, with `entries` for its enrollment, which then stands at `position`."""

    message_id: UUID
    account_id: UUID
    provider_message_id: str
    status: MessageStatus
    enrollment_id: UUID
    entries: Sequence[Entry]
    position: Position


# Nobody is waited for: it would take but two that wait for each other's texts to lose both.
_ACCEPT: Final = """
    WITH taken AS (
        SELECT * FROM unnest(
            %(message_id)s::uuid[], %(account_id)s::uuid[], %(provider_message_id)s::text[], %(status)s::text[],
            %(enrollment_id)s::uuid[], %(step_id)s::text[], %(until)s::timestamptz[], %(sends)s::boolean[]
        ) AS taken (id, account_id, provider_message_id, status, enrollment_id, step_id, until, sends)
    ), free AS MATERIALIZED (
        SELECT taken.*, enrollments.ended_at IS NULL AS is_running FROM taken
        JOIN messages ON messages.id = taken.id
        JOIN enrollments ON enrollments.id = taken.enrollment_id
        -- as an expression: a server that has counted nothing yet would else read all that is under way for each text
        WHERE concat(messages.status) = 'submitting' AND NOT EXISTS (
            SELECT FROM messages AS other
            WHERE other.provider_account_id = taken.account_id
                AND other.provider_message_id = taken.provider_message_id
        )
        FOR NO KEY UPDATE OF messages, enrollments SKIP LOCKED
    ), accepted AS (
        UPDATE messages
        SET status = free.status, provider_message_id = free.provider_message_id,
            sent_at = CASE WHEN free.status <> 'queued' THEN %(now)s::timestamptz END
        FROM free WHERE messages.id = free.id
        RETURNING messages.organisation_id, messages.id, free.enrollment_id
    ), noted AS (
        INSERT INTO timeline_entries (organisation_id, enrollment_id, at, kind, step_id, detail, message_id)
        SELECT organisation_id, enrollment_id, at, kind, step_id, detail,
            CASE WHEN kind = 'text_submitted' THEN accepted.id END
        FROM accepted JOIN unnest(
            %(of)s::uuid[], %(ats)s::timestamptz[], %(kinds)s::text[], %(step_ids)s::text[], %(details)s::text[]
        ) AS entry (of, at, kind, step_id, detail) ON entry.of = accepted.id
        ON CONFLICT DO NOTHING
    ), moved AS (
        UPDATE enrollments
        SET current_step_id = free.step_id, waiting_until = free.until, sends_next = free.sends,
            waiting_reason = NULL
        FROM free WHERE enrollments.id = free.enrollment_id AND free.is_running
    )
    SELECT id FROM accepted
"""


async def accept(connection: Connection, texts: Sequence[Taken], now: datetime) -> list[bool]:
    """Write that providers have taken texts; return of each whether it is written.

    False, and nothing of it written, if it takes more than that: somebody else was first or is just busy with it, a
    callback or the end of the enrollment, or another text has that id of the provider.
    """
    values: dict[str, Any] = {
        "message_id": [text.message_id for text in texts],
        "account_id": [text.account_id for text in texts],
        "provider_message_id": [text.provider_message_id for text in texts],
        "status": [text.status.value for text in texts],
        "enrollment_id": [text.enrollment_id for text in texts],
        "step_id": [text.position.step_id for text in texts],
        "until": [text.position.until for text in texts],
        "sends": [text.position.sends for text in texts],
        "now": now,
    }
    entries = [(text.message_id, entry) for text in texts for entry in text.entries]
    values |= {
        "of": [message_id for message_id, _ in entries],
        "ats": [entry.at for _, entry in entries],
        "kinds": [entry.kind.value for _, entry in entries],
        "step_ids": [entry.step_id for _, entry in entries],
        "details": [entry.detail for _, entry in entries],
    }
    done = await connection.execute(_ACCEPT, values)
    accepted = {row[0] for row in await done.fetchall()}
    return [text.message_id in accepted for text in texts]
