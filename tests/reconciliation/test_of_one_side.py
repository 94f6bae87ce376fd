"""What the catalogue and the national records lack by themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from procedures.findings import FindingKind, RowProblem
from procedures.model import Paper
from reconciliation import kpi
from tests.reconciliation.making import found, procedure, row, side, told
from tests.reconciliation.records import real

PROVINCE, COMMUNE, DISTRICT = (frozenset({level}) for level in ("province", "commune", "district"))
PAPERS = tuple(Paper(name=name) for name in ("Đơn đề nghị", "Điều lệ", "Danh sách ban vận động"))
ASSOCIATION = {"field": "Quản lý nhà nước về hội, quỹ"}


# Overlaps.


def overlaps(*rows):
    return [(f.subject, f.evidence["reason"]) for f in found(side("catalogue", *rows)) if f.kind == "overlap"]


def test_names_that_differ_in_accents_and_small_words_overlap():
    one = row("1.000001", name="Cấp giấy phép thành lập quỹ cho tổ chức", **ASSOCIATION)
    other = row("1.000002", name="Cấp giấy phép thành lập các quỹ của tổ chức", **ASSOCIATION)
    assert overlaps(one, other) == [("1.000001+1.000002", "gần trùng tên")]


def test_one_dossier_and_one_legal_basis_overlap():
    same = {"dossier": PAPERS, "legal_bases": ("126/2024/NĐ-CP",), "subjects": ("Tổ chức",), **ASSOCIATION}
    one = row("1.000001", name="Công nhận ban vận động thành lập hội quần chúng", **same)
    other = row("1.000002", name="Công nhận ban vận động thành lập hội nghề nghiệp", **same)
    assert overlaps(one, other) == [("1.000001+1.000002", "cùng hồ sơ và căn cứ pháp lý")]


@pytest.mark.parametrize(
    "other",
    [{"executing_levels": COMMUNE}, {"field": "Việc làm"}, {"name": "Cấp lại giấy phép thành lập quỹ"}],
    ids=["another level", "another field", "another verb"],
)
def test_it_is_no_overlap_at_or_with(other):
    one = row("1.000001", name="Cấp giấy phép thành lập quỹ", **ASSOCIATION)
    assert overlaps(one, replace(one, code="1.000002", **other)) == []


def test_few_of_the_real_procedures_overlap():
    pairs = [f for f in found(side("catalogue", *real("noivu"))) if f.kind == "overlap"]
    assert [(f.subject, f.evidence["differs"]) for f in pairs] == []


# Records and reasons.


PARTS = ("steps", "ways", "dossier", "processing_time", "subjects", "agency")


@pytest.mark.parametrize("part", PARTS)
def test_each_of_the_parts_is_looked_for(part):
    empty = frozenset() if part == "ways" else "" if part == "agency" else ()
    findings = found(None, side("national", procedure(**{part: empty})))
    assert told(findings) == [("incomplete_record", "1.014111", None)]
    assert findings[0].national_value == f'["{part}"]'


def test_an_empty_form_requirement_or_result_is_no_gap():
    assert found(None, side("national", procedure(requirements="", results=(), fee=(), legal_bases=()))) == []


def test_a_source_that_does_not_speak_of_the_parts_is_not_judged():
    listed = procedure(**dict.fromkeys((*PARTS, "requirements", "results")))
    assert found(None, side("national", listed)) == []


@pytest.mark.parametrize(
    "said, kinds",
    [
        ({"online_level": "partial"}, ["partial_without_reason"]),
        ({"online_level": "partial", "online_reason": "Phải có mặt tại cơ quan"}, []),
        ({"online_level": "full"}, []),
        ({"online_level": "none"}, []),
    ],
)
def test_a_partial_level_needs_a_published_reason(said, kinds):
    assert [f.kind.value for f in found(side("catalogue", row(**said)))] == kinds


@pytest.mark.parametrize("kind", [FindingKind.INVALID_CODE, FindingKind.DUPLICATE_CODE])
def test_problems_of_the_file_are_findings(kind):
    problem = RowProblem(
        rule=kind,
        subject="1.01412",
        code="1.01412",
        name="Thi tuyển",
        place="dòng 12",
        reason="mã có 5 chữ số",
    )
    findings = found(side("catalogue", row()), problems=(problem,))
    assert told(findings) == [(kind.value, "1.01412", None)]
    assert findings[0].evidence["place"] == "dòng 12"


# Figures: a list shaped like that of 2021 (93 of the province, 34 of the district, 15 of the commune).


def list_of_2021():
    """Decision of 2021: of the province's 93, 62 are offered more online by the portal than by the list."""
    rows = []
    for number in range(93):
        level = "partial" if number < 62 else "full" if number < 80 else "none"
        rows.append(
            row(
                f"1.0001{number:02d}",
                online_level=level,
                online_reason="Phải thẩm tra thực địa" if number < 10 else None,
                eligible_full_online=number < 70,
                ways=frozenset({"direct", "postal"}) if number % 2 else frozenset({"direct"}),
                decentralisation_state=("decided" if number < 12 else "proposed" if number < 20 else "none"),
                decentralisation_reason="Luật giao cấp tỉnh" if number >= 80 else None,
            )
        )
    rows += [row(f"1.0002{n:02d}", executing_levels=DISTRICT, online_level="none") for n in range(34)]
    rows += [row(f"1.0003{n:02d}", executing_levels=COMMUNE, online_level="none") for n in range(15)]
    return side("catalogue", *rows)


def portal_of_2021():
    return side(
        "national",
        *(procedure(f"1.0001{n:02d}", online_level="full", ways=frozenset({"online"})) for n in range(93)),
    )


def test_the_figures_of_2021():
    figures = {f.level: f for f in kpi(list_of_2021(), [portal_of_2021()])}
    assert [(level, f.procedures) for level, f in figures.items()] == [
        ("province", 93), ("district", 34), ("commune", 15), ("total", 142),
    ]  # fmt: skip
    province = figures["province"]
    assert (province.online_full, province.online_partial, province.online_none) == (18, 62, 13)
    assert (province.eligible_full, province.without_reason, province.postal) == (70, 65, 46)
    assert (province.decentralised, province.decentralisation_proposed) == (12, 8)
    assert (province.on_national_portal, figures["total"].on_national_portal) == (93, 93)


def test_the_districts_34_are_one_finding():
    findings = found(list_of_2021())
    assert [f.evidence["count"] for f in findings if f.kind == "executing_level_mismatch"] == [34]


def test_a_current_list_has_no_row_for_the_district():
    rows = [row(f"1.0001{n:02d}") for n in range(9)] + [row("1.013703", executing_levels=COMMUNE | PROVINCE)]
    figures = {f.level: f.procedures for f in kpi(side("catalogue", *rows), [])}
    assert figures == {"province": 10, "commune": 1, "total": 10}


def test_nobody_knows_what_is_on_the_portal_while_it_was_never_read():
    (*_, total) = kpi(side("catalogue", row()), [side("national", complete=False)])
    assert total.on_national_portal is None
