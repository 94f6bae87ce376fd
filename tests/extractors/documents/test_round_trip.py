"""A known list, written as Word and as PDF at random, is read back exactly."""

from __future__ import annotations

import pytest

from extractors.documents.decision_reader import documents_of
from extractors.documents.pdf.reader import read_pdf
from extractors.documents.word.reader import read_docx
from procedures.values.text import canonical
from tests.extractors.documents.drawing import (
    Decision,
    Procedure,
    Section,
    Table,
    office_makes,
    procedures_of,
    random_decision,
    word,
)

SEEDS = range(8)


@pytest.fixture(scope="module")
def written() -> dict[int, tuple[Decision, bytes]]:
    return {seed: (decision := random_decision(seed), word(decision)) for seed in SEEDS}


@pytest.fixture(scope="module")
def printed(written, tmp_path_factory) -> dict[int, bytes]:
    made = office_makes(
        {str(seed): data for seed, (_, data) in written.items()}, "pdf", tmp_path_factory.mktemp("in")
    )
    return {int(name): data for name, data in made.items()}


def expected(table: Table) -> list[tuple[object, ...]]:
    """Number, code, name, level and field of each procedure, from the sections over it."""
    rows: list[tuple[object, ...]] = []
    level = field = None
    for row in table.rows:
        if isinstance(row, Section):
            if "CẤP" in row.text:
                level, field = ("province" if "TỈNH" in row.text else "commune"), None
            else:
                field = row.text.removeprefix("Lĩnh vực ").partition(" (")[0]
        else:
            rows.append((str(len(rows) + 1), row.code or None, canonical(row.name), [level], field))
    return rows


def said(part) -> list[tuple[object, ...]]:
    return [
        (row.number, row.code, row.name, sorted(row.executing_levels or ()), row.field) for row in part.rows
    ]


def check(decision: Decision, content) -> None:
    [document] = documents_of(content)
    assert (document.number, document.role) == (decision.number, "province")
    assert [part.declared for part in document.parts] == [
        len(procedures_of(table)) for table in decision.tables
    ]
    for part, table in zip(document.parts, decision.tables, strict=True):
        assert said(part) == expected(table)
        for row, procedure in zip(part.rows, procedures_of(table), strict=True):
            check_texts(row, procedure, table)
    assert [remark.text for remark in document.remarks] == []


def check_texts(row, procedure: Procedure, table: Table) -> None:
    cells = {cell.heading: canonical(cell.text) for cell in row.cells}
    for heading in table.headings:
        if heading in procedure.texts:
            assert cells[heading] == canonical(procedure.texts[heading])
    if "Thời hạn giải quyết" in table.headings:
        assert row.processing_time[0].amount == int(procedure.texts["Thời hạn giải quyết"][:2])
    if "Thời hạn giải quyết / Sau cắt giảm" in table.headings:
        assert (row.time_by_rule, row.time_after_cut) == (
            "90 ngày",
            procedure.texts["Thời hạn giải quyết / Sau cắt giảm"],
        )


@pytest.mark.parametrize("seed", SEEDS)
def test_a_list_written_as_word_is_read_back_exactly(written, seed):
    decision, data = written[seed]
    check(decision, read_docx(data))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_list_printed_as_pdf_is_read_back_exactly(written, printed, seed):
    decision, _ = written[seed]
    check(decision, read_pdf(printed[seed]))
