"""Of api/provider_accounts/legs.py."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.provider_accounts.legs import is_over, legs_of
from db.tables import ProbeText
from domain.messages import MessageStatus

AT = datetime(2026, 7, 1, 15, 0, tzinfo=UTC)


def _probe(status: MessageStatus, **values: Any) -> ProbeText:
    values = {"provider_message_id": "SM1", "answered_at": AT} | values
    return ProbeText(status=status, submitted_at=AT, **values)


@pytest.mark.parametrize(
    ("probe", "states", "over"),
    [
        pytest.param(
            _probe(MessageStatus.SUBMITTING, provider_message_id=None, answered_at=None),
            "ok waiting",
            False,
            id="on its way to the provider",
        ),
        pytest.param(
            _probe(MessageStatus.FAILED, provider_message_id=None, code="21408"),
            "ok failed",
            True,
            id="refused",
        ),
        pytest.param(
            _probe(MessageStatus.QUEUED), "ok ok waiting waiting waiting", False, id="queued"
        ),
        pytest.param(
            _probe(MessageStatus.SENT, reported_at=AT),
            "ok ok ok ok waiting",
            False,
            id="with the carrier",
        ),
        pytest.param(
            _probe(MessageStatus.UNDELIVERED, reported_at=AT, code="30003"),
            "ok ok ok ok failed",
            True,
            id="not delivered",
        ),
        pytest.param(
            _probe(MessageStatus.FAILED, reported_at=AT, code="30034"),
            "ok ok failed ok",
            True,
            id="taken, and failed at the provider",
        ),
        pytest.param(
            _probe(MessageStatus.DELIVERED),
            "ok ok ok waiting ok",
            False,
            id="delivered by the provider's word, and the callback may still come",
        ),
    ],
)
def test_a_test_text_shows_how_far_it_got(probe: ProbeText, states: str, over: bool) -> None:
    now = AT + timedelta(seconds=5)
    legs = legs_of(probe, status_url="https://example.com/status", now=now)
    assert " ".join(leg.state for leg in legs) == states
    assert is_over(probe, now=now) is over


def test_a_callback_that_does_not_come_names_the_address_it_should_come_to() -> None:
    now = AT + timedelta(seconds=31)
    probe = _probe(MessageStatus.DELIVERED)
    report = legs_of(probe, status_url="https://example.com/status", now=now)[3]
    assert (report.name, report.state) == ("report", "failed")
    assert "https://example.com/status" in report.text
    assert is_over(probe, now=now)


def test_a_failed_leg_has_the_providers_reason_and_code() -> None:
    probe = _probe(MessageStatus.UNDELIVERED, reported_at=AT, code="30003", reason="Phone off")
    delivered = legs_of(probe, status_url="", now=AT)[-1]
    assert delivered.text == "Phone off. (Code 30003.)"
