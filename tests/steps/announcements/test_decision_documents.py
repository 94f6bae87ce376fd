"""What comes of a decision that a person read from a file: the ledger, duties and letters, once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from portals.records import midnight
from portals.sample_catalogue import INVALID_CODE, WITHOUT_CODE
from portals.scenario import scripted_record
from procedures.errors import InputError
from procedures.office.stages import StageChange
from reports.discrepancies import COLUMNS, finding_rows
from steps.announcements import document_corrections, ledger, read_documents
from steps.announcements.ledger import LedgerEntry
from steps.database import engine_of
from tests.addresses import bundled
from tests.office import NIGHTS, Office, SmallOffice, keep_few
from tests.papers import words
from tests.steps.decision_files import ASSOCIATION, FUND, MINISTRY, PROVINCE, decision, row
from tests.wording import faults_in
from warehouse.db.engine import reading
from warehouse.tables.finding_tables import alert

BY = "Nguyễn Thị Lan"
NUMBER = "999/QĐ-BNV"
DIVISION = "Phòng Xây dựng chính quyền"
HANOI = Path(__file__).parents[2] / "golden" / "hanoi" / "decision_963.pdf"
MORNING, NOON = "2026-11-22T09:00:00+07:00", "2026-11-24T12:00:00+07:00"


@pytest.fixture(scope="module")
def after_a_night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with bundled() as portals:
        unnamed = sorted(portals.national.world.codes)[:2]  # by decision 963, of which every row is counted
        keep_few(
            portals, also=(*unnamed, WITHOUT_CODE, INVALID_CODE[0])
        )  # the list has the latters' codes here
        office = SmallOffice(
            tmp_path_factory.mktemp("office"), portals, alerts={"recipients": ["vp@example.invalid"]}
        )
        office.first_nights()
        given = office.rasoat("assign", "add", "--ministry", "Bộ Nội vụ", "--division", DIVISION, "--by", BY)
        assert given.returncode == 0, given.stderr
        yield office


@pytest.fixture
def office(after_a_night: Office, tmp_path: Path) -> Office:
    """An office of one night, each test with its own copy."""
    shutil.copytree(after_a_night.home, tmp_path, dirs_exist_ok=True)
    return SmallOffice(tmp_path, after_a_night.portals, alerts={"recipients": ["vp@example.invalid"]})


def listed(office: Office, number: int) -> list[dict]:
    """Rows of the catalogue that the national portal has too."""
    national = {each["code"] for each in office.rows("v_procedure_current", source="national")}
    rows = office.rows("v_procedure_current", source="catalogue")
    return sorted((each for each in rows if each["code"] in national), key=lambda each: each["code"])[:number]


def parts_of(office: Office) -> dict[str, tuple]:
    changed, repealed = listed(office, 2)
    return {
        "new": (row(ASSOCIATION, "1.020001"), row(FUND, field="Quỹ")),
        "changed": (row(changed["name"], changed["code"], changed["field"]),),
        "repealed": (row(repealed["name"], repealed["code"], repealed["field"]),),
    }


def ministrys(office: Office, **said: tuple) -> bytes:
    return decision(MINISTRY, **(parts_of(office) | said))


def read(office: Office, data: bytes, *arguments: str, name: str = "qd.docx", at: str = MORNING):
    """Read a file by the command; its exit code, and its JSON."""
    file = office.home / name
    file.write_bytes(data)
    done = office.rasoat("decision", "read", str(file), "--json", "--as-of", at, *arguments)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def line(office: Office) -> dict:
    (found,) = office.rows("v_decision", decision_number=NUMBER)
    return found


def letters(office: Office) -> list[str]:
    with reading(engine_of(office.configuration)) as connection:
        return list(connection.scalars(select(alert.c.body).order_by(alert.c.alert_id)))


def names_the_decision(record: dict) -> None:
    """The record is of the decision now; nothing else of it changes."""
    day = midnight(date(2026, 11, 20))
    record["procedureProposal"].update(proposalNumber=NUMBER, decisionNumber=None, decisionDate=day)


def publish(office: Office, code: str, name: str, field: str) -> None:
    """The portal shows one of the decision's procedures."""
    world = office.portals.national.world
    like = next(each for each in listed(office, 400) if json.loads(each["executing_levels"]) == ["province"])
    record = scripted_record(world.by_code(like["code"]), code=code, name=name)
    record["categoriesDetails"] = [{**record["categoriesDetails"][0], "name": field}]
    names_the_decision(record)
    world.publish(record)


