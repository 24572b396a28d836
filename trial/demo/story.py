"""What happens in the demo? Six scenes, in order; each claims only what it has seen from outside."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
from rich.console import Console

from trial.client import ApiError
from trial.demo import customers
from trial.demo.claims import (
    conversation_of,
    enrollment_of,
    refused,
    say,
    until,
    until_ended,
    work_items,
)
from trial.demo.customers import Customer
from trial.demo.stage import Stage, raised
from trial.demo.teller import BrokenClaim
from trial.example import ADMINISTRATOR, EXAMPLES, MAYA, ORGANISATION

_SEQUENCE: Final = "demo"
_ANSWER: Final = "Yes please! Is Thursday possible?"
_OFFERED: Final = "Great, Amara! Does Thursday at 10 suit you?"
_EDITED: Final = "Great, Amara! Thursday at 10? I will have the Tern cargo bike ready."
_BEFORE_DUE: Final = timedelta(seconds=0.4)
"""How long before the next text is due the worker dies: less than another one needs to start."""


def perform(home: Path | None, console: Console) -> None:
    """Perform the demo on `console`. Raises TrialError: BrokenClaim if something did not happen."""
    now = datetime.now(UTC)
    with raised(home, customers.cast(now), console) as stage:
        try:
            _perform(stage)
        except (ApiError, httpx.HTTPError) as error:
            raise BrokenClaim(f"A request that must succeed did not: {error}") from error
        stage.teller.scene("All of it happened.")


def _perform(stage: Stage) -> None:
    bring_in(stage)
    enrollments = enroll(stage)
    hear_from_customers(stage, enrollments)
    decide(stage, enrollments)
    survive(stage, enrollments)
    prove(stage, enrollments)


def bring_in(stage: Stage) -> None:
    """Scene 1: leads from a CSV, a sequence from YAML."""
    teller, office = stage.teller, stage.as_(ADMINISTRATOR.email)
    teller.scene(f"1. {ORGANISATION} brings in five leads and a sequence")
    leads = customers.as_csv(stage.cast)
    teller.quote(leads)
    report = office.upload("/records/import", "leads.csv", leads.encode())
    teller.claim("five leads are imported from CSV", expected=(5, []), seen=_created(report))
    again = office.upload("/records/import", "leads.csv", leads.encode())
    teller.claim("the same file again adds nothing", expected=(0, []), seen=_created(again))

    source = (EXAMPLES / "demo.yaml").read_bytes()
    teller.quote(source.decode())
    path = f"/sequences/{_SEQUENCE}"
    office.put_yaml(f"{path}/draft", source)
    office.post(f"{path}/publish")
    shown = office.post(f"{path}/activate")
    teller.claim(
        "the sequence is published from YAML, and active",
        expected=(1, True),
        seen=(shown["published_version"], shown["is_active"]),
    )


def enroll(stage: Stage) -> dict[str, str]:
    """Scene 2: the first texts leave, from each seller's own number. Returns the enrollments' ids by number."""
    teller, office, cast = stage.teller, stage.as_(ADMINISTRATOR.email), stage.cast
    teller.scene("2. All five are enrolled")
    broken = {"outcome": "undelivered", "error_code": 30005}
    stage.handset.behave(numbers={cast.unreachable.number: broken})
    records = {
        record["external_id"]: record["id"] for record in office.items("/records", q="demo-")
    }
    order = {"sequence": _SEQUENCE, "record_ids": [records[each.external_id] for each in cast]}
    report = office.post("/enrollments", order)
    teller.claim("nobody is refused", expected=[], seen=report["refused"])
    enrollments = {each["record"]["phone"]: each["id"] for each in report["enrolled"]}

    awake = [cast.answering, cast.stopping, cast.silent, cast.unreachable]
    until(
        stage,
        "four automated texts have left through the carrier",
        lambda: [stage.texts_to(each) for each in awake],
        lambda texts: all(texts),
    )
    # The clock of the branch is running: who wants to answer does so before anything is looked at.
    say(stage, cast.answering, _ANSWER)
    say(stage, cast.stopping, "STOP")
    for each in awake:
        teller.claim(
            f"{each.first_name}'s came from the own number of {each.seller.first_name}",
            expected={each.seller.number},
            seen=stage.senders_to(each),
        )
    _sleeps(stage, enrollments)
    return enrollments


def hear_from_customers(stage: Stage, enrollments: dict[str, str]) -> None:
    """Scene 3: an answer, a STOP, a silence, and a number that does not exist any more."""
    teller, cast = stage.teller, stage.cast
    teller.scene("3. One customer answers, one sends STOP, one says nothing, one cannot be reached")
    conversation = conversation_of(stage, cast.answering)
    teller.claim(
        "the answer is in Amara's conversation, unread",
        expected=("inbound", _ANSWER, 1),
        seen=(
            conversation["last_message"]["direction"],
            conversation["last_message"]["body"],
            conversation["unread_count"],
        ),
    )
    until_ended(stage, enrollments, cast.stopping, "opted_out")
    stopped = conversation_of(stage, cast.stopping)
    refused(
        stage,
        "a text to Ben is refused now",
        "opted-out",
        lambda: stage.seller_of(cast.stopping).post(
            f"/conversations/{stopped['id']}/messages", {"text": "Just one more thing, Ben"}
        ),
    )

    oliver = stage.seller_of(cast.unreachable)
    (failed,) = until(
        stage,
        "Dario's text is reported undelivered, and Oliver has a work item about it",
        lambda: work_items(oliver, "failed_text"),
        lambda items: len(items) == 1,
    )
    teller.quote(failed["reason"])
    oliver.post(f"/work-items/{failed['id']}/complete", {"note": "Called instead"})
    until_ended(stage, enrollments, cast.unreachable, "unreachable")

    maya = stage.seller_of(cast.answering)
    items = until(
        stage,
        "the answer led Amara's enrollment one way, silence led Chloe's the other",
        lambda: work_items(maya, "manual_text"),
        lambda items: len(items) == 2,
    )
    teller.claim(
        "Maya has both texts in her work list",
        expected={("Amara", "Offer a test ride"), ("Chloe", "Ask once more")},
        seen={(item["record"]["first_name"], item["title"]) for item in items},
    )


def decide(stage: Stage, enrollments: dict[str, str]) -> None:
    """Scene 4: the seller edits and approves one text, and skips the other."""
    teller, cast, maya = stage.teller, stage.cast, stage.as_(MAYA.email)
    teller.scene("4. Maya works her list")
    items = {item["record"]["first_name"]: item for item in work_items(maya, "manual_text")}
    book = items["Amara"]
    teller.claim("Amara's text is filled in already", expected=_OFFERED, seen=book["text"])
    maya.post(f"/work-items/{book['id']}/approve", {"text": _EDITED})
    teller.event(f"Maya edits it and approves: {_EDITED}")
    refused(
        stage,
        "approving it twice is refused",
        "already-decided",
        lambda: maya.post(f"/work-items/{book['id']}/approve", {"text": _EDITED}),
    )
    until(
        stage,
        "the edited text has left",
        lambda: stage.texts_to(cast.answering),
        lambda texts: texts[1:] == [_EDITED],
    )
    skipped = maya.post(f"/work-items/{items['Chloe']['id']}/skip", {"reason": "Too soon"})
    teller.claim("Maya skips Chloe's text", expected="skipped", seen=skipped["status"])


def survive(stage: Stage, enrollments: dict[str, str]) -> None:
    """Scene 5: the worker dies just before the next texts are due, and another one takes over."""
    teller, cast = stage.teller, stage.cast
    teller.scene("5. The worker is killed with SIGKILL, just before the next texts are due")
    waiting = until(
        stage,
        "Amara's enrollment waits on a durable timer",
        lambda: enrollment_of(stage, enrollments, cast.answering),
        lambda found: found["waiting_until"] is not None,
    )
    due = datetime.fromisoformat(waiting["waiting_until"])
    victim, ready = stage.worker_pid(), stage.workers_ready()
    time.sleep(max(0.0, (due - _BEFORE_DUE - datetime.now(UTC)).total_seconds()))
    before_due = (due - stage.kill_worker()).total_seconds()
    teller.event(f"! the worker, process {victim}, is dead")
    teller.claim("it died before the text was due", expected=True, seen=before_due > 0)
    until(
        stage,
        "another worker is there",
        stage.workers_ready,
        lambda count: count > ready,
        seconds=60,
    )
    late = (datetime.now(UTC) - due).total_seconds()
    teller.claim(f"…{late:.1f} s after the text was due", expected=True, seen=late > 0)
    goodbye = _goodbye(cast.answering), _goodbye(cast.silent)
    until(
        stage,
        "both texts go out after all",
        lambda: (stage.texts_to(cast.answering), stage.texts_to(cast.silent)),
        lambda texts: all(body in each for body, each in zip(goodbye, texts, strict=True)),
        seconds=60,
    )
    for each in (cast.answering, cast.silent):
        until_ended(stage, enrollments, each, "completed")


def prove(stage: Stage, enrollments: dict[str, str]) -> None:
    """Scene 6: what the carrier's log and the transcripts say."""
    teller, cast = stage.teller, stage.cast
    teller.scene("6. What the carrier's own log says of every text")
    left = {
        cast.answering: [_hello(cast.answering), _EDITED, _goodbye(cast.answering)],
        cast.stopping: [_hello(cast.stopping)],
        cast.silent: [_hello(cast.silent), _goodbye(cast.silent)],
        cast.unreachable: [_hello(cast.unreachable)],
        cast.asleep: [],
    }
    for customer, texts in left.items():
        count = {0: "no text", 1: "one text, once"}.get(
            len(texts), f"{len(texts)} texts, each once"
        )
        teller.claim(
            f"{customer.first_name}: {count}", expected=texts, seen=stage.texts_to(customer)
        )
    teller.scene("The transcripts")
    statuses = {
        cast.answering: ["delivered", "received", "delivered", "delivered"],
        cast.stopping: ["delivered", "received", "refused"],
        cast.silent: ["delivered", "delivered"],
        cast.unreachable: ["undelivered"],
        cast.asleep: ["held"],
    }
    for customer, expected in statuses.items():
        _show_transcript(stage, customer, expected)
    teller.scene("The timeline of Amara's enrollment")
    timeline = stage.seller_of(cast.answering).get(
        f"/enrollments/{enrollments[cast.answering.number]}/timeline"
    )
    for entry in timeline["items"]:
        at = datetime.fromisoformat(entry["at"])
        kind = entry["kind"].replace("_", " ")
        detail = "" if entry["detail"] == kind else entry["detail"] or ""
        teller.quote(f"{at:%H:%M:%S}  {entry['step_id'] or '':<9} {kind:<18} {detail}")
    kinds = [entry["kind"] for entry in timeline["items"]]
    teller.claim(
        "it tells three texts, one answer, one decision and the end",
        expected=(3, 1, 1, 1),
        seen=tuple(
            map(kinds.count, ("text_submitted", "reply_received", "work_item_decided", "ended"))
        ),
    )


