"""Databases that cannot be used say so in one line; those that can lose nothing."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from procedures.errors import SettingsError, WarehouseError
from tests.postgres import Cluster
from tests.warehouse.nights import Nights, at, procedure
from warehouse.db.engine import name_of, open_engine, reading, writing
from warehouse.db.schema import upgrade
from warehouse.db.transfer import transfer
from warehouse.sources import runs
from warehouse.tables.source_tables import state_seen


def refusal(url: str) -> str:
    with pytest.raises(WarehouseError) as caught:
        upgrade(open_engine(url))
    words = str(caught.value)
    assert "\n" not in words
    return words


def test_a_file_that_is_not_a_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "rasoat.db"
    file.write_text("Danh mục thủ tục hành chính\n" * 100)
    words = refusal(f"sqlite:///{file}")
    assert str(file) in words
    assert "không phải cơ sở dữ liệu" in words
    assert file.read_text().startswith("Danh mục")


def test_a_path_through_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    assert str(tmp_path / "var") in refusal(f"sqlite:///{tmp_path}/var/rasoat.db")


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "rasoat.db").mkdir()
    assert "không mở được" in refusal(f"sqlite:///{tmp_path}/rasoat.db")


@pytest.fixture
def held(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Another program that writes a file which has no write-ahead log yet."""
    other = sqlite3.connect(tmp_path / "rasoat.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


def test_who_comes_while_another_makes_the_file_waits(held: sqlite3.Connection, tmp_path: Path) -> None:
    done = threading.Timer(0.5, held.rollback)
    done.start()
    engine = open_engine(f"sqlite:///{tmp_path / 'rasoat.db'}")
    with reading(engine) as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    engine.dispose()
    done.join()


@pytest.mark.usefixtures("held")
def test_it_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.db.engine.BUSY_SECONDS", 0.2)
    assert "đang bị chương trình khác khóa" in refusal(f"sqlite:///{tmp_path / 'rasoat.db'}")


READ_ONLY = """
import os, sys
from procedures.errors import WarehouseError
from warehouse.db.engine import open_engine
from warehouse.db.schema import upgrade
import alembic.command, sqlalchemy.dialects.sqlite
if os.geteuid() == 0:  # root may write anywhere
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    upgrade(open_engine(sys.argv[1]))
except WarehouseError as error:
    print(error)
"""


@pytest.mark.parametrize("there", [False, True], ids=["no file yet", "an old file"])
def test_a_path_that_cannot_be_written_is_named(there: bool) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        file = Path(folder) / "rasoat.db"
        if there:
            file.touch()
            file.chmod(0o444)
        Path(folder).chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY, f"sqlite:///{file}"],
            capture_output=True,
            text=True,
            check=False,
        )
        Path(folder).chmod(0o755)
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    assert str(file) in done.stdout
    assert "quyền ghi" in done.stdout


def test_a_server_that_is_away_is_named_without_its_password() -> None:
    words = refusal("postgresql+psycopg://rasoat:b%C3%AD-m%E1%BA%ADt@127.0.0.1:1/so_noi_vu")
    assert "rasoat:***@127.0.0.1:1/so_noi_vu" in words
    assert "bí-mật" not in words
    assert "b%C3" not in words


def test_a_server_s_database_that_holds_no_vietnamese_is_named(postgres: Cluster) -> None:
    postgres.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    words = refusal(postgres.address("latin"))
    assert "/latin" in words
    assert "bảng mã là LATIN1, cần UTF8" in words


@pytest.mark.parametrize(
    "url",
    [
        "rasoat.db",
        "mysql://x/y",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql://u:bi:mat@may:cong/x",
        "postgresql://u:bi\udcffmat@may/x",
    ],
)
def test_an_address_of_something_else_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(SettingsError, match="RASOAT_DATABASE_URL") as caught:
        open_engine(url)
    assert "mat" not in str(caught.value)


def test_a_password_among_an_address_s_options_is_masked_as_well() -> None:
    words = refusal("postgresql+psycopg://rasoat@127.0.0.1:1/x?password=bi-mat&sslpassword=bi-mat")
    assert "bi-mat" not in words


def test_texts_that_an_older_version_left_on_sqlite_move_to_a_server(
    sqlite_template: Path,
    tmp_path: Path,
    postgres_database: str,
) -> None:
    file = tmp_path / "rasoat.db"
    file.write_bytes(sqlite_template.read_bytes())
    with closing(sqlite3.connect(file)) as older:
        older.execute("INSERT INTO state_seen VALUES ('national', 'ACT' || char(0) || 'IVE')")
        older.commit()
    old, new = open_engine(f"sqlite:///{file}"), open_engine(postgres_database)
    upgrade(new)
    assert transfer(old, new).rows == 1
    with reading(new) as connection:
        assert connection.execute(select(state_seen.c.state)).scalars().all() == ["ACTIVE"]
    for engine in (old, new):
        engine.dispose()


