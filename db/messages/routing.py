"""What decides to which record a customer's text belongs (domain/routing.py), read by one statement."""

from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.records import RecordKind, RecordStatus
from domain.routing import Addressed, Candidate, UnknownSender

_FACTS: Final = text(
    """
    WITH number AS (
        SELECT id, organisation_id, owner_user_id, owner_team_id
        FROM phone_numbers WHERE id = :number_id
    ), sellers_numbers AS (
        -- of the one the text is addressed to: what went over another number of theirs was said with them too
        SELECT n.id
        FROM phone_numbers n JOIN number ON n.organisation_id = number.organisation_id
        WHERE CASE
            WHEN number.owner_user_id IS NOT NULL THEN n.owner_user_id = number.owner_user_id
            WHEN number.owner_team_id IS NOT NULL THEN n.owner_team_id = number.owner_team_id
            ELSE n.id = number.id END
    ), found AS (
        SELECT r.id FROM records r JOIN number USING (organisation_id) WHERE r.phone = :from_number
        UNION
        SELECT c.record_id FROM conversations c JOIN number USING (organisation_id)
        WHERE c.customer_number = :from_number AND c.record_id IS NOT NULL
    )
    SELECT
        number.owner_user_id AS addressed_user_id,
        number.owner_team_id AS addressed_team_id,
        ARRAY(SELECT user_id FROM team_members WHERE team_id = number.owner_team_id) AS member_ids,
        o.unknown_sender,
        r.id AS record_id, r.kind, r.status, r.owner_user_id, r.owner_team_id, r.updated_at,
        r.phone IS NOT DISTINCT FROM :from_number AS holds_number,
        talk.at AS talked_at
    FROM number
    JOIN organisations o ON o.id = number.organisation_id
    LEFT JOIN (found JOIN records r USING (id)) ON r.erased_at IS NULL
    LEFT JOIN conversations c
        ON c.organisation_id = number.organisation_id AND c.customer_number = :from_number
        AND c.record_id = r.id
    LEFT JOIN LATERAL (
        SELECT m.created_at AS at
        FROM messages m
        WHERE m.conversation_id = c.id AND m.status NOT IN ('held', 'refused')
          AND (m.phone_number_id IN (SELECT id FROM sellers_numbers)
               OR m.author_id = number.owner_user_id)
        ORDER BY m.created_at DESC
        LIMIT 1
    ) talk ON true
    """
)


async def facts(
    session: AsyncSession, phone_number_id: UUID, from_number: str
) -> tuple[Addressed, list[Candidate], UnknownSender]:
    """Return the arguments of domain.routing.route for a text from `from_number` to this number of ours.

    Candidates are the records that hold the customer's number, and those with a conversation with it.
    """
    found = await session.execute(
        _FACTS, {"number_id": phone_number_id, "from_number": from_number}
    )
    rows = found.all()
    first = rows[0]
    addressed = Addressed(
        first.addressed_user_id, frozenset(first.member_ids), first.addressed_team_id
    )
    candidates = [
        Candidate(
            record_id=row.record_id,
            kind=RecordKind(row.kind),
            status=RecordStatus(row.status),
            owner_user_id=row.owner_user_id,
            owner_team_id=row.owner_team_id,
            updated_at=row.updated_at,
            holds_number=row.holds_number,
            talked_at=row.talked_at,
        )
        for row in rows
        if row.record_id is not None
    ]
    return addressed, candidates, UnknownSender(first.unknown_sender)
