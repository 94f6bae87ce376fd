"""Bad input gets one line that names it, the right exit code, and never a traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from procedures.errors import LockedError
from steps.database import engine_of, open_locked
from tests.office import NIGHTS, RASOAT, Office
from warehouse.db.run_lock import run_lock


def one_line(done: subprocess.CompletedProcess[str], exit_code: int, *parts: str) -> None:
    assert done.returncode == exit_code, done.stderr
    complaint = [line for line in done.stderr.splitlines() if line.startswith("rasoat: ")]
    assert len(complaint) == 1, done.stderr
    assert "Traceback" not in done.stderr
    for part in parts:
        assert part in complaint[0]


def test_a_file_that_is_no_database_is_named_and_left_alone(office: Office) -> None:
    file = office.home / "not.db"
    file.write_text("đây không phải cơ sở dữ liệu\n" * 200, encoding="utf-8")
    before = file.read_bytes()
    done = office.rasoat("sync", RASOAT_DATABASE_URL=f"sqlite:///{file}")
    one_line(done, 1, "not.db")
    assert file.read_bytes() == before


def test_a_misspelt_setting_is_named_with_its_likely_meaning(office: Office) -> None:
    office.settings.write_text(
        office.settings.read_text(encoding="utf-8").replace("confirm_after", "confirm_afer"), encoding="utf-8"
    )
    one_line(office.rasoat("sync"), 2, "rasoat.toml", "confirm_afer", "confirm_after")


def test_settings_that_are_no_toml_name_file_and_line(office: Office) -> None:
    office.settings.write_text("[department\nname = 1", encoding="utf-8")
    one_line(office.rasoat("status"), 2, "rasoat.toml", "dòng 1")


def test_a_missing_settings_file_is_named(office: Office) -> None:
    one_line(office.rasoat("sync", RASOAT_CONFIG="khong-co.toml"), 2, "khong-co.toml")


def test_a_workbook_without_headings_is_named(office: Office) -> None:
    file = office.home / "khong-tieu-de.csv"
    file.write_text("a,b,c\n1,2,3\n", encoding="utf-8")
    one_line(office.rasoat("catalogue", "import", str(file)), 2, "khong-tieu-de.csv")


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04broken", b"\x00\xff" * 500], ids=["empty", "cut", "noise"]
)
def test_a_workbook_that_cannot_be_read_is_named(office: Office, content: bytes) -> None:
    file = office.home / "hong.xlsx"
    file.write_bytes(content)
    one_line(office.rasoat("catalogue", "import", str(file)), 2, "hong.xlsx")


def test_a_workbook_that_does_not_exist_is_named(office: Office) -> None:
    one_line(office.rasoat("catalogue", "import", "mat-tich.xlsx"), 2, "mat-tich.xlsx")


def test_an_unknown_source_is_named_with_those_there_are(office: Office) -> None:
    one_line(office.rasoat("sync", "--source", "quoc-gia"), 2, "quoc-gia", "national, provincial")


def test_a_time_that_is_none_is_named(office: Office) -> None:
    one_line(office.rasoat("sync", "--as-of", "hôm qua"), 2, "--as-of", "hôm qua")


def test_an_unknown_option_is_one_line(office: Office) -> None:
    one_line(office.rasoat("sync", "--nguon", "x"), 2, "--nguon")


def test_an_unknown_snapshot_is_named(office: Office) -> None:
    done = office.rasoat("release", "77", "--by", "Lan", "--reason", "vì")
    one_line(done, 2, "77")


def test_an_unknown_finding_is_named(office: Office) -> None:
    one_line(office.rasoat("findings", "match", "99", "1.012299", "--by", "Lan"), 2, "99")


def test_a_folder_that_cannot_be_written_is_named(office: Office) -> None:
    blocked = office.home / "tep"
    blocked.write_text("một tệp ở chỗ của thư mục", encoding="utf-8")
    one_line(office.rasoat("sync", RASOAT_HOME=str(blocked / "var")), 1, str(blocked))


@pytest.mark.parametrize("form", ["csv", "json", "table"])
def test_a_file_that_cannot_be_written_is_named(office: Office, form: str) -> None:
    done = office.rasoat("findings", "--format", form, "--out", str(office.home))
    one_line(done, 1, str(office.home), "không đọc hoặc ghi được")


def test_a_demo_that_finds_no_place_names_it(office: Office) -> None:
    blocked = office.home / "tep"
    blocked.write_text("một tệp ở chỗ của thư mục", encoding="utf-8")
    one_line(office.rasoat("demo", RASOAT_HOME=str(blocked / "var")), 1, str(blocked))


def test_an_environment_file_that_is_no_text_is_named(office: Office) -> None:
    (office.home / ".env").write_bytes(b"RASOAT_LOG=\xff\n")
    one_line(office.rasoat("status"), 2, ".env", "UTF-8")


def test_a_port_that_no_machine_has_is_named(office: Office) -> None:
    one_line(office.rasoat("simulate", "--port", "99999"), 2, "--port")


def test_doctor_knows_the_sources_also_when_it_asks_none(office: Office) -> None:
    one_line(office.rasoat("doctor", "--source", "quoc-gia"), 2, "quoc-gia", "national, provincial")


def test_a_profile_that_is_not_there_is_said_before_a_portal_is_asked(office: Office) -> None:
    office.configure(provincial={"profile": "mat-tich.toml"})
    one_line(office.rasoat("sync"), 2, "mat-tich.toml")
    assert not office.portals.national.requests


def test_a_run_while_another_one_holds_the_lock_ends_with_four(office: Office) -> None:
    configuration = office.configuration
    with open_locked(configuration):
        one_line(office.rasoat("sync", "--source", "provincial"), 4)
        with pytest.raises(LockedError), run_lock(engine_of(configuration)):
            pass


def test_a_portal_that_closes_every_connection_midway_fails_that_source_alone(office: Office) -> None:
    office.portals.national.faults.order("close_midway", where="all")
    done = office.rasoat("sync", "--json")
    assert done.returncode == 3, done.stderr
    assert '"state": "failed"' in done.stdout
    assert '"state": "complete"' in done.stdout
    assert "Traceback" not in done.stderr


def test_ctrl_c_in_the_middle_leaves_the_night_before_and_the_next_run_does_its_work(office: Office) -> None:
    office.first_nights()
    before = office.rows("v_procedure_current")
    office.configure(national={"requests_per_second": 20.0})
    running = subprocess.Popen(
        [str(RASOAT), "sync", "--as-of", NIGHTS[1]],
        env=office.environment,
        cwd=office.home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    asked = len(office.portals.national.requests)
    give_up = time.monotonic() + 60
    while len(office.portals.national.requests) < asked + 15 and time.monotonic() < give_up:
        time.sleep(0.05)
    os.kill(running.pid, signal.SIGINT)
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "Traceback" not in errors
    assert len([line for line in errors.splitlines() if line.startswith("rasoat: ")]) == 1
    assert office.rows("v_procedure_current") == before
    assert office.rows("v_run")[-1]["status"] == "failed"
    office.configure()
    assert office.night(NIGHTS[1]).status == "complete"
    assert office.rows("v_change") == []


def test_standard_output_that_is_closed_early_is_no_traceback(office: Office, tmp_path: Path) -> None:
    command = f"'{RASOAT}' --help | head -1"
    done = subprocess.run(
        ["bash", "-c", command], env=office.environment, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
