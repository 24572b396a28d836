"""How the API says that a work item cannot be decided so, and what to do instead."""

from collections.abc import Sequence

from api.problems import Problem, invalid
from api.work_items.schemas import ChangeOut, HandOver, NewWorkItem, WorkItemOut
from db.work_items.queries import WorkItemRow
from domain import basis
from domain.basis import Basis, Change, InvalidToken
from domain.text_warnings import TextWarning
from domain.work_items import DECISIONS, WorkItemKind, WorkItemStatus


def seen_in(token: str | None) -> Basis | None:
    """Return what the person had seen who sends the word of it. Refuses what no work item showed."""
    if token is None:
        return None
    try:
        return basis.from_token(token)
    except InvalidToken as error:
        raise invalid("seen", str(error)) from error


def stale(changes: Sequence[Change], work_item: WorkItemOut | None = None) -> Problem:
    """Return the answer to an approval of a draft that rests on what has changed; `work_item` is filled in anew."""
    told = " ".join(change.detail for change in changes)
    return Problem(
        409,
        "stale-approval",
        f"{told} Nothing was sent: read the text again, and decide anew.",
        more={"changes": [ChangeOut.of(change).model_dump(mode="json") for change in changes]}
        | ({} if work_item is None else {"work_item": work_item.model_dump(mode="json")}),
    )


def unfit(warning: TextWarning) -> Problem:
    """Return the answer to the approval of a text whose words cannot be sent."""
    slug = {"empty": "empty-text", "unfilled": "unfilled-placeholder"}[warning.code]
    return invalid("text", f"{warning.sentence} Write what it should say.", slug=slug)


def blocked(warning: TextWarning) -> Problem:
    """Return the answer to the approval of a text to a customer who must get none."""
    return Problem(409, warning.code.replace("_", "-"), f"{warning.sentence} Nothing can be sent.")


def too_late(row: WorkItemRow) -> Problem:
    """Return the answer to a decision about what is decided, or about to leave."""
    by = "" if row.decided_by is None else f" by {row.decided_by.first_name}"
    if row.item.leaves_at is not None:
        return Problem(
            409, "already-decided", f"This was approved{by} and is about to leave: undo that first."
        )
    if row.item.status is WorkItemStatus.CANCELLED:
        return Problem(
            409, "enrollment-ended", "The enrollment ended before this was decided: nothing to do."
        )
    return Problem(409, "already-decided", f"This has been decided already{by}: {row.item.status}.")


def wrong_decision(kind: WorkItemKind, status: WorkItemStatus) -> Problem:
    """Return the answer to a decision that does not fit the kind of item."""
    may = " or ".join(sorted(DECISIONS[kind]))
    remedy = f"only {may}" if may else "answer its question"
    what = f"A {kind}".replace("_", " ")
    return Problem(409, "wrong-decision", f"{what} cannot be {status}: {remedy}.")


def cannot_see_record() -> Problem:
    """Return the answer to handing an item to who may not see its record."""
    return Problem(
        409,
        "cannot-see-record",
        "They may not see the record this is about: change the record's owner first, or name somebody else.",
    )


def cannot_see_conversation() -> Problem:
    """Return the answer to handing what waits in the inbox to who may not read it."""
    return Problem(
        409,
        "cannot-see-conversation",
        "They may not read the conversation this is about: move it to a record of theirs first, or name somebody else.",
    )


def nobody_there(taker: HandOver | NewWorkItem) -> Problem:
    """Return the answer to handing an item to nobody we know."""
    path = "user_id" if taker.team_id is None else "team_id"
    return invalid(path, "There is no such active user, or no such team with anybody in it.")
