"""Kinds of sending numbers."""

from enum import StrEnum


class NumberKind(StrEnum):
    """Source: providers' documents, reference on phone numbers; capabilities C08."""

    LONG_CODE = "long_code"
    TOLL_FREE = "toll_free"
    SHORT_CODE = "short_code"
    ALPHANUMERIC = "alphanumeric"
