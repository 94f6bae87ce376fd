"""Who hears of what, and in which words."""

from __future__ import annotations

import io
import time
from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from alerts.letters import Letter, LetterWriter
from alerts.messages import item_line
from alerts.news import NewsItem
from procedures.errors import SettingsError
from procedures.findings import Finding, FindingKind, Severity
from procedures.office.accounts import Role
from procedures.office.decision_lines import DecisionLine
from procedures.snapshot import SnapshotState
from review.serve import serving
from steps.database import engine_of
from steps.office.accounts import add_user
from tests.alerts.desk import NIGHT, OFFICE, Desk, new, repealed
from tests.alerts.post import Post
from tests.alerts.test_headers import decoded, header
from tests.review.desk import PASSWORD, Visitor
from tests.warehouse.nights import Nights, at, procedure
from warehouse.announcements import run_figures
from warehouse.db.engine import writing
from warehouse.db.schema import upgrade
from warehouse.sources import runs


def body(letter: EmailMessage, kind: str = "plain") -> str:
    part = letter.get_body((kind,))
    assert part is not None
    text: str = part.get_content()
    return text


def test_what_one_decision_brought_stands_together_under_its_deadline(desk: Desk, post: Post) -> None:
    later = new(900, "1.999900", name="Xét tuyển", due_date=date(2026, 12, 20))
    desk.night([later, new(), new(862, "1.999863", name="Xét nâng ngạch"), repealed()])
    text = body(post.letters[0])
    first, second, rest = (
        text.index("Quyết định số 862/QĐ-BNV"),
        text.index("Quyết định số 900/QĐ-BNV"),
        text.index("1.000414"),
    )
    assert first < text.index("1.999862") < text.index("1.999863") < second < text.index("1.999900") < rest
    assert text.index("04/12/2026") < second < text.index("20/12/2026")


def test_findings_of_one_case_stand_under_one_heading_with_their_number(desk: Desk, post: Post) -> None:
    desk.alerts = {"recipients": [OFFICE], "site_url": "https://rasoat.example"}
    alike = [
        replace(repealed(), subject=code, code=code, case="absent:1.000001", kind=kind)
        for code, kind in (
            ("1.000001", FindingKind.NOT_ON_NATIONAL_PORTAL),
            ("1.000002", FindingKind.NOT_ON_PROVINCIAL_PORTAL),
        )
    ]
    single = replace(repealed(), subject="1.000003", code="1.000003", case="absent:1.000003")
    desk.night([*alike, single])
    text = body(post.letters[0])
    heading, rest = text.index("Không có trên cổng nào: 1.000001"), text.index("1.000003")
    assert "(02 sai lệch)" in text[heading:]
    assert "https://rasoat.example/findings?case=absent%3A1.000001" in text
    assert heading < text.index("1.000002") < text.index("Có trong danh mục, không có trên cổng tỉnh") < rest
    assert text.count("sai lệch)") == 1


def test_a_deadline_by_law_is_called_one(desk: Desk, post: Post) -> None:
    desk.night([new(evidence={"decision_number": "862/QĐ-BNV", "due_basis": "law"})])
    assert "04/12/2026 (theo Nghị định 63/2010/NĐ-CP)" in body(post.letters[0])


