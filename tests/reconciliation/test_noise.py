"""What an official would call noise stays silent."""

from __future__ import annotations

from datetime import date

import pytest

from procedures.findings import Exclusion
from procedures.model import Paper
from reconciliation import decision_lines
from tests.reconciliation.making import (
    answer,
    days,
    found,
    money,
    nameless,
    procedure,
    row,
    rules,
    side,
    told,
)

SILENT = {
    "a shorter local time": ({"processing_time": (days(70),)}, {"processing_time": (days(140),)}),
    "the province's decision beside the ministry's": (
        {"province_decision_number": "1274/QĐ-UBND", "province_decision_date": date(2025, 7, 1)},
        {},
    ),
    "a province's number in the ministry's column": ({"decision_number": "1274/QĐ-UBND"}, {}),
    "another wording of the agency": ({"agency": "Sở Nội Vụ"}, {"agency": "Sở Nội vụ tỉnh Cà Mau"}),
    "another province's agency of another kind": (
        {"agency": "Sở Nội vụ"},
        {"agency": "Sở Xây dựng - TP.HCM"},
    ),
    "agencies parted otherwise": (
        {"agency": "Sở Nội vụ\nHội đồng Giám định Y khoa tỉnh"},
        {"agency": "Hội đồng Giám định Y khoa tỉnh, Sở Nội vụ"},
    ),
    "a committee and its chairman": (
        {"agency": "UBND cấp xã"},
        {"agency": "Chủ tịch Ủy ban nhân dân xã, phường, thị trấn"},
    ),
    "the province's insurance": ({"agency": "Bảo hiểm xã hội tỉnh"}, {"agency": "Bảo hiểm xã hội cấp Tỉnh"}),
    "a field with its ministry": ({"field": "Công chức, viên chức (Bộ Nội vụ)"}, {}),
    "a field by another dash": ({"field": "Thi đua, khen thưởng"}, {"field": "Thi đua - khen thưởng"}),
    "a record without a level flag": (
        {"executing_levels": frozenset({"commune"})},
        {"executing_levels": frozenset()},
    ),
    "a record that does not tell its levels": ({}, {"executing_levels": None}),
    "a ministry's level that is not compared": (
        {},
        {"executing_levels": frozenset({"ministry", "province"})},
    ),
    "another agency's level that is not compared": (
        {},
        {"executing_levels": frozenset({"other", "province"})},
    ),
    "the word procedure in the name": ({"name": "Thủ tục thành lập hội"}, {"name": "Thành lập hội"}),
    "the level behind the name": ({"name": "Thành lập hội"}, {"name": "THỦ TỤC THÀNH LẬP HỘI (CẤP TỈNH)."}),
    "papers in another order": (
        {"dossier": (Paper(name="B"), Paper(name="A"))},
        {"dossier": (Paper(name="A"), Paper(name="B"))},
    ),
    "legal bases worded otherwise": (
        {"legal_bases": ("Nghị định số 170/2025/NĐ-CP ngày 30/6/2025 của Chính phủ",)},
        {},
    ),
    "subjects cut otherwise": (
        {"subjects": ("Công dân Việt Nam, Doanh nghiệp",)},
        {"subjects": ("Doanh nghiệp", "Công dân Việt Nam")},
    ),
    "no fee in one way of saying it": (
        {"fee": (money(0),)},
        {"fee": (money(0, "direct"), money(0, "online"))},
    ),
    "requirements that say nothing": ({"requirements": "Không có"}, {"requirements": "Đủ 18 tuổi"}),
    "what a side does not publish": (
        {"agency": None, "field": None},
        {"processing_time": None, "fee": None, "dossier": None},
    ),
    "a date on one side alone": (
        {"decision_date": date(2024, 1, 1), "decision_number": None},
        {"decision_date": None},
    ),
}


@pytest.mark.parametrize("what", SILENT)
def test_it_is_not_a_difference(what):
    ours, theirs = SILENT[what]
    assert told(found(side("catalogue", row(**ours)), side("national", procedure(**theirs)))) == []


def test_another_ministrys_row_is_not_absent_because_the_listing_lacks_it():
    other = row("1.115151", name="Bán nhà ở cho lực lượng vũ trang", field="Nhà ở và công sở")
    for looked_up in ({}, answer("1.115151", "published"), answer("1.115151", "error")):
        assert (
            found(side("catalogue", row(), other), side("national", procedure(), looked_up=looked_up)) == []
        )


def test_the_provinces_own_procedure_is_not_asked_of_the_ministry():
    own = procedure("1.014300", kind="SPECIFIC")
    assert found(side("catalogue", row()), side("national", procedure(), own)) == []
    listed = row("1.007809", kind="SPECIFIC")
    national = side("national", procedure(), looked_up=answer("1.007809", "not_found"))
    assert found(side("catalogue", row(), listed), national) == []


def test_a_procedure_of_the_ministry_alone_is_not_ours():
    central = procedure("1.014300", executing_levels=frozenset({"ministry"}))
    assert found(side("catalogue", row()), side("national", procedure(), central)) == []


