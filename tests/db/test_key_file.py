import stat
from pathlib import Path

from db.key_file import KeyFile


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_rotation_draws_a_key_and_keeps_the_former_one_until_it_is_over(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path)
    (former,) = keys.read()
    keys.begin_rotation()
    current, kept = keys.read()
    assert kept == former
    assert current != former
    assert names(tmp_path) == ["secret.key", "secret.key.old"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}
    keys.finish_rotation()
    assert keys.read() == [current]
    assert names(tmp_path) == ["secret.key"]


def test_a_rotation_that_was_killed_goes_on_with_the_key_it_has_drawn(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path)
    keys.read()
    keys.begin_rotation()
    drawn = keys.read()
    keys.begin_rotation()
    assert keys.read() == drawn


def test_a_rotation_killed_before_its_new_key_was_in_place_begins_again(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path)
    (former,) = keys.read()
    # all that is there then: the current key also stands among the former ones
    (tmp_path / "secret.key.old").write_text(former)
    assert keys.read() == [former]
    keys.begin_rotation()
    assert len(keys.read()) == 2
    assert keys.read()[1] == former
