"""The steps from credentials to a text that arrives, as they are sent and shown."""

from datetime import datetime
from typing import Literal, assert_never
from uuid import UUID

from pydantic import ConfigDict, Field

from api.provider_accounts.legs import Leg, LegName, LegState, is_over
from api.schemas import Instant, Sent, Shown
from channels.interface import ByHand, DiscoveredNumber, Registered, Registration
from db.providers.tables import PhoneNumber, ProbeText
from domain.numbers import NumberKind

_Outcome = Literal["registered", "by_hand", "failed"]


class SetupStepOut(Shown):
    """One step; `text` says what to do, or what is done."""

    model_config = ConfigDict(from_attributes=True, title="SetupStep")

    name: Literal["credentials", "numbers", "webhooks", "test_text"]
    state: Literal["done", "todo"]
    text: str


class SetupOut(Shown):
    """What is left to do. The addresses are exactly what the provider must call: keep them to yourself, as they may
    hold a secret. They are null while the account's credentials cannot be used."""

    model_config = ConfigDict(title="Setup")

    steps: list[SetupStepOut]
    inbound_url: str | None
    status_url: str | None


class WebhooksToRegister(Sent):
    """For which numbers of the account; by default for all of them."""

    phone_number_ids: list[UUID] | None = Field(default=None, max_length=500)


class RegistrationOut(Shown):
    """What came of registering the webhooks of a number; `text` says what to do by hand, or why it failed."""

    model_config = ConfigDict(title="Registration")

    phone_number_id: UUID
    e164: str
    outcome: _Outcome
    text: str | None

    @classmethod
    def of(cls, number: PhoneNumber, registration: Registration) -> "RegistrationOut":
        match registration:
            case Registered():
                return cls._of(number, "registered", None)
            case ByHand(instructions):
                return cls._of(number, "by_hand", instructions)
            case _:
                assert_never(registration)

    @classmethod
    def failed(cls, number: PhoneNumber, why: str) -> "RegistrationOut":
        return cls._of(number, "failed", why)

    @classmethod
    def _of(cls, number: PhoneNumber, outcome: _Outcome, text: str | None) -> "RegistrationOut":
        return cls(phone_number_id=number.id, e164=number.e164, outcome=outcome, text=text)


class RegistrationsOut(Shown):
    """The addresses are exactly what the provider must call: they may hold a secret."""

    model_config = ConfigDict(title="Registrations")

    inbound_url: str
    status_url: str
    items: list[RegistrationOut]


class DiscoveredNumberOut(Shown):
    model_config = ConfigDict(title="DiscoveredNumber")

    e164: str
    kind: NumberKind
    friendly_name: str
    can_sms: bool
    can_mms: bool
    can_receive: bool
    already_added: bool

    @classmethod
    def of(cls, number: DiscoveredNumber, *, in_use: set[str]) -> "DiscoveredNumberOut":
        return cls(
            e164=number.e164,
            kind=number.kind,
            friendly_name=number.friendly_name,
            can_sms=number.can_sms,
            can_mms=number.can_mms,
            can_receive=number.can_receive,
            already_added=number.e164 in in_use,
        )


class DiscoveredNumbers(Shown):
    """`can_list` is false where the provider cannot say: the numbers are typed in then."""

    can_list: bool
    items: list[DiscoveredNumberOut]


class NewTestText(Sent):
    """A text to an administrator's own phone, from a number of the account."""

    to: str = Field(max_length=40)
    phone_number_id: UUID


class LegOut(Shown):
    """A part of a test text's way; `text` says how it stands and, if it failed, what to do."""

    model_config = ConfigDict(from_attributes=True, title="Leg")

    name: LegName
    state: LegState
    text: str


class VerificationOut(Shown):
    """Whether the account can be used as it is configured; with a test text also how far that got at once.

    `/tests/{test_id}` shows the rest of its way.
    """

    model_config = ConfigDict(title="Verification")

    ok: bool
    verdict: str
    test_id: UUID | None
    legs: list[LegOut]


class TestTextOut(Shown):
    """How far a test text got. A leg that it cannot reach any more is not among `legs`."""

    model_config = ConfigDict(title="TestText")

    id: UUID
    phone_number_id: UUID
    to: str
    submitted_at: Instant
    is_over: bool
    legs: list[LegOut]

    @classmethod
    def of(cls, probe: ProbeText, found: list[Leg], now: datetime) -> "TestTextOut":
        return cls(
            id=probe.id,
            phone_number_id=probe.phone_number_id,
            to=probe.to_number,
            submitted_at=probe.submitted_at,
            is_over=is_over(probe, now=now),
            legs=[LegOut.model_validate(leg) for leg in found],
        )
