import pytest

from db.engine import Sessions
from domain.privileges import Entity, Level, Privilege
from tests.api.conftest import People, Person, problem
from tests.api.makers import enroll, make_lead, make_role, publish

ADA = {"first_name": "Ada", "last_name": "Moreno", "phone": "+1 (202) 555-0101"}


async def _create(person: Person, **values: object) -> str:
    answer = await person.http.post("/records", json=ADA | values)
    assert answer.status_code == 201, answer.text
    record_id: str = answer.json()["id"]
    return record_id


async def test_a_record_is_found_by_words_of_its_name_and_by_its_number(people: People) -> None:
    await _create(people.seller)
    await _create(people.seller, first_name="Eve", last_name="100%", phone="+12025550102")
    for search, expected in (
        ("moreno ada", ["Ada"]),
        ("5550102", ["Eve"]),
        ("(202) 555-0102", ["Eve"]),
        ("+1\u00a0202\u00a0555\u00a00102", ["Eve"]),
        ("%", ["Eve"]),
        ("nobody", []),
    ):
        found = await people.seller.http.get("/records", params={"q": search})
        assert [record["first_name"] for record in found.json()["items"]] == expected


async def test_a_new_record_is_owned_by_whoever_made_it_and_its_number_is_e164(
    people: People,
) -> None:
    record = (await people.seller.http.post("/records", json=ADA)).json()
    assert record["owner"]["first_name"] == "Sam"
    assert record["phone"] == "+12025550101"
    assert record["status"] == "active"
    assert record["is_opted_out"] is False
    assert record["created_at"].endswith("Z")


async def test_a_number_in_national_format_is_refused_with_what_to_do(people: People) -> None:
    answer = await people.seller.http.post("/records", json=ADA | {"phone": "07700 900123"})
    assert problem(answer) == (422, "invalid-request")
    (error,) = answer.json()["errors"]
    assert error["path"] == "phone"
    assert "07700 900123" in error["message"]
    assert "country" in error["message"]


async def test_a_number_in_national_format_is_fine_with_its_country(people: People) -> None:
    body = ADA | {"phone": "07700 900123", "country": "gb"}
    record = (await people.seller.http.post("/records", json=body)).json()
    assert (record["phone"], record["country"]) == ("+447700900123", "GB")


async def test_an_unknown_time_zone_is_refused(people: People) -> None:
    answer = await people.seller.http.post("/records", json=ADA | {"timezone": "Mars/Olympus"})
    assert problem(answer) == (422, "invalid-request")
    assert answer.json()["errors"][0]["path"] == "timezone"


async def test_an_external_id_stands_once_for_each_kind(people: People) -> None:
    await _create(people.seller, external_id="crm-1")
    again = await people.seller.http.post("/records", json=ADA | {"external_id": "crm-1"})
    assert problem(again) == (409, "taken")
    await _create(people.seller, external_id="crm-1", kind="contact")


async def test_a_seller_sees_the_record_of_a_colleague_of_the_unit_and_does_not_change_it(
    people: People,
) -> None:
    record_id = await _create(people.seller)
    assert (await people.colleague.http.get(f"/records/{record_id}")).status_code == 200
    everybody = (await people.colleague.http.get("/records")).json()["items"]
    own = (await people.colleague.http.get("/records", params={"owner": "me"})).json()["items"]
    assert [record["id"] for record in everybody] == [record_id]
    assert own == []
    changed = await people.colleague.http.patch(f"/records/{record_id}", json={"first_name": "X"})
    assert problem(changed) == (403, "missing-privilege")
    assert changed.json()["errors"][0]["path"] == "record.write"


async def test_a_record_of_a_team_is_every_members_and_a_member_is_in_charge_of_it(
    people: People,
) -> None:
    admin, seller, mate = people.administrator.http, people.seller, people.colleague
    members = [str(seller.user.id), str(mate.user.id)]
    team = (await admin.post("/teams", json={"name": "North", "member_ids": members})).json()
    record_id = await _create(seller, owner_team_id=team["id"])
    changed = await mate.http.patch(f"/records/{record_id}", json={"first_name": "Eve"})
    assert changed.json()["first_name"] == "Eve"
    await _create(mate, phone="+12025550102")
    shared = (await mate.http.get("/records", params={"owner": "team"})).json()["items"]
    own = (await mate.http.get("/records", params={"owner": "me"})).json()["items"]
    assert [record["id"] for record in shared] == [record_id]
    assert len(own) == 2
    assert (await people.manager.http.get("/records", params={"owner": "team"})).json()[
        "items"
    ] == []
    outsider = {"owner_user_id": str(people.manager.user.id)}
    refused = await people.manager.http.patch(f"/records/{record_id}", json=outsider)
    assert problem(refused) == (422, "invalid-request")
    taken = await mate.http.patch(f"/records/{record_id}", json={"owner_team_id": None})
    assert taken.json()["errors"][0]["path"] == "record.assign"
    alone = await people.manager.http.patch(f"/records/{record_id}", json={"owner_team_id": None})
    assert alone.json()["owner_team_id"] is None
    assert (await mate.http.patch(f"/records/{record_id}", json={})).status_code == 403


