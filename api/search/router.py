"""Finding what was said, and with which number."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from api.auth import May
from api.context import Database, Now
from api.conversations.schemas import ConversationOut
from api.pages import AskedPage, Page, page_of
from api.problems import Problem, invalid, problems
from api.search.schemas import SearchHit
from db.conversations import queries as conversations
from db.search import queries
from db.search.queries import TooBroad
from domain.privileges import Actor, Entity, Privilege
from domain.search import FEWEST_DIGITS, NothingToLookFor, Wanted, read, spellings

router = APIRouter(prefix="/search", tags=["search"])

_MayRead = Annotated[
    Actor,
    Depends(
        May(Entity.MESSAGE, Privilege.READ, also=((Entity.CONVERSATION, Privilege.READ),)),
    ),
]


async def _wanted(
    q: Annotated[
        str,
        Query(
            max_length=1000,
            description='Words that all must be there, "a phrase", or, -without, and begin*.',
        ),
    ],
) -> Wanted:
    try:
        return read(q)
    except NothingToLookFor as error:
        raise _nothing(error) from error


_Asked = Annotated[Wanted, Depends(_wanted)]


@router.get("", operation_id="searchMessages", responses=problems(401, 403, 422))
async def search_messages(
    actor: _MayRead,
    session: Database,
    now: Now,
    page: AskedPage,
    wanted: _Asked,
    record_id: UUID | None = None,
) -> Page[SearchHit]:
    """Find texts among all that you may read, the newest first, each with what was said before and after it.

    Case and accents do not matter. Words are found as written: "calls" does not find "call", "call*" finds both.
    """
    try:
        found = await queries.search(session, actor, wanted, page, now=now, record_id=record_id)
    except NothingToLookFor as error:
        raise _nothing(error) from error
    except TooBroad as error:
        raise invalid("query.q", str(error), slug="too-broad") from error
    return page_of(found, SearchHit.of)


@router.get("/numbers", operation_id="searchNumbers", responses=problems(401, 403, 422))
async def search_numbers(
    actor: _MayRead, session: Database, page: AskedPage, wanted: _Asked
) -> Page[ConversationOut]:
    """Find conversations by a part of the customer's number, the one with the newest text first."""
    if wanted.digits is None:
        raise _nothing(
            NothingToLookFor(f"Write at least {FEWEST_DIGITS} digits of a number, and no letters.")
        )
    found = await conversations.list_conversations(
        session, actor, page, digits=spellings(wanted.digits)
    )
    return page_of(found, ConversationOut.of)


def _nothing(error: NothingToLookFor) -> Problem:
    return invalid("query.q", str(error), slug="nothing-to-look-for")
