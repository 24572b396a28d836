from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Now, OfOrganisation


class OutboxItem(OfOrganisation, Base):
    """What a workflow must still be told. Written in the transaction that decides it, deleted when delivered."""

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_workflow_id_id_idx", "workflow_id", "id"),)

    id: Mapped[Id]
    workflow_id: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(32))
    payload: Mapped[dict[str, Any]]
    """Ids and decisions only."""
    attempts: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[Now]


class IdempotencyKey(OfOrganisation, Base):
    """The answer already given to a request with an ``Idempotency-Key``."""

    __tablename__ = "idempotency_keys"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status_code: Mapped[int | None]
    body: Mapped[dict[str, Any] | None]
    created_at: Mapped[Now]
