"""Findings of one cause on the site: one line, given out, decided and closed as one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from procedures.findings import CATALOGUE, Finding, FindingKind, Severity
from review.serve import serving
from settings.configuration import Configuration
from steps.database import engine_of
from tests.review.desk import FINDINGS, FRESH, Visitor
from tests.warehouse.nights import at
from warehouse.db.engine import reading, writing
from warehouse.findings import store
from warehouse.sources import runs

DECISION = "decision:627/QĐ-BNV"
ADDRESS = "/findings?case=decision%3A627%2FQ%C4%90-BNV"


def replaced(number: int, division: str = "Phòng A", case: str = DECISION) -> Finding:
    return Finding(
        kind=FindingKind.REPLACED_STILL_LISTED,
        severity=Severity.CRITICAL if number == 13 else Severity.HIGH,
        subject=f"1.1000{number}",
        code=f"1.1000{number}",
        name=f"Cấp giấy phép số {number}",
        catalogue_value="Cấp giấy phép",
        division=division,
        sources=frozenset({CATALOGUE, "national"}),
        evidence={"decision_number": "627/QĐ-BNV"},
        case=case,
    )


MEMBERS = (
    *(replaced(number) for number in range(10, 14)),
    replaced(14, "Phòng B"),
    replaced(15, case="decision:862/QĐ-BNV"),
)


@pytest.fixture
def lan(office: Configuration, members: range) -> Iterator[Visitor]:
    """An analyst on a site with a decision's findings."""
    with serving(office) as address, Visitor(address) as one:
        assert one.sign_in("lan").status_code == 303
        yield one


@pytest.fixture
def members(office: Configuration) -> range:
    """The ids of the findings of the decision."""
    with writing(engine_of(office)) as connection:
        run_id = runs.begin_run(connection, as_of=at(24), kind="sync")
        store.apply_findings(connection, run_id, [*FINDINGS, *MEMBERS], fresh_sources=FRESH, at=at(24))
        runs.finish_run(connection, run_id, "complete", at=at(24))
    return range(len(FINDINGS) + 1, len(FINDINGS) + 6)


def statuses(office: Configuration, ids: range) -> list[str]:
    with reading(engine_of(office)) as connection:
        return [row["status"] for row in store.list_by_id(connection, ids)]


def case_row(page: str) -> str:
    (row,) = re.findall(r'<tr class="case">(.*?)</tr>', page, re.DOTALL)
    return row


def test_findings_of_one_cause_are_one_line(lan: Visitor) -> None:
    page = lan.get("/findings").text
    jobs = len(FINDINGS) + 2
    assert f"{jobs} việc, {len(FINDINGS) + 6} sai lệch" in page
    row = case_row(page)
    assert "Quyết định 627/QĐ-BNV" in row
    assert "5 được thay thế" in row
    assert "Nghiêm trọng" in row
    assert "Phòng A" in row
    assert "1 của phòng khác" in row
    assert ADDRESS.partition("?")[2] in row
    assert page.count("1.1000") == 1, "the one finding of the other decision is a line of its own"


def test_each_finding_has_a_line_for_who_wants_that(lan: Visitor) -> None:
    page = lan.get("/findings?rows=each").text
    assert 'class="case"' not in page
    assert "việc, " not in page
    assert page.count("Cấp giấy phép số ") == 6
    assert "rows=each" in lan.get("/findings?rows=each&severity=high").text


def test_a_case_opens_with_what_deviates_marked(lan: Visitor) -> None:
    page = lan.get(ADDRESS).text
    assert "<h1>Quyết định 627/QĐ-BNV <small>5 sai lệch" in page
    assert 'href="/decisions/627/Q%C4%90-BNV"' in page
    assert page.count("Cấp giấy phép số ") == 5
    (odd,) = re.findall(r'<td class="odd">(.*?)</td>', page)
    assert "Phòng B" in odd


