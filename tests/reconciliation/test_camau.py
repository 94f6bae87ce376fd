"""Cà Mau's own list in the Nội vụ sector (2025) against the records of Bộ Nội vụ.

All of its rows are the commune's, so it is compared as a file of that level. What comes out was read one by
one: `tests/golden/camau/reviewed.csv` says of each finding whether it is true.
"""

from __future__ import annotations

import csv
import json
from collections import Counter

import pytest

from procedures.model import Procedure
from procedures.values.codes import parse_code
from procedures.values.levels import parse_levels
from procedures.values.text import canonical
from tests.reconciliation.making import found, row, side
from tests.reconciliation.records import GOLDEN, real

COMMUNE = frozenset({"commune"})
SEEN = frozenset(p.code for p in real("noivu") if p.code)


def _row(said: dict[str, str]) -> Procedure:
    code = parse_code(said["Mã TTHC"])
    assert code
    return Procedure(
        code=code.core,
        local_code=said["Mã TTHC"],
        name=canonical(said["Tên TTHC"]),
        field=canonical(said["Lĩnh vực"]),
        executing_levels=parse_levels(said["Cấp thực hiện"]),
        subjects=tuple(said["Đối tượng"].split("; ")),
        province_decision_number=said["QĐ Công bố"],
        raw=(("field", said["Lĩnh vực"]), ("name", said["Tên TTHC"])),
    )


@pytest.fixture(scope="module")
def camau() -> list[Procedure]:
    return [_row(said) for said in json.loads((GOLDEN / "camau" / "export.json").read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def as_catalogue(camau):
    national = side("national", *real("noivu"))
    return found(side("catalogue", *camau), national, levels=COMMUNE, seen_at_baseline=SEEN)


@pytest.fixture(scope="module")
def reviewed() -> list[dict[str, str]]:
    with (GOLDEN / "camau" / "reviewed.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_42_of_its_procedures_are_among_the_records(camau):
    assert len({p.code for p in camau} & SEEN) == 42


def test_no_attribute_of_the_42_is_said_to_differ(as_catalogue):
    """Capitals, fields with "(Bộ Nội vụ)", codes with ".000.00.00.H12" and the province's decisions."""
    assert {finding.kind.value for finding in as_catalogue} == {"new_from_ministry", "incomplete_record"}


def test_every_finding_was_read_by_a_person(as_catalogue, reviewed):
    made = Counter((finding.kind.value, finding.code) for finding in as_catalogue)
    assert made == Counter((said["kind"], said["code"]) for said in reviewed)


def test_what_is_not_true_is_what_the_record_itself_does_not_tell(reviewed):
    """A record without a level flag may be ours; those of the central fund for work abroad are not."""
    untrue = [said["code"] for said in reviewed if said["true"] != "yes"]
    assert sorted(untrue) == ["1.014350", "1.014351"]
    assert not any(p.executing_levels for p in real("noivu") if p.code in untrue)


def test_as_the_provinces_portal_it_says_nothing_against_a_catalogue_of_the_same_rows(camau):
    own = [row(p.code, name=p.name, field=p.field, executing_levels=p.executing_levels) for p in camau]
    findings = found(
        side("catalogue", *own),
        side("national", *real("noivu")),
        side("provincial", *camau),
        levels=COMMUNE,
        seen_at_baseline=SEEN,
    )
    assert {finding.kind.value for finding in findings} == {"new_from_ministry", "incomplete_record"}
