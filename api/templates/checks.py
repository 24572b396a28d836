"""What is asked of a template before it is kept: its words, its key, and with whom it may be shared."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api.problems import Problem, ProblemError, invalid
from db.business_units.queries import unit_exists
from db.users.teams import team_exists
from domain.privileges import Actor, Entity, Level, Privilege, level_of
from domain.records import RecordKind
from domain.segments import normalise
from domain.template_source import check_template
from domain.templates import Sharing


def checked_words(
    kind: RecordKind | None, variants: Mapping[str, str], default: str
) -> dict[str, str]:
    """Return the words as they are kept. Refuses those that no record could be sent."""
    kept = {language: normalise(words) for language, words in variants.items()}
    found = check_template(kind, kept, default)
    if found:
        raise Problem(
            422,
            "invalid-template",
            "\n".join(map(str, found)),
            errors=[
                ProblemError(
                    path=f"variants.{each.language}" if each.language else "default_language",
                    line=each.line,
                    message=each.message,
                )
                for each in found
            ],
        )
    return kept


def key_of(name: str) -> str:
    """Return the key that a name makes: its letters and digits with hyphens between."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    words = re.findall(r"[a-z0-9]+", "".join(c for c in letters if not unicodedata.combining(c)))
    key = "-".join(words)[:64].strip("-")
    if not key[:1].isalpha():
        raise invalid("key", "The name has no Latin letter to begin a key with: give it a key.")
    return key


async def audience_of(
    session: AsyncSession,
    actor: Actor,
    sharing: Sharing,
    team_id: UUID | None,
    unit_id: UUID | None,
) -> dict[str, Any]:
    """Return the columns that say who sees a template. Refuses an audience that is not the actor's to share with."""
    everywhere = level_of(actor, Entity.TEMPLATE, Privilege.WRITE) is Level.ORGANISATION
    if sharing is Sharing.BUSINESS_UNIT and unit_id is None:
        unit_id = actor.unit_id
    for name, wanted, value in (
        ("team_id", Sharing.TEAM, team_id),
        ("business_unit_id", Sharing.BUSINESS_UNIT, unit_id),
    ):
        if (value is not None) != (sharing is wanted):
            what = "Say which one it is shared with." if value is None else "It is not shared so."
            raise invalid(name, what)
    if team_id is not None and not (
        team_id in actor.team_ids
        or (everywhere and await team_exists(session, actor.organisation_id, team_id))
    ):
        raise invalid("team_id", "There is no such team of yours.")
    if unit_id is not None and not (
        unit_id in actor.units_below | {actor.unit_id}
        or (everywhere and await unit_exists(session, actor.organisation_id, unit_id))
    ):
        raise invalid("business_unit_id", "There is no such business unit of yours.")
    return {"sharing": sharing, "team_id": team_id, "business_unit_id": unit_id}
