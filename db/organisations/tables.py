from datetime import time

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Now


class Organisation(Base):
    __tablename__ = "organisations"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(200), unique=True)
    allowed_from: Mapped[time] = mapped_column(server_default="08:00")
    """Texts may go out from this time on the customer's clock (inclusive)…"""
    allowed_until: Mapped[time] = mapped_column(server_default="21:00")
    """…until this one (exclusive). Outside are the quiet hours. Source: 47 CFR 64.1200(c)(1)."""
    several_sequences: Mapped[bool] = mapped_column(server_default="false")
    """Whether one record may run several sequences at a time."""
    uses_team_numbers: Mapped[bool] = mapped_column(server_default="true")
    """Whether a seller without a number sends from the team's; else a work item says that there is none."""
    fails_over: Mapped[bool] = mapped_column(server_default="false")
    """Whether a text that was not submitted yet may leave from another number while its account is down."""
    created_at: Mapped[Now]
