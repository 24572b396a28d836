"""The usual end of a send, in one statement: the provider has the text, and the enrollment goes on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from db.autocommit import Connection
from db.enrollments.progress import Entry
from domain.interpreter import Position
from domain.messages import MessageStatus

_ACCEPT: Final = """
    WITH accepted AS (
        UPDATE messages
        SET status = %(status)s, provider_message_id = %(provider_message_id)s,
            sent_at = %(sent_at)s
        WHERE id = %(message_id)s AND status = 'submitting' AND NOT EXISTS (
            SELECT FROM messages AS other
            WHERE other.provider_account_id = %(account_id)s
                AND other.provider_message_id = %(provider_message_id)s
        )
        RETURNING organisation_id, id
    ), noted AS (
        INSERT INTO timeline_entries (organisation_id, enrollment_id, at, kind, step_id, detail, message_id)
        SELECT organisation_id, %(enrollment_id)s, at, kind, step_id, detail,
            CASE WHEN kind = 'text_submitted' THEN accepted.id END
        FROM accepted, unnest(%(ats)s::timestamptz[], %(kinds)s::text[], %(step_ids)s::text[], %(details)s::text[])
            AS entry (at, kind, step_id, detail)
        ON CONFLICT DO NOTHING
    ), moved AS (
        UPDATE enrollments
        SET current_step_id = %(step_id)s, waiting_until = %(until)s, sends_next = %(sends)s, waiting_reason = NULL
        FROM accepted
        WHERE enrollments.id = %(enrollment_id)s AND ended_at IS NULL
    )
    SELECT FROM accepted
"""


async def accept(
    connection: Connection,
    message_id: UUID,
    *,
    account_id: UUID,
    provider_message_id: str,
    status: MessageStatus,
    enrollment_id: UUID | None,
    entries: Sequence[Entry],
    position: Position,
    now: datetime,
) -> bool:
    """Write that the provider has taken a text, with `entries` on its enrollment, which then stands at `position`.

    False, and nothing written, if it takes more than that: somebody else was first, a callback or the end of the
    enrollment, or another text has that id of the provider.
    """
    done = await connection.execute(
        _ACCEPT,
        {
            "message_id": message_id,
            "account_id": account_id,
            "provider_message_id": provider_message_id,
            "status": status.value,
            "enrollment_id": enrollment_id,
            "ats": [entry.at for entry in entries],
            "kinds": [entry.kind.value for entry in entries],
            "step_ids": [entry.step_id for entry in entries],
            "details": [entry.detail for entry in entries],
            "step_id": position.step_id,
            "until": position.until,
            "sends": position.sends,
            "sent_at": None if status is MessageStatus.QUEUED else now,
        },
    )
    return done.rowcount == 1
