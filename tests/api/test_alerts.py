from datetime import UTC, datetime

from db.alerts.queries import raise_alert
from db.engine import Sessions
from domain.alerts import AlertKind
from tests.api.conftest import People, problem
from tests.makers import make_organisation

NOW = datetime(2026, 7, 1, 15, 0, tzinfo=UTC)


async def _raise(sessions: Sessions, people: People) -> None:
    async with sessions.begin() as session:
        await raise_alert(
            session,
            people.organisation.id,
            AlertKind.ACCOUNT_PAUSED,
            "Twilio is paused: out of funds.",
            account_id=people.account.id,
            now=NOW,
        )


async def test_an_administrator_sees_what_happened_and_says_that_it_is_dealt_with(
    people: People, sessions: Sessions
) -> None:
    await _raise(sessions, people)
    await _raise(sessions, people)
    (alert,) = (await people.administrator.http.get("/alerts?open=true")).json()["items"]
    assert alert["kind"] == "account_paused"
    assert alert["text"] == "Twilio is paused: out of funds."
    assert (alert["times"], alert["resolved_at"]) == (2, None)
    assert alert["provider_account_id"] == str(people.account.id)
    resolved = await people.administrator.http.post(f"/alerts/{alert['id']}/resolve")
    assert resolved.json()["resolved_at"] is not None
    again = await people.administrator.http.post(f"/alerts/{alert['id']}/resolve")
    assert again.json() == resolved.json()
    assert (await people.administrator.http.get("/alerts?open=true")).json()["items"] == []
    over = (await people.administrator.http.get("/alerts?open=false")).json()["items"]
    assert [each["id"] for each in over] == [alert["id"]]
    everything = (await people.administrator.http.get("/alerts")).json()["items"]
    assert [each["id"] for each in everything] == [alert["id"]]


async def test_alerts_are_for_those_who_may_change_accounts(
    people: People, sessions: Sessions
) -> None:
    await _raise(sessions, people)
    (alert,) = (await people.administrator.http.get("/alerts")).json()["items"]
    for person in (people.manager, people.seller):
        assert problem(await person.http.get("/alerts")) == (403, "missing-privilege")
        answer = await person.http.post(f"/alerts/{alert['id']}/resolve")
        assert problem(answer) == (403, "missing-privilege")


async def test_another_organisations_alerts_are_not_there(
    people: People, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        other = await make_organisation(session)
        await raise_alert(session, other.id, AlertKind.SENDER_REFUSED, "No.", now=NOW)
    assert (await people.administrator.http.get("/alerts")).json()["items"] == []
