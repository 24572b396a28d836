from datetime import time
from typing import Any

from sqlalchemy import CheckConstraint, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Now
from domain.consent import Scope
from domain.routing import UnknownSender


class Organisation(Base):
    __tablename__ = "organisations"
    __table_args__ = (
        CheckConstraint("answer_minutes BETWEEN 0 AND 1440", name="answer_minutes_in_a_day"),
    )

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
    unknown_sender: Mapped[UnknownSender] = mapped_column(
        server_default=UnknownSender.NEW_LEAD.value
    )
    """What becomes of a text from somebody we do not know."""
    answer_minutes: Mapped[int] = mapped_column(server_default="60")
    """How long after a customer's text a person may answer it outside the allowed hours; 0: not at all."""
    withdrawal_scope: Mapped[Scope] = mapped_column(server_default=Scope.ORGANISATION.value)
    """To what a customer's withdrawal of consent applies."""
    requires_consent: Mapped[bool] = mapped_column(server_default="false")
    """Whether marketing needs a consent on record."""
    retention: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """Days that each kind of data is kept (domain/retention.py), where they differ from the defaults."""
    text_policy: Mapped[dict[str, str]] = mapped_column(server_default=text("'{}'"))
    """Severity of a rule for texts by its key (domain/text_policy.py), where it differs from the shipped one."""
    work_list: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """How work is ordered and approved together (domain/work_list_settings.py)."""
    created_at: Mapped[Now]