def test_a_storm_of_five_thousand_is_one_message_with_a_workbook(desk: Desk, post: Post) -> None:
    storm = [new(100 + n // 50, f"1.{n:06d}", name=f"Thủ tục số {n}") for n in range(5000)]
    began = time.monotonic()
    summary = desk.night(storm)
    assert time.monotonic() - began < 30
    assert dict(summary.alerts) == {"queued": 1, "sent": 1}
    (letter,) = post.letters
    (told,) = desk.mail()
    assert letter["Subject"] == decoded(header(post.raw[0], "Subject")) == told["subject"]
    assert "5.000 sai lệch mới; hạn sớm nhất 04/12/2026" in letter["Subject"]
    assert "5.000" in body(letter)
    assert len(body(letter, "html")) < 60_000
    (workbook,) = letter.iter_attachments()
    assert str(workbook.get_filename()).endswith(".xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(workbook.get_content()), read_only=True)["Sai lệch"]
    assert sum(1 for _ in sheet.iter_rows(min_row=2)) == 5000
    (row,) = desk.mail()
    assert (row["kind"], row["finding_count"], row["state"]) == ("digest", 5000, "sent")


def test_as_many_as_the_setting_allows_are_still_told_one_by_one(desk: Desk, post: Post) -> None:
    desk.night([new(862, f"1.{n:06d}") for n in range(20)])
    (letter,) = post.letters
    assert list(letter.iter_attachments()) == []
    assert all(f"1.{n:06d}" in body(letter) for n in range(20))


def test_each_division_hears_of_its_own_and_a_leader_and_the_administrator_of_no_finding(
    desk: Desk, post: Post
) -> None:
    desk.alerts = {
        "recipients": [OFFICE],
        "to": [
            {"address": "ldvl@s.example", "role": "division", "division": "PHÒNG LAO ĐỘNG, VIỆC LÀM"},
            {"address": "ncc@s.example", "role": "division", "division": "Phòng Người có công"},
            {"address": "it@s.example", "role": "administrator"},
            {"address": "gd@s.example", "role": "leader"},
        ],
    }
    desk.night([new(), repealed()])
    letters = {letter["To"]: letter for letter in post.letters}
    assert set(letters) == {OFFICE, "ldvl@s.example"}
    assert "1.000414" in body(letters["ldvl@s.example"])
    assert "1.999862" not in body(letters["ldvl@s.example"])


@pytest.mark.parametrize(
    "entry, hears",
    [
        ({"kinds": ["repealed_still_listed"]}, {"1.000414", "1.999999"}),
        ({"severity_at_least": "critical"}, {"1.999999"}),
        ({"severity_at_least": "high"}, {"1.000414", "1.999862", "1.999999"}),
        ({}, {"1.000414", "1.999862", "1.999999", "1.000001"}),
    ],
)
def test_a_recipient_hears_of_the_kinds_and_weights_asked_for(
    entry: dict[str, object], hears: set[str], desk: Desk, post: Post
) -> None:
    desk.alerts = {"recipients": [], "to": [{"address": OFFICE, **entry}]}
    low = Finding(
        kind=FindingKind.ATTRIBUTE_MISMATCH, severity=Severity.LOW, subject="1.000001", code="1.000001",
        attribute="name", catalogue_value="A", national_value="B",
    )  # fmt: skip
    desk.night([new(), repealed(), repealed("1.999999", severity=Severity.CRITICAL), low])
    text = body(post.letters[0])
    assert {code for code in ("1.000414", "1.999862", "1.999999", "1.000001") if code in text} == hears


def test_one_address_named_twice_gets_one_message(desk: Desk, post: Post) -> None:
    desk.alerts = {
        "recipients": [OFFICE, OFFICE],
        "to": [{"address": OFFICE, "role": "division", "division": "Phòng Lao động, việc làm"}],
    }
    desk.night([new(), repealed()])
    assert len(post.letters) == 1


def test_what_comes_back_after_it_was_done_with_is_told_again(desk: Desk, post: Post) -> None:
    desk.night([new()])
    desk.night([], NIGHT + timedelta(days=1))
    desk.night([new()], NIGHT + timedelta(days=2))
    assert len(post.letters) == 2
    assert len({letter["Message-ID"] for letter in post.letters}) == 2


def test_a_letter_says_up_to_when_the_data_goes_as_the_site_does(desk: Desk, post: Post) -> None:
    engine = engine_of(desk.configuration)
    upgrade(engine)
    national, provincial = Nights(engine), Nights(engine, "provincial", "provincial")
    for day in (22, 23):
        national.night(at(day), procedure("1.000001"))
    desk.night([new()])
    assert body(post.letters[0]).splitlines()[2:5] == ["", "Số liệu đến 02:00 ngày 23/11/2026.", ""]
    provincial.night(at(22), procedure("1.000001"))
    provincial.take(at(23), state=SnapshotState.HELD, reason="vắng quá nhiều")
    desk.night([new(), repealed()])
    assert body(post.letters[1]).splitlines()[3:6] == [
        "Số liệu đến 02:00 ngày 22/11/2026.",
        "",
        "Cổng DVC tỉnh: tạm giữ chờ xác nhận, số liệu đủ đến 02:00 ngày 22/11/2026.",
    ]
    with serving(desk.configuration) as address, Visitor(address) as visitor:
        add_user(desk.configuration, "lan", Role.VIEWER, PASSWORD)
        visitor.sign_in("lan")
        assert "số liệu tính đến 02:00 22/11/2026<" in visitor.get("/").text


def test_a_portal_that_was_never_read_in_full_leaves_the_date_open(desk: Desk, post: Post) -> None:
    engine = engine_of(desk.configuration)
    upgrade(engine)
    Nights(engine).night(at(23), procedure("1.000001"))
    Nights(engine, "provincial", "provincial").take(at(23), state=SnapshotState.BLOCKED)
    desk.alerts = {**desk.alerts, "digest_over": 1}
    desk.night([new(), repealed()])
    told = (
        "Số liệu đến … (có cổng chưa lần nào đọc đủ).",
        "Cổng DVC tỉnh: cổng từ chối truy cập, chưa có lần nào đủ.",
    )
    (letter,) = post.letters
    assert all(line in body(letter) for line in told)
    (workbook,) = letter.iter_attachments()
    summary = openpyxl.load_workbook(io.BytesIO(workbook.get_content()))["Tổng hợp"]
    assert [summary["A3"].value, summary["A4"].value] == list(told)


def test_lines_lead_to_the_site_where_it_has_an_address(desk: Desk, post: Post) -> None:
    desk.alerts = {**desk.alerts, "site_url": "https://rasoat.sonoivu.example/"}
    desk.night([new()])
    html = body(post.letters[0], "html")
    assert 'href="https://rasoat.sonoivu.example/findings/1"' in html
    assert "/decisions/" not in html, "the ledger knows no such decision: it has no page"


def test_a_decision_s_group_leads_to_the_decision_s_page(desk: Desk, post: Post) -> None:
    desk.alerts = {**desk.alerts, "site_url": "https://rasoat.sonoivu.example/"}
    engine = engine_of(desk.configuration)
    upgrade(engine)
    known = DecisionLine(
        decision_number="862/QĐ-BNV", agency="Bộ Nội vụ", decision_date=date(2026, 7, 21),
        effective_date=None, due_date=date(2026, 12, 4), due_basis="internal", new=("1.999862",), changed=(),
        repealed=(), announced=0.0, state="pending",
    )  # fmt: skip
    with writing(engine) as connection:
        run_id = runs.begin_run(connection, as_of=NIGHT, kind="sync")
        run_figures.store_decisions(connection, run_id, [known])
        runs.finish_run(connection, run_id, "complete", at=NIGHT)
    desk.night([new()])
    page = "https://rasoat.sonoivu.example/decisions/862/Q%C4%90-BNV"
    assert f'<a href="{page}"' in body(post.letters[0], "html")
    assert page in body(post.letters[0])
    given = NewsItem(
        finding_id=0, fingerprint="duty:1", kind=FindingKind.NEW_FROM_MINISTRY, severity=Severity.HIGH,
        decision_number="862/QĐ-BNV",
    )  # fmt: skip
    assert item_line(given, desk.configuration).link == page
    assert item_line(replace(given, decision_number=None), desk.configuration).link == ""


def test_a_department_s_own_template_goes_first(desk: Desk, post: Post) -> None:
    own = desk.home / "mau"
    own.mkdir()
    (own / "night.txt").write_text("Kính gửi Văn phòng: {{ letter.heading }}", encoding="utf-8")
    desk.alerts = {**desk.alerts, "templates": "mau"}
    desk.night([new()])
    assert body(post.letters[0]).startswith("Kính gửi Văn phòng: 01 sai lệch mới")
    assert "862/QĐ-BNV" in body(post.letters[0], "html")


@pytest.mark.parametrize(
    "file, text, line",
    [
        ("night.html", "<p>\n{% for group in letter.groups %}\n", 2),
        ("night.txt", "\n\n{{ letter.headnig }}", 3),
        ("reminder.txt", "a\n{{ 1 / 0 }}", 2),
        ("_letter.html", "{% include 'nowhere.html' %}", 1),
    ],
)
def test_a_broken_template_is_named_with_its_line_before_anything_happens(
    file: str, text: str, line: int, desk: Desk, post: Post
) -> None:
    own = desk.home / "mau"
    own.mkdir()
    (own / file).write_text(text, encoding="utf-8")
    desk.alerts = {**desk.alerts, "templates": "mau"}
    with pytest.raises(SettingsError) as raised:
        desk.night([new()])
    assert f"{own / file}, dòng {line}" in str(raised.value)
    assert "\n" not in str(raised.value)
    assert (post.raw, desk.mail()) == ([], [])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_template_saved_by_notepad_leaves_no_mark_in_the_letter(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "notice.txt").write_bytes("Kính gửi {{ letter.department }}\r\n".encode(encoding))
    text, _ = LetterWriter(tmp_path).write("notice", Letter(heading="", department="Sở Nội vụ"))
    assert text == "Kính gửi Sở Nội vụ\n"


def test_a_template_of_no_known_name_is_refused(desk: Desk) -> None:
    own = desk.home / "mau"
    own.mkdir()
    (own / "nigth.txt").write_text("x")
    desk.alerts = {**desk.alerts, "templates": "mau"}
    with pytest.raises(SettingsError, match=r"nigth\.txt"):
        desk.night([new()])


def test_a_folder_of_templates_that_is_not_there_is_refused(desk: Desk) -> None:
    desk.alerts = {**desk.alerts, "templates": str(Path("khong-co"))}
    with pytest.raises(SettingsError, match="khong-co"):
        desk.night([new()])
