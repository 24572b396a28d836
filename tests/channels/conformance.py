"""What must every provider hold to? The same cases for each, through its channel and over a running handset.

A provider joins with a subclass that names its `ProviderCase`. The handset is a process of its own; its
calls come over HTTP to a receiver, which has the channel judge and read them.
"""

import logging
from collections.abc import AsyncIterator
from typing import ClassVar

import pytest

from tests.carrier import Carrier
from tests.channels.connected_account import ConnectedAccount, connected
from tests.channels.promises.inbound import Inbound
from tests.channels.promises.questions import Questions
from tests.channels.promises.reports import Reports
from tests.channels.promises.sending import Sending
from tests.channels.provider_case import ProviderCase


class Conformance(Sending, Reports, Inbound, Questions):
    """All promises of `channels.interface.Channel`."""

    case: ClassVar[ProviderCase]

    @pytest.fixture
    async def account(
        self, carrier: Carrier, caplog: pytest.LogCaptureFixture
    ) -> AsyncIterator[ConnectedAccount]:
        """A connected account; in all that it said during the test there is nothing that nobody may read."""
        # Every step of what the test itself asks of the handset is of no interest. In this order: the
        # level that is set last is the one that counts for all other loggers.
        caplog.set_level(logging.INFO, logger="httpcore")
        caplog.set_level(logging.DEBUG)
        async with connected(self.case, carrier) as account:
            yield account
        account.heard.logs([*caplog.get_records("setup"), *caplog.get_records("call")])
        assert account.leaks() == []
