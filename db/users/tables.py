from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Now, OfOrganisation


class User(OfOrganisation, Base):
    __tablename__ = "users"

    id: Mapped[Id]
    business_unit_id: Mapped[UUID] = mapped_column(ForeignKey("business_units.id"), index=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    """In lower case."""
    first_name: Mapped[str] = mapped_column(String(100))
    last_name: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(server_default="true")
    created_at: Mapped[Now]


class Team(OfOrganisation, Base):
    __tablename__ = "teams"
    __table_args__ = (
        # one team of a name in an organisation
        Index("teams_organisation_id_name_key", "organisation_id", "name", unique=True),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(200))
    business_unit_id: Mapped[UUID] = mapped_column(ForeignKey("business_units.id"), index=True)
    created_at: Mapped[Now]


class TeamMember(Base):
    __tablename__ = "team_members"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)


class Absence(OfOrganisation, Base):
    """When a user is away; colleagues do what is theirs meanwhile."""

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("absences_user_id_ends_at_idx", "user_id", "ends_at"),
    )

    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    cover_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """Who stands in; None: the members of the user's teams."""
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[Now]


class Session(Base):
    """One sign-in. Only the token's hash is kept."""

    __tablename__ = "sessions"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[Now]
    expires_at: Mapped[datetime]
