"""Does the channel for Twilio hold to what every provider must?"""

from tests.channels.conformance import Conformance
from tests.channels.twilio.case import CASE


class TestTwilio(Conformance):
    case = CASE
