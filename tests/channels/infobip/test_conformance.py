"""Does the channel for Infobip hold to what every provider must?"""

from tests.channels.conformance import Conformance
from tests.channels.infobip.case import CASE


class TestInfobip(Conformance):
    case = CASE
