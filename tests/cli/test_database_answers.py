"""Whatever a database answers, a command says so in one line that names it and ends with exit code 1.

Every command is tried in this process: on tables that somebody took away, and on tables that take nothing.
"""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
import typer
from sqlalchemy import Connection, inspect

from portals.sample_catalogue import write_sample_catalogue
from rasoat.cli import app, main
from settings.configuration import Configuration
from steps.database import engine_of
from tests.postgres import Cluster, fresh_database, postgres  # noqa: F401 - the fixture
from tests.review.desk import configuration, fill
from tests.steps.decision_files import FUND, MINISTRY, decision, row
from warehouse.db.engine import name_of, writing

BY = ("--by", "An")
WHY = ("--reason", "vì thế")
SERVERS = {"demo", "simulate", "review", "init", "office add", "office list"}
"""Commands that serve until they are stopped, or bring their own databases."""
COMMANDS: dict[str, tuple[str, ...]] = {
    "sync": (),
    "status": (),
    "release": ("1", *BY, *WHY),
    "withdraw": ("1", *BY, *WHY),
    "replay": ("1",),
    "catalogue import": ("danh-muc.xlsx", "--as-of", "2026-11-25T08:00:00+07:00"),
    "catalogue export": ("xuat.xlsx",),
    "catalogue columns": ("--file", "danh-muc.xlsx", "--skip", "STT", *BY),
    "findings": (),
    "findings match": ("4", "1.000001", *BY),
    "scope exclude": ("--code", "1.000001", *BY, *WHY),
    "scope include": ("--code", "1.000001", *BY),
    "scope list": (),
    "alerts send": (),
    "alerts watch": (),
    "alerts remind": (),
    "quarantine list": (),
    "quarantine release": ("1", *BY, *WHY),
    "quarantine dismiss": ("1", *BY, *WHY),
    "validations": (),
    "decision line": ("627/QĐ-BNV", "--division", "Phòng Tổ chức", *BY),
    "decision read": ("quyet-dinh.docx", *BY),
    "decision confirm": ("1", *BY, *WHY),
    "decision withdraw": ("1", *BY, *WHY),
    "baseline": ("--handled-before", "2026-01-01", *BY),
    "assign add": ("--division", "Phòng Tổ chức", "--field", "Hội, quỹ", *BY),
    "assign end": ("1", *BY),
    "assign list": (),
    "division list": (),
    "division add": ("Phòng Mới", *BY),
    "division end": ("Phòng Tổ chức", *BY, *WHY),
    "duties list": (),
    "duties extend": ("1", "--until", "2026-12-31", *BY, *WHY),
    "duties reply": ("1", "đã làm", *BY),
    "sheet eligibility": ("--division", "Phòng Tổ chức", "--out", "phieu.xlsx"),
    "sheet decentralisation": ("--division", "Phòng Tổ chức", "--out", "phan-cap.xlsx"),
    "sheet tasks": ("--division", "Phòng Tổ chức", "--out", "nhiem-vu.xlsx"),
    "sheet read": ("phieu-da-dien.xlsx", *BY),
    "register list": ("tasks",),
    "register add": ("tasks", "--set", "Số văn bản=1/KH", "--set", "Nội dung nhiệm vụ=x", *BY),
    "register change": ("tasks", "1", "--set", "Kết quả=x", *BY),
    "register import": ("tasks", "so.csv", *BY),
    "register propose": ("1", *BY),
    "figures eligibility": (),
    "figures decentralisation": (),
    "figures candidates": (),
    "user add": ("moi", "--role", "viewer", "--password-stdin"),
    "user password": ("lan", "--password-stdin"),
    "user remove": ("lan",),
    "user list": (),
    "user reset-second-factor": ("lan",),
    "report": ("nightly", "--as-of", "2026-11-25T08:00:00+07:00"),
    "draft-decision": ("627/QĐ-BNV", "--out", "du-thao.docx"),
    "paper": ("reminder", "--out", "don-doc.docx"),
    "doctor": (),
    "db upgrade": (),
    "db backup": ("sao-luu.db",),
    "db copy-to": ("sqlite:///noi-khac.db",),
    "db compact": (),
    "archive size": (),
    "archive prune": (),
    "archive set-aside": (*BY, *WHY),
    "archive copy-to": ("ban-sao",),
    "archive accept-loss": (*BY, *WHY),
}

