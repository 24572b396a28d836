"""What each role may do."""

from typing import Annotated

from fastapi import APIRouter, Depends

from api.auth import May
from api.pages import Page
from api.problems import problems
from api.roles.schemas import RoleOut
from domain.privileges import Actor, Entity, Privilege
from domain.users import Role

router = APIRouter(prefix="/roles", tags=["roles"])


@router.get("", operation_id="listRoles", responses=problems(401, 403))
async def list_roles(
    _: Annotated[Actor, Depends(May(Entity.ROLE, Privilege.READ))],
) -> Page[RoleOut]:
    """List the roles with their privileges: on which rows, of which entity."""
    return Page(items=[RoleOut.of(role) for role in Role], next=None)
