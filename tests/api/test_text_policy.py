from tests.api.conftest import People, problem


async def test_the_policy_is_shown_with_its_sources_and_changed_rule_by_rule(
    people: People,
) -> None:
    shown = (await people.seller.http.get("/text-policy")).json()["rules"]
    by_key = {rule["key"]: rule for rule in shown}
    assert list(by_key) == ["first-opt-out", "first-sender", "public-shortener", "shouting", "long"]
    assert "US" in by_key["first-opt-out"]["countries"]
    assert by_key["long"]["countries"] is None
    assert all(rule["source"] for rule in shown)
    assert (by_key["long"]["shipped"], by_key["long"]["severity"]) == ("warning", "warning")

    await people.administrator.http.patch("/text-policy", json={"long": "off"})
    changed = await people.administrator.http.patch("/text-policy", json={"shouting": "error"})
    severities = {rule["key"]: rule["severity"] for rule in changed.json()["rules"]}
    assert (severities["long"], severities["shouting"]) == ("off", "error")

    restored = await people.administrator.http.patch("/text-policy", json={"long": None})
    severities = {rule["key"]: rule["severity"] for rule in restored.json()["rules"]}
    assert (severities["long"], severities["shouting"]) == ("warning", "error")


async def test_only_who_decides_for_the_organisation_changes_the_policy(people: People) -> None:
    refused = await people.manager.http.patch("/text-policy", json={"long": "off"})
    assert problem(refused) == (403, "missing-privilege")


async def test_an_unknown_rule_or_severity_is_refused(people: People) -> None:
    for body in ({"unknown": "off"}, {"long": "loud"}):
        answer = await people.administrator.http.patch("/text-policy", json=body)
        assert problem(answer) == (422, "invalid-request")
