import pytest

from handset.protocols.registry import PROTOCOLS
from handset.reasons import FAILURES, REFUSALS, Code, Codes, Reason

CODES = Codes({Reason.UNROUTABLE: 12, Reason.OPTED_OUT: "out"}, known={12, 13, "out"})


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        pytest.param(13, 13, id="a code of its own"),
        pytest.param("opted_out", "out", id="the word of a reason"),
        pytest.param(Reason.OPTED_OUT, "out", id="a reason"),
        pytest.param(None, 12, id="nothing"),
        pytest.param(99, 12, id="another provider's code"),
        pytest.param("landline", 12, id="a reason it has no code for"),
    ],
)
def test_what_is_asked_for_becomes_a_code_of_the_provider(wanted: Code | None, code: Code) -> None:
    assert CODES.of(wanted, Reason.UNROUTABLE) == code


@pytest.mark.parametrize("name", PROTOCOLS)
def test_every_provider_has_a_code_for_every_reason_the_carrier_gives(name: str) -> None:
    protocol = PROTOCOLS[name]
    assert protocol.refusals.by_reason.keys() >= REFUSALS
    assert protocol.failures.by_reason.keys() >= FAILURES
    for codes in (protocol.refusals, protocol.failures):
        assert set(codes.by_reason.values()) <= set(codes.known)
