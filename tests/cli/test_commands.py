"""The commands as people and programs call them."""

from __future__ import annotations

import csv
import importlib
import json
import os
import pkgutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
import typer
from python_calamine import CalamineWorkbook

from rasoat import commands
from rasoat.command_table import COMMANDS, commands_at, typer_at
from tests.addresses import bundled
from tests.command import run
from tests.office import EVENING, NIGHTS, RASOAT, Office

ANY_NAME = "Sở #1 100% 'a' \"b\" ?x=1;&\\ ~$HOME [z] %41 e\u0323 hai\ndòng "
"""A folder may have any sign in its name but a slash."""


@pytest.fixture(scope="module")
def working(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office that has imported its list and had a night, by commands alone, in a folder of any name."""
    with bundled() as portals:
        office = Office(tmp_path_factory.mktemp("working") / ANY_NAME, portals)
        imported = office.rasoat("catalogue", "import", str(office.sample_catalogue()), "--as-of", EVENING)
        assert imported.returncode == 0, imported.stderr
        night = office.rasoat("sync", "--as-of", NIGHTS[0], "--json")
        assert night.returncode == 0, night.stderr
        (office.home / "night.json").write_text(night.stdout, encoding="utf-8")
        yield office


def test_sync_json_is_one_document_of_the_agreed_shape(working: Office) -> None:
    document = json.loads((working.home / "night.json").read_text(encoding="utf-8"))
    assert list(document) == ["run_id", "status", "as_of", "sources", "findings", "alerts"]
    assert document["status"] == "complete"
    assert document["as_of"] == NIGHTS[0]
    assert list(document["sources"]) == ["national", "provincial"]
    assert list(document["sources"]["national"]) == [
        "snapshot_id", "state", "reason", "procedures", "requests", "new", "changed", "cosmetic", "missing",
        "repealed", "replaced", "level_transfer", "reinstated", "quarantined",
    ]  # fmt: skip
    assert set(document["findings"]) == {"opened", "resolved", "open"}
    assert set(document["alerts"]) == {"queued", "sent"}


def test_findings_come_as_json_csv_and_a_workbook_with_the_same_rows(working: Office) -> None:
    listed = json.loads(working.rasoat("findings", "--format", "json").stdout)
    assert listed
    assert all(row["status"] != "resolved" for row in listed)
    table = working.rasoat("findings", "--format", "csv").stdout.splitlines()
    assert [row["fingerprint"] for row in csv.DictReader(table)] == [row["fingerprint"] for row in listed]
    out = working.home / "sai-lech.xlsx"
    assert working.rasoat("findings", "--format", "xlsx", "--out", str(out)).returncode == 0
    rows = CalamineWorkbook.from_path(out).get_sheet_by_name("Sai lệch").to_python()
    assert sum(1 for row in rows if isinstance(row[0], float)) == len(listed)


def test_all_of_an_office_lies_in_its_folder_whatever_that_is_called(working: Office) -> None:
    assert [each.name for each in working.home.parent.iterdir()] == [ANY_NAME]
    assert {"rasoat.db", "archive", "reports"} <= {each.name for each in (working.home / "var").iterdir()}
    copy = working.home / "bản sao?.db"
    assert working.rasoat("db", "backup", str(copy)).returncode == 0
    assert copy.stat().st_size > 100_000
    assert working.rasoat("replay", "2").returncode == 0


def in_bytes(office: Office, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [str(RASOAT), *arguments],
        env=office.environment | environment,
        cwd=office.home,
        capture_output=True,
        timeout=300,
        check=False,
    )


PLAIN = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize(
    "terminal, encoding",
    [({"PYTHONIOENCODING": "cp1252"}, "cp1252"), ({"PYTHONIOENCODING": "cp437"}, "cp437"), (PLAIN, "ascii")],
    ids=["cp1252", "cp437", "LC_ALL=C"],
)
def test_a_terminal_without_vietnamese_gets_plain_letters_and_programs_get_all(
    working: Office, terminal: dict[str, str], encoding: str
) -> None:
    people = in_bytes(working, "status", **terminal)
    assert people.returncode == 0
    assert "C\u1ea3nh b".encode("utf-8") not in people.stdout
    assert "Canh" in people.stdout.decode(encoding)
    assert "PYTHONIOENCODING=utf-8" in people.stderr.decode(encoding)
    table = in_bytes(working, "findings", **terminal)
    assert (table.returncode, b"Traceback" in table.stderr) == (0, False)
    assert "+--" in table.stdout.decode(encoding)
    wrong = in_bytes(working, "findings", "--kind", "sai", **terminal)
    assert (wrong.returncode, wrong.stderr.count(b"\n")) == (2, 1)
    told = in_bytes(working, "findings", "--format", "json", **terminal)
    whole = json.loads(working.rasoat("findings", "--format", "json").stdout)
    assert json.loads(told.stdout.decode(encoding)) == whole
    assert told.stderr == b""


def test_what_is_typed_where_the_system_knows_no_vietnamese_is_kept_whole(working: Office) -> None:
    reason = ("scope", "exclude", "--code", "1.999999", "--by", "Trần Nam", "--reason", "không thuộc Sở")
    assert in_bytes(working, *reason, **PLAIN).returncode == 0
    (row,) = json.loads(working.rasoat("scope", "list", "--json").stdout)
    assert (row["actor"], row["reason"]) == ("Trần Nam", "không thuộc Sở")
    lost = in_bytes(working, "status", RASOAT_CONFIG="đâu.toml", **PLAIN)
    assert (lost.returncode, lost.stderr.count(b"\n")) == (2, 1)


def test_findings_of_one_kind_and_status(working: Office) -> None:
    listed = json.loads(working.rasoat("findings", "--kind", "invalid_code", "--format", "json").stdout)
    assert {row["kind"] for row in listed} == {"invalid_code"}
    resolved = json.loads(working.rasoat("findings", "--status", "resolved", "--format", "json").stdout)
    assert all(row["resolved_run"] == 2 for row in resolved)


def test_status_tells_each_source_s_last_complete_snapshot(working: Office) -> None:
    report = json.loads(working.rasoat("status", "--json").stdout)
    assert set(report["sources"]) == {"catalogue", "national", "provincial"}
    assert report["sources"]["national"]["last_complete"]["as_of"] == "2026-11-21T19:00:00+00:00"
    assert report["alerts_waiting"] == 0
    people = working.rasoat("status").stdout
    assert "02:00 22/11/2026" in people


def test_db_upgrade_is_safe_to_repeat(working: Office) -> None:
    first = working.rasoat("db", "upgrade")
    assert first.returncode == 0
    assert working.rasoat("db", "upgrade").stdout == first.stdout


def test_doctor_finds_nothing_wrong_with_a_sound_office(working: Office) -> None:
    done = working.rasoat("doctor")
    assert done.returncode == 0, done.stdout
    assert "HỎNG" not in done.stdout


def test_a_person_s_match_of_a_row_without_a_code_is_remembered(working: Office) -> None:
    rows = json.loads(working.rasoat("findings", "--kind", "missing_code", "--format", "json").stdout)
    assert rows
    finding = rows[0]
    done = working.rasoat("findings", "match", str(finding["finding_id"]), "1.999000", "--by", "Trần Văn Nam")
    assert done.returncode == 0, done.stderr
    assert working.rasoat("sync", "--as-of", NIGHTS[1]).returncode == 0
    matched = working.rows("v_procedure_current", matched_by="person")
    assert [row["code"] for row in matched] == ["1.999000"]
    left = json.loads(working.rasoat("findings", "--kind", "missing_code", "--format", "json").stdout)
    assert finding["fingerprint"] not in {row["fingerprint"] for row in left}


def test_simulate_serves_both_portals_until_it_is_stopped(office: Office) -> None:
    serving = subprocess.Popen(
        [str(RASOAT), "simulate"], env=office.environment, cwd=office.home, stdout=subprocess.PIPE, text=True
    )
    try:
        assert serving.stdout is not None
        addresses = dict(serving.stdout.readline().split() for _ in range(2))
        assert set(addresses) == {"national", "provincial"}
        assert all(httpx.get(address, trust_env=False).status_code == 200 for address in addresses.values())
    finally:
        serving.terminate()
        serving.wait(timeout=20)


HEAVY = (
    *("alembic", "apprise", "authlib", "bs4", "calamine", "docx", "docxtpl", "fastapi", "filelock"),
    *("great_expectations", "holidays", "httpx", "jinja2", "lxml", "openpyxl", "pandas", "prefect"),
    *("psycopg", "pypdfium2", "rapidfuzz", "rich", "soupsieve", "sqlalchemy.dialects.postgresql"),
    *("sqlalchemy.orm", "structlog", "uvicorn", "xlsxwriter", "reconciliation", "reports", "review"),
    *("validations", "warehouse.db.transfer", "warehouse.migrations", "warehouse.tables.all_tables"),
)
"""Modules that cost more than all that a question to the database needs."""

OF_RECORDS = ("procedures.model", "procedures.values.text", "procedures.values.durations")
"""Modules of what a procedure is, which a question about sources does without."""

NO_PART_OF_A_NIGHT = (
    *("alembic", "apprise", "authlib", "bs4", "boto3", "docx", "docxtpl", "fastapi", "great_expectations"),
    *("h2", "holidays.countries", "jinja2", "lxml", "openpyxl", "pandas", "prefect", "prometheus_client"),
    *("psycopg", "pypdfium2", "rapidfuzz", "rich", "s3fs", "soupsieve", "sqlalchemy.dialects.postgresql"),
    *("sqlalchemy.orm", "uvicorn", "xlsxwriter"),
    *("extractors.workbooks.catalogue", "reports.discrepancies", "review", "warehouse.migrations"),
)
"""Modules that a night of an interface on which nothing changed does without."""

LOADED = """
import json, sys
from rasoat.cli import main
sys.argv = ["rasoat", *json.loads(sys.argv[1])]
try:
    main()
finally:
    print(json.dumps(sorted(set(json.loads(sys.stdin.read())) & set(sys.modules))), file=sys.stderr)
"""


def loaded(arguments: list[str], heavy: tuple[str, ...], environment: Mapping[str, str]) -> list[str]:
    """Which of the modules a command has loaded, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, json.dumps(arguments)],
        input=json.dumps(heavy),
        env=dict(environment),
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[str] = json.loads(done.stderr.splitlines()[-1])
    return found


