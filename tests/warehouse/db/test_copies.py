"""Copies of the warehouse: taken while somebody writes, sound, and as good as the original."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from procedures.errors import InputError, WarehouseError
from warehouse.db.backup import back_up, compact
from warehouse.db.engine import open_engine, reading, writing


def runs(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return list(connection.execute(text("SELECT kind FROM run ORDER BY run_id")).scalars())


def add_run(engine: Engine, kind: str) -> None:
    with writing(engine) as connection:
        row = (
            "INSERT INTO run (kind, as_of, started_at, rules_version, summary) VALUES (:kind, '', '', '', '')"
        )
        connection.execute(text(row), {"kind": kind})


@pytest.fixture
def sqlite_engine(sqlite_template: Path, tmp_path: Path) -> Engine:
    file = tmp_path / "rasoat.db"
    file.write_bytes(sqlite_template.read_bytes())
    return open_engine(f"sqlite:///{file}")


def test_a_copy_taken_while_another_writes_holds_what_was_committed(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    add_run(sqlite_engine, "sync")
    with writing(sqlite_engine) as connection:
        connection.execute(text("UPDATE run SET kind = 'half'"))
        assert back_up(sqlite_engine, tmp_path / "copy.db") > 10_000
    add_run(sqlite_engine, "import")
    copy = open_engine(f"sqlite:///{tmp_path / 'copy.db'}")
    assert runs(copy) == ["sync"]
    assert runs(sqlite_engine) == ["half", "import"]


def test_a_copy_that_takes_the_originals_place_goes_on_from_there(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    add_run(sqlite_engine, "sync")
    back_up(sqlite_engine, tmp_path / "copy.db")
    add_run(sqlite_engine, "lost")
    sqlite_engine.dispose()
    for leftover in tmp_path.glob("rasoat.db*"):
        leftover.unlink()
    (tmp_path / "copy.db").rename(tmp_path / "rasoat.db")
    restored = open_engine(f"sqlite:///{tmp_path / 'rasoat.db'}")
    add_run(restored, "import")
    assert runs(restored) == ["sync", "import"]


def test_nothing_is_written_over(sqlite_engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("of yesterday")
    with pytest.raises(InputError, match="đã có tệp này"):
        back_up(sqlite_engine, tmp_path / "copy.db")
    with pytest.raises(InputError, match="không có thư mục"):
        back_up(sqlite_engine, tmp_path / "nowhere" / "copy.db")


def test_a_damaged_database_gives_no_copy(sqlite_engine: Engine, tmp_path: Path) -> None:
    for number in range(500):
        add_run(sqlite_engine, f"sync {number}" * 50)
    with sqlite3.connect(tmp_path / "rasoat.db") as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    sqlite_engine.dispose()
    data = bytearray((tmp_path / "rasoat.db").read_bytes())
    data[40_960:120_000] = b"\xff" * (120_000 - 40_960)
    (tmp_path / "rasoat.db").write_bytes(data)
    with pytest.raises(WarehouseError, match=r"rasoat\.db|copy\.db"):
        back_up(sqlite_engine, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()
    assert not list(tmp_path.glob(".copy*"))


def test_a_database_that_others_write_is_not_compacted_and_that_is_said(
    sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.db.engine.BUSY_SECONDS", 0.1)
    add_run(sqlite_engine, "sync")
    engine = open_engine(f"sqlite:///{tmp_path / 'rasoat.db'}")
    with writing(sqlite_engine), pytest.raises(WarehouseError, match="đang bị chương trình khác khóa"):
        compact(engine)
    compact(engine)
    assert runs(engine) == ["sync"]


def test_a_server_is_backed_up_by_its_own_tools_and_compacted_here(engine: Engine, tmp_path: Path) -> None:
    add_run(engine, "sync")
    compact(engine)
    assert runs(engine) == ["sync"]
    if engine.dialect.name == "postgresql":
        with pytest.raises(InputError, match="pg_dump"):
            back_up(engine, tmp_path / "copy.db")
