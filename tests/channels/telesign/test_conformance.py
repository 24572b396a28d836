"""Does the channel for TeleSign hold to what every provider must?"""

from tests.channels.conformance import Conformance
from tests.channels.telesign.case import CASE


class TestTelesign(Conformance):
    case = CASE
