"""How do a text and a withdrawal of consent take turns, whichever of the number's conversations they belong to?

Every text takes the lock of its customer's number, shared, before the statement that reads consent; a withdrawal takes
it alone before it writes. So either the text is committed as SUBMITTING before the withdrawal is, which lists it as
under way, or the text reads the withdrawal. Texts do not wait for each other. See
docs/decisions/0032-a-withdrawal-and-a-text-take-turns.md.

The order of all locks: conversation, number, enrollment, message.
"""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, bindparam, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.autocommit import Connection, connection_of
from db.compiled import Compiled
from db.conversations.tables import Conversation
from db.messages.tables import Message

_SEED: Final = 5
"""Keeps these locks apart from other advisory ones."""


def shared_if_free(organisation_id: Any, customer_number: Any) -> ColumnElement[bool]:
    """Return the expression by which a text takes the lock unless somebody else has it; it says which."""
    return func.pg_try_advisory_xact_lock_shared(_key(organisation_id, customer_number))


def shared(organisation_id: Any, customer_number: Any) -> ColumnElement[Any]:
    """Return the expression by which a text takes the number's lock, until its transaction ends."""
    return func.pg_advisory_xact_lock_shared(_key(organisation_id, customer_number))


async def share_with_text(connection: Connection, message_id: UUID) -> None:
    """Lock the conversation of a text, then its customer's number, shared."""
    await _OF_TEXT.execute(connection, {"message_id": message_id})


async def share(session: AsyncSession, organisation_id: UUID, customer_number: str) -> None:
    """Take a number's lock, shared."""
    await session.execute(select(shared(organisation_id, customer_number)))


async def exclusive(session: AsyncSession, organisation_id: UUID, numbers: Iterable[str]) -> None:
    """Take the locks of customer numbers alone, always in the same order; each waits for the texts that hold it."""
    connection = await connection_of(session)
    for number in sorted(set(numbers)):
        await connection.execute(_EXCLUSIVE, (f"{organisation_id}{number}", _SEED))


_EXCLUSIVE: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))"


def _key(organisation_id: Any, customer_number: Any) -> ColumnElement[int]:
    return func.hashtextextended(func.concat(cast(organisation_id, String), customer_number), _SEED)


def _of_text() -> Select[Any]:
    conversation_id = (
        select(Message.conversation_id)
        .where(Message.id == bindparam("message_id"))
        .scalar_subquery()
    )
    # the conversation first: a select list is worked out before its rows are locked
    locked = (
        select(Conversation.organisation_id, Conversation.customer_number)
        .where(Conversation.id == conversation_id)
        .with_for_update()
        .subquery()
    )
    return select(shared(locked.c.organisation_id, locked.c.customer_number))


_OF_TEXT: Final = Compiled(_of_text())