VALUE_OF_A_ROW = "Cấp giấy phép cho ông Nguyễn Văn A"


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("INSERT INTO state_seen (source, state) VALUES ('national', NULL)", "ràng buộc của bảng"),
        ("INSERT INTO state_seen VALUES ('n', 'A'), ('n', 'A')", "ràng buộc của bảng"),
        ("INSERT INTO retired VALUES ('n', :said, '', '', '', 77, 77)", "ràng buộc của bảng"),
        ("INSERT INTO account VALUES (:said, 'chủ', '', '', NULL)", "ràng buộc của bảng"),
        ("SELECT * FROM nowhere WHERE name = :said", "cấu trúc bảng không như chương trình cần"),
        ("SELECT no_such_column FROM run WHERE kind = :said", "cấu trúc bảng không như chương trình cần"),
    ],
)
def test_what_a_database_answers_is_a_line_that_repeats_nothing_of_a_row(
    engine: Engine, statement: str, words: str
) -> None:
    with pytest.raises(WarehouseError) as caught, writing(engine) as connection:
        connection.execute(text(statement), {"said": VALUE_OF_A_ROW} if ":said" in statement else {})
    line = str(caught.value)
    assert line.startswith(f"Kho dữ liệu {name_of(engine)}: ")
    assert words in line
    shown = "".join(traceback.format_exception(caught.value))
    for other in ("\n", VALUE_OF_A_ROW, "INSERT", "SELECT"):
        assert other not in line
    assert VALUE_OF_A_ROW not in shown


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("22P02", "một giá trị không ghi được vào cột; báo cho người quản trị (sai, mã 22P02)"),
        ("25006", "máy chủ chỉ cho đọc"),
        ("40P01", "bị lệnh khác chen ngang; chạy lại"),
        ("53100", "ổ đĩa của máy chủ đã đầy"),
        ("53300", "máy chủ hết tài nguyên"),
        ("57P01", "máy chủ đang dừng hoặc đã hủy lệnh"),
        ("P0001", "không dùng được"),
    ],
)
@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_what_a_server_answers_is_explained_by_its_code(engine: Engine, code: str, words: str) -> None:
    raising = f"""DO $$ BEGIN RAISE EXCEPTION 'sai: "{VALUE_OF_A_ROW}"' USING ERRCODE = '{code}'; END $$"""
    with pytest.raises(WarehouseError) as caught, writing(engine) as connection:
        connection.exec_driver_sql(raising)
    assert words in str(caught.value)
    assert f"mã {code})" in str(caught.value)


def test_the_plain_name_of_postgresql_is_understood(postgres_database: str) -> None:
    engine = open_engine(postgres_database.replace("postgresql+psycopg", "postgresql"))
    assert upgrade(engine)
    assert name_of(engine).startswith("postgresql+psycopg://rasoat@/")
    engine.dispose()


def test_a_transaction_that_breaks_off_leaves_nothing(engine: Engine) -> None:
    def half_done() -> None:
        with writing(engine) as connection:
            runs.begin_run(connection, as_of=at(22), kind="sync")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half_done()
    assert Nights(engine).rows("v_run") == []


def test_readers_do_not_wait_for_a_writer(engine: Engine) -> None:
    with writing(engine) as writer:
        runs.begin_run(writer, as_of=at(22), kind="sync")
        with reading(engine) as reader:
            assert runs.all_runs(reader) == []


def test_a_second_writer_waits_for_the_first(engine: Engine) -> None:
    begun = threading.Event()

    def second() -> None:
        begun.set()
        with writing(engine) as connection:
            runs.begin_run(connection, as_of=at(23), kind="sync")

    waiting = threading.Thread(target=second)
    with writing(engine) as connection:
        runs.begin_run(connection, as_of=at(22), kind="sync")
        waiting.start()
        begun.wait(5)
    waiting.join(20)
    assert len(Nights(engine).rows("v_run")) == 2


def test_what_the_database_cannot_hold_is_left_out_of_texts(nights: Nights) -> None:
    nights.night(at(22), procedure("1.000001", name="Cấp\x00 giấy phép \ud800", agency="Sở\x00"))
    (row,) = nights.rows("v_procedure_current")
    assert row["name"] == "Cấp giấy phép ?"
    assert row["agency"] == "Sở"
    assert nights.night(at(23), procedure("1.000001", name="Cấp\x00 giấy phép \ud800", agency="Sở\x00")) == {}


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "rasoat.db"
    engine = open_engine(f"sqlite:///{file}")
    upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)
    assert "tệp đã hỏng" in refusal(f"sqlite:///{file}")


def test_all_who_wait_for_the_one_writer_leave_connections_to_those_who_read(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'rasoat.db'}")
    with ExitStack() as stack:
        for _ in range(40):  # as many as the site has threads
            assert stack.enter_context(reading(engine)).scalar(select(1)) == 1
    engine.dispose()


LEAVING = """
import atexit, gc, sys
atexit.register(gc.freeze)
from sqlalchemy import text
from warehouse.db.engine import open_engine, writing
engine = open_engine(sys.argv[1])
with writing(engine) as connection:
    connection.execute(text("CREATE TABLE t (n INTEGER)"))
"""


def test_a_process_closes_its_file_though_nothing_is_collected_at_its_end(tmp_path: Path) -> None:
    file = tmp_path / "rasoat.db"
    subprocess.run([sys.executable, "-c", LEAVING, f"sqlite:///{file}"], check=True)
    assert [each.name for each in tmp_path.iterdir()] == ["rasoat.db"]
