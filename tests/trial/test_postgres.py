import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from trial.children import spawn
from trial.errors import CannotStart
from trial.postgres import EmbeddedPostgres

CHECKOUT = Path(__file__).resolve().parents[2]
NOBODY = 65534

# A process that starts a server on argv[1] as the user argv[2], writes a row, and stays.
STARTER = """
import os, sys, time
from pathlib import Path
import psycopg
from trial.postgres import EmbeddedPostgres
if (uid := int(sys.argv[2])) != os.getuid():
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)
server = EmbeddedPostgres(Path(sys.argv[1]))
server.start()
with psycopg.connect(server.url()) as connection:
    connection.execute("CREATE TABLE texts AS SELECT 'hello' AS body")
print(server.pid, flush=True)
time.sleep(600)
"""


# A query that does not notice that its postmaster died.
BUSY = """
CREATE TABLE texts AS SELECT 'hello' AS body; COMMIT;
SELECT sum(n) FROM generate_series(1, 100000000000) n
"""


def start_from_another_process(data: Path, uid: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", STARTER, str(data), str(uid)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def bodies(server: EmbeddedPostgres) -> list[str]:
    with psycopg.connect(server.url()) as connection:
        return [row[0] for row in connection.execute("SELECT body FROM texts")]


def test_what_was_committed_is_there_after_a_restart(folder: Path) -> None:
    with EmbeddedPostgres(folder / "postgres", fsync=False) as server:
        server.ensure_database("touchline")
        with psycopg.connect(server.url("touchline")) as connection:
            connection.execute("CREATE TABLE texts AS SELECT 'hello' AS body")
    with EmbeddedPostgres(folder / "postgres", fsync=False) as server:
        server.ensure_database("touchline")
        with psycopg.connect(server.url("touchline")) as connection:
            assert connection.execute("SELECT body FROM texts").fetchall() == [("hello",)]


def test_the_local_trial_waits_for_the_disk_before_it_calls_a_commit_done(folder: Path) -> None:
    with (
        EmbeddedPostgres(folder / "postgres") as server,
        psycopg.connect(server.url()) as connection,
    ):
        shown = {
            name: connection.execute("SELECT current_setting(%s)", [name]).fetchone()
            for name in ("fsync", "synchronous_commit", "full_page_writes", "server_encoding")
        }
    assert shown == {
        "fsync": ("on",),
        "synchronous_commit": ("on",),
        "full_page_writes": ("on",),
        "server_encoding": ("UTF8",),
    }


def test_a_killed_server_recovers_what_was_committed(folder: Path) -> None:
    server = EmbeddedPostgres(folder / "postgres")
    server.start()
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE texts AS SELECT 'hello' AS body")
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    server.stop()
    with server:
        assert bodies(server) == ["hello"]


def test_a_server_starts_again_while_a_killed_one_still_works(folder: Path) -> None:
    server = EmbeddedPostgres(folder / "postgres", fsync=False)
    server.start()
    psql = Path(server.command()[0]).with_name("psql")
    client = spawn([str(psql), server.url(), "-c", BUSY], log=folder / "psql.log")
    backend = wait_for_busy_backend(server)
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    server.stop()
    assert backend.is_running()
    with server:
        assert not backend.is_running()
        assert bodies(server) == ["hello"]
    client.wait(10)


def wait_for_busy_backend(server: EmbeddedPostgres) -> psutil.Process:
    deadline = time.monotonic() + 20
    with psycopg.connect(server.url(), autocommit=True) as connection:
        while time.monotonic() < deadline:
            row = connection.execute(
                "SELECT pid FROM pg_stat_activity"
                " WHERE state = 'active' AND query LIKE '%generate_series%'"
                " AND pid <> pg_backend_pid() AND to_regclass('texts') IS NOT NULL"
            ).fetchone()
            if row is not None:
                return psutil.Process(row[0])
    raise AssertionError("the query never ran")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of our death")
def test_a_server_does_not_outlive_its_killed_starter_and_the_next_one_has_its_data(
    folder: Path,
) -> None:
    with start_from_another_process(folder / "postgres", os.getuid()) as starter:
        assert starter.stdout is not None
        postmaster = psutil.Process(int(starter.stdout.readline()))
        starter.kill()
    with EmbeddedPostgres(folder / "postgres") as server:
        assert not postmaster.is_running()
        assert bodies(server) == ["hello"]


def test_a_dead_servers_process_id_that_now_belongs_to_another_is_no_obstacle(
    folder: Path,
) -> None:
    server = EmbeddedPostgres(folder / "postgres", fsync=False)
    with server:
        locks = [
            server.data / "cluster" / "postmaster.pid",
            server.data / ".s.PGSQL.5432.lock",
        ]
        contents = [lock.read_text() for lock in locks]
    other = spawn(["sleep", "60"], log=folder / "sleep.log", user=server.user)
    try:
        for lock, content in zip(locks, contents, strict=True):
            lock.write_text(content.replace(content.split("\n", 1)[0], str(other.pid), 1))
            if server.user is not None:
                os.chown(lock, *server.user)
        with server:
            assert server.is_ready()
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_folder_whose_making_was_interrupted_is_made_anew(folder: Path) -> None:
    unfinished = folder / "postgres" / "cluster.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(folder / "postgres", fsync=False) as server:
        assert server.is_ready()
    assert not unfinished.exists()


def test_two_servers_do_not_share_a_folder(folder: Path) -> None:
    with EmbeddedPostgres(folder / "postgres", fsync=False) as server:
        with pytest.raises(CannotStart, match="Another process already uses the database in"):
            EmbeddedPostgres(folder / "postgres").start()
        assert server.is_ready()


def test_a_path_too_long_for_a_socket_gets_its_socket_elsewhere(folder: Path) -> None:
    with EmbeddedPostgres(folder / ("long" * 30) / "postgres", fsync=False) as server:
        assert server.is_ready()
        assert "longlong" not in server.url()


def test_only_the_servers_user_may_enter_its_folder(folder: Path) -> None:
    with EmbeddedPostgres(folder / "postgres", fsync=False) as server:
        assert stat.S_IMODE(server.data.stat().st_mode) == 0o700
        assert server.data.stat().st_uid == psutil.Process(server.pid).uids().real


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run a server as someone else")
def test_root_runs_the_server_as_a_system_user_and_opens_no_folder_for_reading(
    folder: Path,
) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    with EmbeddedPostgres(closed / "postgres", fsync=False) as server:
        assert psutil.Process(server.pid).uids().real != 0
    assert stat.S_IMODE(closed.stat().st_mode) == 0o701


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become an ordinary user")
def test_an_ordinary_user_runs_the_server_as_themselves(folder: Path) -> None:
    with EmbeddedPostgres(folder / "root", fsync=False):
        pass  # root has opened the way to the wheel's files
    home = folder / "nobody"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    with start_from_another_process(home / "postgres", NOBODY) as starter:
        assert starter.stdout is not None
        postmaster = psutil.Process(int(starter.stdout.readline()))
        assert postmaster.uids().real == NOBODY
        starter.kill()
    with EmbeddedPostgres(home / "postgres") as server:  # now as root, on the user's data
        assert psutil.Process(server.pid).uids().real == NOBODY
        assert bodies(server) == ["hello"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can leave data to an ordinary user")
def test_an_ordinary_user_is_told_that_the_data_is_someone_elses(folder: Path) -> None:
    with EmbeddedPostgres(folder / "postgres", fsync=False):
        pass
    with start_from_another_process(folder / "postgres", NOBODY) as starter:
        _, complaint = starter.communicate(timeout=30)
    assert starter.returncode == 1
    assert f"PostgreSQL cannot use the folder {folder / 'postgres'}" in complaint
    assert "TOUCHLINE_HOME" in complaint
