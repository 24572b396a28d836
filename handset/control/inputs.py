"""What do control requests have in common? Addresses, URLs, and the exchange they steer."""

from typing import Annotated

from fastapi import Depends, Request
from pydantic import AfterValidator, BaseModel, ConfigDict

from handset.addresses import is_callable_url, kind_of
from handset.exchange import Exchange


def _address(text: str) -> str:
    if kind_of(text) is None:
        raise ValueError(
            f"{text!r} is neither E.164, such as +12125550101, nor a short code or name"
        )
    return text


def _callable_url(text: str) -> str:
    if text and not is_callable_url(text):
        raise ValueError(f"{text!r} is not a URL that can be called")
    return text


def _exchange(request: Request) -> Exchange:
    exchange: Exchange = request.app.state.exchange
    return exchange


TheExchange = Annotated[Exchange, Depends(_exchange)]
Address = Annotated[str, AfterValidator(_address)]
CallableUrl = Annotated[str, AfterValidator(_callable_url)]


class Body(BaseModel):
    """A request's JSON; what nobody knows is refused."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
