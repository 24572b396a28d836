"""What can go wrong in a channel beyond the outcomes that callers expect.

ChannelError
├── UnknownProvider       the product has no channel of that name
├── InvalidCredentials    an account's credentials or base URL cannot be right as typed
├── ProviderUnavailable   the provider could not be asked: no answer, or one that cannot be used
├── UnreadableWebhook     a call from outside that is not what the provider sends
└── MediaRefused          what came with a text is elsewhere, too large or gone, and will stay so

None of their words holds a credential, a number or a text.
"""


class ChannelError(Exception):
    """The base of all of them."""


class UnknownProvider(ChannelError):
    pass


class InvalidCredentials(ChannelError):
    pass


class ProviderUnavailable(ChannelError):
    pass


class UnreadableWebhook(ChannelError):
    pass


class MediaRefused(ChannelError):
    pass
