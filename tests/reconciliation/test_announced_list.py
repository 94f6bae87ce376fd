"""A province's decision in the department's list: new and changed rows enter or change, repealed ones end."""

from __future__ import annotations

from datetime import date

from procedures.office.documents import Document, DocumentPart, DocumentRow, NamedProcedure, PartKind
from procedures.values.keys import codeless_key
from reconciliation.announcements.announced_list import list_after_decision
from tests.reconciliation.making import days, nameless, row

COMMUNE, DISTRICT = frozenset({"commune"}), frozenset({"district"})
NUMBER, SIGNED = "1404/QĐ-UBND", date(2026, 11, 24)


def listed(name: str, code: str | None = None, levels=COMMUNE, **said) -> DocumentRow:
    return DocumentRow(name=name, code=code, row=1, field="Hội", executing_levels=levels, **said)


def after(standing, *parts: tuple[PartKind | None, tuple[DocumentRow, ...]]):
    made = tuple(DocumentPart(kind, "Phần", None, rows) for kind, rows in parts)
    return list_after_decision(standing, Document(number=NUMBER, date=SIGNED, role="province", parts=made))


def test_rows_that_the_decision_does_not_name_stay_as_they_are():
    standing = {"1.014111": row()}
    done = after(standing, (PartKind.NEW, (listed("Thành lập hội", "1.013703"),)))
    assert (done.entered, done.changed, done.ended) == (("1.013703",), (), ())
    assert done.procedures["1.014111"] is standing["1.014111"]
    entered = done.procedures["1.013703"]
    assert (entered.province_decision_number, entered.province_decision_date) == (NUMBER, SIGNED)


def test_a_changed_row_takes_what_the_decision_says_and_keeps_the_rest():
    standing = {"1.014111": row(processing_time=(days(140),), fee=())}
    changed = listed("Thi tuyển công chức", "1.014111", processing_time=(days(30),))
    done = after(standing, (PartKind.CHANGED, (changed,)))
    its = done.procedures["1.014111"]
    assert done.changed == ("1.014111",)
    assert (its.processing_time, its.fee, its.division) == ((days(30),), (), "Phòng Công chức, viên chức")


def test_a_row_without_a_code_changes_the_row_that_has_its_name_and_level():
    standing = {
        "1.013703": row("1.013703", name="Thủ tục thành lập hội", field="Hội", executing_levels=COMMUNE),
        "1.003503": row("1.003503", name="Thành lập hội", field="Hội"),
    }
    done = after(standing, (PartKind.CHANGED, (listed("Thành lập hội"),)))
    assert (done.changed, done.entered) == (("1.013703",), ())


def test_a_code_that_the_list_lacks_is_given_to_its_row_without_one():
    key, ours = nameless(name="Thành lập hội", field="Hội", executing_levels=COMMUNE)
    done = after({key: ours}, (PartKind.CHANGED, (listed("Thành lập hội", "1.013703"),)))
    assert list(done.procedures) == ["1.013703"]


def test_a_code_is_never_taken_for_a_row_that_has_another_one():
    standing = {"1.000001": row("1.000001", name="Thành lập hội", field="Hội", executing_levels=COMMUNE)}
    done = after(standing, (PartKind.NEW, (listed("Thành lập hội", "1.013703"),)))
    assert set(done.procedures) == {"1.000001", "1.013703"}


def test_what_is_repealed_ends_and_what_is_new_under_its_name_at_another_level_enters():
    key, ours = nameless(name="Thành lập hội", field="Hội", executing_levels=DISTRICT)
    done = after(
        {key: ours},
        (PartKind.NEW, (listed("Thành lập hội"),)),
        (
            PartKind.REPEALED,
            (listed("Thành lập hội", levels=DISTRICT), listed("Giải thể quỹ", levels=DISTRICT)),
        ),
    )
    assert done.ended == (key,)
    assert list(done.procedures) == [codeless_key("Thành lập hội", COMMUNE, "Hội")]
    assert done.not_found == ("chưa có mã: Giải thể quỹ",)


def test_what_the_decision_enters_it_never_ends():
    done = after(
        {},
        (PartKind.NEW, (listed("Thành lập hội"),)),
        (PartKind.REPEALED, (listed("Thành lập hội", levels=None),)),
    )
    assert (len(done.procedures), done.ended) == (1, ())


def test_what_a_new_procedure_replaces_ends():
    standing = {"1.000001": row("1.000001")}
    replacing = listed("Thành lập hội", "1.013703", replaces=(NamedProcedure(code="1.000001"),))
    done = after(standing, (PartKind.REPLACED, (replacing,)))
    assert (done.entered, done.ended) == (("1.013703",), ("1.000001",))


def test_a_part_of_which_nobody_knows_what_it_does_does_nothing():
    assert after({}, (None, (listed("Thành lập hội"),))).procedures == {}
