"""Media: kept once by their content, and beside the texts they go with."""

import hashlib
from collections.abc import Collection, Sequence
from typing import NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from db.conversations.tables import Conversation
from db.media.tables import Media, MessageMedia
from db.messages.tables import Message
from db.outbox import queries as outbox
from db.visibility import visible_to
from domain.media import MediaStatus, Medium
from domain.notices import FetchMedia, media_workflow_id
from domain.privileges import Actor

_LONGEST_URL = 1000
_LONGEST_TYPE = 100
_LONGEST_REASON = 300


class Link(Protocol):
    """Where a provider has what came with a customer's text, and what it claims that to be."""

    @property
    def url(self) -> str: ...
    @property
    def content_type(self) -> str: ...


class MediumRow(NamedTuple):
    """What goes with a text; of one that is not stored, the type is the provider's claim and there is no size."""

    message_id: UUID
    position: int
    status: MediaStatus
    sha256: str | None
    content_type: str | None
    size: int | None
    reason: str | None


class Waiting(NamedTuple):
    """A medium that is still at the provider."""

    organisation_id: UUID
    account_id: UUID
    position: int
    url: str


class Content(NamedTuple):
    content_type: str
    content: bytes


async def keep(
    session: AsyncSession, organisation_id: UUID, content: bytes, content_type: str
) -> str:
    """Keep a medium, once however often it comes; return its SHA-256 in hexadecimal digits."""
    sha256 = hashlib.sha256(content).hexdigest()
    known = select(Media.sha256).where(
        Media.organisation_id == organisation_id, Media.sha256 == sha256
    )
    # asked first, since an insert that is a no-op would still carry the megabytes
    if await session.scalar(known) is None:
        await session.execute(
            postgresql.insert(Media)
            .values(
                organisation_id=organisation_id,
                sha256=sha256,
                content_type=content_type,
                size=len(content),
                content=content,
            )
            .on_conflict_do_nothing()
        )
    return sha256


async def find(
    session: AsyncSession, organisation_id: UUID, sha256s: Collection[str]
) -> dict[str, Medium]:
    """Return those of these media that the organisation keeps, by their SHA-256."""
    found = await session.execute(
        select(Media.sha256, Media.content_type, Media.size).where(
            Media.organisation_id == organisation_id, Media.sha256.in_(sha256s)
        )
    )
    return {sha256: Medium(content_type, size) for sha256, content_type, size in found}


async def attach(
    session: AsyncSession, organisation_id: UUID, message_id: UUID, sha256s: Sequence[str]
) -> None:
    """Have kept media go with a text of ours, in this order."""
    if sha256s:
        rows = [
            {
                "organisation_id": organisation_id,
                "message_id": message_id,
                "position": position,
                "status": MediaStatus.STORED,
                "sha256": sha256,
            }
            for position, sha256 in enumerate(sha256s)
        ]
        await session.execute(insert(MessageMedia), rows)


async def note(
    session: AsyncSession, organisation_id: UUID, message_id: UUID, links: Sequence[Link]
) -> str | None:
    """Note what came with a customer's text and have it fetched; return the id of the workflow to tell.

    Its notice is in the outbox already. None if nothing came with the text.
    """
    if not links:
        return None
    rows = [
        {
            "organisation_id": organisation_id,
            "message_id": message_id,
            "position": position,
            "claimed_type": link.content_type[:_LONGEST_TYPE],
            **_place(link.url),
        }
        for position, link in enumerate(links)
    ]
    await session.execute(insert(MessageMedia), rows)
    workflow_id = media_workflow_id(message_id)
    notice = FetchMedia(workflow_id=workflow_id, message_id=message_id)
    await outbox.add(session, organisation_id, [notice])
    return workflow_id


async def waiting(session: AsyncSession, message_id: UUID) -> list[Waiting]:
    """Return what came with a text and is still to be fetched."""
    found = await session.execute(
        select(
            MessageMedia.organisation_id,
            Message.provider_account_id,
            MessageMedia.position,
            MessageMedia.source_url,
        )
        .join(Message, Message.id == MessageMedia.message_id)
        .where(
            MessageMedia.message_id == message_id,
            MessageMedia.status == MediaStatus.WAITING,
        )
        .order_by(MessageMedia.position)
    )
    return [
        Waiting(organisation_id, account_id, position, url)
        for organisation_id, account_id, position, url in found
        if url is not None
    ]


