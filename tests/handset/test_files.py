from pathlib import Path

import pytest

from handset.files import Files


def test_equal_contents_are_one_file_that_can_be_read_again(tmp_path: Path) -> None:
    files = Files(tmp_path / "media")
    name = files.put(b"a picture")
    assert name == "92b2fa58028958317e408bd84ecfa70f5ee35b121991dbc232c49d166353708b"
    assert files.put(b"a picture") == name
    assert [path.name for path in (tmp_path / "media").iterdir()] == [name]
    assert Files(tmp_path / "media").get(name) == b"a picture"

    files.clear()
    with pytest.raises(FileNotFoundError):
        files.get(name)
