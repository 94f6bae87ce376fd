"""The gates' outcomes of many runs at once: those of each, for as few questions as one run costs."""

from __future__ import annotations

from sqlalchemy import Engine, event

from procedures.gate_names import UNCHANGED
from tests.warehouse.nights import at
from warehouse.db.engine import reading, writing
from warehouse.quality.validation_history import CheckRow, checks_of, checks_of_runs
from warehouse.quality.validations import ValidationRow, record_validations
from warehouse.sources import runs

OPEN, CLOSED, WITHDRAWN = "open", "closed", "withdrawn"
GATES = (("national", "listing"), ("national", "records"), ("provincial", "listing"))


def judge(engine: Engine, day: int, *said: str) -> int:
    """A night in which each of `GATES` was judged so, or was not judged again."""
    with writing(engine) as connection:
        run_id = runs.begin_run(connection, as_of=at(day), kind="sync")
        for (source, suite), end in zip(GATES, said, strict=True):
            names = (UNCHANGED,) if end == UNCHANGED else ("codes", "names")
            rows = (
                ValidationRow(
                    suite=suite,
                    expectation=name,
                    severity="critical",
                    success=end != CLOSED or name == "codes",
                    observed={"value": run_id},
                )
                for name in names
            )
            record_validations(connection, run_id, source, rows)
        ended = WITHDRAWN if WITHDRAWN in said else "complete"
        runs.finish_run(connection, run_id, ended, at=at(day))
    return run_id


def judged_by(checks: list[CheckRow]) -> dict[tuple[str, str], int]:
    assert all(check.observed == {"value": check.judged_run} for check in checks)
    return {(check.source, check.suite): check.judged_run for check in checks}


def test_many_runs_are_told_as_each_alone_for_as_few_questions(engine: Engine) -> None:
    first = judge(engine, 1, OPEN, OPEN, UNCHANGED)
    judge(engine, 2, CLOSED, OPEN, OPEN)
    judge(engine, 3, WITHDRAWN, UNCHANGED, OPEN)
    later = [judge(engine, day, UNCHANGED, UNCHANGED, UNCHANGED) for day in (4, 5, 6, 7)]
    fresh = judge(engine, 8, OPEN, UNCHANGED, OPEN)
    asked: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def _keep(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    with reading(engine) as connection:
        checks_of(connection, later[-1])
        for_one = len(asked)
        asked.clear()
        together = checks_of_runs(connection, [first, *later, fresh])
        assert len(asked) <= for_one == 3
        assert together == {each: checks_of(connection, each) for each in (first, *later, fresh)}
    national_listing, national_records, provincial = GATES
    assert judged_by(together[first]) == {national_listing: first, national_records: first}
    for run_id in later:
        assert judged_by(together[run_id]) == {
            national_listing: first,
            national_records: first + 1,
            provincial: first + 1,
        }
    assert judged_by(together[fresh]) == {
        national_listing: fresh,
        national_records: first + 1,
        provincial: fresh,
    }
