from pathlib import Path

import pytest
from pydantic import SecretStr

from trial.settings import TrialSettings


def test_a_child_gets_what_was_set_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUCHLINE_HANDSET_PORT", "9420")
    settings = TrialSettings(home=Path("trial"), secret_key=SecretStr("hidden"), public_url=None)
    assert settings.as_environment() == {
        "TOUCHLINE_HANDSET_PORT": "9420",
        "TOUCHLINE_HOME": "trial",
        "TOUCHLINE_SECRET_KEY": "hidden",
    }
