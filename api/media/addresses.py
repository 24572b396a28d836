"""By which address does a page show what goes with a text?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Final

from fastapi import Depends

from api.auth import AnySignIn
from api.context import InContext, Now
from db.media.queries import MediumRow
from domain.media import LINK_KEY, MediaLinks

AddressOf = Callable[[MediumRow], str]

_SHOWN_FOR: Final = timedelta(hours=1)
"""How long a frame of another system, which asks for the texts anew now and then, may show a picture."""


def own_address(medium: MediumRow) -> str:
    """Return the address for whoever is signed in with a session."""
    return f"/api/v1/messages/{medium.message_id}/media/{medium.position}"


async def _addresses(sign_in: AnySignIn, context: InContext, now: Now) -> AddressOf:
    actor = sign_in.actor
    if actor.only_record_id is None:
        return own_address
    # a picture in a page sends no token: its address must do
    links = MediaLinks(lambda: context.secrets.derived_key(LINK_KEY), base_url="")

    def linked(medium: MediumRow) -> str:
        if medium.sha256 is None:
            return own_address(medium)
        return links.url(actor.organisation_id, medium.sha256, now, lasts=_SHOWN_FOR)

    return linked


MediaAddresses = Annotated[AddressOf, Depends(_addresses)]
"""The addresses that work for who asks."""
