"""The portal's own Excel lists against its detail pages: 31 names differ, all of them in white space only."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest
from python_calamine import CalamineWorkbook

from procedures.model import Procedure
from procedures.values.text import canonical
from reconciliation import compare
from tests.reconciliation.making import found, keyed, known, night, read, side
from tests.reconciliation.records import GOLDEN, real

FOLLOWED = frozenset({"G10", "G15", "G17", "G19"})


def _listed(row: list[object]) -> Procedure | None:
    """Mã số | Tên | Cơ quan ban hành | Cơ quan thực hiện | Lĩnh vực."""
    code, name, _, agency, field = (str(cell) for cell in row)
    if not re.fullmatch(r"\d\.\d{6}", code.strip()):
        return None
    agencies, field = ("; ".join(filter(str.strip, cell.split("\n"))) for cell in (agency, field))
    return Procedure(
        code=code.strip(),
        name=canonical(name),
        field=canonical(field) or None,
        agency=canonical(agencies) or None,
        raw=(("agency", agencies), ("field", field), ("name", name)),
    )


@pytest.fixture(scope="module")
def exported() -> dict[str, Procedure]:
    rows = [
        listed
        for path in sorted((GOLDEN / "exports").glob("danh-sach-tthc-*.xlsx"))
        for row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        if (listed := _listed(row)) is not None
    ]
    return keyed(rows)


@pytest.fixture(scope="module")
def details() -> dict[str, Procedure]:
    return keyed(real("national"))


@pytest.fixture(scope="module")
def otherwise(exported, details) -> set[str]:
    """Codes whose name the list writes otherwise than the detail page."""
    return {
        code
        for code, listed in exported.items()
        if code in details and listed.raw_text("name") != details[code].raw_text("name")
    }


def test_31_names_differ_and_only_in_white_space(exported, details, otherwise):
    assert len(exported) > 1500
    assert len(otherwise) == 31
    for code in otherwise:
        assert exported[code].raw_text("name").split() == details[code].raw_text("name").split()


def test_as_a_list_beside_the_portal_no_name_is_a_finding(exported, otherwise):
    national = side("national", *real("national"), follows=FOLLOWED)
    findings = found(side("catalogue", *exported.values()), national)
    spoken = Counter((f.kind.value, f.attribute) for f in findings if f.code in exported)
    assert not [f for f in findings if f.code in otherwise and f.attribute == "name"]
    assert spoken["attribute_mismatch", "name"] == 0
    assert spoken["attribute_mismatch", "field"] == 0


def test_as_the_next_night_of_the_portal_the_31_are_cosmetic(exported, details, otherwise):
    tonight = [
        replace(listed, field=None, agency=None, raw=(("name", listed.raw_text("name")),))
        for code, listed in exported.items()
        if code in details
    ]
    standing = known(*(details[p.code] for p in tonight))
    changes = compare(standing, read(*tonight), night()).changes
    assert Counter((c.kind.value, c.attribute) for c in changes) == {("cosmetic", "name"): 31}
    assert {change.code for change in changes} == otherwise