@pytest.mark.parametrize("arguments", [["--help"], ["status", "--help"], ["sync", "--help"]], ids=" ".join)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    assert loaded(arguments, (*HEAVY, "sqlalchemy"), os.environ) == []


@pytest.mark.parametrize("arguments", [["status"], ["status", "--json"]], ids=" ".join)
def test_the_status_loads_nothing_heavy(working: Office, arguments: list[str]) -> None:
    assert loaded(arguments, (*HEAVY, *OF_RECORDS), working.environment) == []


def test_a_night_on_which_nothing_changed_loads_nothing_for_changes(small_office: Office) -> None:
    small_office.first_night("national")
    unchanged = ["sync", "--source", "national", "--as-of", NIGHTS[1], "--json"]
    assert loaded(unchanged, NO_PART_OF_A_NIGHT, small_office.environment) == []


def test_every_command_stands_in_the_table_where_it_is_defined() -> None:
    for place in set(COMMANDS.values()):
        assert list(commands_at(place)) == [name for name, its in COMMANDS.items() if its == place]
    groups = [
        value
        for module in pkgutil.iter_modules(commands.__path__)
        for value in vars(importlib.import_module(f"rasoat.commands.{module.name}")).values()
        if isinstance(value, typer.Typer)
    ]
    assert {id(group) for group in groups} == {id(typer_at(place)) for place in COMMANDS.values()}


