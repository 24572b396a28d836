"""Which keys encrypt where the environment names none? That of a file; another file beside it has former ones.

A rotation can be killed anywhere and begun again: the former key is in its file before the new one takes its place, and
leaves it only after everything is encrypted with the new one.
"""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path


class KeyFile:
    """`secret.key` in a folder, made on first use, and `secret.key.old` with a former key a line; both mode 0600."""

    def __init__(self, folder: Path) -> None:
        self._current = folder / "secret.key"
        self._former = folder / "secret.key.old"

    def read(self) -> list[str]:
        """Return every key, the current one first."""
        if not self._current.exists():
            self._current.parent.mkdir(parents=True, exist_ok=True)
            draft = _written(self._current, secrets.token_urlsafe(48))
            # another process may have been first: then its key is the one
            with draft as new, contextlib.suppress(FileExistsError):
                os.link(new, self._current)
        current = self._current.read_text().strip()
        return [current, *(key for key in self._read_former() if key != current)]

    def begin_rotation(self) -> None:
        """Draw a new key and keep the current one as a former one; a rotation that was begun goes on as it is."""
        current, *former = self.read()
        if former:
            return
        _replace(self._former, current)
        _replace(self._current, secrets.token_urlsafe(48))

    def finish_rotation(self) -> None:
        """Forget the former keys."""
        self._former.unlink(missing_ok=True)

    def _read_former(self) -> list[str]:
        try:
            return self._former.read_text().split()
        except FileNotFoundError:
            return []


def _replace(file: Path, key: str) -> None:
    with _written(file, key) as draft:
        draft.replace(file)
    # the order of two renames is kept only so, should the power fail
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextlib.contextmanager
def _written(file: Path, key: str) -> Iterator[Path]:
    """Give a file that holds the key whole and durably, mode 0600 from the start; it is gone after the block."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f"{file.name}.")
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w") as handle:
            handle.write(key)
            handle.flush()
            os.fsync(handle.fileno())
        yield draft
    finally:
        draft.unlink(missing_ok=True)
