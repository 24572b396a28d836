"""Which protocols does the carrier speak?"""

from collections.abc import Mapping
from typing import Final

from handset.protocols.infobip.protocol import Infobip
from handset.protocols.interface import CarrierProtocol
from handset.protocols.telesign.protocol import Telesign
from handset.protocols.twilio.protocol import Twilio

PROTOCOLS: Final[Mapping[str, CarrierProtocol]] = {
    protocol.name: protocol for protocol in (Twilio(), Telesign(), Infobip())
}
"""By name. A new protocol is one more in the tuple."""
