"""What a finding is about and what it says: the two hashes that remembering people rests on."""

from __future__ import annotations

import pytest

from procedures.model import Paper
from tests.reconciliation.making import found, money, nameless, procedure, row, side


def the_fee(ours, theirs=0, **said):
    (finding,) = found(
        side("catalogue", row(fee=(money(ours),), **said)), side("national", procedure(fee=(money(theirs),)))
    )
    return finding


def test_the_fingerprint_stays_while_the_values_move():
    assert the_fee(1000).fingerprint == the_fee(2000).fingerprint


def test_the_sides_move_with_either_value():
    assert (
        len({the_fee(1000).sides_digest, the_fee(2000).sides_digest, the_fee(1000, 3000).sides_digest}) == 3
    )


def test_neither_moves_with_what_the_finding_is_not_about():
    one, other = the_fee(1000), the_fee(1000, name="THI TUYỂN CÔNG CHỨC 1.014111", division="Văn phòng")
    assert (one.fingerprint, one.sides_digest) == (other.fingerprint, other.sides_digest)


def papers(*names):
    return tuple(Paper(name=name) for name in names)


@pytest.mark.parametrize(
    "again", [papers("B", "A"), papers("a.", "b")], ids=["reordered", "written otherwise"]
)
def test_an_ignored_finding_does_not_come_back_for_another_writing(again):
    def about(dossier):
        (finding,) = found(side("catalogue", row(dossier=dossier)), side("national", procedure()))
        return finding

    assert about(papers("A", "B")).sides_digest == about(again).sides_digest
    assert about(papers("A", "B")).sides_digest != about(papers("A", "C")).sides_digest


def test_a_level_a_field_or_a_name_makes_another_row_without_a_code():
    keys = {
        nameless(name="Thành lập hội")[0],
        nameless(name="Thành lập hội", executing_levels=frozenset({"commune"}))[0],
        nameless(name="Thành lập hội", field="Việc làm")[0],
        nameless(name="Thành lập quỹ")[0],
    }
    assert len(keys) == 4
    assert nameless(name="THỦ TỤC THÀNH LẬP HỘI.")[0] in keys
