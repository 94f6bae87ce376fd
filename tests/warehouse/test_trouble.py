"""A database in trouble, and who may write: one line that names it, and one run at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from procedures.errors import LockedError, WarehouseError
from warehouse.engine import open_engine, reading
from warehouse.lock import run_lock
from warehouse.runs import last_run

HOLDER = (
    "import sys, time\n"
    "from warehouse.engine import open_engine\n"
    "from warehouse.lock import run_lock\n"
    "with run_lock(open_engine(sys.argv[1])):\n"
    "    print('held', flush=True)\n"
    "    time.sleep(60)\n"
)


def test_a_second_run_is_refused_and_the_lock_of_a_killed_holder_is_free(address: str) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, address],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    engine = open_engine(address)
    with pytest.raises(LockedError), run_lock(engine):
        pass
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait(timeout=20)
    for _ in range(50):
        try:
            with run_lock(engine):
                break
        except LockedError:
            continue
    else:
        pytest.fail("the lock of a dead holder is still held")
    engine.dispose()


def test_a_file_that_is_no_database_is_named_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "khong-phai.db"
    file.write_bytes(b"hoan toan khong phai" * 500)
    with (
        pytest.raises(WarehouseError, match=r"khong-phai\.db") as caught,
        reading(open_engine(f"sqlite:///{file}")) as c,
    ):
        last_run(c)
    assert "\n" not in str(caught.value)


def test_a_server_that_cannot_be_reached_is_named_without_its_password() -> None:
    with pytest.raises(WarehouseError) as caught:
        open_engine("postgresql+psycopg://lan:bimat@127.0.0.1:1/rasoat")
    assert "bimat" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)
    assert "\n" not in str(caught.value)
