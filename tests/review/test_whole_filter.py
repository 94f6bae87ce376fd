"""All that the filter finds is changed after a second look, however many pages it fills."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from settings.configuration import Configuration
from steps.database import engine_of
from tests.review.desk import FINDINGS, FRESH, Visitor
from tests.warehouse.nights import at
from warehouse.db.engine import reading, writing
from warehouse.findings import store
from warehouse.sources import runs
from warehouse.sources.runs import view_rows

MANY = 60
ASKED = {"scope": "all", "status": "ignored", "note": "Phí do <b>HĐND</b> tỉnh quy định"}


def fill_pages(office: Configuration) -> None:
    """More findings than a page holds."""
    rows = [
        replace(FINDINGS[0], subject=f"2.{n:06}", code=f"2.{n:06}", name=f"Cấp giấy phép {n}")
        for n in range(MANY)
    ]
    with writing(engine_of(office)) as connection:
        run_id = runs.begin_run(connection, as_of=at(24), kind="sync")
        store.apply_findings(connection, run_id, [*FINDINGS, *rows], fresh_sources=FRESH, at=at(24))
        runs.finish_run(connection, run_id, "complete", at=at(24))


@pytest.fixture
def many(office: Configuration) -> Configuration:
    fill_pages(office)
    return office


def statuses(office: Configuration) -> list[str]:
    with reading(engine_of(office)) as connection:
        return [row["status"] for row in view_rows(connection, "v_finding", order_by=("finding_id",))]


def confirmed(text: str) -> dict[str, str]:
    """What the page that asks carries in its form."""
    form = text.split('action="/findings/bulk/all"')[1]
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found}


def test_the_choice_is_there_where_the_filter_has_more_than_the_page(
    many: Configuration, lan: Visitor
) -> None:
    assert "Tất cả 64 sai lệch khớp bộ lọc" in lan.get("/findings").text
    assert "khớp bộ lọc…" not in lan.get("/findings?size=100").text


def test_all_are_changed_once_it_is_confirmed(many: Configuration, lan: Visitor) -> None:
    lan.send_form("/findings/5", "/findings/5/status", status="ignored", note="Đã xét")
    asked = lan.send_form("/findings", "/findings/bulk", **ASKED, back="text=cap+giay+phep&status=all")
    assert asked.status_code == 200
    for words in (
        "mới: 59, bỏ qua: 1",
        "Trạng thái: tất cả; tìm: “cap giay phep”",
        "số 5<",
        "Phí do &lt;b&gt;HĐND",
        "Ghi cho 59 sai lệch",
    ):
        assert words in asked.text, words
    assert set(statuses(many)[5:]) == {"open"}, "nothing counts before it is confirmed"
    done = lan.post("/findings/bulk/all", data=confirmed(asked.text))
    assert done.status_code == 303
    told = lan.get(done.headers["location"]).text
    assert "Đã ghi cho 59 sai lệch." in told
    assert '1 sai lệch vốn đã như vậy, được giữ nguyên: số <a href="/findings/5?' in told
    assert statuses(many) == ["open"] * 4 + ["ignored"] * MANY
    with reading(engine_of(many)) as connection:
        events = view_rows(connection, "v_finding_event", where={"action": "status", "actor": "lan"})
    assert len(events) == MANY
    assert {row["note"] for row in events if row["finding_id"] != 5} == {"Phí do <b>HĐND</b> tỉnh quy định"}
    again = lan.post("/findings/bulk/all", data=confirmed(asked.text))
    assert again.headers["location"] == done.headers["location"], "sent twice it is answered alike"
    anew = lan.post("/findings/bulk/all", data=confirmed(asked.text) | {"once": "another page"})
    assert (anew.status_code, "Không còn sai lệch nào để đổi" in anew.text) == (409, True)
    assert statuses(many) == ["open"] * 4 + ["ignored"] * MANY


def test_the_second_of_two_is_told_what_moved_and_asked_again(
    many: Configuration, lan: Visitor, site: str
) -> None:
    page = "/findings?text=cap+giay+phep"
    asked = lan.send_form(page, "/findings/bulk", **ASKED)
    with Visitor(site) as hoa:
        hoa.sign_in("hoa")
        hoa.send_form("/findings/9", "/findings/9/status", status="resolved")
    late = lan.post("/findings/bulk/all", data=confirmed(asked.text))
    assert late.status_code == 409
    for words in (
        "chưa ghi gì của bạn",
        "Lúc bạn xem: 60 sai lệch; nay: 59",
        "<strong>hoa</strong>",
        "số 9<",
    ):
        assert words in late.text, words
    assert statuses(many).count("ignored") == 0
    assert lan.post("/findings/bulk/all", data=confirmed(late.text)).status_code == 303
    assert statuses(many).count("ignored") == 59
    assert statuses(many)[8] == "resolved"


@pytest.mark.parametrize("wrong", [{"note": " "}, {"status": "xong"}, {"status": "", "note": ""}])
def test_without_a_reason_or_anything_to_do_nothing_is_asked(
    many: Configuration, lan: Visitor, wrong: dict[str, str]
) -> None:
    assert lan.send_form("/findings", "/findings/bulk", **(ASKED | wrong)).status_code == 400
    assert set(statuses(many)) == {"open"}


@pytest.mark.parametrize("forged", [{"mark": ""}, {"mark": "0" * 64, "event": "x", "count": "9" * 40}])
def test_what_nobody_looked_at_is_asked_first(
    many: Configuration, lan: Visitor, forged: dict[str, str]
) -> None:
    seen = confirmed(lan.send_form("/findings", "/findings/bulk", **ASKED).text)
    assert lan.post("/findings/bulk/all", data=seen | forged).status_code == 409
    other = lan.post("/findings/bulk/all", data=seen | {"back": "status=all&kind=overlap"})
    assert other.status_code == 409, "the mark is of another filter"
    assert set(statuses(many)) == {"open"}
