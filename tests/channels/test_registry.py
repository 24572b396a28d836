import pytest

from channels.errors import UnknownProvider
from channels.registry import get_provider, providers


def test_every_provider_is_found_under_its_name() -> None:
    assert get_provider("twilio").name == "twilio"
    assert list(providers) == ["twilio", "telesign", "infobip"]


def test_a_provider_nobody_wrote_is_refused_by_name() -> None:
    with pytest.raises(UnknownProvider, match="there is no provider called 'pigeon'"):
        get_provider("pigeon")
