import json

import pytest

from api.openapi import FILE, document
from api.problems import MEDIA_TYPE


def test_the_committed_description_is_the_one_the_code_gives() -> None:
    # otherwise: python -m api.openapi
    assert FILE.read_text() == document()


def test_every_error_is_described_as_a_problem() -> None:
    text = document()
    assert "HTTPValidationError" not in text
    assert '"#/components/schemas/Problem"' in text


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("/api/v1/work-items/{work_item_id}/approve", {"Problem", "StaleApproval"}),
        (
            "/api/v1/conversations/{conversation_id}/messages",
            {"Problem", "QuietHoursProblem", "SpokenMeanwhile"},
        ),
    ],
)
def test_a_problem_with_members_of_its_own_is_described(path: str, kinds: set[str]) -> None:
    described = json.loads(document())
    (media,) = described["paths"][path]["post"]["responses"]["409"]["content"].items()
    assert media[0] == MEDIA_TYPE
    names = [
        each["$ref"].removeprefix("#/components/schemas/") for each in media[1]["schema"]["anyOf"]
    ]
    assert set(names) == kinds
    assert set(described["components"]["schemas"]) >= kinds