def test_a_ministrys_decision_is_due_and_told_at_once_and_never_twice(office: Office) -> None:
    before = len(letters(office))
    changed, repealed = (each["code"] for each in listed(office, 2))
    data = ministrys(office)
    code, said = read(office, data, "--by", BY)
    assert (code, said["state"], said["known"]) == (0, "confirmed", False)
    its = line(office)
    assert (json.loads(its["new"]), json.loads(its["changed"]), json.loads(its["repealed"])) == (
        ["1.020001", FUND],
        [changed],
        [repealed],
    )
    assert (its["due_date"], its["due_basis"], its["agency"]) == ("2026-12-05", "law", "Bộ Nội vụ")
    assert (its["on_portal"], its["announced"], its["state"]) == (0, 0.0, "pending")
    (found,) = office.rows("v_finding", kind="new_from_ministry", code="1.020001")
    assert json.loads(found["evidence"])["document"]["hash"] == said["hash"]
    national = list(COLUMNS).index("national_value")
    (cells,) = finding_rows([found])
    assert cells[national] == f"{ASSOCIATION} (theo tệp quyết định, chưa có trên cổng)"
    (nameless,) = office.rows("v_finding", kind="new_from_ministry", name=FUND)
    assert (nameless["code"], nameless["division"], found["division"]) == (None, DIVISION, DIVISION)
    (letter,) = letters(office)[before:]
    for needed in (f"Quyết định số {NUMBER} của Bộ Nội vụ", "chưa có trên Cổng", ASSOCIATION, FUND, changed):
        assert needed in letter
    assert faults_in(letter) == []
    shown = office.rasoat("decision", NUMBER)
    assert "Đọc từ tệp, chưa có trên cổng" in shown.stdout
    draft = office.home / "du-thao.docx"
    assert office.rasoat("draft-decision", NUMBER, "--out", str(draft)).returncode == 0
    assert ASSOCIATION in words(draft)

    refused = office.rasoat("withdraw", str(said["run_id"]), "--by", BY, "--reason", "nhầm")
    assert (refused.returncode, "rasoat decision withdraw" in refused.stderr) == (2, True)

    assert read(office, data)[1]["known"]
    assert len(letters(office)) == before + 1
    (duty,) = office.rows("v_duty", subject=NUMBER)
    assert (duty["division"], duty["due_date"]) == (DIVISION, "2026-12-05")

    publish(office, "1.020001", ASSOCIATION, "Hội")
    publish(office, "1.020002", FUND, "Quỹ")
    office.portals.national.world.edit(changed, names_the_decision)
    office.night(NIGHTS[1])
    its = line(office)
    assert (its["on_portal"], json.loads(its["new"]), its["due_date"]) == (
        1,
        ["1.020001", "1.020002"],
        "2026-12-05",
    )
    assert its["stage"] == "assigned"
    later = letters(office)[before + 1 :]
    assert [word for word in (ASSOCIATION, FUND, changed) for letter in later if word in letter] == []
    found = office.rows("v_finding", kind="new_from_ministry")
    assert sorted(each["code"] for each in found if each["name"] in (ASSOCIATION, FUND)) == [
        "1.020001",
        "1.020002",
    ]
    assert office.rows("v_duty", subject=NUMBER)[0]["closed_at"] is None


def test_a_provinces_decision_announces_what_its_rows_cover_and_what_a_person_takes_back_stays_so(
    office: Office,
) -> None:
    changed, _ = listed(office, 2)
    read(office, ministrys(office))
    provinces = decision(
        PROVINCE,
        new=(row(ASSOCIATION, "1.020001"), row(FUND, field="Quỹ")),
        changed=(row("Việc khác", "1.099999"),),
    )
    code, said = read(office, provinces, "--by", BY, name="tinh.docx", at=NOON)
    assert (code, said["role"], said["state"]) == (0, "province", "confirmed")
    announced = office.rows("v_announcement", province_decision_number="1404/QĐ-UBND")
    assert sorted((each["code"], each["province_decision_date"]) for each in announced) == [
        ("1.020001", "2026-11-24"),
        (FUND, "2026-11-24"),
    ]
    assert (line(office)["stage"], line(office)["announced"]) == ("assigned", 0.5)
    shown = ledger.load_decision(office.configuration, NUMBER)
    assert {each.code for each in shown.line.codes if each.stage == "assigned"} >= {changed["code"]}
    back = StageChange(stage="drafted", reason="ký nhầm phụ lục")
    ledger.store_entry(office.configuration, NUMBER, LedgerEntry(move=back, codes=("1.020001",)), BY)
    assert read(office, provinces, name="tinh.docx", at=NOON)[1]["known"]
    publish(office, "1.020002", FUND, "Quỹ")
    office.night(NIGHTS[3], "national")
    announced = office.rows("v_announcement")
    assert [each["code"] for each in announced] == ["1.020002"], "under the code that the portal gave"


