"""Was any text sent twice or lost, to one who opted out, or by night? Is every status right?

The carrier's log is what happened; the rows are what we made of it.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Final

from db.tables import Message
from tests.faults.evidence import Evidence, Log, Story
from tests.faults.play import Play
from tests.faults.stage import ACCOUNTS, Crowd, Part

_LISTED: Final = {side.provider for side in ACCOUNTS if side.has_list}

_BARELY: Final = timedelta(seconds=1)
"""What comes so close before the end of a wait may be too late for it."""

_NOT_ARRIVED: Final = {"undelivered", "failed"}
"""One and the other is drawn apart by each provider in its own way."""


def judge(found: Evidence, play: Play, within: timedelta) -> None:
    """Hold everything against everything; `within` is how long the sequence waits for an answer."""
    check_nothing_twice(found.log)
    check_rows(found, play.crowd)
    check_every_text_is_known(found)
    check_statuses(found)
    check_retries(found)
    check_quiet(found, play)
    check_inbound(found, play)
    check_forgeries(found.log)
    check_stories(found, play, within)


def check_nothing_twice(log: Log) -> None:
    twice = {text: times for text, times in log.times.items() if times > 1}
    assert twice == {}, "texts that went out twice"


def check_rows(found: Evidence, crowd: Crowd) -> None:
    """Every text that should have gone was accepted once, or somebody knows why not."""
    log = found.log
    uncertain = {
        item.message_id
        for item in found.items
        if item.kind == "uncertain_text" and item.status == "open"
    }
    failed = {item.message_id for item in found.items if item.kind == "failed_text"}
    seen: set[tuple[str, str]] = set()
    for row in found.outbound:
        text = (row.to_number, row.body)
        assert text not in seen, f"two rows for {text}"
        seen.add(text)
        assert (row.id in uncertain) == (row.status == "uncertain"), _told(row)
        if row.status == "held":
            assert row.to_number in crowd.asleep, _told(row)
        elif row.status == "refused":
            assert row.submitted_at is None or row.failure == "opt_out", _told(row)
        elif row.status == "uncertain":
            assert row.provider_message_id is None, _told(row)
            if log.times[text]:
                # nobody can know of it but from a callback
                provider = found.providers[row.provider_account_id]
                assert provider not in _LISTED, f"{_told(row)}, but the list has it"
        elif row.provider_message_id is None:
            assert row.status == "failed", _told(row)
            assert log.times[text] == 0, f"{_told(row)}, but the carrier has it"
            assert (row.error_code or "").split()[-1] in log.refusals[text], _told(row)
            assert row.failure == "opt_out" or row.id in failed, f"{_told(row)} and no work item"
        else:
            assert row.provider_message_id in log.accepted, f"{_told(row)}, not at the carrier"


def check_every_text_is_known(found: Evidence) -> None:
    """Every text that the carrier has is one row of ours, or one of which nobody could know."""
    rows = {row.provider_message_id: row for row in found.outbound}
    unnamed = {
        (row.to_number, row.body): row for row in found.outbound if row.status == "uncertain"
    }
    for sid, request in found.log.accepted.items():
        text = (request["to"], request["body"])
        if sid not in rows:
            assert text in unnamed, f"the carrier has {text}, which we know nothing of"
            assert not found.log.told[sid], f"we were told of {text}, which is uncertain"
            continue
        row = rows[sid]
        assert (row.to_number, row.body, row.from_number) == (*text, request["from"])


def check_statuses(found: Evidence) -> None:
    """Every status that we were told of, or could have read in a list, is the one that we show."""
    right: Counter[str] = Counter()
    for row in found.outbound:
        sid = row.provider_message_id
        if sid is None:
            continue
        fate = found.log.fates[sid]
        is_known = fate in found.log.told[sid] or _is_compared(found, row)
        possible = {fate} if is_known else {"queued", "sent", fate}
        if fate in _NOT_ARRIVED:
            possible |= _NOT_ARRIVED
        assert row.status in possible, f"{_told(row)}, but it is {fate}; is known: {is_known}"
        assert (row.failure is None) == (row.status not in _NOT_ARRIVED), _told(row)
        right[fate if is_known else "not told"] += 1
    assert right["delivered"] > len(found.outbound) / 2, right


def check_retries(found: Evidence) -> None:
    """Only what failed for a while is tried again, and not before its time."""
    rows = {row.id: row for row in found.outbound}
    for retry in found.retries:
        assert retry.retry_of is not None
        failed = rows[retry.retry_of]
        assert failed.status in _NOT_ARRIVED, _told(failed)
        assert failed.failure in ("retry", "retry_once", "account"), _told(failed)
        assert retry.status in ("held", "refused"), _told(retry)


def check_quiet(found: Evidence, play: Play) -> None:
    """Nothing went to those asleep, and nothing was sent to anybody after their STOP was taken."""
    assert not [each for each in found.log.requests if each["to"] in play.crowd.asleep]
    rows = {(row.to_number, row.body): row for row in found.outbound}
    for number in stopped(play):
        taken_at = taken(found.log, play, number)
        assert taken_at is not None, f"the STOP of {number} was never taken"
        late = [
            rows[number, each["body"]]
            for each in found.log.requests
            if each["to"] == number and datetime.fromisoformat(each["at"]) > taken_at
        ]
        for row in late:  # that it was about to leave before is no fault of ours
            assert row.submitted_at is not None
            assert row.submitted_at < taken_at, f"sent to {number} after STOP"


def check_inbound(found: Evidence, play: Play) -> None:
    """Every text that a customer wrote stands once in the conversation with that customer."""
    assert len(play.said) > play.crowd.size / 3
    written = {each["message"]["sid"]: each for each in found.log.texts}
    assert set(written) == set(play.said.values())
    stored = Counter(message.provider_message_id for message in found.inbound)
    assert stored == Counter(written.keys()), "every text a customer wrote, once"
    for message in found.inbound:
        text = written[message.provider_message_id or ""]
        conversation = found.conversations[message.conversation_id]
        assert message.body == text["body"]
        assert (message.from_number, message.to_number) == (text["from"], text["to"])
        assert conversation.customer_number == text["from"]
    held = Counter(each.customer_number for each in found.conversations.values())
    assert max(held.values()) == 1, "one conversation with each customer"


def check_forgeries(log: Log) -> None:
    statuses = Counter(each["http_status"] for each in log.forged)
    assert statuses[403] > 10, statuses
    assert set(statuses) <= {403, 503, None}, statuses


def check_stories(found: Evidence, play: Play, within: timedelta) -> None:
    """Every enrollment stands where it must by what its customer and its seller did."""
    assert len(found.stories) == play.crowd.size
    close = 0
    for story in found.stories:
        possible = outcomes(story, found, play, within)
        close += len(possible) > 1
        seen = (*story.outcome, story.bodies)
        assert seen in possible, (
            f"{story.number} ({play.crowd.part(story.number)}): {seen}, but possible: {possible};"
            f" asked at {story.asked_at()}, its answer of {story.replied_at()} was taken at "
            f"{taken(found.log, play, story.number) if story.number in play.said else None}"
        )
    assert close < play.crowd.size / 5, "too much came too late to be judged"


def outcomes(
    story: Story, found: Evidence, play: Play, within: timedelta
) -> list[tuple[str, str | None, set[str]]]:
    """Return where an enrollment may stand; more than one place only if something came too late, or never."""
    number = story.number
    on = ("completed", "completed", {"Hello", "Still"})
    if number in play.crowd.asleep:
        return [("active", None, {"Hello"})]
    asked_at = story.asked_at()
    ends_at = None if asked_at is None else asked_at + within
    for row in story.texts:
        if row.failure != "number" or row.finished_at is None:
            continue
        ended = ("disconnected", "unreachable", {"Hello"})
        if row.step_id == "hello" and (ends_at is None or row.finished_at < ends_at - _BARELY):
            return [ended]
        return [ended, ("disconnected", "unreachable", {"Hello", "Still"}), on]
    if number in stopped(play):
        taken_at = taken(found.log, play, number)
        ended = ("disconnected", "opted_out", {"Hello"})
        if taken_at is not None and ends_at is not None and taken_at < ends_at - _BARELY:
            return [ended]
        # a STOP may also end it while nobody knows yet that the first text went
        return [ended, ("disconnected", "opted_out", {"Hello", "Still"}), on]
    if ends_at is None or number not in play.said:
        return [on]
    said = {"Hello"} if play.crowd.part(number) is Part.SKIPPED else {"Hello", "When"}
    answered = ("completed", "completed", said)
    taken_at = taken(found.log, play, number)
    if taken_at is not None and taken_at < ends_at - _BARELY:
        return [answered]
    # an answer that is found when its branch was left ends what has not ended yet
    replied = ("disconnected", "replied")
    return [answered, on, (*replied, {"Hello"}), (*replied, {"Hello", "Still"})]


def stopped(play: Play) -> list[str]:
    return [number for number in play.said if play.crowd.part(number) is Part.STOPS]


def taken(log: Log, play: Play, number: str) -> datetime | None:
    """Return when the text that a customer wrote was taken by our webhook."""
    entry = log.taken.get(play.said[number])
    return None if entry is None else datetime.fromisoformat(entry["at"])


def faults(log: Log) -> Counter[tuple[str, Any]]:
    """Return what went wrong how often with requests to send, by provider."""
    return Counter((each["protocol"], each["fault"]) for each in log.requests if each["fault"])


def _is_compared(found: Evidence, row: Message) -> bool:
    """Return whether a text was in the provider's list when that was last compared with ours."""
    until = found.compared_until.get(row.provider_account_id)
    if until is None or found.providers[row.provider_account_id] not in _LISTED:
        return False
    at = found.log.accepted[row.provider_message_id or ""]["at"]
    return datetime.fromisoformat(at) < until


def _told(row: Message) -> str:
    return f"{row.to_number} {row.body!r} is {row.status} ({row.failure}, {row.error_code})"