def test_every_command_of_the_help_answers_for_itself(tmp_path: Path) -> None:
    for command in ("demo", "sync", "catalogue", "findings", "status", "release", "simulate", "doctor", "db"):
        done = run([command, "--help"], os.environ, tmp_path)
        assert (done.returncode, f"rasoat {command}" in done.stdout) == (0, True), command


@pytest.mark.parametrize(
    "arguments",
    [["status"], ["sync", "--source", "x"], ["user", "password", "an", "--password-stdin"]],
    ids=" ".join,
)
def test_a_process_of_its_own_says_and_ends_the_same(working: Office, arguments: list[str]) -> None:
    typed = "hồ sơ đủ bảy phần\n"
    apart, within = working.process(*arguments, typed=typed), working.rasoat(*arguments, typed=typed)
    assert (apart.returncode, apart.stdout, apart.stderr) == (
        within.returncode,
        within.stdout,
        within.stderr,
    )


def test_doctor_live_shows_one_record_of_each_portal_and_what_it_did_not_know(office: Office) -> None:
    world = office.portals.national.world
    world.edit(next(iter(world.ordered()))["code"], tinhTrangMoi="một trường mới")
    done = office.rasoat("doctor", "--live")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "cổng national: trang đầu có 50 thủ tục, cổng báo tổng số 143" in done.stdout
    assert "cổng provincial: trang đầu có 20 thủ tục" in done.stdout
    assert "Cấp thực hiện: Cấp" in done.stdout
    assert "chưa biết: detail.tinhTrangMoi (ví dụ: một trường mới)" in done.stdout
    assert len(office.portals.national.requests) <= 5


def test_doctor_live_says_which_portal_turns_it_away(office: Office) -> None:
    office.portals.provincial.faults.order("challenge_200", where="all")
    done = office.rasoat("doctor", "--live", "--source", "provincial")
    assert done.returncode == 1
    assert "HỎNG  cổng provincial" in done.stdout
    assert "national" not in [line.split(":")[0] for line in done.stdout.splitlines() if "cổng" in line]