async def test_a_manager_sees_every_record_and_may_ask_for_the_own_ones(people: People) -> None:
    await _create(people.seller)
    await _create(people.manager, phone="+12025550102")
    everybody = (await people.manager.http.get("/records")).json()["items"]
    own = (await people.manager.http.get("/records", params={"owner": "me"})).json()["items"]
    assert [record["owner"]["first_name"] for record in everybody] == ["Mona", "Sam"]
    assert [record["owner"]["first_name"] for record in own] == ["Mona"]


async def test_a_seller_may_not_give_a_record_away_and_a_manager_may(people: People) -> None:
    record_id = await _create(people.seller)
    to_kim = {"owner_user_id": str(people.colleague.user.id)}
    refused = await people.seller.http.patch(f"/records/{record_id}", json=to_kim)
    assert problem(refused) == (403, "missing-privilege")
    assert refused.json()["errors"][0]["path"] == "record.assign"
    moved = await people.manager.http.patch(f"/records/{record_id}", json=to_kim)
    assert moved.json()["owner"]["first_name"] == "Kim"


async def test_fields_are_changed_one_by_one(people: People) -> None:
    record_id = await _create(people.seller, fields={"product": "Gold", "size": 3})
    changed = await people.seller.http.patch(
        f"/records/{record_id}", json={"fields": {"size": None, "city": "Rome"}}
    )
    assert changed.json()["fields"] == {"product": "Gold", "city": "Rome"}
    assert changed.json()["first_name"] == "Ada"


@pytest.mark.parametrize("field", ["first_name", "last_name", "owner_user_id", "fields"])
async def test_what_every_record_has_cannot_be_taken_away(people: People, field: str) -> None:
    record_id = await _create(people.seller)
    answer = await people.seller.http.patch(f"/records/{record_id}", json={field: None})
    assert problem(answer) == (422, "invalid-request")


async def test_a_deleted_record_is_inactive_and_no_longer_listed(people: People) -> None:
    record_id = await _create(people.seller)
    assert (await people.seller.http.delete(f"/records/{record_id}")).status_code == 204
    assert (await people.seller.http.get("/records")).json()["items"] == []
    kept = await people.seller.http.get(f"/records/{record_id}")
    assert kept.json()["status"] == "inactive"


async def test_a_record_is_made_inactive_and_active_again_and_what_ended_stays_ended(
    people: People,
) -> None:
    await publish(people)
    record_id = await make_lead(people.seller)
    (enrollment,) = (await enroll(people.seller, record_id))["enrolled"]
    path = f"/records/{record_id}"
    closed = await people.seller.http.patch(path, json={"status": "inactive"})
    assert (closed.status_code, closed.json()["status"]) == (200, "inactive")
    ended = (await people.seller.http.get(f"/enrollments/{enrollment['id']}")).json()
    assert (ended["status"], ended["end_reason"]) == ("disconnected", "record_deactivated")
    opened = await people.seller.http.patch(path, json={"status": "active", "first_name": "Grace"})
    assert (opened.json()["status"], opened.json()["first_name"]) == ("active", "Grace")
    listed = (await people.seller.http.get("/records")).json()["items"]
    assert [record["id"] for record in listed] == [record_id]
    still = (await people.seller.http.get(f"/enrollments/{enrollment['id']}")).json()
    assert (still["status"], still["ended_at"]) == ("disconnected", ended["ended_at"])
    assert (await enroll(people.seller, record_id))["refused"] == []
    none = await people.seller.http.patch(path, json={"status": None})
    assert problem(none) == (422, "invalid-request")


async def test_who_may_not_close_a_record_may_make_it_active_again(
    people: People, sessions: Sessions
) -> None:
    record_id = await make_lead(people.seller)
    await make_role(sessions, people.seller, {(Entity.RECORD, Privilege.DELETE): None})
    path = f"/records/{record_id}"
    refused = await people.seller.http.patch(path, json={"status": "inactive"})
    assert problem(refused) == (403, "missing-privilege")
    assert (await people.manager.http.delete(path)).status_code == 204
    opened = await people.seller.http.patch(path, json={"status": "active"})
    assert opened.json()["status"] == "active"
    colleagues = await people.colleague.http.patch(path, json={"status": "active"})
    assert problem(colleagues) == (403, "missing-privilege")


async def test_a_person_who_was_erased_is_not_made_active_again(people: People) -> None:
    record_id = await make_lead(people.seller)
    gone = {"number": "+12025550101", "reason": "Asked."}
    erased = await people.administrator.http.post("/people/erase", json=gone)
    assert erased.status_code == 200, erased.text
    answer = await people.administrator.http.patch(
        f"/records/{record_id}", json={"status": "active"}
    )
    assert problem(answer) == (409, "erased")


async def test_a_record_says_whether_its_reader_may_add_to_it_and_read_its_texts(
    people: People, sessions: Sessions
) -> None:
    mine = await make_lead(people.seller)

    async def told(person: Person) -> tuple[bool, bool]:
        record = (await person.http.get(f"/records/{mine}")).json()
        (listed,) = (await person.http.get("/records")).json()["items"]
        assert listed == record
        return record["may_append_to"], record["may_read_texts"]

    assert await told(people.seller) == (True, True)
    assert await told(people.manager) == (True, True)
    # the unit's records are read by all its sellers, and their conversations are not
    assert await told(people.colleague) == (False, False)
    reads = (Entity.CONVERSATION, Privilege.READ)
    await make_role(sessions, people.colleague, {reads: Level.BUSINESS_UNIT})
    assert await told(people.colleague) == (False, True)