WITHOUT_TABLES = {"db upgrade": 0, "db compact": 0, "db backup": 0, "archive copy-to": 0}
"""Commands that get by without a table, and how they end."""
WRITERS = {
    "sync", "catalogue import", "findings match", "scope exclude", "baseline", "assign add",
    "decision line", "decision read", "catalogue columns",
    "register add", "register import", "user add", "user password", "user remove", "division add", "withdraw",
}  # fmt: skip
"""Commands that write something here; the others only look, or find nothing to change."""

Run = Callable[..., tuple[int, str]]


def commands(command: Any, *path: str) -> Iterator[str]:
    """The names of all commands there are."""
    below = getattr(command, "commands", {})
    if path and (not below or command.invoke_without_command):
        yield " ".join(path)
    for name, each in below.items():
        yield from commands(each, *path, name)


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory, postgres: Cluster) -> Iterator[tuple[Path, str]]:  # noqa: F811
    """A file and the name of a database, each with a morning's work in it, to copy from."""
    home = tmp_path_factory.mktemp("filled")
    office = configuration(home)
    fill(office)
    engine_of(office).dispose()
    with fresh_database(postgres) as address:
        there = configuration(home, database_url=address)
        fill(there)
        engine_of(there).dispose()
        yield home / "rasoat.db", str(engine_of(there).url.database)


@pytest.fixture(params=("sqlite", "postgresql"))
def office(
    request: pytest.FixtureRequest,
    templates: tuple[Path, str],
    tmp_path: Path,
    postgres: Cluster,  # noqa: F811
) -> Iterator[Configuration]:
    """An office on either engine."""
    file, database = templates
    if request.param == "sqlite":
        shutil.copy(file, tmp_path / "rasoat.db")
        yield configuration(tmp_path)
    else:
        with fresh_database(postgres, database) as address:
            there = configuration(tmp_path, database_url=address)
            yield there
            engine_of(there).dispose()


