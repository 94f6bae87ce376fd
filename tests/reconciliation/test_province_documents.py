"""A province's decision announces the ministry decisions that it names, for the codes that its rows cover."""

from __future__ import annotations

from datetime import date

import pytest

from procedures.office.documents import (
    CitedDecision,
    Document,
    DocumentPart,
    DocumentRow,
    NamedProcedure,
    PartKind,
)
from procedures.values.keys import codeless_key
from reconciliation.announcements.announcement_evidence import AwaitedCode
from reconciliation.announcements.province_documents import AwaitedDecision, CoveredDecision, find_covered
from tests.reconciliation.making import procedure

MINISTRY, OTHER = "627/QĐ-BNV", "700/QĐ-BNV"
DECIDED, SIGNED = date(2025, 6, 20), date(2025, 6, 27)
COMMUNE = frozenset({"commune"})


def awaited(*codes: str, number=MINISTRY, role="new", stage="new", decided=DECIDED) -> AwaitedDecision:
    its = tuple(AwaitedCode(code=code, role=role, stage=stage) for code in codes)
    return AwaitedDecision(number=number, decided=decided, codes=its)


def listed(code: str | None, name: str = "Thành lập hội", **said) -> DocumentRow:
    return DocumentRow(name=name, code=code, row=1, field="Hội", executing_levels=COMMUNE, **said)


def document(*rows: DocumentRow, kind=PartKind.NEW, cites=(MINISTRY,), **said) -> Document:
    values = {"number": "963/QĐ-TTPVHCC", "date": SIGNED, "role": "province"} | said
    cited = tuple(CitedDecision(number, DECIDED) for number in cites)
    return Document(parts=(DocumentPart(kind, "Phần I", None, rows),), cites=cited, **values)


def announces(made: Document, *decisions: AwaitedDecision, known=None) -> list[CoveredDecision]:
    return find_covered(made, decisions, known or {})


def test_only_the_codes_of_its_rows_are_announced():
    made = document(listed("1.013703"), listed("1.099999"))
    found = announces(made, awaited("1.013702", "1.013703"))
    assert found == [CoveredDecision(number=MINISTRY, codes=("1.013703",), certain=True)]


def test_a_decision_that_it_does_not_name_is_proposed_where_all_that_waits_of_it_is_there():
    made = document(listed("1.013702"), listed("1.013703"), cites=())
    assert announces(made, awaited("1.013702", "1.013703")) == [
        CoveredDecision(number=MINISTRY, codes=("1.013702", "1.013703"), certain=False)
    ]
    assert announces(made, awaited("1.013702", "1.013704")) == []


def test_a_row_that_names_its_decision_announces_nothing_of_another():
    made = document(listed("1.013702", decision=CitedDecision(OTHER)), cites=(MINISTRY,))
    assert announces(made, awaited("1.013702")) == []
    assert announces(made, awaited("1.013702", number=OTHER)) == [
        CoveredDecision(number=OTHER, codes=("1.013702",), certain=True)
    ]


@pytest.mark.parametrize(
    ("kind", "role", "announced"),
    [
        (PartKind.NEW, "changed", True),
        (PartKind.CHANGED, "new", True),
        (PartKind.REPEALED, "repealed", True),
        (PartKind.REPEALED, "changed", False),
        (PartKind.NEW, "repealed", False),
        (None, "new", False),
    ],
)
def test_what_is_repealed_and_what_is_in_force_are_told_apart(kind, role, announced):
    found = announces(document(listed("1.013702"), kind=kind), awaited("1.013702", role=role))
    assert bool(found) is announced


def test_what_a_new_procedure_replaces_is_announced_as_repealed():
    made = document(listed("1.013702", replaces=(NamedProcedure(code="1.000001"),)), kind=PartKind.REPLACED)
    assert announces(made, awaited("1.000001", role="repealed"))[0].codes == ("1.000001",)


def test_a_row_without_a_code_is_found_by_name_level_and_field():
    known = {
        "1.013703": procedure(
            "1.013703", name="Thủ tục thành lập hội", field="Hội", executing_levels=COMMUNE
        ),
        "1.003503": procedure("1.003503", name="Thành lập hội", field="Hội"),
    }
    found = announces(document(listed(None)), awaited("1.013703", "1.003503"), known=known)
    assert found[0].codes == ("1.013703",)


def test_a_row_that_the_ledger_has_without_a_code_is_the_same_row():
    key = codeless_key("Thành lập hội", COMMUNE, "Hội")
    assert announces(document(listed(None)), awaited(key))[0].codes == (key,)


def test_what_was_announced_already_stays():
    assert announces(document(listed("1.013702")), awaited("1.013702", stage="announced")) == []


def test_what_was_signed_before_the_ministry_decided_announces_something_else():
    assert announces(document(listed("1.013702"), date=date(2025, 6, 19)), awaited("1.013702")) == []


def test_a_namesake_of_another_year_is_not_the_decision_that_is_named():
    older = awaited("1.013702", "1.013703", decided=date(2024, 6, 20))
    assert announces(document(listed("1.013702")), older) == []


def test_a_ministrys_decision_announces_nothing():
    assert announces(document(listed("1.013702"), role="ministry"), awaited("1.013702")) == []
