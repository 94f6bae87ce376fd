"""The list that the portals' sample writes, read back to the row."""

from collections.abc import Iterator

import pytest

from extractors.workbooks.catalogue import read_catalogue
from extractors.workbooks.catalogue_file import CatalogueFile
from portals.sample_catalogue import (
    DISTRICT_ROWS,
    INVALID_CODE,
    NUMBER_INSTEAD_OF_CODE,
    REPEATED,
    WITHOUT_CODE,
    Row,
    sections,
    write_sample_catalogue,
)
from procedures.model import Procedure
from procedures.values.codes import parse_code
from procedures.values.keys import codeless_key
from procedures.values.text import canonical, matching_key

LEVELS = {"A. CẤP TỈNH": "province", "B. CẤP HUYỆN": "district", "C. CẤP XÃ": "commune"}
ONLINE = {"Toàn trình": "full", "Một phần": "partial", "": None}
ELIGIBLE = {"Có": True, "Không": False, "": None}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> CatalogueFile:
    return read_catalogue(write_sample_catalogue(tmp_path_factory.mktemp("sample") / "danh-muc.xlsx"))


def written() -> Iterator[tuple[str, Row]]:
    """Every row that the sample writes, with its level."""
    for section in sections():
        for row in section.rows:
            yield LEVELS[section.title], row


def key_of(level: str, row: Row) -> str:
    code = parse_code(row.code)
    return code.core if code else codeless_key(canonical(row.name), frozenset({level}), row.field)


def test_every_row_is_read_and_no_other(sample: CatalogueFile) -> None:
    assert sample.rows == len(list(written()))
    assert set(sample.procedures) == {key_of(level, row) for level, row in written()}


def test_every_cell_of_every_row_arrives(sample: CatalogueFile) -> None:
    seen: set[str] = set()
    for level, row in written():
        key = key_of(level, row)
        procedure = sample.procedures[key]
        assert level in (procedure.executing_levels or ()), key
        if key not in seen:  # of a code at two levels the first words stand
            seen.add(key)
            assert said_by(procedure) == said_in(row), key


def said_by(procedure: Procedure) -> list[object]:
    return [
        procedure.local_code,
        procedure.name,
        matching_key(procedure.field or ""),
        procedure.processing_time is not None,
        procedure.fee is not None,
        procedure.agency,
        procedure.online_level,
        procedure.ways,
        procedure.province_decision_number,
        procedure.eligible_full_online,
        procedure.online_reason,
    ]


def said_in(row: Row) -> list[object]:
    typed = row.code if isinstance(row.code, str) else f"{row.code:.6f}"
    return [
        typed or None,
        canonical(row.name),
        matching_key(row.field),
        bool(row.time),
        bool(row.fee),
        canonical(row.agency) or None,
        ONLINE[row.online],
        frozenset({"postal"}) if row.posted else None,
        row.decision or None,
        ELIGIBLE[row.eligible],
        row.reason or None,
    ]


def test_a_procedure_in_the_parts_of_two_levels_has_both(sample: CatalogueFile) -> None:
    levels: dict[str, set[str]] = {}
    for level, row in written():
        levels.setdefault(key_of(level, row), set()).add(level)
    both = {key for key, at in levels.items() if len(at) > 1}
    assert both
    for key in both:
        assert sample.procedures[key].executing_levels == levels[key]


def test_the_district_s_rows_say_district(sample: CatalogueFile) -> None:
    for code, name, _ in DISTRICT_ROWS:
        procedure = sample.procedures[code]
        assert (procedure.name, procedure.executing_levels) == (name, {"district"})


def test_the_code_that_became_a_number_is_whole_again(sample: CatalogueFile) -> None:
    assert NUMBER_INSTEAD_OF_CODE in sample.procedures


def test_what_is_wrong_with_codes_is_named_with_its_place(sample: CatalogueFile) -> None:
    told = {(problem.rule.value, problem.code) for problem in sample.problems}
    assert told == {("invalid_code", None), ("duplicate_code", REPEATED)}
    [invalid] = [problem for problem in sample.problems if problem.rule.value == "invalid_code"]
    assert INVALID_CODE[1] in invalid.reason
    assert invalid.place.startswith("danh-muc.xlsx, sheet Danh mục, dòng ")
    assert WITHOUT_CODE not in sample.procedures


def test_only_the_total_is_left_out_and_every_heading_is_known(sample: CatalogueFile) -> None:
    assert [text for _, text in sample.skipped] == [f"Tổng cộng: {sample.rows} thủ tục"]
    assert (sample.leftovers, sample.skipped_sheets, sample.unread) == ((), (), ())