def test_a_record_without_levels_is_ours_unless_only_the_centre_carries_it_out():
    for agency, ours in (
        ("Bộ Quốc phòng", 0),
        ("Cục Người có công; Sở Nội vụ", 1),
        ("Sở Nội vụ", 1),
        (None, 1),
    ):
        unknown = procedure("1.014300", executing_levels=None, agency=agency)
        findings = found(side("catalogue", row()), side("national", procedure(), unknown))
        new = [finding for finding in findings if finding.kind == "new_from_ministry"]
        assert len(new) == ours, agency


def test_a_record_of_an_agency_that_is_not_followed_is_not_asked_of_the_catalogue():
    other = procedure("1.115151", promulgating_agency="Bộ Xây dựng", promulgating_agency_code="G17")
    assert found(side("catalogue", row()), side("national", procedure(), other)) == []


def test_the_same_name_at_two_levels_is_lawful():
    name = {"name": "Thành lập hội", "field": "Quản lý nhà nước về hội, quỹ"}
    rows = [
        row("1.012929", executing_levels=frozenset({"province"}), **name),
        row("1.013703", executing_levels=frozenset({"commune"}), **name),
    ]
    assert found(side("catalogue", *rows)) == []


@pytest.mark.parametrize(
    "exclusion",
    [
        Exclusion(code="1.014111"),
        Exclusion(agency="Bộ Nội vụ"),
        Exclusion(agency="G09"),
        Exclusion(field="Công chức, viên chức (Bộ Nội vụ)"),
    ],
    ids=["a code", "an agency", "an agency's code", "a field"],
)
def test_what_a_person_excluded_is_silent_everywhere(exclusion):
    catalogue = side("catalogue", row(fee=(money(1),), processing_time=(days(500),)))
    national = side("national", procedure())
    assert len(found(catalogue, national)) == 2
    assert found(catalogue, national, exclusions=(exclusion,)) == []


HEALTH, OURS = "Sở Y tế", "Sở Nội vụ tỉnh Hà Tĩnh"


@pytest.mark.parametrize(
    ("listed", "published", "silent"),
    [
        ("Sở Y tế", "Sở Y tế", True),
        ("Sở Y tế tỉnh Hà Tĩnh", "Sở Y Tế", True),
        (None, "Sở Y tế", True),
        ("Sở Y tế; Sở Nội vụ", "Sở Y tế", False),
        ("Sở Y tế", "Sở Nội vụ; Sở Y tế", False),
        ("Sở Y tế\nỦy ban nhân dân cấp xã", "Sở Y tế", False),
        ("Sở Y tế, Sở Nội vụ", None, False),
        ("Sở Nội vụ", "Sở Nội vụ", False),
    ],
)
def test_an_excluded_agency_silences_what_it_carries_out_alone(listed, published, silent):
    catalogue = side("catalogue", row(agency=listed, fee=(money(1),)))
    national = side("national", procedure(agency=published))
    exclusions = (Exclusion(agency=HEALTH),)
    assert found(catalogue, national, department=OURS)
    fees = [f for f in found(catalogue, national, exclusions=exclusions, department=OURS)
            if f.attribute == "fee"]  # fmt: skip
    assert (fees == []) is silent


def test_another_provinces_namesake_that_is_excluded_leaves_the_departments_own():
    catalogue = side("catalogue", row(agency="Sở Nội vụ", fee=(money(1),)))
    national = side("national", procedure(agency="Sở Nội vụ thành phố Đồng Nai"))
    exclusions = (Exclusion(agency="Sở Nội vụ thành phố Đồng Nai"),)
    assert found(catalogue, national, exclusions=exclusions, department=OURS)


def test_two_excluded_agencies_silence_what_they_carry_out_together():
    national = side("national", procedure(agency="Sở Y tế; Sở Tư pháp"))
    both = (Exclusion(agency="Sở Tư pháp"), Exclusion(agency=HEALTH))
    assert found(side("catalogue"), national, exclusions=both) == []
    assert found(side("catalogue"), national, exclusions=both[:1]) != []


def test_an_excluded_code_is_on_no_line_of_the_ledger_that_knew_it():
    national = side("national", procedure(), procedure("1.014300"))
    roles = {"900/QĐ-BNV": {"1.014111": "new", "1.014300": "new"}}
    exclusions = (Exclusion(code="1.014300"),)
    lines = decision_lines(side("catalogue"), [national], rules(decision_roles=roles, exclusions=exclusions))
    assert [line.new for line in lines] == [("1.014111",)]


def test_an_excluded_procedure_is_not_new_either():
    national = side("national", procedure(), procedure("1.014300", field="Việc làm"))
    assert found(side("catalogue", row()), national, exclusions=(Exclusion(field="Việc làm"),)) == []


def test_a_row_without_a_code_that_is_an_excluded_procedure_is_silent_too():
    listed = nameless(name="Thành lập hội")[1]
    national = side("national", procedure("1.012929", name="Thành lập hội"))
    assert found(side("catalogue", listed), national, exclusions=(Exclusion(code="1.012929"),)) == []
