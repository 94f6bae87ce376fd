"""What people do with findings, and the lists they look at, on either engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, event

from procedures.errors import ConflictError, NotFoundError
from procedures.findings import CATALOGUE, Finding, FindingKind, Severity
from tests.warehouse.nights import Nights, at, procedure, read
from warehouse.db.engine import reading, writing
from warehouse.findings import queries, store, triage
from warehouse.findings.filters import Filter
from warehouse.sources import procedure_search, runs
from warehouse.sources.runs import view_rows

TODAY = date(2026, 11, 24)
FRESH = {CATALOGUE, "national"}


def about(subject: str, **said: object) -> Finding:
    values: dict[str, object] = {
        "kind": FindingKind.ATTRIBUTE_MISMATCH,
        "severity": Severity.MEDIUM,
        "subject": subject,
        "code": subject,
        "name": f"Cấp giấy phép số {subject}",
        "attribute": "name",
        "catalogue_value": "Một",
        "national_value": "Hai",
        "division": "Phòng A",
        "sources": frozenset(FRESH),
    }
    return Finding(**(values | said))


def compare(engine: Engine, day: int, *holding: Finding, fresh: Iterable[str] = FRESH) -> None:
    with writing(engine) as connection:
        run_id = runs.begin_run(connection, as_of=at(day), kind="sync")
        store.apply_findings(connection, run_id, holding, fresh_sources=set(fresh), at=at(day))


def wanted(engine: Engine, **said: object) -> list[int]:
    with reading(engine) as connection:
        page = queries.load_page(connection, Filter(**said), "weight", TODAY, offset=0, limit=100)
    assert page.total == len(page.rows)
    return [row["finding_id"] for row in page.rows]


def row_of(engine: Engine, finding_id: int) -> dict[str, object]:
    with reading(engine) as connection:
        return store.get_finding(connection, finding_id)


def version_of(engine: Engine, finding_id: int) -> int:
    with reading(engine) as connection:
        return triage.triage_state_of(connection, finding_id).version


def test_a_move_and_its_event_are_written_together_or_not_at_all(engine: Engine) -> None:
    compare(engine, 22, about("1.000001"))
    with writing(engine) as connection:
        triage.move(connection, 1, "confirmed", version=1, actor="Lan", note="Đúng", at=at(23))
    with reading(engine) as connection:
        last = triage.list_events(connection, 1)[0]
    assert (last.actor, last.from_status, last.to_status, last.note) == ("Lan", "open", "confirmed", "Đúng")
    with pytest.raises(RuntimeError), writing(engine) as connection:
        triage.move(connection, 1, "resolved", version=2, actor="Lan")
        raise RuntimeError
    assert row_of(engine, 1)["status"] == "confirmed"
    with reading(engine) as connection:
        assert triage.list_events(connection, 1)[0] == last


def test_what_was_seen_before_another_moved_it_changes_nothing(engine: Engine) -> None:
    compare(engine, 22, about("1.000001"))
    with writing(engine) as connection:
        triage.move(connection, 1, "in_progress", version=1, actor="Lan")
    for late in (
        lambda connection: triage.move(connection, 1, "resolved", version=1, actor="Hoa"),
        lambda connection: triage.assign(
            connection, 1, version=1, division="B", person=None, wanted_by=None, actor="Hoa"
        ),
    ):
        with (
            pytest.raises(ConflictError, match="Lan thay đổi \\(nay: Đang xử lý\\)"),
            writing(engine) as connection,
        ):
            late(connection)
    assert row_of(engine, 1)["status"] == "in_progress"
    with pytest.raises(NotFoundError), writing(engine) as connection:
        triage.move(connection, 9, "resolved", version=1, actor="Hoa")


def test_a_night_that_moves_a_finding_is_somebody_else_too(engine: Engine) -> None:
    compare(engine, 22, about("1.000001"), about("1.000002"))
    compare(engine, 23, about("1.000001", national_value="Ba"), about("1.000002"))
    assert [version_of(engine, each) for each in (1, 2)] == [2, 1]
    with pytest.raises(ConflictError, match="vừa được chương trình thay đổi"), writing(engine) as connection:
        triage.move(connection, 1, "resolved", version=1, actor="Lan")
    compare(engine, 24)
    assert version_of(engine, 2) == 2


def test_what_is_given_to_a_division_is_that_division_s_whatever_the_nights_say(engine: Engine) -> None:
    compare(engine, 22, about("1.000001"), about("1.000002", due_date=date(2026, 12, 1)))
    with writing(engine) as connection:
        for finding_id in (1, 2):
            triage.assign(
                connection, finding_id, version=1, division="Phòng B", person="Ông Bình",
                wanted_by=date(2026, 12, 5), actor="Lan", note="gấp",
            )  # fmt: skip
    compare(engine, 23, about("1.000001", division="Phòng C"), about("1.000002", due_date=date(2026, 12, 1)))
    assert [(row_of(engine, each)["division"], row_of(engine, each)["due_date"]) for each in (1, 2)] == [
        ("Phòng B", "2026-12-05"),
        ("Phòng B", "2026-12-01"),
    ]
    assert wanted(engine, division="Phòng B") == [1, 2]
    with writing(engine) as connection:
        assert store.list_findings(connection, division="Phòng A") == []
        assert (
            triage.list_events(connection, 1)[0].note == "chưa giao → Phòng B, Ông Bình, hạn 05/12/2026. gấp"
        )
        triage.assign(connection, 1, version=2, division=None, person=None, wanted_by=None, actor="Lan")
    assert row_of(engine, 1)["division"] == "Phòng C"
    assert wanted(engine, division="Phòng C") == [1]


def test_a_note_is_kept_beside_another_s(engine: Engine) -> None:
    compare(engine, 22, about("1.000001"))
    with writing(engine) as connection:
        for actor in ("Lan", "Hoa"):
            triage.note(connection, 1, f"của {actor}", actor=actor)
    with reading(engine) as connection:
        assert [event.note for event in triage.list_events(connection, 1)[:2]] == ["của Hoa", "của Lan"]
    assert version_of(engine, 1) == 1


def test_field_and_levels_come_from_the_procedure(engine: Engine) -> None:
    nameless = replace(procedure("1.000002", name="Lập hồ sơ", field="Văn thư"), code=None)
    Nights(engine, CATALOGUE, CATALOGUE).night(at(21), read(nameless, "~một"))
    Nights(engine).night(
        at(22),
        read(procedure("1.000001", field="Hội, quỹ", executing_levels=frozenset({"province", "commune"}))),
    )
    missing = about("~một", code=None, name="Lập hồ sơ", kind=FindingKind.MISSING_CODE, attribute=None)
    compare(engine, 22, about("1.000001"), missing)
    assert wanted(engine, field="Hội, quỹ") == wanted(engine, level="commune")
    assert wanted(engine, field="Văn thư") == wanted(engine, text="ho so van thu")
    assert len(wanted(engine, level="province")) == 2
    assert wanted(engine, level="ministry") == []


@pytest.mark.parametrize("found", ["cap giay PHEP", "cấp giấy", "1.000001", "so 000001", "%", "_", "'", "\\"])
def test_a_search_takes_signs_as_they_are(engine: Engine, found: str) -> None:
    compare(engine, 22, about("1.000001"))
    assert wanted(engine, text=found) == ([1] if found[0].isalnum() else [])


def test_very_long_names_are_listed_and_found_by_their_beginning(engine: Engine) -> None:
    long = "Thủ tục " + "rất dài " * 4000
    compare(engine, 22, about("1.000001", name=long, division=long))
    assert wanted(engine, text="thu tuc rat dai") == [1]
    assert row_of(engine, 1)["division"] == long


def test_the_weightiest_come_first_and_each_once_over_the_pages(engine: Engine) -> None:
    severities = list(Severity)
    compare(engine, 22, *(about(f"1.{n:06}", severity=severities[n % 4]) for n in range(40)))
    seen: list[int] = []
    with reading(engine) as connection:
        for offset in range(0, 40, 7):
            page = queries.load_page(connection, Filter(), "weight", TODAY, offset=offset, limit=7)
            seen += [row["finding_id"] for row in page.rows]
            weights = [row["severity"] for row in page.rows]
            assert weights == sorted(weights, key=severities.index)
        before, after, place, length = queries.neighbours(connection, Filter(), "weight", TODAY, seen[7])
    assert len(set(seen)) == 40
    assert (before, after, place, length) == (seen[6], seen[8], 8, 40)


def test_lists_are_read_from_their_index(engine: Engine) -> None:
    said = {"status": "open", "text": "ho so", "division": "A", "field": "x", "level": "province"}
    every = Filter(**said, kind="overlap", severity="low", source="national", due="none")
    compare(engine, 22, *(about(f"1.{n:06}") for n in range(3)))
    asked: list[tuple[str, object]] = []

    @event.listens_for(engine, "before_cursor_execute")
    def _keep(_connection: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, values))

    with reading(engine) as connection:
        for each in (every, Filter(text="cap giay")):
            queries.load_page(connection, each, "weight", TODAY, offset=0, limit=50)
        if engine.dialect.name != "sqlite":
            return  # its planner weighs by the rows there are
        plans = [
            " ".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values))
            for statement, values in asked
            if not any(each in statement for each in ("finding.finding_id IN", "v_finding", "finding_event"))
        ]
    assert all("COVERING INDEX ix_finding_list" in plan for plan in plans), plans
    assert not any("TEMP B-TREE FOR ORDER BY" in plan for plan in plans)


def test_procedures_are_searched_without_accents_across_the_sources(engine: Engine) -> None:
    hoi = procedure("1.000001", name="Thành lập hội")
    Nights(engine, CATALOGUE, CATALOGUE).night(at(21), read(hoi))
    Nights(engine).night(at(22), read(hoi), read(procedure("1.000002", name="Đổi tên quỹ")))
    with reading(engine) as connection:
        (found,), total = procedure_search.search_procedures(connection, "lap HOI", limit=10)
        assert (found.code, found.sources, total) == ("1.000001", (CATALOGUE, "national"), 1)
        assert [
            each.code for each in procedure_search.search_procedures(connection, "doi ten", limit=10)[0]
        ] == ["1.000002"]
        assert procedure_search.search_procedures(connection, "", limit=1)[1] == 2
        assert procedure_search.search_procedures(connection, "không có", limit=1) == ([], 0)


def test_a_life_has_every_version_of_every_source(engine: Engine) -> None:
    first = procedure("1.000001")
    national = Nights(engine)
    national.night(at(22), read(first))
    national.night(at(23), read(replace(first, name="Tên mới")))
    Nights(engine, "provincial", "provincial").night(at(23), read(first))
    with reading(engine) as connection:
        versions = procedure_search.versions_of(connection, "1.000001")
        steps = procedure_search.changes_of_code(connection, "1.000001")
    assert [(each.source, each.valid_to is None) for each in versions] == [
        ("provincial", True),
        ("national", True),
        ("national", False),
    ]
    assert [(step.kind, step.attribute, step.new_value) for step in steps] == [("changed", "name", "Tên mới")]


def test_the_views_show_what_the_desk_decided(engine: Engine) -> None:
    compare(engine, 22, about("1.000001"))
    with writing(engine) as connection:
        triage.assign(connection, 1, version=1, division="Phòng B", person=None, wanted_by=TODAY, actor="Lan")
    with reading(engine) as connection:
        (row,) = view_rows(connection, "v_finding")
    assert (row["division"], row["due_date"]) == ("Phòng B", "2026-11-24")
