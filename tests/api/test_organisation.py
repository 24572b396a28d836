from tests.api.conftest import People, problem


async def test_an_administrator_decides_how_texts_find_their_numbers(people: People) -> None:
    shown = (await people.administrator.http.get("/organisation")).json()
    assert (shown["uses_team_numbers"], shown["fails_over"]) == (True, False)
    changed = await people.administrator.http.patch("/organisation", json={"fails_over": True})
    assert (changed.json()["uses_team_numbers"], changed.json()["fails_over"]) == (True, True)
    assert (await people.administrator.http.get("/organisation")).json() == changed.json()


async def test_nobody_else_does(people: People) -> None:
    for person in (people.manager, people.seller):
        answer = await person.http.patch("/organisation", json={"fails_over": True})
        assert problem(answer) == (403, "missing-privilege")
