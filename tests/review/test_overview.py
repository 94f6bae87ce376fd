"""The morning page: every figure leads to its list, what is new is told once, and a missed night is named."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from procedures.office.owners import Owner
from review.serve import serving
from settings.configuration import Configuration
from steps.database import engine_of
from tests.review.desk import Visitor
from warehouse.db.engine import reading, writing
from warehouse.office import duties, visits
from warehouse.sources import runs
from warehouse.tables.desk_tables import visit
from warehouse.tables.finding_tables import decision, finding

OF_LISTS = re.compile(r"(?:[\d.]+ việc, )?([\d.]+) (?:sai lệch|thủ tục|quyết định|việc)\b")
"""How each list writes its length in its head."""

SECTIONS = ("Có gì mới", "Đến hạn", "Sổ theo dõi công bố", "Các nguồn", "Chỉ tiêu của danh mục")


@contextmanager
def looking(office: Configuration, name: str = "lan") -> Iterator[Visitor]:
    with serving(office) as address, Visitor(address) as visitor:
        assert visitor.sign_in(name).status_code == 303
        yield visitor


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", "", html))).strip()


def figures(page: str) -> list[tuple[int, str]]:
    """The numbers that are links, or begin one, with their addresses."""
    main = page.partition("<main")[2]
    found = []
    for address, inner in re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', main, re.DOTALL):
        number = re.match(r"\d{1,3}(\.\d{3})*(?= |$)", plain(inner))
        if number and not plain(inner)[number.end() :].startswith(" %"):
            found.append((int(number[0].replace(".", "")), unescape(address)))
    return found


def length(page: str) -> int:
    """How many rows the head of a list says it has."""
    body = page.partition("<main")[2]
    found = OF_LISTS.search(plain(body))
    assert found is not None, plain(body)[:200]
    return int(found[1].replace(".", ""))


def test_every_figure_is_a_link_to_as_many(demo: Configuration) -> None:
    today = demo.local_day(datetime.now(UTC))
    with writing(engine_of(demo)) as connection:
        for subject, due in (
            ("1", today - timedelta(days=2)),
            ("2", today + timedelta(days=3)),
            ("3", today),
        ):
            duties.give_duty(connection, "task", subject, Owner(division="Phòng & A"), due, "lan")
        connection.execute(finding.update().where(finding.c.finding_id < 6), {"acting": "Phòng & A"})
        connection.execute(finding.update().where(finding.c.finding_id < 4), {"deadline": today.isoformat()})
    with looking(demo) as visitor:
        page = visitor.get("/").text
        linked = figures(page)
        paths = {address.partition("?")[0] for _, address in linked}
        assert paths >= {"/findings", "/procedures", "/runs/changes", "/decisions", "/duties"}
        lists = [
            each for each in linked if not each[1].startswith(("/decisions/", "/decentralisation", "/runs/3"))
        ]
        assert len(lists) > 35
        wrong = {
            address: (number, found)
            for number, address in lists
            if (found := length(visitor.get(address).text)) != number
        }
    assert wrong == {}
    assert all(words in page for words in SECTIONS)


def test_what_is_new_is_told_from_the_last_look_of_an_earlier_visit(demo: Configuration) -> None:
    now = datetime.now(UTC)
    with writing(engine_of(demo)) as connection:
        connection.execute(visit.delete())
        visits.store_visit(connection, "hoa", visits.Visit(now - timedelta(hours=20)))
        visits.store_visit(connection, "quan", visits.Visit(now, now + timedelta(minutes=5)))
    with looking(demo, "xem") as visitor:
        assert "ở lần đối chiếu gần nhất, 02:00 23/11/2026" in plain(visitor.get("/").text)
        assert look_of(demo, "xem").since is None
    with looking(demo, "hoa") as visitor:
        for page in (plain(visitor.get("/").text) for _ in range(2)):
            assert "từ lần bạn xem trước" in page
            assert re.search(r"Sai lệch: 57 mới, 1 không còn\.", page), page[:900]
    with looking(demo, "quan") as visitor:
        assert "Từ đó chưa có lần chạy nào." in visitor.get("/").text


def look_of(office: Configuration, person: str) -> visits.Visit:
    """The look that is stored just after the page was sent."""
    for _ in range(200):
        with reading(engine_of(office)) as connection:
            last = visits.last_visit(connection, person)
        if last is not None:
            return last
        time.sleep(0.05)
    raise AssertionError("no look was stored")


def test_a_page_is_read_while_somebody_else_writes(demo: Configuration) -> None:
    with looking(demo, "xem") as visitor, writing(engine_of(demo)):
        begun = datetime.now(UTC)
        assert visitor.get("/").status_code == 200
        assert datetime.now(UTC) - begun < timedelta(seconds=10)


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(hours=3), "Dữ liệu đêm qua: chưa đủ"),
        (timedelta(days=4), "Dữ liệu đêm qua: không có, chưa có lần chạy nào thành công từ "),
    ],
)
def test_a_night_that_was_missed_is_named(
    office: Configuration, lan: Visitor, ago: timedelta, words: str
) -> None:
    moment = datetime.now(UTC) - ago
    with writing(engine_of(office)) as connection:
        connection.exec_driver_sql("UPDATE run SET as_of = '2026-01-01T00:00:00+00:00' WHERE kind = 'sync'")
        run_id = runs.begin_run(connection, as_of=moment, kind="sync", at=moment)
        runs.finish_run(connection, run_id, "degraded", at=moment)
    page = plain(lan.get("/").text)
    assert words in page
    if ago > timedelta(days=1):
        day = office.local_day(moment)
        assert f"{words}{day:%d/%m/%Y} (cách đây 04 ngày)" in page


def test_a_decision_that_moved_is_told_with_who_moved_it(
    office: Configuration, lan: Visitor, site: str
) -> None:
    page = "/decisions/627/QĐ-BNV"
    assert lan.send_form(page, page, division="Phòng A").status_code == 303
    with Visitor(site) as hoa:
        hoa.sign_in("hoa")
        assert hoa.send_form(page, page, stage="drafted", code="1.000002").status_code == 303
    with writing(engine_of(office)) as connection:
        since = datetime.now(UTC) - timedelta(hours=1)
        visits.store_visit(connection, "lan", visits.Visit(datetime.now(UTC), since))
    told = plain(lan.get("/").text)
    assert "627/QĐ-BNV: giao Phòng A lan, " in told, told[:1200]
    assert "627/QĐ-BNV: 1 thủ tục đã giao → đã dự thảo hoa, " in told


def test_what_nobody_has_stands_first_and_the_first_due_is_named(office: Configuration, lan: Visitor) -> None:
    today = office.local_day(datetime.now(UTC))
    days = [today - timedelta(days=days) for days in (13, 9, 27)]
    with writing(engine_of(office)) as connection:
        connection.execute(decision.update(), {"due_date": days[0].isoformat()})
        connection.execute(
            finding.update().where(finding.c.deadline.is_not(None)), {"deadline": days[1].isoformat()}
        )
        duties.give_duty(connection, "task", "Báo cáo quý", Owner(division="Phòng A"), days[2], "lan")
    told = plain(lan.get("/").text.partition("Đến hạn")[2])
    first = f"{days[0]:%d/%m/%Y}: Quyết định 627/QĐ-BNV"
    assert f"Chưa giao phòng nào 1 quyết định, 1 sai lệch không có {first}" in told
    assert f"Phòng A 1 việc không có {days[2]:%d/%m/%Y}: Báo cáo quý" in told
