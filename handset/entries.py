"""What does the log keep of a request to send, of a message, of the webhooks it will bring?"""

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from handset.behaviour import Fault, Rules, Station, hits
from handset.fate import Fate
from handset.protocols.interface import CarrierProtocol, Hook
from handset.segments import count_segments
from handset.sending import SendRequest


def request_facts(
    protocol: CarrierProtocol, account_id: str, request: SendRequest, fault: Fault | None
) -> dict[str, Any]:
    """Return what is kept of a request, whatever comes of it."""
    return {
        "account_sid": account_id,
        "protocol": protocol.name,
        "from": request.sender,
        "to": request.recipient,
        "pool": request.pool,
        "body": request.body,
        "media_urls": request.media_urls,
        "message_id": request.message_id,
        "reference": request.reference,
        "segments": count_segments(request.body),
        "status_callback": request.status_callback,
        "fault": fault,
    }


def message_facts(
    message_id: str,
    direction: str,
    segments: int,
    fate: Fate,
    *,
    listed_at: datetime,
    media_count: int = 0,
    files: Sequence[Mapping[str, Any]] = (),
    free_at: datetime | None = None,
    pool: str = "",
    keyword: str | None = None,
    extra: Mapping[str, Any] | None = None,
    parts: Sequence[str] = (),
) -> dict[str, Any]:
    """Return what is kept of a new message. `free_at`: when its number can send the next one."""
    return {
        "sid": message_id,
        "direction": direction,
        "segments": segments,
        "media": media_count,
        "files": files,
        "listed_at": listed_at.isoformat(),
        "queued_at": fate.queued_at.isoformat() if fate.queued_at else None,
        "sent_at": fate.sent_at.isoformat() if fate.sent_at else None,
        "final_at": fate.final_at.isoformat(),
        "free_at": free_at.isoformat() if free_at else None,
        "outcome": fate.outcome,
        "error_code": fate.code,
        "pool": pool,
        "keyword": keyword,
        "extra": dict(extra or {}),
        "parts": parts,
    }


def call_facts(
    message_id: str,
    rules: Rules,
    dice: random.Random,
    hook: Hook,
    due: Iterable[Station],
    parts: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Return what is kept of the webhooks due, each for every part if there are `parts`.

    Those that tell the same have one token.
    """
    tokens: dict[tuple[str, str], str] = {}
    told = [(status, at, part) for status, at in due for part in parts or ("",)]
    return [
        {
            "key": f"{message_id}/{status}/{index}",
            "status": status,
            "part": part,
            "url": hook.url,
            "method": hook.method,
            "token": tokens.setdefault((status, part), str(uuid4())),
            "due_at": at.isoformat(),
            "forged": hits(rules.webhook_forged, dice),
            "lost": hits(rules.webhook_lost, dice),
        }
        for index, (status, at, part) in enumerate(told)
    ]
