"""What is kept of a night beside its bytes, so that it can be rebuilt."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from pydantic_core import to_json

from procedures.changes import Absence, Arrival, StoredProcedure
from procedures.services import Service
from procedures.snapshot import ListedItemState, LookUp, ReadingPlan
from procedures.workbook_layout.column_mapping import ColumnMapping
from reconciliation import ComparisonContext
from settings.sources import SourceSettings
from steps.sources.recorded_inputs import Compared, Handed, ServicesBefore, Told
from tests.reconciliation.making import HANOI, days, money, procedure

NIGHT = datetime(2026, 11, 23, 2, tzinfo=HANOI)
RECORD = procedure(
    processing_time=(days(2.5),), fee=(money(20_000),), executing_levels=frozenset({"province"})
)
SOURCE = SourceSettings(
    name="national",
    role="national",
    kind="export",
    path=Path("tệp/danh sách.csv"),
    window=(time(22), time(5, 30)),
    proxy="http://an:bimat@proxy.example:3128",
)
SERVICE = Service(
    code="1.000001", case_code="1.000001.1", agency_code="H27.1", agency="Sở Nội vụ", level="full"
)

INPUTS = (
    Told(
        SOURCE,
        ReadingPlan(as_of=NIGHT, remembered={"1": ListedItemState(key="1", source_id=None)}, stale=NIGHT),
    ),
    Told(
        SOURCE, ReadingPlan(as_of=datetime(2026, 11, 22, 19, tzinfo=UTC), known_states=frozenset({"ACTIVE"}))
    ),
    Handed(
        "danh mục.xlsx", "ab" * 32, None, (ColumnMapping(shape="s", headings=("Mã",), roles={"ma": "code"}),)
    ),
    Compared(
        run_id=2,
        night=ComparisonContext(
            source="national",
            as_of=NIGHT,
            day=NIGHT.date(),
            complete=True,
            baseline=True,
            look_ups={"2": LookUp(key="2", outcome="not_found", evidence={"detail": "cd" * 32})},
            recent_new={"3": Arrival(RECORD, date(2026, 11, 20))},
        ),
        previous={
            "1": StoredProcedure(
                procedure=RECORD, absence=Absence(since=date(2026, 11, 1), last_day=NIGHT.date())
            )
        },
        keys=frozenset({"1"}),
    ),
    ServicesBefore(1, (SERVICE,)),
)


@pytest.mark.parametrize("inputs", INPUTS, ids=lambda each: type(each).__name__)
def test_what_is_kept_is_read_again_as_it_was(inputs: object) -> None:
    adapter = TypeAdapter(type(inputs))
    assert to_json(inputs) == adapter.dump_json(inputs)
    assert adapter.validate_json(to_json(inputs)) == inputs
