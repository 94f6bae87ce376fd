"""The life of a finding, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from procedures.errors import InputError, NotFoundError
from procedures.findings import Finding, FindingKind, FindingStatus, Severity
from warehouse.db.engine import reading, writing
from warehouse.findings import store, triage
from warehouse.findings.history import findings_as_of
from warehouse.sources import runs

NIGHT = datetime.fromisoformat("2026-11-22T02:00:00+07:00")


def fee(catalogue: str = "10.000 đồng", national: str = "20.000 đồng") -> Finding:
    return Finding(
        kind=FindingKind.ATTRIBUTE_MISMATCH,
        severity=Severity.HIGH,
        subject="1.013703",
        code="1.013703",
        name="Thành lập hội",
        attribute="fee",
        catalogue_value=catalogue,
        national_value=national,
        sources=frozenset({"catalogue", "national"}),
    )


Night = Callable[..., store.FindingCounts]


@pytest.fixture
def night(engine: Engine) -> Night:
    """One run after the other: what holds, which sources were complete."""
    made = 0

    def run(
        *holding: Finding, fresh: tuple[str, ...] = ("catalogue", "national"), **said: bool
    ) -> store.FindingCounts:
        nonlocal made
        made += 1
        at = NIGHT + timedelta(days=made)
        with writing(engine) as connection:
            run_id = runs.begin_run(connection, as_of=at, kind="sync")
            counts = store.apply_findings(connection, run_id, holding, fresh_sources=fresh, at=at, **said)
            runs.finish_run(connection, run_id, "complete")
        return counts

    return run


def the_one(engine: Engine) -> dict[str, object]:
    with reading(engine) as connection:
        (row,) = runs.view_rows(connection, "v_finding")
    return row


def events(engine: Engine) -> list[tuple[str, str | None, str]]:
    with reading(engine) as connection:
        rows = runs.view_rows(connection, "v_finding_event", order_by=("event_id",))
    return [(row["action"], row["from_status"], row["to_status"]) for row in rows]


def decide(engine: Engine, status: FindingStatus, note: str | None = None) -> None:
    with writing(engine) as connection:
        store.set_status(connection, int(str(the_one(engine)["finding_id"])), status, actor="Lan", note=note)


def test_what_holds_stays_one_row_for_as_long_as_it_holds(engine: Engine, night: Night) -> None:
    assert (night(fee()).opened, night(fee()).opened) == (1, 0)
    row = the_one(engine)
    assert (row["first_seen_run"], row["last_seen_run"], row["status"]) == (1, 2, "open")
    assert len(events(engine)) == 1


def test_it_is_resolved_only_by_a_run_with_all_its_sides_complete(engine: Engine, night: Night) -> None:
    night(fee())
    assert night(fresh=("catalogue",)).resolved == 0
    assert the_one(engine)["status"] == "open"
    assert night().resolved == 1
    row = the_one(engine)
    assert (row["status"], row["resolved_run"]) == ("resolved", 3)


def test_one_that_comes_back_is_reopened_with_its_history(engine: Engine, night: Night) -> None:
    night(fee())
    night()
    assert night(fee()).opened == 1
    row = the_one(engine)
    assert (row["status"], row["first_seen_run"], row["resolved_run"]) == ("open", 1, None)
    assert [(old, new) for _, old, new in events(engine)] == [
        (None, "open"),
        ("open", "resolved"),
        ("resolved", "open"),
    ]


def test_an_ignored_one_stays_so_until_a_side_says_something_else(engine: Engine, night: Night) -> None:
    night(fee())
    decide(engine, FindingStatus.IGNORED, "mức của tỉnh")
    night(fee())
    assert the_one(engine)["status"] == "ignored"
    assert night(fee(national="30.000 đồng")).opened == 1
    assert the_one(engine)["status"] == "open"


def test_an_ignored_one_needs_a_reason(engine: Engine, night: Night) -> None:
    night(fee())
    with pytest.raises(InputError):
        decide(engine, FindingStatus.IGNORED)
    assert the_one(engine)["status"] == "open"


def test_a_confirmed_one_keeps_its_status_when_values_move(engine: Engine, night: Night) -> None:
    night(fee())
    decide(engine, FindingStatus.CONFIRMED)
    night(fee(national="30.000 đồng"))
    row = the_one(engine)
    assert (row["status"], row["national_value"]) == ("confirmed", "30.000 đồng")
    assert len(events(engine)) == 3


def test_one_that_a_person_resolved_and_that_still_holds_is_reopened(engine: Engine, night: Night) -> None:
    night(fee())
    decide(engine, FindingStatus.RESOLVED)
    night(fee(), fresh=("catalogue",))
    assert the_one(engine)["status"] == "resolved"
    night(fee())
    assert the_one(engine)["status"] == "open"


def test_under_new_rules_findings_move_without_an_alarm(engine: Engine, night: Night) -> None:
    night(fee(), quiet=True)
    with reading(engine) as connection:
        assert store.list_opened_in_run(connection, 1) == []
    assert the_one(engine)["status"] == "open"


def test_a_finding_that_does_not_exist_is_named(engine: Engine) -> None:
    with reading(engine) as connection, pytest.raises(NotFoundError, match="99"):
        store.get_finding(connection, 99)


def test_a_finding_of_no_case_is_one_by_itself(engine: Engine, night: Night) -> None:
    night(fee())
    row = the_one(engine)
    assert row["case_id"] == f"finding:{row['fingerprint']}"


def test_a_case_that_is_told_anew_is_no_event_and_no_other_version(engine: Engine, night: Night) -> None:
    night(replace(fee(), case="renamed:agency:0a"))
    assert the_one(engine)["case_id"] == "renamed:agency:0a"
    before = events(engine)
    night(replace(fee(), case="decision:627/QĐ-BNV"))
    row = the_one(engine)
    assert row["case_id"] == "decision:627/QĐ-BNV"
    assert events(engine) == before
    with reading(engine) as connection:
        assert triage.triage_state_of(connection, int(str(row["finding_id"]))).version == 1


def test_a_resolved_finding_stays_in_its_case(engine: Engine, night: Night) -> None:
    night(replace(fee(), case="decision:627/QĐ-BNV"))
    night()
    assert (the_one(engine)["status"], the_one(engine)["case_id"]) == ("resolved", "decision:627/QĐ-BNV")
    with reading(engine) as connection:
        (then,) = findings_as_of(connection, NIGHT + timedelta(days=1, hours=1))
    assert then["case_id"] == "decision:627/QĐ-BNV"


def test_what_a_person_decides_while_a_run_compares_is_as_if_decided_before(
    engine: Engine, night: Night
) -> None:
    kept, ended, repaired = fee(), replace(fee(), attribute="result"), replace(fee(), attribute="agency")
    night(kept, ended, repaired)
    at = NIGHT + timedelta(days=9)
    with writing(engine) as connection:
        run_id = runs.begin_run(connection, as_of=at, kind="sync")
    with reading(engine) as connection:
        moved = fee(national="30.000 đồng")
        judgement = store.judge_findings(
            connection, run_id, [moved, repaired], fresh_sources=("catalogue", "national"), at=at
        )
        ids = {row["attribute"]: int(row["finding_id"]) for row in store.list_findings(connection)}
    with writing(engine) as connection:
        store.set_status(connection, ids["fee"], FindingStatus.IGNORED, actor="Lan", note="cổng ghi nhầm")
        for attribute in ("result", "agency"):
            store.set_status(connection, ids[attribute], FindingStatus.RESOLVED, actor="Lan")
    with writing(engine) as connection:
        counts = store.apply_judgement(connection, judgement)
        rows = {row["attribute"]: row for row in runs.view_rows(connection, "v_finding")}
    # another value than the ignored one opens it again; what a person resolved, holding or not, stays so
    assert (rows["fee"]["status"], rows["fee"]["national_value"]) == ("open", "30.000 đồng")
    for attribute in ("result", "agency"):
        assert (rows[attribute]["status"], rows[attribute]["resolved_run"]) == ("resolved", None)
    assert (counts.opened, counts.resolved, counts.open) == (1, 0, 1)
    assert [each for each in events(engine) if each[0] in ("opened", "reopened", "resolved")] == [
        *[("opened", None, "open")] * 3,
        ("reopened", "ignored", "open"),
    ]
    night(moved, repaired)
    with reading(engine) as connection:
        statuses = {row["attribute"]: row["status"] for row in runs.view_rows(connection, "v_finding")}
    assert statuses == {"fee": "open", "result": "resolved", "agency": "open"}


def test_what_a_run_opens_is_put_into_rows_before_anybody_is_held_up(engine: Engine, night: Night) -> None:
    night()
    at = NIGHT + timedelta(days=9)
    with writing(engine) as connection:
        run_id = runs.begin_run(connection, as_of=at, kind="sync")
    with reading(engine) as connection:
        judgement = store.judge_findings(connection, run_id, [fee()], fresh_sources=("catalogue",), at=at)
    with writing(engine) as connection:
        assert store.apply_judgement(connection, replace(judgement, current={})).opened == 1
    assert (the_one(engine)["status"], the_one(engine)["first_seen_run"]) == ("open", run_id)


def test_what_another_run_opened_since_is_not_opened_twice(engine: Engine, night: Night) -> None:
    night()
    at = NIGHT + timedelta(days=9)
    with writing(engine) as connection:
        run_id = runs.begin_run(connection, as_of=at, kind="sync")
    with reading(engine) as connection:
        judgement = store.judge_findings(connection, run_id, [fee()], fresh_sources=("catalogue",), at=at)
    assert night(fee()).opened == 1
    with writing(engine) as connection:
        assert store.apply_judgement(connection, judgement).opened == 0
    assert (the_one(engine)["status"], the_one(engine)["last_seen_run"]) == ("open", run_id)
