"""Tests of db/conversations/moves.py: what the page of a conversation asks about moves is asked of indexes."""

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from db.conversations.moves import HAS_MOVES, Span, moves_within
from db.engine import Sessions
from db.tables import Conversation
from domain.privileges import Actor, Entity, Level, Privilege
from tests.db.conftest import NOW, plan_of
from tests.makers import Scene, make_conversation


async def test_moves_are_found_without_reading_those_of_other_conversations(
    sessions: Sessions, scene: Scene, database: AsyncEngine
) -> None:
    async with sessions.begin() as session:
        conversation = await make_conversation(session, scene.record, scene.number)
        await session.execute(
            text(
                "INSERT INTO conversations (organisation_id, customer_number, record_id, phone_number_id)"
                " SELECT :organisation, '+1303' || n, :record, :number FROM generate_series(1, 5000) n"
            ),
            {
                "organisation": scene.organisation.id,
                "record": scene.record.id,
                "number": scene.number.id,
            },
        )
        await session.execute(
            text(
                "INSERT INTO conversation_moves (organisation_id, from_conversation_id, to_conversation_id,"
                " from_record_id, to_record_id, message_ids, is_whole, moved_by, moved_at)"
                " SELECT organisation_id, id, lead(id, 1, :first) OVER (ORDER BY id), record_id, record_id,"
                " ARRAY[id], false, :mover, :now FROM conversations"
            ),
            {"first": conversation.id, "mover": scene.seller.id, "now": NOW},
        )
    async with database.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM (ANALYZE)"))
    actor = Actor(
        user_id=scene.seller.id,
        organisation_id=scene.organisation.id,
        grants={(Entity.RECORD, Privilege.READ): Level.BUSINESS_UNIT},
        unit_id=scene.seller.business_unit_id,
    )
    for asked in (
        moves_within(actor, conversation.id, Span(since=NOW, before=None)),
        select(HAS_MOVES).where(Conversation.id == conversation.id),
    ):
        async with sessions() as session:
            lines = await plan_of(session, asked)
        assert "Seq Scan on conversation_moves" not in lines, lines
        assert "conversation_moves_from_conversation_id_idx" in lines, lines
        assert "conversation_moves_to_conversation_id_idx" in lines, lines
