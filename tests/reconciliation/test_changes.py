"""A published record that says something else than last night: one row an attribute."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from procedures.changes import ChangeKind
from procedures.model import Paper, value_text
from procedures.values.durations import ProcessingTime
from procedures.values.fees import Fee
from reconciliation import compare
from tests.reconciliation.making import days, known, money, night, only, procedure, read

PAPERS = (
    Paper(name="Đơn đề nghị", originals=1, copies=0),
    Paper(name="Bản sao giấy khai sinh", originals=0, copies=2),
)

OLD = procedure(
    name="Xét tuyển công chức năm 2026",
    processing_time=(days(20, way="direct"), days(15, way="online")),
    dossier=PAPERS,
    legal_bases=("138/2020/NĐ-CP — Nghị định số", "85/2023/NĐ-CP — Nghị định số"),
    subjects=("Công dân Việt Nam", "Doanh nghiệp"),
    results=("Quyết định tuyển dụng", "Giấy báo trúng tuyển"),
    requirements="Đủ 18 tuổi trở lên",
)


def changed(**said):
    comparison = compare(known(OLD), read(replace(OLD, **said)), night())
    return [(c.kind, c.attribute) for c in comparison.changes], comparison


REAL = {
    "a digit of the name": {"name": "Xét tuyển công chức năm 2027"},
    "a diacritic of the name": {"name": "Xét tuyên công chức năm 2026"},
    "a verb of the name": {"name": "Thi tuyển công chức năm 2026"},
    "a negation in the name": {"name": "Không xét tuyển công chức năm 2026"},
    "the field": {"field": "Công chức"},
    "the state": {"state": "INACTIVE"},
    "a level added": {"executing_levels": frozenset({"province", "commune"})},
    "a level taken": {"executing_levels": frozenset()},
    "the online level": {"online_level": "partial"},
    "the agency": {"agency": "Ủy ban nhân dân cấp tỉnh"},
    "the promulgating agency": {"promulgating_agency": "Bộ Tư pháp"},
    "a digit of the decision": {"decision_number": "901/QĐ-BNV"},
    "a day of the decision": {"decision_date": date(2026, 11, 21)},
    "20 days to 20 working days": {
        "processing_time": (days(20, "working_day", "direct"), days(15, way="online"))
    },
    "a time of one way": {"processing_time": (days(20, way="direct"), days(10, way="online"))},
    "a way less": {"processing_time": (days(20, way="direct"),)},
    "free to 10,000 đồng": {"fee": (money(10_000),)},
    "a fee that is a charge": {"fee": (money(0, type_="charge"),)},
    "a way of submission": {"ways": frozenset({"direct", "online", "postal"})},
    "a subject": {"subjects": ("Công dân Việt Nam",)},
    "one paper more": {"dossier": (*PAPERS, Paper(name="Ảnh 4x6", originals=2, copies=0))},
    "a copy more": {"dossier": (PAPERS[0], replace(PAPERS[1], copies=3))},
    "a legal basis": {"legal_bases": ("138/2020/NĐ-CP — Nghị định số", "85/2024/NĐ-CP — Nghị định số")},
    "a step": {"steps": ("Bước 1: Nộp hồ sơ", "Bước 2: Nhận kết quả trực tuyến")},
    "a requirement": {"requirements": "Đủ 16 tuổi trở lên"},
    "a result": {"results": ("Quyết định tuyển dụng",)},
}


@pytest.mark.parametrize("edit", REAL)
def test_one_edit_is_one_row_of_its_attribute(edit):
    (attribute,) = REAL[edit]
    spoken, comparison = changed(**REAL[edit])
    assert spoken == [(ChangeKind.CHANGED, attribute)]
    assert [step.action for step in comparison.versions] == ["open"]


def test_the_number_and_the_date_of_a_decision_are_two_rows():
    spoken, _ = changed(decision_number="700/QĐ-BNV", decision_date=date(2026, 1, 5))
    assert [attribute for _, attribute in spoken] == ["decision_number", "decision_date"]


def test_several_attributes_come_in_the_order_in_which_people_read_them():
    spoken, comparison = changed(results=(), fee=(money(5000),), name="Tiếp nhận công chức")
    assert [attribute for _, attribute in spoken] == ["name", "fee", "results"]
    assert len(comparison.versions) == 1


def test_the_values_of_a_row_are_the_texts_of_the_views():
    _, comparison = changed(executing_levels=frozenset({"province", "commune"}))
    change = only(comparison.changes)
    assert (change.old_value, change.new_value) == ('["province"]', '["commune", "province"]')


QUIET = {
    "lists reordered": {
        "subjects": OLD.subjects[::-1],
        "results": OLD.results[::-1],
        "legal_bases": OLD.legal_bases[::-1],
        "dossier": OLD.dossier[::-1],
        "processing_time": OLD.processing_time[::-1],
    },
    "published, and published as amended": {"state": "UPDATED"},
    "the same legal basis listed twice": {"legal_bases": (*OLD.legal_bases, OLD.legal_bases[0])},
    "steps that carry their number, reordered": {"steps": OLD.steps[::-1]},
    "capitals and stops in long texts": {
        "requirements": "ĐỦ 18 tuổi trở lên.",
        "results": ("quyết định tuyển dụng", "Giấy báo trúng tuyển."),
        "steps": ("Bước 1: Nộp hồ sơ;", "Bước 2: Nhận kết quả."),
    },
    "20.0 for 20": {"processing_time": (days(20.0, way="direct"), days(15.0, way="online"))},
    "what the source does not say tonight": {
        "fee": None,
        "steps": None,
        "decision_number": None,
        "online_level": None,
        "executing_levels": None,
    },
}


@pytest.mark.parametrize("edit", QUIET)
def test_it_is_no_difference_and_starts_no_version(edit):
    spoken, comparison = changed(**QUIET[edit])
    assert spoken == []
    assert comparison.versions == ()


def test_steps_without_a_number_of_their_own_have_an_order():
    old = procedure(steps=("Nộp hồ sơ", "Nhận kết quả"))
    new = procedure(steps=("Nhận kết quả", "Nộp hồ sơ"))
    assert only(compare(known(old), read(new), night()).changes).attribute == "steps"


def test_what_the_source_leaves_out_stays_in_the_version_that_something_else_opens():
    new = replace(OLD, fee=(money(10_000),), steps=None, decision_number=None)
    comparison = compare(known(OLD), read(new), night())
    (step,) = comparison.versions
    assert step.procedure.steps == OLD.steps
    assert step.procedure.decision_number == OLD.decision_number


def test_what_a_person_took_out_of_a_row_is_no_longer_said():
    new = replace(OLD, fee=(money(10_000),), steps=None, requirements=None)
    (key,) = known(OLD)
    comparison = compare(known(OLD), read(new), night(amended=frozenset({key})))
    (step,) = comparison.versions
    assert step.procedure == new
    assert {(each.attribute, each.new_value) for each in comparison.changes} == {
        ("fee", value_text(new.fee)),
        ("steps", None),
        ("requirements", None),
    }


def test_an_address_that_moved_starts_a_version_without_a_word():
    comparison = compare(known(OLD), read(replace(OLD, url="https://example.invalid/2")), night())
    assert comparison.changes == ()
    assert [step.action for step in comparison.versions] == ["open"]


def test_a_time_in_words_is_compared_by_its_words():
    old = procedure(processing_time=(ProcessingTime("direct", None, None, "Không quy định"),))
    same = procedure(processing_time=(ProcessingTime("direct", None, None, "không quy định."),))
    other = procedure(processing_time=(ProcessingTime("direct", None, None, "Theo lịch của hội đồng"),))
    assert compare(known(old), read(same), night()).changes == ()
    assert only(compare(known(old), read(other), night()).changes).attribute == "processing_time"


def test_a_fee_in_words_that_becomes_an_amount_is_a_change():
    old = procedure(fee=(Fee(None, "fee", None, "Theo Thông tư 92/2021/TT-BTC"),))
    new = procedure(fee=(money(150_000),))
    assert only(compare(known(old), read(new), night()).changes).attribute == "fee"
