"""Provider accounts as they are sent and shown: credentials go in and never come out."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas import Instant, Name, Sent, Shown
from channels.interface import DiscoveredNumber
from db.providers.tables import ProviderAccount
from domain.numbers import NumberKind

_BaseUrl = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^https?://[^\s?#]+$")
]
_Credentials = dict[str, Annotated[str, Field(max_length=2000)]]


class NewProviderAccount(Sent):
    """`api_base_url` stands in for the provider's own address: a region, or the handset."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Twilio, main",
                    "provider": "twilio",
                    "credentials": {"account_sid": "AC…", "auth_token": "…"},
                }
            ]
        }
    )

    name: Name
    provider: str = Field(max_length=32)
    credentials: _Credentials
    api_base_url: _BaseUrl | None = None
    is_enabled: bool = True


class ProviderAccountChanges(Sent):
    """What to change. `credentials` replace the stored ones by name; what is not named stays."""

    name: Name | None = None
    credentials: _Credentials | None = None
    api_base_url: _BaseUrl | None = None
    is_enabled: bool | None = None


class ProviderAccountOut(Shown):
    """`inbound_url` and `status_url` are what the provider calls."""

    model_config = ConfigDict(title="ProviderAccount")

    id: UUID
    name: str
    provider: str
    api_base_url: str | None
    is_enabled: bool
    verified_at: Instant | None
    inbound_url: str
    status_url: str
    credentials: dict[str, Literal["set"]]

    @classmethod
    def of(
        cls, account: ProviderAccount, *, credential_names: list[str], callback_url: str
    ) -> "ProviderAccountOut":
        webhooks = f"{callback_url}/api/v1/webhooks/{account.provider}/{account.id}"
        return cls(
            id=account.id,
            name=account.name,
            provider=account.provider,
            api_base_url=account.api_base_url,
            is_enabled=account.is_enabled,
            verified_at=account.verified_at,
            inbound_url=f"{webhooks}/inbound",
            status_url=f"{webhooks}/status",
            credentials=dict.fromkeys(credential_names, "set"),
        )


class VerdictOut(Shown):
    """Whether the provider takes the credentials; `verdict` says why not in plain words."""

    model_config = ConfigDict(title="Verdict")

    ok: bool
    verdict: str


class DiscoveredNumberOut(Shown):
    model_config = ConfigDict(title="DiscoveredNumber")

    e164: str
    kind: NumberKind
    friendly_name: str
    already_added: bool

    @classmethod
    def of(cls, number: DiscoveredNumber, *, in_use: set[str]) -> "DiscoveredNumberOut":
        return cls(
            e164=number.e164,
            kind=number.kind,
            friendly_name=number.friendly_name,
            already_added=number.e164 in in_use,
        )


class DiscoveredNumbers(Shown):
    items: list[DiscoveredNumberOut]