def test_a_decision_that_prints_other_counts_does_nothing_before_a_person_looked(office: Office) -> None:
    before = office.views(without=frozenset({"document_id"}))
    missing = office.rasoat("decision", "read", "khong-co.pdf")
    assert (missing.returncode, missing.stderr) == (2, "rasoat: khong-co.pdf: không có tệp này\n")
    code, said = read(office, ministrys(office), "--dry-run")
    assert (code, said["state"], said["document_id"]) == (0, "read", None)
    assert office.views() == before
    wrong = decision(MINISTRY, counted=3, new=(row(ASSOCIATION, "1.020001"), row(FUND, field="Quỹ")))
    code, said = read(office, wrong)
    number = said["document_id"]
    assert (code, said["state"], len(said["held_for"])) == (3, "held", 1)
    assert office.rows("v_decision", decision_number=NUMBER) == []
    with pytest.raises(InputError, match="phải ghi lý do"):
        read_documents.confirm(office.configuration, number, BY, datetime.fromisoformat(MORNING))
    document_corrections.correct_row(office.configuration, number, 1, 2, {"code": "1.020002"}, BY)
    confirmed = office.rasoat(
        "decision",
        "confirm",
        str(number),
        "--by",
        BY,
        "--reason",
        "văn bản đánh máy nhầm số",
        "--as-of",
        MORNING,
    )
    assert confirmed.returncode == 0, confirmed.stderr
    assert json.loads(line(office)["new"]) == ["1.020001", "1.020002"]
    (kept,) = office.rows("v_document")
    assert (kept["state"], kept["number"], kept["role"]) == ("confirmed", NUMBER, "ministry")
    withdraw = ("decision", "withdraw", str(number), "--by", BY, "--reason", "nhầm", "--as-of", MORNING)
    assert office.rasoat(*withdraw).returncode == 0
    assert office.rows("v_decision", decision_number=NUMBER) == [], "all is as if it had not been read"
    assert [each["status"] for each in office.rows("v_finding", code="1.020001")] == ["resolved"]
    assert office.rasoat(*withdraw).returncode == 2


def test_the_same_decision_as_another_file_is_evidence_and_another_content_is_held(office: Office) -> None:
    read(office, ministrys(office))
    runs = len(office.rows("v_run"))
    same = decision(replace(MINISTRY, title="Về việc công bố thủ tục"), **parts_of(office))
    code, said = read(office, same, name="ban-hai.docx")
    assert (code, said["state"], said["known"]) == (0, "confirmed", False)
    assert len(office.rows("v_run")) == runs, "nothing new took effect"
    code, said = read(office, ministrys(office, new=(row(ASSOCIATION, "1.020001"),)), name="ban-ba.docx")
    assert (code, said["state"]) == (3, "held")
    assert "nội dung các danh mục khác" in said["held_for"][-1]
    assert json.loads(line(office)["new"]) == ["1.020001", FUND]
    confirm = ("decision", "confirm", str(said["document_id"]), "--by", BY, "--as-of", MORNING)
    assert office.rasoat(*confirm).returncode == 2, "a reason is asked for"
    assert office.rasoat(*confirm, "--reason", "bản đính chính").returncode == 0
    assert json.loads(line(office)["new"]) == ["1.020001"], "the last one that was confirmed counts"


def test_a_provinces_decision_changes_the_list_and_of_hanoi_963_every_row_is_told(office: Office) -> None:
    ours, repealed = listed(office, 2)
    provinces = decision(
        PROVINCE,
        new=(row(ASSOCIATION, "1.020001"),),
        changed=(row(ours["name"], ours["code"], ours["field"]),),
        repealed=(row(repealed["name"], repealed["code"], repealed["field"]),),
    )
    file = office.home / "tinh.docx"
    file.write_bytes(provinces)
    before = {each["code"]: each for each in office.rows("v_procedure_current", source="catalogue")}
    done = office.rasoat("catalogue", "import", str(file), "--dry-run", "--json", "--as-of", NOON)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["sources"]["catalogue"]["procedures"] == len(before)
    done = office.rasoat("catalogue", "import", str(file), "--as-of", NOON)
    assert done.returncode == 0, done.stderr
    after = {each["code"]: each for each in office.rows("v_procedure_current", source="catalogue")}
    assert set(after) ^ set(before) == {"1.020001", repealed["code"]}
    assert json.loads(after[ours["code"]]["record"])["province_decision_number"] == "1404/QĐ-UBND"
    done = office.rasoat("catalogue", "import", str(HANOI), "--dry-run", "--json", "--as-of", NOON)
    assert done.returncode == 3, "its first pages are pictures: a person looks first"
    told = json.loads(done.stdout)
    said = "50 thủ tục thêm vào danh mục, 44 sửa theo quyết định, 14 kết thúc; các thủ tục khác giữ nguyên"
    assert said in told["remarks"][0], "94 mới và sửa đổi"
    assert sum("bãi bỏ nhưng không thấy" in each for each in told["remarks"]) == 19 - 14
    assert told["sources"]["catalogue"]["procedures"] == len(after) + 50 - 14
    done = office.rasoat("catalogue", "import", str(HANOI), "--as-of", NOON)
    assert (done.returncode, len(office.rows("v_procedure_current", source="catalogue"))) == (3, len(after))
