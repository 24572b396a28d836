from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from db.engine import Sessions
from db.reconciliation import queries
from db.tables import OutboxItem, ProviderAccount, Reconciliation
from domain.reconciliation import Finding, FindingKind
from tests.api.conftest import People, problem
from tests.db.conftest import one
from tests.makers import make_account, make_organisation

NOBODYS = "0199a0b0-0000-7000-8000-000000000001"


def _path(people: People) -> str:
    return f"/provider-accounts/{people.account.id}"


@pytest.fixture(autouse=True)
async def _connected_long_ago(people: People, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await session.execute(
            update(ProviderAccount).values(created_at=datetime(2025, 1, 1, tzinfo=UTC))
        )


async def test_an_administrator_has_an_account_compared(people: People, sessions: Sessions) -> None:
    answer = await people.administrator.http.post(f"{_path(people)}/reconcile")
    assert answer.status_code == 202
    begun = answer.json()
    assert (begun["finished_at"], begun["error"], begun["findings"]) == (None, None, [])
    assert begun["provider_account_id"] == str(people.account.id)
    asked_at = datetime.fromisoformat(begun["started_at"])
    assert datetime.now(UTC) - asked_at < timedelta(minutes=1)
    assert asked_at - datetime.fromisoformat(begun["since"]) == timedelta(days=2)
    assert asked_at - datetime.fromisoformat(begun["until"]) == timedelta(minutes=2)

    notice = await one(sessions, OutboxItem)
    assert (notice.workflow_id, notice.kind) == (f"reconcile-{begun['id']}", "start_reconciliation")
    assert notice.payload["reconciliation_id"] == begun["id"]


async def test_one_may_say_how_far_back_to_look(people: People) -> None:
    path = f"{_path(people)}/reconcile"
    begun = (await people.administrator.http.post(path, json={"days": 7})).json()
    since, asked_at = (datetime.fromisoformat(begun[name]) for name in ("since", "started_at"))
    assert asked_at - since == timedelta(days=7)


@pytest.mark.parametrize("days", [0, 31, "some"])
async def test_nobody_looks_back_for_ever(people: People, days: object) -> None:
    path = f"{_path(people)}/reconcile"
    answer = await people.administrator.http.post(path, json={"days": days})
    assert problem(answer) == (422, "invalid-request")


async def test_the_same_request_again_is_the_same_comparison(
    people: People, sessions: Sessions
) -> None:
    path, once = f"{_path(people)}/reconcile", {"Idempotency-Key": "once"}
    first = await people.administrator.http.post(path, headers=once)
    assert (await people.administrator.http.post(path, headers=once)).json() == first.json()
    assert (await one(sessions, Reconciliation)).id == UUID(first.json()["id"])


async def test_what_was_found_is_shown_the_youngest_first(
    people: People, sessions: Sessions
) -> None:
    now = datetime.now(UTC)
    async with sessions.begin() as session:
        for hours in (2, 1):
            at = now - timedelta(hours=hours)
            row = await queries.begin(session, people.account, days=2, now=at)
        missed = [Finding(FindingKind.REPLY_MISSED, "SM1")]
        await queries.count(session, row.id, replies=1, findings=missed)
        strange = [Finding(FindingKind.UNKNOWN_TEXT, "SM2")]
        await queries.finish(session, row.id, seen=10, unknown_texts=1, left_alone=strange, now=now)
    path = f"{_path(people)}/reconciliations"
    latest, earlier = (await people.manager.http.get(path)).json()["items"]
    assert earlier["finished_at"] is None
    assert latest["finished_at"] is not None
    assert (latest["seen"], latest["replies_adopted"], latest["unknown_texts"]) == (10, 1, 1)
    assert latest["findings"] == [
        {"kind": "reply_missed", "provider_message_id": "SM1"},
        {"kind": "unknown_text", "provider_message_id": "SM2"},
    ]
    assert (await people.manager.http.get(f"{path}/{latest['id']}")).json() == latest
    page = (await people.manager.http.get(path, params={"limit": 1})).json()
    rest = await people.manager.http.get(path, params={"after": page["next"]})
    assert [each["id"] for each in rest.json()["items"]] == [earlier["id"]]


async def test_who_may_not_change_an_account_may_not_have_it_compared(people: People) -> None:
    for person in (people.manager, people.seller):
        answer = await person.http.post(f"{_path(people)}/reconcile")
        assert problem(answer) == (403, "missing-privilege")
    answer = await people.seller.http.get(f"{_path(people)}/reconciliations")
    assert problem(answer) == (403, "missing-privilege")


async def test_another_organisations_account_is_not_there(
    people: People, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        other = await make_account(session, (await make_organisation(session)).id)
        theirs = await queries.begin(session, other, days=2, now=datetime.now(UTC))
    http = people.administrator.http
    for answer in (
        await http.post(f"/provider-accounts/{other.id}/reconcile"),
        await http.get(f"/provider-accounts/{other.id}/reconciliations"),
        await http.get(f"/provider-accounts/{other.id}/reconciliations/{theirs.id}"),
        await http.get(f"{_path(people)}/reconciliations/{theirs.id}"),
        await http.get(f"{_path(people)}/reconciliations/{NOBODYS}"),
    ):
        assert problem(answer) == (404, "not-found")
