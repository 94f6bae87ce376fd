"""A value taken into the catalogue: shown at once, with what its finding waits for, once, and given back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from procedures.configuration import Configuration, SourceSettings
from procedures.durations import ProcessingTime
from procedures.errors import ConflictError, InputError
from procedures.keys import nameless_key
from procedures.model import Procedure
from procedures.snapshot import SnapshotState
from steps.accepting import accept, offered, undo
from steps.closing import finish
from steps.exporting import export_catalogue
from steps.importing import import_catalogue
from steps.opening import begin, engine_of, opened
from steps.reconciling import reconcile
from steps.taken import taken
from steps.working import Seen
from tests.review.desk import configuration
from tests.warehouse.nights import Nights, at, procedure
from warehouse import findings, matches, takings
from warehouse.engine import reading, writing
from warehouse.runs import rows_of
from warehouse.working import desk_of

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
    return {"processing_time": (ProcessingTime(None, amount, "working_day", None),)}


@pytest.fixture
def desk(tmp_path: Path) -> Configuration:
    """An office whose list says five days, or nothing, and whose portals both say seven."""
    its = configuration(tmp_path, sources=SOURCES)
    file = tmp_path / "danh-muc.csv"
    file.write_text(LIST, encoding="utf-8")
    import_catalogue(its, file, None, at(20))
    records = [procedure(f"1.00000{n}", **days(7)) for n in (2, 9)]
    nameless = procedure("1.000003", name="Đổi tên hồ sơ lưu trữ", **days(7))
    for name, role in (("national", "national"), ("tinh", "provincial")):
        Nights(engine_of(its), name, role).night(at(21), *records, nameless)
    compare_all(its, 21)
    return its


def compare_all(desk: Configuration, day: int) -> None:
    """What a night does once its portals were read."""
    with opened(desk):
        run_id = begin(desk, at(day, 3), "sync")
        reconcile(desk, run_id)
        finish(desk, run_id)


def of_code(desk: Configuration, code: str, attribute: str = "processing_time") -> dict[str, Any]:
    with reading(engine_of(desk)) as connection:
        rows = rows_of(connection, "v_finding", where={"code": code})
    return next(row for row in rows if row["attribute"] == attribute)


def seen(desk: Configuration, row: dict[str, Any]) -> Seen:
    with reading(engine_of(desk)) as connection:
        return Seen(row["finding_id"], desk_of(connection, row["finding_id"]).version)


def listed(desk: Configuration, code: str) -> Procedure:
    with reading(engine_of(desk)) as connection:
        found = takings.row_of(connection, "catalogue", code)
    assert found is not None
    return found[1]


def exported(desk: Configuration, file: Path) -> list[tuple[object, ...]]:
    export_catalogue(desk, file)
    return list(openpyxl.load_workbook(file).active.iter_rows(values_only=True))


def runs(desk: Configuration) -> int:
    with reading(engine_of(desk)) as connection:
        return len(rows_of(connection, "v_run"))


def test_a_row_keeps_its_place_and_is_given_back_to_the_letter(desk: Configuration, tmp_path: Path) -> None:
    found, before = of_code(desk, "1.000002"), listed(desk, "1.000002")
    workbook = exported(desk, tmp_path / "truoc.xlsx")
    done = accept(desk, seen(desk, found), "national", "Lan", at(22))
    assert listed(desk, "1.000002") == replace(before, **days(7)), "the row's place is still the office's"
    undo(desk, done.run_id, "Lan", at(22, 4))
    assert listed(desk, "1.000002") == before
    assert exported(desk, tmp_path / "sau.xlsx") == workbook


def test_what_the_list_never_said_is_unsaid_again(desk: Configuration) -> None:
    Nights(engine_of(desk), "tinh", "provincial").night(at(22), procedure("1.000009", **days(9)))
    compare_all(desk, 22)
    found, before = of_code(desk, "1.000009"), listed(desk, "1.000009")
    assert before.processing_time is None
    done = accept(desk, seen(desk, found), "national", "Lan", at(23))
    assert listed(desk, "1.000009").processing_time == days(7)["processing_time"]
    undo(desk, done.run_id, "Lan", at(23, 4))
    assert listed(desk, "1.000009") == before


def test_a_value_is_taken_once_however_often_it_is_asked_for(desk: Configuration) -> None:
    """The provincial portal was read in part since: only a whole reading closes the finding."""
    Nights(engine_of(desk), "tinh", "provincial").night(at(22), state=SnapshotState.PARTIAL)
    found = of_code(desk, "1.000002")
    looked = seen(desk, found)
    done = accept(desk, looked, "national", "Lan", at(23))
    number = runs(desk)
    assert accept(desk, looked, "national", "Hoa", at(23)).run_id == done.run_id
    assert accept(desk, looked, "provincial", "Hoa", at(23)).run_id == done.run_id, "both say the same"
    with pytest.raises(ConflictError, match="vừa được Lan thay đổi"):
        accept(desk, looked, "nobody", "Hoa", at(23))
    assert runs(desk) == number
    with reading(engine_of(desk)) as connection:
        row = findings.find(connection, found["finding_id"])
        (its,) = taken(connection, [row]).values()
        assert offered(desk, connection, row) == []
    assert (row["status"], row["catalogue_value"]) == ("open", found["catalogue_value"])
    assert (its.run_id, its.value, its.by) == (done.run_id, found["national_value"], "Lan")
    assert (its.left, its.sources) == ("waits", ("tinh",))
    back = undo(desk, done.run_id, "Lan", at(23, 4))
    assert undo(desk, done.run_id, "Hoa", at(23, 5)).run_id == back.run_id
    assert runs(desk) == number + 1
    with reading(engine_of(desk)) as connection:
        assert taken(connection, [row]) == {}


def test_a_value_from_which_another_portal_differs_settles_nothing(desk: Configuration) -> None:
    records = [procedure(f"1.00000{n}", **days(9)) for n in (2, 9)]
    Nights(engine_of(desk), "tinh", "provincial").night(at(22), *records)
    compare_all(desk, 22)
    found = of_code(desk, "1.000002")
    accept(desk, seen(desk, found), "national", "Lan", at(23))
    with reading(engine_of(desk)) as connection:
        row = findings.find(connection, found["finding_id"])
        (its,) = taken(connection, [row]).values()
        assert offered(desk, connection, row) == ["provincial"]
    assert (row["status"], row["catalogue_value"], its.left) == ("open", found["national_value"], "differs")


def test_of_a_row_without_a_code_nothing_is_taken_by_which_it_is_known(desk: Configuration) -> None:
    key = nameless_key("Đổi tên hồ sơ lưu trữ", {"province"}, "Việc làm")
    with writing(engine_of(desk)) as connection:
        matches.confirm_match(connection, key, "1.000003", actor="Lan")
    nameless = procedure("1.000003", name="Đổi tên hồ sơ lưu trữ", field="Lưu trữ", **days(7))
    Nights(engine_of(desk)).night(at(22), nameless)
    compare_all(desk, 22)
    of_field, of_time = (of_code(desk, "1.000003", name) for name in ("field", "processing_time"))
    with reading(engine_of(desk)) as connection:
        assert offered(desk, connection, of_field) == []
    with pytest.raises(InputError, match="chưa có mã nên được nhận ra theo Lĩnh vực"):
        accept(desk, seen(desk, of_field), "national", "Lan", at(23))
    accept(desk, seen(desk, of_time), "national", "Lan", at(23))
    row = listed(desk, "1.000003")
    assert (row.code, row.field, row.processing_time) == (None, "VIỆC LÀM", days(7)["processing_time"])
