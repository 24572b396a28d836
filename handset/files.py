"""Where is what goes with texts kept? In one folder, each file by the hash of its content."""

import hashlib
import shutil
from pathlib import Path
from typing import Final

MAX_BYTES: Final = 5_000_000
"""The largest medium the carrier takes."""


class Files:
    """The files of one carrier. The log names them, so one is written before its entry."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Keep `content`; return the SHA-256 of it, in hexadecimal digits."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._folder / digest
        if not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_suffix(".part")
            unfinished.write_bytes(content)
            unfinished.rename(path)
        return digest

    def get(self, sha256: str) -> bytes:
        """Return the content with this hash. Raises FileNotFoundError if there is none."""
        return (self._folder / sha256).read_bytes()

    def clear(self) -> None:
        """Forget every file."""
        shutil.rmtree(self._folder, ignore_errors=True)
