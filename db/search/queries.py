"""Where, in all that a person may read, does somebody say this? Found newest first, in bounded time.

For one week first, and for more only while too little is found (domain/search.py). Who reads few conversations has them
searched; who reads many has the words looked up, and what is found then checked against what the reader may see.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Uuid,
    any_,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.conversations.tables import Conversation
from db.messages.tables import Message
from db.pages import PageOf, PageRequest, decode_cursor, encode_cursor
from db.records.tables import Record
from db.search.tables import SearchableMessage
from db.users.tables import User
from db.visibility import visible_to
from domain.privileges import Actor
from domain.search import (
    MATCH_BEGINS,
    MATCH_ENDS,
    Fragment,
    NothingToLookFor,
    Period,
    Wanted,
    fragments,
    periods,
    start_of,
)

FEW: Final = 2_000
"""Conversations up to which they are searched one by one."""
PATIENCE: Final = timedelta(seconds=3)
"""How long one statement of a search may take."""

_KEYS: Final = (SearchableMessage.created_at, SearchableMessage.message_id)
_CONFIGURATION: Final[ColumnElement[Any]] = literal_column("'public.touchline'::regconfig")
_SHOWN: Final = f'StartSel="{MATCH_BEGINS}", StopSel="{MATCH_ENDS}", HighlightAll=true'

_Key = tuple[datetime, UUID]


class TooBroad(RuntimeError):
    """The search would take too long; the message says what to do."""


class Hit(NamedTuple):
    """A text that was found, with what was said just before and after it."""

    message: Message
    conversation: Conversation
    record: Record | None
    author: User | None
    fragments: tuple[Fragment, ...]
    earlier: Message | None
    later: Message | None


@dataclass(frozen=True, slots=True)
class _Search:
    """One search of one reader; `few` are the conversations to look in if they are few enough."""

    actor: Actor
    query: ColumnElement[Any]
    record_id: UUID | None
    few: Sequence[UUID] | None


async def search(
    session: AsyncSession,
    actor: Actor,
    wanted: Wanted,
    page: PageRequest,
    *,
    now: datetime,
    record_id: UUID | None = None,
) -> PageOf[Hit]:
    """Return the texts that the actor may read and that `wanted` matches, the newest first.

    Raises NothingToLookFor, TooBroad, and InvalidCursor.
    """
    before: _Key | None = None
    if page.after is not None:
        at, message_id = decode_cursor(page.after, _KEYS)
        before = (at, message_id)
    query = _query(wanted)
    await _prepare(session, query)
    with _patient():
        few = await _few(session, actor, record_id)
        looking = _Search(actor, query, record_id, few)
        found = await _find(session, looking, before, now, page.limit + 1)
        shown = found[: page.limit]
        hits = await _with_context(session, [key[1] for key in shown], query)
    return PageOf(hits, encode_cursor(shown[-1]) if len(found) > page.limit else None)


async def _prepare(session: AsyncSession, query: ColumnElement[Any]) -> None:
    """Have the statements to come planned for these words, and ended when they take too long."""
    milliseconds = str(PATIENCE // timedelta(milliseconds=1))
    looked_up = await session.scalar(
        select(
            func.querytree(query),
            # a plan made for any words would not know how many texts have these
            func.set_config("plan_cache_mode", "force_custom_plan", True),
            func.set_config("statement_timeout", milliseconds, True),
        )
    )
    if looked_up in ("", "T"):
        raise NothingToLookFor(
            "Write a word that the texts must hold, not only what they must not."
        )


@contextmanager
def _patient() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if not isinstance(error.orig, psycopg.errors.QueryCanceled):
            raise
        raise TooBroad(
            "Too many texts hold this: add a word, or search within one record."
        ) from error


def _query(wanted: Wanted) -> ColumnElement[Any]:
    query: ColumnElement[Any] = func.websearch_to_tsquery(
        _CONFIGURATION, wanted.words, type_=TSQUERY
    )
    for beginning in wanted.beginnings:
        begins = func.to_tsquery(_CONFIGURATION, f"{beginning}:*", type_=TSQUERY)
        query = query.op("&&", return_type=TSQUERY())(begins)
    return query


async def _few(session: AsyncSession, actor: Actor, record_id: UUID | None) -> list[UUID] | None:
    """Return the conversations that the actor may see, or None if they are many."""
    statement = select(Conversation.id).where(visible_to(actor, Conversation)).limit(FEW + 1)
    if record_id is not None:
        statement = statement.where(Conversation.record_id == record_id)
    found = list(await session.scalars(statement))
    return found if len(found) <= FEW else None


async def _find(
    session: AsyncSession, search: _Search, before: _Key | None, now: datetime, count: int
) -> list[_Key]:
    """Return the keys of the newest `count` texts that were found, at most."""
    statement_of = _within if search.few is None else _within_few
    found: list[_Key] = []
    for period in periods(now if before is None else before[0]):
        statement = statement_of(period, search, before).limit(count - len(found))
        found += _keys(await session.execute(statement))
        if len(found) == count:
            break
    return found


def _within_few(period: Period, search: _Search, before: _Key | None) -> Select[*tuple[Any, ...]]:
    """Return the statement for the texts of a period in the few conversations that the reader may see."""
    at = SearchableMessage.created_at
    among = SearchableMessage.conversation_id == any_(literal(search.few, ARRAY(Uuid())))
    statement = select(*_KEYS).where(among, at < start_of(period.newest + 1))
    if period.oldest is not None:
        statement = statement.where(at >= start_of(period.oldest))
    matching = _matching(statement, search.query, before)
    return matching.order_by(*(key.desc() for key in _KEYS))


def _matching(
    statement: Select[*tuple[Any, ...]], query: ColumnElement[Any], before: _Key | None
) -> Select[*tuple[Any, ...]]:
    statement = statement.where(SearchableMessage.words.op("@@")(query))
    if before is not None:
        statement = statement.where(tuple_(*_KEYS) < before)
    return statement


def _within(period: Period, search: _Search, before: _Key | None) -> Select[*tuple[Any, ...]]:
    """Return the statement for what the reader sees of the texts of a period."""
    query = search.query
    statement = select(*_KEYS, SearchableMessage.conversation_id)
    if period.oldest is None:
        statement = statement.where(SearchableMessage.created_at < start_of(period.newest + 1))
    else:
        weeks = range(period.oldest, period.newest + 1)
        query = query.op("&&", return_type=TSQUERY())(
            cast(" | ".join(f"'@{week}'" for week in weeks), TSQUERY)
        )
    # materialized: the words are looked up in their index, where one might else walk through all texts by time
    hit = _matching(statement, query, before).cte("hit").prefix_with("MATERIALIZED")
    visible = (
        select(hit.c.created_at, hit.c.message_id)
        .join(Conversation, Conversation.id == hit.c.conversation_id)
        .where(visible_to(search.actor, Conversation))
        .order_by(hit.c.created_at.desc(), hit.c.message_id.desc())
    )
    if search.record_id is not None:
        visible = visible.where(Conversation.record_id == search.record_id)
    return visible


def _keys(found: Any) -> list[_Key]:
    return [(at, message_id) for at, message_id in found]


async def _with_context(
    session: AsyncSession, message_ids: Sequence[UUID], query: ColumnElement[Any]
) -> list[Hit]:
    """Return these texts, in their order, each with the one before and the one after it."""
    if not message_ids:
        return []
    body = func.translate(Message.body, MATCH_BEGINS + MATCH_ENDS, "")
    found = await session.execute(
        select(
            Message,
            Conversation,
            Record,
            User,
            func.ts_headline(_CONFIGURATION, body, query, bindparam("shown", _SHOWN)),
            _EARLIER,
            _LATER,
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .outerjoin(Record, Record.id == Conversation.record_id)
        .outerjoin(User, User.id == Message.author_id)
        .outerjoin(_EARLIER, true())
        .outerjoin(_LATER, true())
        .where(Message.id == any_(literal(list(message_ids), ARRAY(Uuid()))))
        .order_by(Message.created_at.desc(), Message.id.desc())
    )
    return [
        Hit(message, conversation, record, author, fragments(shown), before, after)
        for message, conversation, record, author, shown, before, after in found
    ]


def _beside(*, is_later: bool) -> type[Message]:
    """Return the text just before or just after a text, in its conversation."""
    other = aliased(Message)
    key, own = tuple_(other.created_at, other.id), tuple_(Message.created_at, Message.id)
    order = (other.created_at, other.id)
    one = (
        select(other)
        .where(
            other.conversation_id == Message.conversation_id,
            key > own if is_later else key < own,
        )
        .order_by(*(order if is_later else (column.desc() for column in order)))
        .limit(1)
        .lateral()
    )
    return aliased(Message, one)


# made once: an alias is costlier than all that a request asks of it
_EARLIER: Final = _beside(is_later=False)
_LATER: Final = _beside(is_later=True)
