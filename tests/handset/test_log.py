from datetime import UTC, datetime
from pathlib import Path

import pytest

from handset.log import Log, LogInUse

NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)


def test_what_was_appended_is_replayed_in_order(tmp_path: Path) -> None:
    log = Log(tmp_path / "log.jsonl")
    log.append("text", NOW, body="Grüße\n😀")
    log.append("reply", NOW, body="second")
    log.close()

    again = Log(tmp_path / "log.jsonl")
    assert list(again.replay()) == [
        {"n": 1, "at": "2026-11-23T13:00:00+00:00", "kind": "text", "body": "Grüße\n😀"},
        {"n": 2, "at": "2026-11-23T13:00:00+00:00", "kind": "reply", "body": "second"},
    ]
    again.close()


def test_half_a_character_does_not_keep_an_entry_from_being_written(tmp_path: Path) -> None:
    log = Log(tmp_path / "log.jsonl")
    log.append("text", NOW, body="half a smile: \ud83d")
    assert [entry["body"] for entry in log.page(after=0, kind=None, limit=9)] == ["half a smile: ?"]
    log.close()


def test_an_entry_that_a_crash_cut_short_is_dropped_and_written_over(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'{"n":1,"kind":"text"}\n{"n":2,"ki')

    log = Log(path)
    assert list(log.replay()) == [{"n": 1, "kind": "text"}]
    log.append("reply", NOW)
    log.close()

    assert path.read_text() == (
        '{"n":1,"kind":"text"}\n{"n":2,"at":"2026-11-23T13:00:00+00:00","kind":"reply"}\n'
    )


def test_a_page_starts_after_a_number_and_holds_one_kind(tmp_path: Path) -> None:
    log = Log(tmp_path / "log.jsonl")
    for body in ("a", "b", "c", "d"):
        log.append("text", NOW, body=body)
        log.append("reply", NOW, body='"kind":"text"')

    page = log.page(after=2, kind="text", limit=2)

    assert [(entry["n"], entry["body"]) for entry in page] == [(3, "b"), (5, "c")]
    assert [entry["n"] for entry in log.page(after=6, kind=None, limit=9)] == [7, 8]
    assert log.page(after=8, kind=None, limit=9) == []
    log.close()


def test_a_cleared_log_numbers_from_one_again(tmp_path: Path) -> None:
    log = Log(tmp_path / "log.jsonl")
    log.append("text", NOW, body="a long one that is forgotten")
    log.clear()
    log.append("text", NOW, body="b")

    assert [(e["n"], e["body"]) for e in log.page(after=0, kind=None, limit=9)] == [(1, "b")]
    log.close()


def test_two_handsets_cannot_share_a_log(tmp_path: Path) -> None:
    log = Log(tmp_path / "log.jsonl")
    with pytest.raises(LogInUse):
        Log(tmp_path / "log.jsonl")
    log.close()
    Log(tmp_path / "log.jsonl").close()
