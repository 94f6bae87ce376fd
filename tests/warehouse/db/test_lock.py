"""One run at a time, and no lock outlives its holder."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import Engine, make_url

from procedures.errors import LockedError
from tests.postgres import Cluster
from warehouse.db.engine import database_file, open_engine
from warehouse.db.run_lock import run_lock

HOLDER = """
import sys, time
from warehouse.db.engine import open_engine
from warehouse.db.run_lock import run_lock
with run_lock(open_engine(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(empty_address: str):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, empty_address], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_run_is_turned_away_until_the_holder_dies(
    holder: subprocess.Popen[str], empty_address: str
) -> None:
    engine = open_engine(empty_address)
    with pytest.raises(LockedError, match="đang giữ khóa") as caught, run_lock(engine):
        pass
    if database_file(engine):
        assert f"tiến trình {holder.pid}" in str(caught.value)
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert lock_within(engine, seconds=10)
    engine.dispose()


def lock_within(engine: Engine, *, seconds: float) -> bool:
    """A server notices a dead client within a moment, the kernel at once."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with run_lock(engine):
                return True
        except LockedError:
            time.sleep(0.05)
    return False


def test_the_lock_is_free_again_after_a_run_that_failed(empty_engine: Engine) -> None:
    def failing() -> None:
        with run_lock(empty_engine):
            raise RuntimeError

    for _ in range(2):
        with pytest.raises(RuntimeError):
            failing()


def test_a_run_does_not_lock_itself_out_of_its_own_database(engine: Engine) -> None:
    from tests.warehouse.nights import Nights, at, procedure

    with run_lock(engine):
        Nights(engine).night(at(22), procedure("1.000001"))
        with pytest.raises(LockedError), run_lock(engine):
            pass
    with run_lock(engine):
        pass


def test_a_server_that_ends_idle_sessions_lets_a_long_run_keep_its_lock(
    postgres: Cluster,
    postgres_database: str,
) -> None:
    postgres.execute(
        f"ALTER DATABASE {make_url(postgres_database).database} SET idle_session_timeout = '200ms'"
    )
    engine = open_engine(postgres_database)
    with run_lock(engine):
        time.sleep(0.6)
        with pytest.raises(LockedError), run_lock(engine):
            pass
    engine.dispose()
