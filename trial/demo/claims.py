"""How does the demo look at a customer's side of the story from outside, and claim what it sees?"""

from collections.abc import Callable
from typing import Any, TypeVar

from trial.client import ApiClient, Refused
from trial.demo.customers import Customer
from trial.demo.stage import Stage

T = TypeVar("T")


def until(
    stage: Stage,
    what: str,
    look: Callable[[], T],
    holds: Callable[[T], bool],
    *,
    seconds: float = 30.0,
) -> T:
    """Wait for what is claimed, and tell meanwhile what the carrier sees. Raises BrokenClaim."""
    return stage.teller.until(what, look, holds, seconds=seconds, meanwhile=stage.news)


def until_ended(stage: Stage, enrollments: dict[str, str], customer: Customer, reason: str) -> None:
    """Wait for the end of a customer's enrollment, for this reason. Raises BrokenClaim."""
    until(
        stage,
        f"{customer.first_name}'s enrollment has ended: {reason.replace('_', ' ')}",
        lambda: enrollment_of(stage, enrollments, customer),
        lambda found: bool(found["end_reason"] == reason),
    )


def refused(stage: Stage, what: str, slug: str, request: Callable[[], object]) -> None:
    """Claim that a request is refused for the reason `slug` names."""
    try:
        seen: object = request()
    except Refused as refusal:
        seen = refusal.status, refusal.slug
        why = refusal.detail
    else:
        why = ""
    stage.teller.claim(f"{what} (409 {slug}: {why})", expected=(409, slug), seen=seen)


def say(stage: Stage, customer: Customer, body: str) -> None:
    """Have a customer text the seller, and claim that the text was taken."""
    taken = stage.handset.say(customer.number, customer.seller.number or "", body)
    for line in stage.news():
        stage.teller.event(line)
    stage.teller.claim(f"{customer.first_name}'s text has been taken", expected=True, seen=taken)


def enrollment_of(stage: Stage, enrollments: dict[str, str], customer: Customer) -> dict[str, Any]:
    """Return a customer's enrollment as the seller sees it."""
    found: dict[str, Any] = stage.seller_of(customer).get(
        f"/enrollments/{enrollments[customer.number]}"
    )
    return found


def conversation_of(stage: Stage, customer: Customer) -> dict[str, Any]:
    """Return the one conversation with a customer as the seller sees it."""
    (found,) = [
        conversation
        for conversation in stage.seller_of(customer).items("/conversations")
        if conversation["customer_number"] == customer.number
    ]
    return found


def work_items(seller: ApiClient, kind: str) -> list[dict[str, Any]]:
    """Return a seller's open work items of one kind."""
    return list(seller.items("/work-items", kind=kind))
