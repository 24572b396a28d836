"""Provider accounts as they are sent and shown: credentials go in and never come out."""

from ipaddress import ip_network
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from api.schemas import Instant, Name, Sent, Shown
from channels.interface import Provider, Verdict
from db.providers.health import Outcomes
from db.providers.tables import ProviderAccount


def _network(written: str) -> str:
    try:
        return str(ip_network(written.strip()))
    except ValueError:
        raise ValueError(
            "this is not a network: write it like 10.0.0.0/8, or an address alone"
        ) from None


_BaseUrl = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^https?://[^\s?#]+$")
]
_Networks = Annotated[
    list[Annotated[str, AfterValidator(_network)]],
    Field(
        max_length=50,
        description="Networks (CIDR) of proxies whose X-Forwarded-Proto and -Host tell the address that "
        "the provider called.",
    ),
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
    trusted_proxies: _Networks = Field(default_factory=list)


class ProviderAccountChanges(Sent):
    """What to change. `credentials` replace the stored ones by name; what is not named stays.

    The former ones still prove the provider's own calls for a day, unless they `have_leaked`: it may sign with
    them until it was told of the new ones, and customers' texts are on their way.
    """

    name: Name | None = None
    credentials: _Credentials | None = None
    api_base_url: _BaseUrl | None = None
    is_enabled: bool | None = None
    trusted_proxies: _Networks | None = None
    have_leaked: bool = False


class PauseOut(Shown):
    """Why nothing is sent over an account; `until` is when one text tries it again, null: somebody must resume it."""

    model_config = ConfigDict(title="Pause")

    since: Instant
    until: Instant | None
    reason: str | None
    code: str | None

    @classmethod
    def of(cls, account: ProviderAccount) -> "PauseOut | None":
        if account.paused_at is None:
            return None
        return cls(
            since=account.paused_at,
            until=account.paused_until,
            reason=account.paused_reason,
            code=account.paused_code,
        )


State = Literal["enabled", "disabled", "paused"]


def state_of(account: ProviderAccount) -> State:
    """Return whether the account sends, and if not, which of the two reasons comes first."""
    if not account.is_enabled:
        return "disabled"
    return "enabled" if account.paused_at is None else "paused"


class ProviderAccountOut(Shown):
    """`waiting_texts` wait for the account to send again. `inbound_url` and `status_url` are what the provider calls;
    where it needs a secret in them, `/setup` has it."""

    model_config = ConfigDict(title="ProviderAccount")

    id: UUID
    name: str
    provider: str
    api_base_url: str | None
    is_enabled: bool
    state: State
    pause: PauseOut | None
    waiting_texts: int
    trusted_proxies: list[str]
    verified_at: Instant | None
    inbound_url: str
    status_url: str
    credentials: dict[str, Literal["set"]]

    @classmethod
    def of(
        cls,
        account: ProviderAccount,
        *,
        credential_names: list[str],
        callback_url: str,
        waiting_texts: int,
    ) -> "ProviderAccountOut":
        return cls(
            id=account.id,
            name=account.name,
            provider=account.provider,
            api_base_url=account.api_base_url,
            is_enabled=account.is_enabled,
            state=state_of(account),
            pause=PauseOut.of(account),
            waiting_texts=waiting_texts,
            trusted_proxies=account.trusted_proxies,
            verified_at=account.verified_at,
            inbound_url=webhook_url(account, callback_url, "inbound"),
            status_url=webhook_url(account, callback_url, "status"),
            credentials=dict.fromkeys(credential_names, "set"),
        )


def webhook_url(
    account: ProviderAccount, callback_url: str, kind: Literal["inbound", "status"]
) -> str:
    """Return the address of ours that the account's provider calls, before its channel adds a secret to it."""
    return f"{callback_url}/api/v1/webhooks/{account.provider}/{account.id}/{kind}"


class VerdictOut(Shown):
    """Whether the account can be used as it is configured; `verdict` says why not in plain words."""

    model_config = ConfigDict(title="AccountVerdict")

    ok: bool
    verdict: str

    @classmethod
    def of(cls, verdict: Verdict) -> "VerdictOut":
        return cls(ok=verdict.ok, verdict=verdict.text)


class CheckedProviderAccountOut(ProviderAccountOut):
    """An account as it is stored now, with what the provider said of it; null if it was not asked."""

    model_config = ConfigDict(title="CheckedProviderAccount")

    check: VerdictOut | None


class CredentialFieldOut(Shown):
    """One thing to type in. A generated one may be left empty: it is drawn then."""

    model_config = ConfigDict(from_attributes=True, title="CredentialField")

    name: str
    label: str
    hint: str
    is_secret: bool
    is_required: bool
    is_generated: bool


class ProviderOut(Shown):
    """A provider whose accounts can be connected. `needs_base_url`: each account has an address of its own there."""

    model_config = ConfigDict(title="Provider")

    name: str
    label: str
    needs_base_url: bool
    fields: list[CredentialFieldOut]

    @classmethod
    def of(cls, provider: Provider) -> "ProviderOut":
        return cls(
            name=provider.name,
            label=provider.label,
            needs_base_url=provider.needs_base_url,
            fields=[CredentialFieldOut.model_validate(each) for each in provider.credential_fields],
        )


class Providers(Shown):
    items: list[ProviderOut]


class OutcomesOut(Shown):
    """What became of the requests to the provider in a while. `failed` is their part, between 0 and 1, that was not
    accepted; milliseconds until the answer."""

    model_config = ConfigDict(title="Outcomes")

    requests: int
    failed: float
    by_outcome: dict[str, int]
    mean_milliseconds: int | None
    slowest_milliseconds: int | None

    @classmethod
    def of(cls, outcomes: Outcomes) -> "OutcomesOut":
        requests = outcomes.requests
        return cls(
            requests=requests,
            failed=round(outcomes.failed, 4),
            by_outcome=outcomes.by_outcome,
            mean_milliseconds=round(outcomes.milliseconds / requests) if requests else None,
            slowest_milliseconds=outcomes.slowest if requests else None,
        )


class UnknownCodeOut(Shown):
    """A code of the provider that is not in our table, with how many texts of the last week it came for."""

    model_config = ConfigDict(from_attributes=True, title="UnknownCode")

    code: str
    texts: int
    last_at: Instant


class AccountHealthOut(Shown):
    model_config = ConfigDict(title="AccountHealth")

    state: State
    pause: PauseOut | None
    waiting_texts: int
    last_hour: OutcomesOut
    last_day: OutcomesOut
    last_inbound_at: Instant | None
    last_status_at: Instant | None
    unknown_codes: list[UnknownCodeOut]
