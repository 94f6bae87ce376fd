"""What a filled sheet asks for, whatever a person did to it meanwhile."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from procedures.workbook_layout.division_sheets import (
    ELIGIBILITY_SHEET,
    FilledRow,
    SheetKey,
    compare_sheet,
    pack_key,
    unpack_key,
)

BASE = {"code": "1.000001", "name": "Thủ tục A", "online_reason": "", "online_basis": "NĐ 1"}


def row(place: str, subject: str = "1.000001", base=BASE, spoilt: bool = False, **texts: str) -> FilledRow:
    key = SheetKey(kind="eligibility", subject=subject, division="Phòng A", owner="H27", base=base)
    return FilledRow(place=place, texts=BASE | texts, key=None if spoilt else key, has_damaged_key=spoilt)


def test_only_what_a_person_changed_is_an_edit() -> None:
    its = compare_sheet(ELIGIBILITY_SHEET, (row("S!5", online_reason="Phải hiện diện"),), {"1.000001": BASE})
    (edit,) = its.edits
    assert (edit.attribute, edit.old, edit.new) == ("online_reason", "", "Phải hiện diện")
    assert its.conflicts == its.touched == its.refused == ()


def test_a_value_that_moved_meanwhile_is_a_conflict_and_wins() -> None:
    now = {"1.000001": BASE | {"online_basis": "NĐ 2"}}
    (conflict,) = compare_sheet(ELIGIBILITY_SHEET, (row("S!5", online_basis="NĐ 3"),), now).conflicts
    assert (conflict.base, conflict.now, conflict.new) == ("NĐ 1", "NĐ 2", "NĐ 3")
    untouched = compare_sheet(ELIGIBILITY_SHEET, (row("S!5"),), now)
    assert untouched.conflicts == untouched.edits == ()


def test_two_who_say_the_same_are_of_one_mind() -> None:
    now = {"1.000001": BASE | {"online_basis": "NĐ 3"}}
    its = compare_sheet(ELIGIBILITY_SHEET, (row("S!5", online_basis="NĐ 3"),), now)
    assert its.conflicts == its.edits == ()


def test_a_locked_cell_is_never_taken() -> None:
    its = compare_sheet(ELIGIBILITY_SHEET, (row("S!5", name="Tên khác"),), {"1.000001": BASE})
    assert its.edits == ()
    assert [edit.attribute for edit in its.touched] == ["name"]


def test_rows_that_are_nobodys_are_named_and_nothing_else_suffers() -> None:
    rows = (
        row("S!5", online_reason="a"),
        row("S!6", online_reason="b"),
        row("S!7", subject="1.000002"),
        row("S!8", spoilt=True),
        FilledRow(place="S!9", texts={"name": "Thủ tục thêm"}, key=None),
    )
    its = compare_sheet(ELIGIBILITY_SHEET, rows, {"1.000001": BASE, "1.000003": BASE})
    assert [edit.new for edit in its.edits] == ["a"]
    assert [place for place, _ in its.refused] == ["S!6", "S!7", "S!8"]
    assert [added.place for added in its.added] == ["S!9"]
    assert its.unmentioned == 1


def test_the_order_of_the_rows_says_nothing() -> None:
    standing = {f"1.00000{n}": BASE for n in range(9)}
    rows = [row(f"S!{n}", subject=f"1.00000{n}", online_reason=f"lý do {n}") for n in range(9)]
    wanted = {
        (edit.subject, edit.new) for edit in compare_sheet(ELIGIBILITY_SHEET, tuple(rows), standing).edits
    }
    random.Random(7).shuffle(rows)
    assert {
        (e.subject, e.new) for e in compare_sheet(ELIGIBILITY_SHEET, tuple(rows), standing).edits
    } == wanted


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


@given(subject=texts, division=texts, base=st.dictionaries(texts, texts, max_size=5))
def test_a_key_comes_back_as_it_went(subject, division, base) -> None:
    key = SheetKey(kind="tasks", subject=subject, division=division, owner="H27 Sở Nội vụ", base=base)
    assert unpack_key(pack_key(key)) == key


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_anything_else_is_no_key(text) -> None:
    assert unpack_key(text) is None
