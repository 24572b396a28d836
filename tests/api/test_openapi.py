from api.openapi import FILE, document


def test_the_committed_description_is_the_one_the_code_gives() -> None:
    # otherwise: python -m api.openapi
    assert FILE.read_text() == document()


def test_every_error_is_described_as_a_problem() -> None:
    text = document()
    assert "HTTPValidationError" not in text
    assert '"#/components/schemas/Problem"' in text
