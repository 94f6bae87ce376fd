"""Every act on findings can be undone from the message that tells of it."""

from __future__ import annotations

import re

import pytest

from settings.configuration import Configuration
from steps.database import engine_of
from tests.review.desk import Visitor
from tests.review.test_pages import finding
from warehouse.db.engine import reading
from warehouse.findings import triage


def act(lan: Visitor, page: str, action: str, **values: object) -> str:
    """The page that a form leads to."""
    answer = lan.send_form(page, action, **values)
    assert answer.status_code == 303, answer.text
    return lan.get(answer.headers["location"]).text


def undo_address(page: str) -> str:
    return re.findall(r'action="(/undo/\d+)"', page)[0]


def test_a_status_and_an_assignment_are_undone_from_their_message(
    lan: Visitor, office: Configuration
) -> None:
    told = act(lan, "/findings/1", "/findings/1/status", status="confirmed")
    assert "Sai lệch 1: đã chuyển sang “Đã xác nhận”." in told
    answer = lan.post(undo_address(told), data={"csrf_token": lan.hidden("/")["csrf_token"]})
    assert answer.headers["location"].startswith("/findings/1?")
    page = lan.get(answer.headers["location"]).text
    assert "Đã hoàn tác: 1 sai lệch trở lại như trước." in page
    assert "hoàn tác: Đã xác nhận → Mới" in page
    assert finding(office, 1)["status"] == "open"
    told = act(lan, "/findings/1", "/findings/1/assign", division="Phòng B", person="Bình")
    assert finding(office, 1)["division"] == "Phòng B"
    lan.post(undo_address(told), data={"csrf_token": lan.hidden("/")["csrf_token"]})
    assert finding(office, 1)["division"] == "Phòng Tổ chức"


def test_the_bar_gives_out_and_moves_at_once_and_all_of_it_is_undone(
    lan: Visitor, office: Configuration
) -> None:
    told = act(
        lan, "/findings", "/findings/bulk", chosen=["1:1", "3:1"], status="in_progress",
        division="Phòng B", person="Bình", wanted_by="05/12/2026", note="Đã họp",
    )  # fmt: skip
    assert "Đã ghi cho 2 sai lệch." in told
    given = [finding(office, each) for each in (1, 3)]
    assert {(row["status"], row["division"], row["due_date"]) for row in given} == {
        ("in_progress", "Phòng B", "2026-12-05")
    }
    lan.send_form("/findings/3", "/findings/3/status", status="confirmed")
    token = {"csrf_token": lan.hidden("/")["csrf_token"], "back": "severity=medium"}
    answer = lan.post(undo_address(told), data=token)
    assert answer.headers["location"].startswith("/findings?severity=medium&")
    page = lan.get(answer.headers["location"]).text
    assert "Đã hoàn tác: 1 sai lệch trở lại như trước." in page
    assert '1 sai lệch đã có thay đổi khác sau đó, được giữ nguyên: số <a href="/findings/3?' in page
    assert (finding(office, 1)["status"], finding(office, 1)["division"]) == ("open", "Phòng Tổ chức")
    assert finding(office, 3)["status"] == "confirmed"
    again = lan.post(undo_address(told), data=token)
    assert (again.status_code, "đã được hoàn tác rồi" in again.text) == (400, True)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"division": "Phòng Lạ"}, "Phòng Lạ: chưa có phòng, ban, đơn vị này"),
        ({"wanted_by": "32/13/2026"}, "Hạn"),
        ({"status": "confirmed"}, "phải ghi lý do"),
        ({"person": "Bình", "chosen": ["2:1"]}, "1 sai lệch chưa thuộc phòng nào"),
        ({}, "Chưa chọn gì để ghi"),
        ({"note": "Một", "chosen": []}, "Chưa chọn sai lệch nào"),
    ],
)
def test_a_bar_that_cannot_be_carried_out_says_why_and_keeps_what_was_typed(
    lan: Visitor, office: Configuration, wrong: dict[str, object], words: str
) -> None:
    answer = lan.send_form("/findings", "/findings/bulk", **({"chosen": ["1:1", "2:1"]} | wrong))
    assert (answer.status_code, words in answer.text) == (400, True)
    for value in ("Bình", "32/13/2026"):
        assert (f'value="{value}"' in answer.text) == (value in wrong.values())
    with reading(engine_of(office)) as connection:
        assert len(triage.list_events(connection, 2)) == 1


def test_all_that_is_filtered_is_given_out_after_a_second_look(lan: Visitor, office: Configuration) -> None:
    asked = lan.send_form(
        "/findings", "/findings/bulk", scope="all", division="Phòng B", wanted_by="05/12/2026",
        back="severity=medium",
    )  # fmt: skip
    for words in ("<dt>Giao cho</dt><dd><strong>Phòng B</strong>", "05/12/2026", "Ghi cho 2 sai lệch"):
        assert words in asked.text, words
    form = asked.text.split('action="/findings/bulk/all"')[1]
    carried = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    told = lan.get(lan.post("/findings/bulk/all", data=carried).headers["location"]).text
    assert "Đã ghi cho 2 sai lệch." in told
    assert [finding(office, each)["division"] for each in (1, 2, 3)] == ["Phòng B", None, "Phòng B"]
    lan.post(undo_address(told), data={"csrf_token": lan.hidden("/")["csrf_token"]})
    assert finding(office, 3)["division"] == "Phòng Người có công"


def test_only_who_did_it_or_an_administrator_undoes_it(
    lan: Visitor, site: str, office: Configuration
) -> None:
    answer = lan.send_form("/findings/1", "/findings/1/status", status="confirmed")
    address = undo_address(lan.get(answer.headers["location"]).text)
    for name, status in (("hoa", 403), ("xem", 403), ("quan", 303)):
        with Visitor(site) as other:
            other.sign_in(name)
            shown = address in other.get(answer.headers["location"]).text
            assert shown == (status == 303), name
            sent = other.post(address, data={"csrf_token": other.hidden("/")["csrf_token"]})
            assert sent.status_code == status, name
    assert finding(office, 1)["status"] == "open"
    assert lan.send_form("/findings", "/undo/999", back="").status_code == 404
