"""Workbooks, Word papers, letters and the lists of commands are held to the words of the site."""

from __future__ import annotations

import re
import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from procedures.messages import Message
from procedures.office.decision_lines import DecisionLine
from settings.configuration import Configuration
from steps.alerts.queue_alerts import queue_messages
from steps.alerts.reminders import remind
from steps.alerts.watchdog import watch
from steps.database import engine_of
from steps.nights.reporting.operator_page import operator_page, source_lines
from steps.nights.reporting.run_summary import summarise
from tests.office import Office
from tests.papers import all_words
from tests.wording import faults_in
from warehouse.alerts import outbox
from warehouse.announcements import run_figures
from warehouse.db.engine import reading, writing
from warehouse.sources import runs

BY = ("--by", "Nguyễn Thị Lan")
DIVISION = "Phòng Xây dựng chính quyền"
DECISION = "627/QĐ-BNV"
NOON = "2026-11-23T12:00:00+07:00"
RUNS = (1, 2, 3)
"""The import and the two nights."""

PAPERS = ("not-eligible", "decentralisation-plan", "reminder", "par-index", "form-ii07b", "form-06")
FILES = (
    "findings --format xlsx --out {}/findings.xlsx",
    f"draft-decision {DECISION} --out {{}}/draft.docx",
    "catalogue export {}/catalogue.xlsx",
    f"report nightly --out {{}} --as-of {NOON}",
    f"report quarterly --out {{}} --as-of {NOON}",
    *(f"paper {name} --out {{}}/{name}.docx --as-of {NOON}" for name in PAPERS),
    *(f"paper {name} --out {{}}/{name}.xlsx --as-of {NOON}" for name in PAPERS),
)
SHEETS = ("eligibility", "decentralisation", "tasks")

LISTS = (
    "status", "status --source provincial", "findings", "decision", f"decision {DECISION}", "duties list",
    "register list tasks", "register list criteria", "figures eligibility", "figures decentralisation",
    "figures candidates", "scope list", "quarantine list", "validations", "assign list", "division list",
    "alerts watch",
)  # fmt: skip
"""Commands whose output officials read."""

READERS = (
    {"address": "gd@s.example", "role": "leader"},
    {"address": "it@s.example", "role": "administrator"},
    {"address": "xdcq@s.example", "role": "division", "division": DIVISION},
)
KINDS = {"baseline", "findings", "digest", "reminder", "escalation", "no_night", "due_soon"}
"""What a letter may be, but for a source in trouble (`tests/alerts/test_between_nights.py`)."""

KEY = re.compile(r"\((?:catalogue|national|provincial)\)")
"""What settings and commands know a source by, beside what people call it."""

TYPED = re.compile(r"rasoat [a-z].*")
"""A command to be typed as it stands."""


@pytest.fixture(scope="module")
def office(after_two_nights: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """After the demo's two nights and an analyst's first work."""
    home = tmp_path_factory.mktemp("office")
    shutil.copytree(after_two_nights.home, home, dirs_exist_ok=True)
    office = Office(home, after_two_nights.portals)
    task = ("document=12/KH-SNV", "content=Rà soát 20 thủ tục", f"division={DIVISION}", "deadline=30/11/2026")
    for command in (
        ("decision", DECISION, "--division", DIVISION, "--leader", "Phó Giám đốc", *BY),
        ("assign", "add", "--ministry", "Bộ Nội vụ", "--division", DIVISION, *BY),
        ("register", "add", "tasks", *(each for value in task for each in ("--set", value)), *BY),
        ("scope", "exclude", "--code", "1.012091", "--reason", "việc của Sở khác", *BY),
    ):
        assert told(office, *command) == []
    return office


def told(office: Office, *command: str) -> list[str]:
    """What of the forbidden a command prints."""
    done = office.rasoat(*command)
    assert done.returncode == 0, done.stderr
    return faults_in(TYPED.sub("", KEY.sub("", done.stdout)))


def test_workbooks_and_word_papers(office: Office, tmp_path: Path) -> None:
    for command in FILES:
        assert office.rasoat(*command.format(tmp_path).split()).returncode == 0, command
    for name in SHEETS:
        file = str(tmp_path / f"sheet-{name}.xlsx")
        assert office.rasoat("sheet", name, "--division", DIVISION, "--out", file).returncode == 0
    files = sorted(tmp_path.iterdir())
    assert len(files) == len(FILES) + 2 + len(SHEETS), "a report is a workbook and a paper"
    read = {file.name: all_words(file) for file in files}
    assert min(map(len, read.values())) > 100
    assert {name: faults for name, words in read.items() if (faults := faults_in(words))} == {}


@pytest.mark.parametrize("command", LISTS)
def test_lists_of_commands(office: Office, command: str) -> None:
    assert told(office, *command.split()) == []


def test_what_prefect_shows_of_a_night(office: Office) -> None:
    for run_id in RUNS:
        summary = summarise(office.configuration, run_id)
        page = "\n".join([operator_page(office.configuration, summary), *source_lines(summary)])
        assert faults_in(re.sub("`[^`]+`", "", page)) == []


def test_letters_of_nights_and_between_them(office: Office) -> None:
    for recipient, digest_over in (("gop@s.example", 1), ("vp@s.example", 100)):
        office.configure(alerts={"recipients": [recipient], "digest_over": digest_over, "to": READERS})
        queue_letters(office.configuration)
    configuration = office.configuration
    for day in ("11-23", "11-30", "12-07"):
        remind(configuration, datetime.fromisoformat(f"2026-{day}T08:00:00+07:00"))
    due_soon(configuration)
    watch(configuration, datetime.fromisoformat("2026-11-25T08:00:00+07:00"))
    with reading(engine_of(configuration)) as connection:
        letters = [each.message for each in outbox.pending(connection)]
    assert {letter.kind for letter in letters} >= KINDS
    found = {letter.subject: faults for letter in letters if (faults := faults_in(words_of(letter)))}
    assert found == {}


def queue_letters(configuration: Configuration) -> None:
    """The letters of each night, as the settings are now."""
    with writing(engine_of(configuration)) as connection:
        for run_id in RUNS:
            queue_messages(configuration, connection, runs.get_run(connection, run_id), {})


def due_soon(configuration: Configuration) -> None:
    """A decision that is to be announced within days."""
    line = DecisionLine(
        decision_number="900/QĐ-BNV", agency="Bộ Nội vụ", decision_date=date(2026, 11, 11),
        effective_date=None, due_date=date(2026, 11, 27), due_basis="internal", new=("1.999900",), changed=(),
        repealed=(), announced=0.0, state="pending",
    )  # fmt: skip
    with writing(engine_of(configuration)) as connection:
        run_figures.store_decisions(connection, RUNS[-1], [line])


def words_of(letter: Message) -> str:
    """What a reader of a letter sees, whichever of its forms the mail program shows."""
    html = re.sub(r"<style.*?</style>|<[^>]+>", " ", letter.html or "", flags=re.DOTALL)
    return TYPED.sub("", "\n".join([letter.subject, letter.text, html]))
