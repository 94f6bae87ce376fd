"""A ministry's decision read from a file: on the ledger before the portal shows it, by the same rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from procedures.findings import NOT_BINDING, Exclusion, FindingKind
from procedures.office.documents import Document, DocumentPart, DocumentRow, NamedProcedure, PartKind
from procedures.values.keys import codeless_key
from reconciliation import decision_lines, reconcile
from reconciliation.announcements.ministry_documents import match_entries, ministry_document
from reconciliation.rules import MinistryDocument, Sighting
from tests.reconciliation.making import FIRST, gone, nameless, procedure, row, rules, side

SIGNED = date(2026, 11, 20)
NUMBER = "999/QĐ-BNV"
PROVINCE = frozenset({"province"})
KEY = codeless_key("Thành lập quỹ xã hội", PROVINCE, "Hội, quỹ")


def listed(name: str, code: str | None = None, number: int = 1, **said) -> DocumentRow:
    values = {"field": "Hội, quỹ", "executing_levels": PROVINCE} | said
    return DocumentRow(name=name, code=code, row=number, page=3, **values)


def document(*parts: tuple[PartKind, tuple[DocumentRow, ...]], **said) -> Document:
    values = {"number": NUMBER, "date": SIGNED, "issuer": "Bộ Nội vụ", "role": "ministry"} | said
    made = tuple(DocumentPart(kind, f"Phần {kind}", None, rows) for kind, rows in parts)
    return Document(parts=made, **values)


def read(
    *parts: tuple[PartKind, tuple[DocumentRow, ...]], matches=None, on=FIRST, **said
) -> MinistryDocument:
    made = ministry_document(document(*parts, **said), on, matches)
    assert made is not None
    return made


NEW = (PartKind.NEW, (listed("Công nhận hội", "1.020001"),))
SEEN = {"1.014111": FIRST - timedelta(days=30)}
AT_BASELINE = {"seen_since": SEEN, "seen_at_baseline": frozenset(SEEN)}


def line(made: MinistryDocument, catalogue=None, national=None, **said):
    known = national or side("national", procedure())
    found = decision_lines(
        catalogue or side("catalogue"), [known], rules(documents=(made,), **AT_BASELINE | said)
    )
    return next(each for each in found if each.decision_number == NUMBER)


def findings(made: MinistryDocument, catalogue=None, national=None, **said):
    given = rules(documents=(made,), **AT_BASELINE | said)
    found = reconcile(catalogue or side("catalogue"), [national or side("national")], [], given)
    return [each for each in found if each.kind is FindingKind.NEW_FROM_MINISTRY and each.code != "1.014111"]


def test_what_a_decision_makes_new_changed_and_repealed_is_on_its_line_at_once():
    made = read(
        NEW,
        (PartKind.CHANGED, (listed("Đổi tên hội", "1.014111"),)),
        (PartKind.REPEALED, (listed("Giải thể hội", "1.009000"),)),
        (PartKind.REPLACED, (listed("Tách hội", "1.020002", replaces=(NamedProcedure(code="1.009001"),)),)),
    )
    told = line(made, catalogue=side("catalogue", row("1.014111"), row("1.009000"), row("1.009001")))
    assert (told.new, told.changed, told.repealed) == (
        ("1.020001", "1.020002"),
        ("1.014111",),
        ("1.009000", "1.009001"),
    )
    assert (told.agency, told.decision_date, told.announced) == ("Bộ Nội vụ", SIGNED, 0)
    assert not told.on_portal


def test_its_deadline_is_the_laws_where_the_document_tells_a_later_day_of_effect():
    told = line(read(NEW, effective_date=date(2026, 12, 10)))
    assert (told.due_date, told.due_basis, told.counts) == (date(2026, 12, 5), "law", True)


def test_a_decision_in_force_from_its_signature_on_is_due_by_the_departments_own_target():
    told = line(read(NEW, effective_date=SIGNED))
    assert (told.due_date, told.due_basis) == (date(2026, 12, 7), "internal")


def test_a_day_of_effect_that_a_person_entered_stands():
    told = line(read(NEW, effective_date=date(2026, 12, 10)), effective_dates={NUMBER: date(2026, 12, 20)})
    assert told.due_date == date(2026, 12, 15)


def test_it_is_told_as_a_new_procedure_is_and_is_the_same_finding_once_the_portal_shows_it():
    made = read(NEW, effective_date=date(2026, 12, 10))
    (before,) = findings(made)
    assert (before.code, before.name, before.due_date) == ("1.020001", "Công nhận hội", date(2026, 12, 5))
    assert before.evidence["document"] == {"part": 1, "row": 1, "page": 3}
    shown = side("national", procedure("1.020001", decision_number=NUMBER, decision_date=SIGNED))
    (after,) = findings(made, national=shown, seen_since={**SEEN, "1.020001": FIRST})
    assert after.fingerprint == before.fingerprint
    assert line(made, national=shown).on_portal


def test_a_procedure_without_a_code_stays_one_finding_when_the_portal_gives_it_one():
    rows = (PartKind.NEW, (listed("Thành lập quỹ xã hội"),))
    (before,) = findings(read(rows))
    assert (before.code, before.subject, before.name) == (None, KEY, "Thành lập quỹ xã hội")
    told = line(read(rows))
    assert told.new == (KEY,)
    assert [each.name for each in told.named_rows] == ["Thành lập quỹ xã hội"]
    record = procedure(
        "1.020009",
        name="Thành lập quỹ xã hội",
        field="Hội, quỹ",
        decision_number=NUMBER,
        decision_date=SIGNED,
    )
    matches = match_entries(read(rows), {"1.020009": record}, {}, rules(**AT_BASELINE))
    assert matches == {KEY: "1.020009"}
    made = read(rows, matches=matches)
    (after,) = findings(made, national=side("national", record), seen_since={**SEEN, "1.020009": FIRST})
    assert (after.fingerprint, after.code) == (before.fingerprint, "1.020009")
    assert line(made, national=side("national", record)).new == ("1.020009",)


def test_a_new_procedure_is_never_taken_for_an_old_record_of_the_same_name():
    record = procedure("1.014111", name="Thành lập quỹ xã hội", field="Hội, quỹ")
    made = read((PartKind.NEW, (listed("Thành lập quỹ xã hội"),)))
    assert match_entries(made, {"1.014111": record}, {}, rules(**AT_BASELINE)) == {}


def test_what_is_repealed_without_a_code_is_the_row_of_the_list_that_it_names():
    key, ours = nameless(name="Giải thể quỹ", field="Quỹ", executing_levels=frozenset({"district"}))
    made = read(
        (PartKind.REPEALED, (listed("Thủ tục giải thể quỹ", executing_levels=frozenset({"district"})),))
    )
    assert match_entries(made, {}, {key: ours}, rules()) == {made.entries[0].key: key}


def test_a_changed_code_waits_though_the_list_shows_no_difference():
    made = read((PartKind.CHANGED, (listed("Thi tuyển công chức 1.014111", "1.014111"),)))
    told = line(made, catalogue=side("catalogue", row()))
    assert (told.waiting, told.counts, told.asks) == (("1.014111",), True, True)


def test_a_new_code_that_the_list_has_already_is_announced():
    assert line(read(NEW), catalogue=side("catalogue", row("1.020001"))).state == "announced"


def test_what_the_portal_had_and_lost_has_nothing_left_to_be_announced():
    shown = side("national", gone=gone(procedure("1.020001", decision_number=NUMBER)))
    told = line(read(NEW), national=shown, seen_since={**SEEN, "1.020001": FIRST})
    assert told.waiting == ()


def test_nobody_is_held_to_a_decision_that_was_overdue_before_the_portal_was_first_read():
    made = read(NEW, date=date(2024, 3, 1))
    told = line(made)
    assert (told.counts, told.state) == (False, "pending")
    (found,) = findings(made)
    assert NOT_BINDING in found.evidence


def test_the_document_of_a_decision_that_the_baseline_had_makes_nothing_newly_due():
    made = read((PartKind.CHANGED, (listed("Thi tuyển", "1.014111"),)), date=date(2026, 10, 1))
    national = side("national", procedure(decision_number=NUMBER, decision_date=date(2026, 10, 1)))
    sighting = Sighting(
        code="1.014111", number=NUMBER, decided=date(2026, 10, 1), day=SEEN["1.014111"], reported=False
    )
    told = line(made, national=national, sightings=(sighting,))
    assert (told.counts, told.on_portal) == (False, True)


def test_a_document_that_was_read_before_the_portal_was_stays_due_when_the_baseline_shows_it():
    made = read((PartKind.CHANGED, (listed("Thi tuyển", "1.014111"),)), on=FIRST)
    after = FIRST + timedelta(days=1)
    seen = {"seen_since": {"1.014111": after}, "seen_at_baseline": frozenset({"1.014111"})}
    national = side("national", procedure(decision_number=NUMBER, decision_date=SIGNED))
    sighting = Sighting(code="1.014111", number=NUMBER, decided=SIGNED, day=after, reported=False)
    told = line(made, national=national, sightings=(sighting,), today=after, **seen)
    assert (told.counts, told.on_portal) == (True, True)


def test_a_namesake_of_another_year_does_not_show_it():
    national = side("national", procedure(decision_number=NUMBER, decision_date=date(2025, 5, 5)))
    assert not line(read(NEW), national=national).on_portal


def test_other_levels_and_what_is_not_our_business_are_left_out():
    made = read(
        (
            PartKind.NEW,
            (
                listed("Ở Trung ương", "1.020003", executing_levels=frozenset({"ministry"})),
                listed("Ở tỉnh", "1.020004"),
                listed("Việc khác", "1.020005", field="Việc làm"),
            ),
        )
    )
    told = line(made, exclusions=(Exclusion(field="Việc làm"),))
    assert told.new == ("1.020004",)
    assert [each.code for each in findings(made, exclusions=(Exclusion(field="Việc làm"),))] == ["1.020004"]


def test_without_a_snapshot_of_the_portal_the_document_speaks_alone():
    made = read(NEW)
    (told,) = decision_lines(side("catalogue"), [], rules(documents=(made,)))
    assert (told.new, told.on_portal) == (("1.020001",), False)


def test_only_a_ministrys_decision_with_a_number_and_a_date_is_one():
    assert ministry_document(replace(document(NEW), role="province"), FIRST) is None
    assert ministry_document(replace(document(NEW), number=None), FIRST) is None
