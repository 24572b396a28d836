"""Who works with the product."""

from enum import StrEnum


class Role(StrEnum):
    """Source: capabilities C01."""

    ADMINISTRATOR = "administrator"
    SALES_MANAGER = "sales_manager"
    SEQUENCE_MANAGER = "sequence_manager"
    SALESPERSON = "salesperson"
