"""An office whose list says five days, or nothing, and whose portals both say seven: a value to take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from procedures.model import Procedure
from procedures.values.durations import ProcessingTime
from settings.configuration import Configuration
from settings.sources import SourceSettings
from steps.catalogue.import_catalogue import import_catalogue
from steps.database import engine_of, open_locked
from steps.nights.begin_run import begin
from steps.nights.close_run import finish
from steps.nights.reconcile import reconcile
from tests.review.desk import configuration
from tests.warehouse.nights import Nights, at, procedure
from warehouse.db.engine import reading
from warehouse.findings import taken_values
from warehouse.sources.runs import view_rows

LIST = """STT,Mã TTHC,Tên thủ tục hành chính,Lĩnh vực,Cơ quan thực hiện,Thời hạn giải quyết
A. CẤP TỈNH,,,,,
II. LĨNH VỰC VIỆC LÀM,,,,,
1,1.000009,Cấp giấy phép số 1.000009,,Sở Nội vụ,
2,1.000002,Cấp giấy phép số 1.000002,,Sở Nội vụ,05 ngày làm việc
3,,Đổi tên hồ sơ lưu trữ,,Sở Nội vụ,05 ngày làm việc
"""
"""The office's list: not in the order of its codes, and one row without a code."""

SOURCES = (
    SourceSettings(name="national", kind="national-api", role="national"),
    SourceSettings(name="tinh", kind="html", role="provincial"),
)


def days(amount: float) -> dict[str, Any]:
    """A processing time of so many working days."""
    return {"processing_time": (ProcessingTime(None, amount, "working_day", None),)}


def taking_office(home: Path) -> Configuration:
    """The office, after a first comparison."""
    its = configuration(home, sources=SOURCES)
    file = home / "danh-muc.csv"
    file.write_text(LIST, encoding="utf-8")
    import_catalogue(its, file, None, at(20))
    records = [procedure(f"1.00000{n}", **days(7)) for n in (2, 9)]
    nameless = procedure("1.000003", name="Đổi tên hồ sơ lưu trữ", **days(7))
    for name, role in (("national", "national"), ("tinh", "provincial")):
        Nights(engine_of(its), name, role).night(at(21), *records, nameless)
    compare_all(its, 21)
    return its


def compare_all(office: Configuration, day: int) -> None:
    """What a night does once its portals were read."""
    with open_locked(office):
        run_id = begin(office, at(day, 3), "sync")
        reconcile(office, run_id)
        finish(office, run_id)


def finding_of(office: Configuration, code: str, attribute: str = "processing_time") -> dict[str, Any]:
    """The finding about an attribute of a code."""
    with reading(engine_of(office)) as connection:
        rows = view_rows(connection, "v_finding", where={"code": code})
    return next(row for row in rows if row["attribute"] == attribute)


def listed(office: Configuration, code: str) -> Procedure:
    """The catalogue's row of a code."""
    with reading(engine_of(office)) as connection:
        found = taken_values.current_row(connection, "catalogue", code)
    assert found is not None
    return found[1]


def number_of_runs(office: Configuration) -> int:
    """How many runs there were."""
    with reading(engine_of(office)) as connection:
        return len(view_rows(connection, "v_run"))
