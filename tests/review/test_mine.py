"""A person's own page, the views that people save, and how few clicks the day's work takes."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest

from procedures.office.accounts import is_same_person
from procedures.office.owners import Owner
from review.findings import filter_choices
from settings.configuration import Configuration
from steps.database import engine_of
from tests.review.desk import Visitor
from tests.review.test_morning import PAGES
from warehouse.db.engine import reading, writing
from warehouse.findings import current_index, triage
from warehouse.office import duties
from warehouse.tables.finding_tables import finding


@pytest.mark.parametrize(
    ("account", "person", "same"),
    [
        ("lan", "Lan", True),
        ("lan", "Bà Lan", True),
        ("lan", "lân", True),
        ("nguyen.thi.lan", "Nguyễn Thị Lan", True),
        ("ntlan@hatinh.gov.vn", "ntlan", True),
        ("ong.ich.khiem", "Ông Ích Khiêm", True),
        ("lan", "Lan Anh", False),
        ("lan", "", False),
        ("-", "", False),
    ],
)
def test_an_account_is_a_person_by_the_letters_of_the_name(account: str, person: str, same: bool) -> None:
    assert is_same_person(account, person) is same


def give(office: Configuration, finding_id: int, division: str, person: str, day: date | None = None) -> None:
    with writing(engine_of(office)) as connection:
        version = triage.triage_state_of(connection, finding_id).version
        triage.assign(
            connection,
            finding_id,
            version=version,
            division=division,
            person=person,
            wanted_by=day,
            actor="x",
        )


def give_decision(office: Configuration, person: str) -> int:
    with writing(engine_of(office)) as connection:
        owner = Owner(division="Phòng A", person=person, leader=None)
        return duties.give_duty(connection, "decision", "627/QĐ-BNV", owner, date(2026, 11, 16), "quan")


def test_an_empty_desk_says_what_to_do(lan: Visitor) -> None:
    page = lan.get("/mine").text
    for words in ("Chưa có việc nào giao cho “lan”", "ô “Người”", 'href="/findings"', "Lưu bộ lọc này"):
        assert words in page, words


def test_a_desk_has_what_is_given_and_what_the_division_has_overdue(
    lan: Visitor, office: Configuration
) -> None:
    give(office, 1, "Phòng A", "Bà Lan")
    give(office, 2, "Phòng A", "Hoa")
    give(office, 3, "Phòng B", "Hoa", date(2026, 11, 20))
    give_decision(office, "Lan")
    page = lan.get("/mine").text
    assert "Chưa có việc nào" not in page
    own, _, rest = page.partition("Phòng A: quá hạn")
    assert 'href="/findings/1"' in own
    assert 'href="/findings?person=B%C3%A0%20Lan&amp;sort=due"' in own
    assert 'href="/decisions/627/Q%C4%90-BNV"' in own
    assert 'href="/findings/2"' in rest, "overdue, and of the same division"
    assert 'href="/findings/3"' not in page
    assert "Việc quá hạn của phòng" not in rest, "it stands above"
    give_decision(office, "Hoa")
    assert "Việc quá hạn của phòng" in lan.get("/mine").text, "somebody else's now, of the same division"


def saved(lan: Visitor, query: str, name: str, **said: str) -> int:
    return lan.send_form(f"/findings?{query}", "/views", form="save-view", name=name, **said).status_code


def test_a_view_is_saved_under_a_name_and_counted_as_findings_move(lan: Visitor) -> None:
    assert saved(lan, "severity=medium&page=1", "Vừa  phải") == 303
    assert saved(lan, "text=ho+so", "Hồ sơ <b>") == 303
    for page in ("/findings", "/mine"):
        shown = re.sub(r"\s+|</?strong>", " ", lan.get(page).text)
        assert re.search(r'href="/findings\?severity=medium"[^>]*>Vừa phải( ?</a> )? ?2', shown), page
        assert "Hồ sơ &lt;b&gt;" in shown
    lan.send_form("/findings/1", "/findings/1/status", status="resolved")
    assert re.search(r"Vừa phải 1</a>", lan.get("/findings").text)
    assert saved(lan, "severity=low", "Vừa phải") == 303
    assert lan.get("/findings").text.count("Vừa phải") == 1, "the same name is the same view"
    assert [saved(lan, "", name) for name in ("", "x" * 81)] == [400, 400]


def test_what_is_shared_all_see_and_its_owner_or_an_administrator_removes(
    lan: Visitor, site: str, office: Configuration
) -> None:
    saved(lan, "severity=medium", "Của riêng")
    saved(lan, "severity=high", "Của phòng", shared="yes")
    with Visitor(site) as xem, Visitor(site) as quan:
        xem.sign_in("xem")
        page = xem.get("/mine").text
        assert ("Của phòng" in page, "Của riêng" in page, "/remove" in page) == (True, False, False)
        for view in (1, 2):
            assert xem.send_form("/mine", f"/views/{view}/remove").status_code == 403
        assert saved(xem, "severity=low", "Của xem") == 303
        assert saved(xem, "severity=low", "Của mọi người", shared="yes") == 403
        quan.sign_in("quan")
        assert quan.send_form("/mine", "/views/1/remove").status_code == 403
        assert quan.send_form("/mine", "/views/2/remove").status_code == 303
    assert lan.send_form("/mine", "/views/2/remove").status_code == 404
    assert lan.send_form("/mine", "/views/1/remove").status_code == 303
    assert "Bộ lọc đã lưu" in lan.get("/mine").text
    assert "Của " not in lan.get("/findings").text


def choices(page: str, name: str) -> list[str]:
    return re.findall(r"<option[^>]*>([^<]*)", page.split(f'<select name="{name}">')[1].split("</select>")[0])


def test_choices_stand_with_their_counts_under_the_other_filters(lan: Visitor, office: Configuration) -> None:
    give(office, 1, "Phòng A", "Lan")
    with writing(engine_of(office)) as connection:
        is_second = finding.c.finding_id == 2
        connection.execute(finding.update().where(is_second).values(case_id="decision:627/QĐ-BNV"))
    page = lan.get("/findings?person=Lan").text
    assert choices(page, "person") == ["Tất cả", "Lan (1)"]
    assert choices(page, "division") == [
        "Tất cả", "chưa có phòng nào (0)", "Phòng A (1)", "Phòng Người có công (0)"
    ]  # fmt: skip
    page = lan.get("/findings?decision=627/QĐ-BNV").text
    assert "Bảng sai lệch <small>1 sai lệch</small>" in page
    assert choices(page, "decision") == ["Tất cả", "627/QĐ-BNV (1)"]
    assert "Danh mục của Sở (1)" in html.unescape(page) or "(1)" in "".join(choices(page, "source"))
    assert choices(lan.get("/findings?text=khong+co+gi").text, "person") == ["Tất cả", "Lan (0)"]


def test_counts_of_a_large_list_show_a_click_at_once(lan: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current_index, "FEW", 0)
    before = choices(lan.get("/findings").text, "severity")
    lan.send_form("/findings/1", "/findings/1/status", status="resolved")
    assert choices(lan.get("/findings").text, "severity") != before


def test_of_many_choices_those_that_select_most_are_offered(
    lan: Visitor, office: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filter_choices, "MAX_CHOICES", 1)
    for finding_id, person in ((1, "An"), (2, "Bình"), (3, "Bình")):
        give(office, finding_id, "Phòng A", person)
    page = lan.get("/findings").text
    assert choices(page, "person") == ["Tất cả", "Bình (2)", "và 01 nữa: lọc thêm để thấy"]
    assert "An" in choices(lan.get("/findings?person=An").text, "person"), "what was chosen stays"


def test_a_duty_is_closed_by_hand_with_a_reason_and_reopened(lan: Visitor, office: Configuration) -> None:
    duty_id = give_decision(office, "Lan")
    page = f"/duties/{duty_id}"
    refused = lan.send_form("/duties", page, form=f"close-{duty_id}", closing=" ")
    assert (refused.status_code, "cần ghi lý do" in refused.text) == (400, True)
    done = lan.send_form("/duties", page, form=f"close-{duty_id}", closing="Bộ đã đính chính")
    assert done.status_code == 303
    told = lan.get(done.headers["location"]).text
    assert ("0 việc đang mở" in told, f'action="{page}/reopen"' in told) == (True, True)
    closed = lan.get("/duties?state=closed").text
    assert "lan: Bộ đã đính chính" in closed
    token = lan.hidden("/duties")["csrf_token"]
    again = lan.post(page, data={"csrf_token": token, "action": "close", "closing": "x"})
    assert (again.status_code, "đã đóng" in again.text) == (400, True)
    assert lan.send_form("/duties?state=closed", f"{page}/reopen").status_code == 303
    assert "1 việc đang mở" in lan.get("/duties").text
    with writing(engine_of(office)) as connection:
        duties.close(connection, duties.get(connection, duty_id), "quy tắc phân công", "tỉnh đã công bố")
    by_rule = lan.send_form("/duties", f"{page}/reopen")
    assert (by_rule.status_code, "do chương trình đóng" in by_rule.text) == (400, True)
    with reading(engine_of(office)) as connection:
        assert duties.last_closings(connection)[duty_id].reason == "tỉnh đã công bố"


def links(page: str) -> list[str]:
    main = page.split('<main id="main">')[1]
    return [html.unescape(each) for each in re.findall(r'<a [^>]*href="([^"#]+)', main)]


def follow(lan: Visitor, page: str, pattern: str) -> str:
    """The page behind the first link that looks like `pattern`."""
    return lan.get(next(each for each in links(page) if re.fullmatch(pattern, each))).text


def test_the_day_s_work_is_few_clicks_from_the_morning_page(lan: Visitor, office: Configuration) -> None:
    give(office, 1, "Phòng A", "Lan", date(2026, 11, 20))
    morning = lan.get("/").text
    late = follow(lan, morning, r"/findings\?division=Ph%C3%B2ng%20A&due=overdue&sort=due")
    assert re.findall(r'<td><a href="/findings/(\d+)', late) == ["1"], "one click"
    new = follow(lan, follow(lan, morning, r"/findings\?severity=high"), r"/findings/2\?.*")
    assert 'class="sides"' in new, "two clicks: a new procedure side by side"
    assert "<h2>Bằng chứng</h2>" in new, "two clicks: its evidence"
    draft = follow(lan, morning, r"/decisions/627/Q%C4%90-BNV/draft")
    assert any(each.endswith("/draft.docx") for each in links(draft)), "one click: the draft"


def test_each_form_has_one_primary_action(lan: Visitor, office: Configuration) -> None:
    give_decision(office, "Lan")
    for address in PAGES:
        page = lan.get(address).text
        for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
            primary = [each for each in re.findall(r"<button[^>]*>", form) if "plain" not in each]
            assert len(primary) <= 1, (address, primary)