@pytest.fixture
def run(
    office: Configuration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    """Runs a command of that office in this process; gives its exit code and what it complained of."""
    write_sample_catalogue(tmp_path / "danh-muc.xlsx")
    (tmp_path / "rasoat.toml").write_text(
        '[department]\nname = "Sở Nội vụ"\n[sources.national]\nkind = "national-api"\n'
        'base_url = "http://127.0.0.1:9"\ndepartments = ["G09"]\n',
        encoding="utf-8",
    )
    (tmp_path / "quyet-dinh.docx").write_bytes(decision(MINISTRY, new=(row(FUND, "1.999001"),)))
    (tmp_path / "so.csv").write_text("Số văn bản,Nội dung nhiệm vụ\n1/KH,Rà soát\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RASOAT_HOME", str(tmp_path))
    monkeypatch.setenv("RASOAT_CONFIG", str(tmp_path / "rasoat.toml"))
    monkeypatch.setenv("RASOAT_DATABASE_URL", office.database_url)

    def one(command: str, *arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["rasoat", *command.split(), *(arguments or COMMANDS[command])])
        monkeypatch.setattr(sys, "stdin", keyboard("mật khẩu đủ dài\n"))
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr().err
        lines = [line for line in said.splitlines() if line.startswith("rasoat: ")]
        assert "Traceback" not in said
        assert len(lines) <= 1
        return int(ended.value.code or 0), lines[0] if lines else ""

    sheet = (*COMMANDS["sheet eligibility"][:-1], COMMANDS["sheet read"][0])
    assert one("sheet eligibility", *sheet) == (0, "")
    yield one
    structlog.reset_defaults()


def test_every_command_is_tried() -> None:
    assert set(commands(typer.main.get_command(app))) == COMMANDS.keys() | SERVERS


def test_tables_that_are_gone_are_named(office: Configuration, run: Run) -> None:
    engine = engine_of(office)
    with writing(engine) as connection:
        server = connection.dialect.name == "postgresql"
        connection.exec_driver_sql("SELECT 1" if server else "PRAGMA defer_foreign_keys = ON")
        for table in set(inspect(connection).get_table_names()) - {"alembic_version"}:
            connection.exec_driver_sql(f'DROP TABLE "{table}"' + " CASCADE" * server)
    ends = {command: run(command) for command in COMMANDS}
    expected = WITHOUT_TABLES | ({"db backup": 2} if server else {})
    assert {command: ends.pop(command)[0] for command in WITHOUT_TABLES} == expected
    assert ends.pop("doctor") == (1, "rasoat: 01 mục cần sửa")
    sign = "does not exist, mã 42P01)" if server else "(no such table: "
    for command, (code, line) in ends.items():
        assert code == 1, (command, line)
        assert line.startswith(f"rasoat: Kho dữ liệu {name_of(engine)}: cấu trúc bảng không như"), command
        assert sign in line, command


def test_tables_that_take_nothing_are_told_without_what_the_rows_say(office: Configuration, run: Run) -> None:
    engine = engine_of(office)
    with writing(engine) as connection:
        for table in inspect(connection).get_table_names():
            refuse_writes(connection, table)
    ends = {command: run(command) for command in COMMANDS}
    refused = {command for command, (_, line) in ends.items() if "ổ đĩa" in line}
    assert refused == WRITERS
    for command in refused:
        code, line = ends[command]
        assert code == 1
        assert line.startswith(f"rasoat: Kho dữ liệu {name_of(engine)}: ổ đĩa")
        assert "Thành lập hội" not in line


def test_what_no_database_holds_is_refused_before_one_is_asked(office: Configuration, run: Run) -> None:
    """Larger numbers than PostgreSQL's, bytes that are no UTF-8, names longer than an index takes."""
    long = "Phòng " + "Ậ" * 5_000
    for command, arguments in COMMANDS.items():
        for n, argument in enumerate(arguments):
            if argument.startswith("--") or command == "db copy-to":
                continue
            spoilt = {"a\udcffb": "UTF-8"}
            if argument.isdecimal():
                spoilt |= {"9999999999": "2147483647", "9" * 30: "2147483647"}
            for other, words in spoilt.items():
                code, line = run(command, *arguments[:n], other, *arguments[n + 1 :])
                assert (code, words in line) == (2, True), (command, argument, line)
    announced = ("--stage", "announced", "--date", "2026-11-20", *BY)
    for refused in (
        ("decision", "627/QĐ-BNV", "--division", long, *BY),
        ("decision", "627/QĐ-BNV", "--number", long, *announced),
        ("assign add", "--division", long, "--field", "Hội, quỹ", *BY),
        ("register add", *COMMANDS["register add"], "--set", f"Phòng chuyên môn={long}"),
    ):
        code, line = run(*refused)
        assert (code, "dài quá 200 ký tự" in line) == (2, True), line


def keyboard(text: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8")


def refuse_writes(connection: Connection, table: str) -> None:
    """Let the database itself refuse every row that is new, changed or taken away, as a full one does."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'disk full' USING ERRCODE = '53100', DETAIL = 'Thành lập hội'; END $$"
        )
        connection.exec_driver_sql(
            f'CREATE TRIGGER refused BEFORE INSERT OR UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
        return
    for action in ("INSERT", "UPDATE", "DELETE"):
        connection.exec_driver_sql(
            f'CREATE TRIGGER "refused_{action}_{table}" BEFORE {action} ON "{table}" '
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