async def stored(session: AsyncSession, message_id: UUID, position: int, sha256: str) -> None:
    """Note that a medium of a customer's text is kept; whoever looks at the conversation is told."""
    await _settle(session, message_id, position, status=MediaStatus.STORED, sha256=sha256)


async def refused(session: AsyncSession, message_id: UUID, position: int, reason: str) -> None:
    """Note why a medium of a customer's text will not be there, in a sentence a seller understands."""
    await _settle(
        session,
        message_id,
        position,
        status=MediaStatus.REFUSED,
        reason=reason[:_LONGEST_REASON],
    )


async def of_messages(
    session: AsyncSession, message_ids: Collection[UUID]
) -> dict[UUID, list[MediumRow]]:
    """Return what goes with each of these texts, in its order; a text without media is not in it."""
    found = await session.execute(
        select(
            MessageMedia.message_id,
            MessageMedia.position,
            MessageMedia.status,
            MessageMedia.sha256,
            func.coalesce(Media.content_type, MessageMedia.claimed_type),
            Media.size,
            MessageMedia.reason,
        )
        .outerjoin(
            Media,
            (Media.organisation_id == MessageMedia.organisation_id)
            & (Media.sha256 == MessageMedia.sha256),
        )
        .where(MessageMedia.message_id.in_(message_ids))
        .order_by(MessageMedia.message_id, MessageMedia.position)
    )
    media: dict[UUID, list[MediumRow]] = {}
    for row in found:
        media.setdefault(row.message_id, []).append(MediumRow(*row))
    return media


async def content(session: AsyncSession, organisation_id: UUID, sha256: str) -> Content | None:
    """Return a kept medium whole."""
    return await _one(
        session,
        select(Media.content_type, Media.content).where(
            Media.organisation_id == organisation_id, Media.sha256 == sha256
        ),
    )


async def visible_content(
    session: AsyncSession, actor: Actor, message_id: UUID, position: int
) -> Content | None:
    """Return what goes with a text, if it is stored and the actor may see the text's conversation."""
    return await _one(
        session,
        select(Media.content_type, Media.content)
        .join(
            MessageMedia,
            (Media.organisation_id == MessageMedia.organisation_id)
            & (Media.sha256 == MessageMedia.sha256),
        )
        .join(Message, Message.id == MessageMedia.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            MessageMedia.message_id == message_id,
            MessageMedia.position == position,
            visible_to(actor, Conversation),
        ),
    )


async def _one(session: AsyncSession, statement: Select[str, bytes]) -> Content | None:
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else Content(*row)


def _place(url: str) -> dict[str, object]:
    """Return what is known at once of a medium: a provider's address may be longer than is ever fetched."""
    if len(url) > _LONGEST_URL:
        reason = "The provider's address of it is too long."
        return {"status": MediaStatus.REFUSED, "source_url": None, "reason": reason}
    return {"status": MediaStatus.WAITING, "source_url": url, "reason": None}


async def _settle(
    session: AsyncSession, message_id: UUID, position: int, **outcome: object
) -> None:
    settled = await session.execute(
        update(MessageMedia)
        .where(
            MessageMedia.message_id == message_id,
            MessageMedia.position == position,
            MessageMedia.status == MediaStatus.WAITING,
        )
        .values(**outcome)
        .returning(MessageMedia.message_id)
    )
    if settled.one_or_none() is not None:
        # the text's own row does not change, so its trigger tells nobody (migration 0001)
        await session.execute(
            select(
                func.announce(
                    Message.organisation_id,
                    "message.changed",
                    func.jsonb_build_object(
                        *("id", Message.id, "conversation_id", Message.conversation_id),
                        *("record_id", Conversation.record_id),
                    ),
                    func.conversation_audience(Message.conversation_id),
                )
            )
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Message.id == message_id)
        )