def _sleeps(stage: Stage, enrollments: dict[str, str]) -> None:
    """Where it is night, the text waits, and says why."""
    asleep = stage.cast.asleep
    held = until(
        stage,
        f"Emi's text waits: it is {customers.clock(datetime.now(UTC), asleep)} for her",
        lambda: enrollment_of(stage, enrollments, asleep),
        lambda found: found["waiting_until"] is not None,
    )
    stage.teller.quote(held["waiting_reason"])
    in_future = datetime.fromisoformat(held["waiting_until"]) > datetime.now(UTC)
    stage.teller.claim("nothing has left towards Emi", expected=[], seen=stage.texts_to(asleep))
    stage.teller.claim("a durable timer wakes it in her morning", expected=True, seen=in_future)


def _show_transcript(stage: Stage, customer: Customer, expected: list[str]) -> None:
    client = stage.seller_of(customer)
    path = f"/conversations/{conversation_of(stage, customer)['id']}/transcript"
    until(
        stage,
        f"{customer.first_name}: {', '.join(expected)}",
        lambda: [message["status"] for message in client.get(path, format="json")["messages"]],
        lambda seen: seen == expected,
    )
    stage.teller.quote(client.read(path, format="txt"))


def _created(report: dict[str, Any]) -> tuple[int, list[Any]]:
    return report["created"], report["problems"]


def _hello(customer: Customer) -> str:
    return (
        f"Hi {customer.first_name}, {customer.seller.first_name} of {ORGANISATION} here. "
        f"Would you like to try the {customer.product or 'city bike'}?"
    )


def _goodbye(customer: Customer) -> str:
    return (
        f"Whenever you feel like riding, just text me here, {customer.first_name}. "
        f"{customer.seller.first_name}"
    )
