"""What the office reads of a ministry's changes: each once, whatever else that night brings."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from alerts.messages import changes_beside
from alerts.news import AttributeNews, NewsItem, ReportedChange
from steps.database import engine_of, open_locked
from steps.nights.begin_run import begin
from steps.nights.reconcile import reconcile
from steps.sources.extract import extract
from steps.sources.load import load
from steps.sources.validate import check
from tests.alerts.desk import OFFICE
from tests.office import NIGHTS, Office
from warehouse.db.engine import reading
from warehouse.tables.finding_tables import alert

FEE, STEPS, NUMBER = (
    AttributeNews("fee", "1 → 2"),
    AttributeNews("steps", "Trình tự"),
    AttributeNews("decision_number", "1 → 2"),
)


def finding(kind: str, **said: object) -> NewsItem:
    values: dict[str, object] = {"finding_id": 1, "fingerprint": kind, "severity": "high", "code": "1.000001"}
    return NewsItem(kind=kind, **(values | said))  # type: ignore[arg-type]


def change(kind: str, *said: AttributeNews, number: str | None = None) -> ReportedChange:
    return ReportedChange(
        kind=kind, code="1.000001", name="Thi tuyển", attributes=said, decision_number=number
    )


@pytest.mark.parametrize(
    "item, moved, left",
    [
        (finding("incomplete_record"), change("changed", STEPS), [(STEPS,)]),
        (finding("attribute_mismatch", attribute="fee"), change("changed", FEE), []),
        (finding("attribute_mismatch", attribute="fee"), change("changed", FEE, STEPS), [(STEPS,)]),
        (finding("attribute_mismatch", attribute="fee", code="1.000002"), change("changed", FEE), [(FEE,)]),
        (
            finding("attribute_mismatch", attribute="fee", decision_number="2"),
            change("changed", NUMBER, FEE, number="2"),
            [],
        ),
        (
            finding("attribute_mismatch", attribute="fee", decision_number="1"),
            change("changed", NUMBER, FEE, number="2"),
            [(NUMBER,)],
        ),
        (finding("repealed_still_listed"), change("repealed"), []),
        (finding("replaced_still_listed"), change("level_transfer"), []),
        (finding("incomplete_record"), change("repealed"), [()]),
        (finding("repealed_still_listed"), change("changed", FEE), [(FEE,)]),
        (finding("new_from_ministry"), change("reinstated"), []),
        (finding("attribute_mismatch", attribute="fee"), change("reinstated"), [()]),
    ],
)
def test_a_change_is_left_out_only_where_a_finding_says_the_same(
    item: NewsItem, moved: ReportedChange, left: list[tuple[AttributeNews, ...]]
) -> None:
    assert [each.attributes for each in changes_beside([item], [moved])] == left


def letters(office: Office) -> list[str]:
    """The letters of the nights so far, after those of the import and the first night."""
    with reading(engine_of(office.configuration)) as connection:
        return list(connection.scalars(select(alert.c.body).order_by(alert.c.alert_id)))[2:]


@pytest.fixture
def ready(office: Office) -> Office:
    """An office after its list and a first night."""
    office.configure(alerts={"recipients": [OFFICE]})
    office.first_nights(1, "national")
    return office


def only_national(office: Office) -> str:
    """A code that the catalogue lacks, so that no change of it makes a mismatch."""
    ours = {row["code"] for row in office.rows("v_procedure_current", source="catalogue")}
    return next(
        row["code"]
        for row in office.rows("v_procedure_current", source="national")
        if row["code"] not in ours
    )


def test_a_change_stands_beside_a_finding_about_something_else(ready: Office) -> None:
    world, code = ready.portals.national.world, only_national(ready)
    world.edit(code, executionSteps=[{"description": "Bước mới", "content": "Bước mới", "name": "Mới"}])
    ready.night(NIGHTS[1], "national")
    (text,) = letters(ready)
    assert [row["kind"] for row in ready.rows("v_finding", first_seen_run=3)] == ["incomplete_record"]
    assert "Thiếu bộ phận tạo thành thủ tục" in text
    assert "Trình tự thực hiện" in text
    assert text.count(code) == 2


def test_a_value_that_a_flap_never_showed_is_news(ready: Office) -> None:
    world, code = ready.portals.national.world, only_national(ready)
    told = []
    for night, value in enumerate(("B", "A", "B", "C", "A"), 1):
        before = len(letters(ready))
        world.edit(code, requirementsAndConditions=f"Điều kiện {value}")
        ready.night(NIGHTS[night], "national")
        told.append(sum("Yêu cầu, điều kiện" in text for text in letters(ready)[before:]))
    assert told == [1, 1, 0, 1, 0]


def night_until(office: Office, as_of: str, *, reconciled: bool) -> None:
    """A night that dies after its load, or after its comparison."""
    configuration = office.configuration
    with open_locked(configuration):
        run_id = begin(configuration, datetime.fromisoformat(as_of), "sync", "national")
        snapshot_id = extract(configuration, run_id, "national")
        check(configuration, snapshot_id)
        load(configuration, snapshot_id)
        if reconciled:
            reconcile(configuration, run_id)


def test_what_a_night_loaded_before_it_died_is_told_by_the_next_run_and_by_no_other(ready: Office) -> None:
    code = only_national(ready)
    ready.portals.national.world.edit(code, state="INACTIVE")
    night_until(ready, NIGHTS[1], reconciled=False)
    assert letters(ready) == []
    ready.take_in(ready.sample_catalogue(), as_of=NIGHTS[1])
    (text,) = letters(ready)
    assert code in text
    assert "nghi bãi bỏ" in text
    ready.night(NIGHTS[2], "national")
    assert len(letters(ready)) == 1


def test_what_a_night_told_before_it_died_is_not_told_again(ready: Office) -> None:
    ready.portals.national.world.edit(only_national(ready), state="INACTIVE")
    night_until(ready, NIGHTS[1], reconciled=True)
    assert len(letters(ready)) == 1
    ready.night(NIGHTS[1], "national")
    assert len(letters(ready)) == 1


def test_a_comparison_that_is_repeated_says_the_same_once(ready: Office) -> None:
    world, code = ready.portals.national.world, only_national(ready)
    world.edit(code, state="INACTIVE")
    night_until(ready, NIGHTS[1], reconciled=False)
    other = next(each for each in world.codes if each != code)
    world.edit(other, requirementsAndConditions="Điều kiện mới")
    night_until(ready, NIGHTS[2], reconciled=True)
    run_id = max(row["run_id"] for row in ready.rows("v_run"))
    reconcile(ready.configuration, run_id)
    (text,) = letters(ready)
    assert code in text
    assert "Yêu cầu, điều kiện" in text


def test_a_first_night_that_died_after_its_load_is_still_told_as_the_first(office: Office) -> None:
    office.configure(alerts={"recipients": [OFFICE]})
    office.take_in(office.sample_catalogue())
    night_until(office, NIGHTS[0], reconciled=False)
    office.night(NIGHTS[0], "national")
    assert [row["kind"] for row in office.rows("v_alert")] == ["baseline", "baseline"]
