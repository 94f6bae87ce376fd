"""Who hears of what, and in which words."""

from __future__ import annotations

import io
import time
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from procedures.errors import SettingsError
from procedures.findings import Finding, FindingKind, Severity
from tests.alerts.desk import NIGHT, OFFICE, Desk, new, repealed
from tests.alerts.post import Post


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
    assert "5.000 sai lệch mới" in letter["Subject"]
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


def test_lines_lead_to_the_site_where_it_has_an_address(desk: Desk, post: Post) -> None:
    desk.alerts = {**desk.alerts, "site_url": "https://rasoat.sonoivu.example/"}
    desk.night([new()])
    assert 'href="https://rasoat.sonoivu.example/findings/1"' in body(post.letters[0], "html")


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
