"""What has the handset been told and done, ever? The append-only log, one JSON object per line.

The log is the handset's only storage: its state is what replaying it gives (`handset.carrier`). An
entry is written with one system call before anything is answered, so a SIGKILL cannot lose what
somebody was told; it is not synced, so a power failure can.
"""

import fcntl
import json
from array import array
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


class LogInUse(Exception):
    """Another handset process writes to this log."""


class Log:
    """One log file. Entries are numbered from 1 in `n`; `at` is the instant in UTC."""

    def __init__(self, path: Path) -> None:
        """Open the log at `path`, created if missing. Raises LogInUse if another process has it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab+", buffering=0)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise LogInUse(str(path)) from error
        self._path = path
        self._starts = array("Q")
        self._end = 0

    @property
    def path(self) -> Path:
        """Where it is."""
        return self._path

    def __len__(self) -> int:
        return len(self._starts)

    def replay(self) -> Iterator[Entry]:
        """Yield every entry, oldest first, and make the log ready to be appended to.

        A last line without its end is an entry a crash cut short and nobody was told of: it goes.
        """
        with self._path.open("rb") as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    self._file.truncate(self._end)
                    return
                self._starts.append(self._end)
                self._end += len(line)
                yield json.loads(line)

    def append(self, kind: str, at: datetime, **facts: Any) -> Entry:
        """Write one entry and return it."""
        entry: Entry = {"n": len(self) + 1, "at": at.isoformat(), "kind": kind, **facts}
        text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
        # Half of a surrogate pair, which JSON can bring in, is no character.
        line = text.encode(errors="replace") + b"\n"
        self._file.write(line)
        self._starts.append(self._end)
        self._end += len(line)
        return entry

    def page(self, *, after: int, kind: str | None, limit: int) -> list[Entry]:
        """Return up to `limit` entries above number `after`, of one kind if given, oldest first."""
        found: list[Entry] = []
        if after >= len(self):
            return found
        with self._path.open("rb") as lines:
            lines.seek(self._starts[after])
            for line in lines:
                entry = json.loads(line)
                if kind is None or entry["kind"] == kind:
                    found.append(entry)
                    if len(found) == limit:
                        break
        return found

    def clear(self) -> None:
        """Forget every entry."""
        self._file.truncate(0)
        self._starts = array("Q")
        self._end = 0

    def close(self) -> None:
        """Close the file and let another process have it."""
        self._file.close()
