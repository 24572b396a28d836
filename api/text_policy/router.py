"""What the organisation asks of its texts."""

from typing import Annotated

from fastapi import APIRouter, Depends

from api.auth import May
from api.context import Database
from api.problems import invalid, problems
from api.text_policy.schemas import TextPolicyChanges, TextPolicyOut
from db.organisations.tables import Organisation
from domain.privileges import Actor, Entity, Privilege
from domain.text_policy import RULES_BY_KEY, severities_of

router = APIRouter(prefix="/text-policy", tags=["templates"])

_MayRead = Annotated[Actor, Depends(May(Entity.ORGANISATION, Privilege.READ))]
_MayWrite = Annotated[Actor, Depends(May(Entity.ORGANISATION, Privilege.WRITE))]


@router.get("", operation_id="getTextPolicy", responses=problems(401, 403))
async def get_text_policy(actor: _MayRead, session: Database) -> TextPolicyOut:
    """Show the rules for texts, and how much each matters here."""
    organisation = await session.get_one(Organisation, actor.organisation_id)
    return TextPolicyOut.of(severities_of(organisation.text_policy))


@router.patch("", operation_id="changeTextPolicy", responses=problems(401, 403, 422))
async def change_text_policy(
    actor: _MayWrite, session: Database, body: TextPolicyChanges
) -> TextPolicyOut:
    """Choose how much rules matter: an `error` keeps a sequence from being published."""
    for key in body.root:
        if key not in RULES_BY_KEY:
            raise invalid(key, f"There is no such rule: there are {', '.join(RULES_BY_KEY)}.")
    organisation = await session.get_one(Organisation, actor.organisation_id, with_for_update=True)
    changed = organisation.text_policy | body.root
    organisation.text_policy = {
        key: str(severity) for key, severity in changed.items() if severity is not None
    }
    await session.flush()
    return TextPolicyOut.of(severities_of(organisation.text_policy))