def test_a_finding_leads_to_the_others_of_its_case(lan: Visitor, members: range) -> None:
    page = lan.get(f"/findings/{members[0]}").text
    assert "Cùng nguyên nhân với 4 sai lệch khác" in page
    assert ADDRESS.replace("%2F", "/") in page
    assert "Cùng nguyên nhân" not in lan.get("/findings/1").text


def test_ticking_a_case_moves_all_of_it(lan: Visitor, office: Configuration, members: range) -> None:
    page = lan.get("/findings").text
    (seen,) = re.findall(r'name="case" value="([^"]+)"', page)
    done = lan.send_form("/findings", "/findings/bulk", case=seen, status="confirmed", note="Đã họp")
    assert (done.status_code, "done=5" in done.headers["location"]) == (303, True)
    assert statuses(office, members) == ["confirmed"] * 5
    assert "Đã xác nhận" in case_row(lan.get("/findings").text)


def test_one_that_somebody_changed_meanwhile_is_left_alone(
    lan: Visitor, office: Configuration, members: range
) -> None:
    (seen,) = re.findall(r'name="case" value="([^"]+)"', lan.get("/findings").text)
    first = f"/findings/{members[0]}"
    lan.send_form(first, f"{first}/status", status="resolved")
    second = f"/findings/{members[1]}"
    lan.send_form(second, f"{second}/note", note="Đã hỏi phòng")
    done = lan.send_form("/findings", "/findings/bulk", case=seen, status="confirmed", note="Đã họp")
    assert "done=4" in done.headers["location"]
    assert "refused=1" in done.headers["location"]
    assert statuses(office, members) == ["resolved", *["confirmed"] * 4]
    row = case_row(lan.get("/findings?status=all").text)
    assert "4 đã xác nhận, 1 đã xử lý" in row


def test_only_what_the_filter_shows_of_a_case_is_moved(
    lan: Visitor, office: Configuration, members: range
) -> None:
    address = "/findings?division=Ph%C3%B2ng+A"
    (seen,) = re.findall(r'name="case" value="([^"]+)"', lan.get(address).text)
    done = lan.send_form(address, "/findings/bulk", case=seen, status="confirmed", note="Đã họp")
    assert "done=4" in done.headers["location"]
    assert statuses(office, members) == [*["confirmed"] * 4, "open"]


@pytest.mark.parametrize("case", ["x", "1:", "a:decision:627"])
def test_a_case_that_cannot_be_read_is_refused(lan: Visitor, case: str) -> None:
    refused = lan.send_form("/findings", "/findings/bulk", case=case, status="confirmed", note="Đã họp")
    assert refused.status_code == 400
    assert "Nhóm việc đã chọn" in refused.text


@pytest.mark.parametrize("sort", ["weight", "due", "newest", "code"])
def test_pages_of_jobs_hold_each_job_once(office: Configuration, lan: Visitor, sort: str) -> None:
    more = [
        replace(
            replaced(10 + number % 7, case=f"absent:{number // 5}" if number % 3 else f"one:{number}"),
            subject=f"s{number}",
            case=None if number % 4 == 0 else f"absent:{number // 5}",
        )
        for number in range(400)
    ]
    with writing(engine_of(office)) as connection:
        run_id = runs.begin_run(connection, as_of=at(25), kind="sync")
        store.apply_findings(connection, run_id, more, fresh_sources=(), at=at(25))
        runs.finish_run(connection, run_id, "complete", at=at(25))
    lines: list[str] = []
    for page in range(1, 6):
        text = lan.get(f"/findings?sort={sort}&page={page}").text
        lines += re.findall(r'name="(?:case|chosen)" value="(?:\d+:(?=[a-z]))?([^"]+)"', text)
    jobs = 100 + 80 + len(FINDINGS) + 2
    assert len(lines) == len(set(lines)) == jobs
    assert f"{jobs} việc, {len(FINDINGS) + 6 + 400} sai lệch" in text
