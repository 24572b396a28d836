import pytest
from pydantic import ValidationError

from domain.work_list_settings import WorkListSettings


def test_nothing_set_is_replies_then_what_is_due_then_value() -> None:
    settings = WorkListSettings.model_validate({})
    assert [criterion.by for criterion in settings.priority] == ["reply", "due", "value"]
    assert (settings.bulk_limit, settings.undo_seconds) == (50, 10)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"priority": [{"by": "due"}, {"by": "due"}]}, "stands twice"),
        ({"priority": [{"by": "mood"}]}, "mood"),
        ({"priority": [{"by": "kind", "order": []}]}, "at least 1"),
        ({"priority": [{"by": "value", "field": ""}]}, "at least 1"),
        ({"bulk_limit": 0}, "greater than or equal to 1"),
        ({"bulk_limit": 201}, "less than or equal to 200"),
        ({"undo_seconds": 4}, "greater than or equal to 5"),
        ({"undo_seconds": 61}, "less than or equal to 60"),
        ({"undo": 10}, "Extra inputs"),
    ],
)
def test_what_makes_no_sense_is_refused(data: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        WorkListSettings.model_validate(data)


def test_what_is_stored_is_read_back() -> None:
    settings = WorkListSettings.model_validate(
        {"priority": [{"by": "value", "field": "budget"}, {"by": "trouble"}], "bulk_limit": 5}
    )
    assert WorkListSettings.model_validate(settings.model_dump(mode="json")) == settings
