"""A value taken into the catalogue: shown at once, with what its finding waits for, once, and given back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from procedures.errors import ConflictError, InputError
from procedures.snapshot import SnapshotState
from procedures.values.keys import codeless_key
from procedures.wording.readable_values import value_in_words
from settings.configuration import Configuration
from steps.catalogue.export_catalogue import export_catalogue
from steps.catalogue.import_catalogue import import_catalogue
from steps.database import engine_of
from steps.findings.accept_value import accept_value, acceptable_roles, undo_acceptance
from steps.findings.taken_values import taken_values_of
from steps.findings.triage import SeenVersion
from tests.taking import LIST, compare_all, days, finding_of, listed, number_of_runs, taking_office
from tests.warehouse.nights import Nights, at, procedure
from warehouse.db.engine import reading, writing
from warehouse.findings import store
from warehouse.findings.triage import triage_state_of
from warehouse.sources import code_matches


@pytest.fixture
def desk(tmp_path: Path) -> Configuration:
    return taking_office(tmp_path)


def seen(desk: Configuration, row: dict[str, Any]) -> SeenVersion:
    with reading(engine_of(desk)) as connection:
        return SeenVersion(row["finding_id"], triage_state_of(connection, row["finding_id"]).version)


def exported(desk: Configuration, file: Path) -> list[tuple[object, ...]]:
    export_catalogue(desk, file)
    return list(openpyxl.load_workbook(file).active.iter_rows(values_only=True))


def test_a_row_keeps_its_place_and_is_given_back_to_the_letter(desk: Configuration, tmp_path: Path) -> None:
    found, before = finding_of(desk, "1.000002"), listed(desk, "1.000002")
    workbook = exported(desk, tmp_path / "truoc.xlsx")
    done = accept_value(desk, seen(desk, found), "national", "Lan", at(22))
    assert listed(desk, "1.000002") == replace(before, **days(7)), "the row's place is still the office's"
    undo_acceptance(desk, done.run_id, "Lan", at(22, 4))
    assert listed(desk, "1.000002") == before
    assert exported(desk, tmp_path / "sau.xlsx") == workbook


def test_what_the_list_never_said_is_unsaid_again(desk: Configuration) -> None:
    Nights(engine_of(desk), "tinh", "provincial").night(at(22), procedure("1.000009", **days(9)))
    compare_all(desk, 22)
    found, before = finding_of(desk, "1.000009"), listed(desk, "1.000009")
    assert before.processing_time is None
    done = accept_value(desk, seen(desk, found), "national", "Lan", at(23))
    assert listed(desk, "1.000009").processing_time == days(7)["processing_time"]
    undo_acceptance(desk, done.run_id, "Lan", at(23, 4))
    assert listed(desk, "1.000009") == before


def test_a_value_is_taken_once_however_often_it_is_asked_for(desk: Configuration) -> None:
    """The provincial portal was read in part since: only a whole reading closes the finding."""
    Nights(engine_of(desk), "tinh", "provincial").night(at(22), state=SnapshotState.PARTIAL)
    found = finding_of(desk, "1.000002")
    looked = seen(desk, found)
    done = accept_value(desk, looked, "national", "Lan", at(23))
    number = number_of_runs(desk)
    assert accept_value(desk, looked, "national", "Hoa", at(23)).run_id == done.run_id
    assert accept_value(desk, looked, "provincial", "Hoa", at(23)).run_id == done.run_id, "both say the same"
    with pytest.raises(ConflictError, match="vừa được Lan thay đổi"):
        accept_value(desk, looked, "nobody", "Hoa", at(23))
    assert number_of_runs(desk) == number
    with reading(engine_of(desk)) as connection:
        row = store.get_finding(connection, found["finding_id"])
        (its,) = taken_values_of(connection, [row]).values()
        assert acceptable_roles(desk, connection, row) == []
    assert (row["status"], row["catalogue_value"]) == ("open", found["catalogue_value"])
    assert (its.run_id, its.value, its.by) == (done.run_id, found["national_value"], "Lan")
    assert (its.left, its.sources) == ("waits", ("tinh",))
    back = undo_acceptance(desk, done.run_id, "Lan", at(23, 4))
    assert undo_acceptance(desk, done.run_id, "Hoa", at(23, 5)).run_id == back.run_id
    assert number_of_runs(desk) == number + 1
    with reading(engine_of(desk)) as connection:
        assert taken_values_of(connection, [store.get_finding(connection, found["finding_id"])]) == {}


def test_what_a_file_brought_is_told_with_what_it_waits_for(desk: Configuration) -> None:
    Nights(engine_of(desk), "tinh", "provincial").night(at(22), state=SnapshotState.PARTIAL)
    file = desk.home / "danh-muc-moi.csv"
    file.write_text(LIST.replace("05 ngày", "07 ngày"), encoding="utf-8")
    done = import_catalogue(desk, file, None, at(23))
    found = finding_of(desk, "1.000002")
    with reading(engine_of(desk)) as connection:
        (its,) = taken_values_of(connection, [found]).values()
        assert acceptable_roles(desk, connection, found) == []
    assert (its.run_id, its.accepted, its.left, its.sources) == (done.run_id, False, "waits", ("tinh",))
    assert value_in_words("processing_time", its.value) == "07 ngày làm việc"
    Nights(engine_of(desk), "tinh", "provincial").night(at(24), procedure("1.000002", **days(7)))
    compare_all(desk, 24)
    settled = finding_of(desk, "1.000002")
    assert settled["status"] == "resolved"
    with reading(engine_of(desk)) as connection:
        assert taken_values_of(connection, [settled]) == {}


def test_a_value_from_which_another_portal_differs_settles_nothing(desk: Configuration) -> None:
    records = [procedure(f"1.00000{n}", **days(9)) for n in (2, 9)]
    Nights(engine_of(desk), "tinh", "provincial").night(at(22), *records)
    compare_all(desk, 22)
    found = finding_of(desk, "1.000002")
    accept_value(desk, seen(desk, found), "national", "Lan", at(23))
    with reading(engine_of(desk)) as connection:
        row = store.get_finding(connection, found["finding_id"])
        (its,) = taken_values_of(connection, [row]).values()
        assert acceptable_roles(desk, connection, row) == ["provincial"]
    assert (row["status"], row["catalogue_value"], its.left) == ("open", found["national_value"], "differs")


def test_of_a_row_without_a_code_nothing_is_taken_by_which_it_is_known(desk: Configuration) -> None:
    key = codeless_key("Đổi tên hồ sơ lưu trữ", {"province"}, "Việc làm")
    with writing(engine_of(desk)) as connection:
        code_matches.confirm_match(connection, key, "1.000003", actor="Lan")
    nameless = procedure("1.000003", name="Đổi tên hồ sơ lưu trữ", field="Lưu trữ", **days(7))
    Nights(engine_of(desk)).night(at(22), nameless)
    compare_all(desk, 22)
    of_field, of_time = (finding_of(desk, "1.000003", name) for name in ("field", "processing_time"))
    with reading(engine_of(desk)) as connection:
        assert acceptable_roles(desk, connection, of_field) == []
    with pytest.raises(InputError, match="chưa có mã nên được nhận ra theo Lĩnh vực"):
        accept_value(desk, seen(desk, of_field), "national", "Lan", at(23))
    accept_value(desk, seen(desk, of_time), "national", "Lan", at(23))
    row = listed(desk, "1.000003")
    assert (row.code, row.field, row.processing_time) == (None, "VIỆC LÀM", days(7)["processing_time"])
