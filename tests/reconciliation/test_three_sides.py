"""The department's list, the national portal and the province's portal against each other."""

from __future__ import annotations

from datetime import date

import pytest

from procedures.model import Paper
from procedures.services import Service
from procedures.values.durations import ProcessingTime
from procedures.values.fees import Fee
from reconciliation import reconcile
from tests.reconciliation.making import (
    answer,
    days,
    found,
    gone,
    money,
    nameless,
    procedure,
    row,
    rules,
    side,
    told,
)

CODE = "1.014111"
PROVINCE, COMMUNE, DISTRICT = (frozenset({level}) for level in ("province", "commune", "district"))


def three(catalogue=None, national=None, provincial=None, **said):
    """Findings of one procedure on the sides that are given."""
    return found(
        side("catalogue", row(**catalogue)) if catalogue is not None else None,
        side("national", procedure(**national)) if national is not None else None,
        side("provincial", row(division=None, **provincial)) if provincial is not None else None,
        **said,
    )


def test_three_sides_that_agree_have_nothing_to_say():
    assert three({}, {}, {}) == []


def test_a_side_without_a_complete_snapshot_is_left_out():
    unread = side("national", complete=False)
    assert found(side("catalogue", row()), unread) == []


def test_what_the_ministry_published_and_the_catalogue_lacks_has_a_due_date():
    findings = found(side("catalogue", row()), side("national", procedure(), procedure("1.014300")))
    assert told(findings) == [("new_from_ministry", "1.014300", None)]
    (finding,) = findings
    assert finding.severity == "high"
    assert finding.due_date is not None
    assert finding.evidence["due_basis"] == "internal"
    assert finding.sources == {"catalogue", "national"}


def test_it_is_one_finding_though_the_provincial_portal_shows_it_too():
    new = procedure("1.014300")
    findings = found(
        side("catalogue", row()),
        side("national", procedure(), new),
        side("provincial", row(division=None), row("1.014300", division=None)),
    )
    assert told(findings) == [("new_from_ministry", "1.014300", None)]


def test_only_the_provincial_portal_lists_it():
    findings = found(side("catalogue", row()), None, side("provincial", row(), row("3.000579")))
    assert told(findings) == [("not_in_catalogue", "3.000579", None)]


def test_the_catalogue_lists_what_the_provincial_portal_does_not():
    (finding,) = found(side("catalogue", row(), row("1.013703")), None, side("provincial", row()))
    assert (finding.kind, finding.subject, finding.severity) == (
        "not_on_provincial_portal",
        "1.013703",
        "low",
    )


def test_a_code_that_the_national_portal_does_not_know_when_asked():
    national = side("national", procedure(), looked_up=answer("1.013703", "not_found"))
    findings = found(side("catalogue", row(), row("1.013703")), national)
    assert told(findings) == [("not_on_national_portal", "1.013703", None)]


def test_a_code_that_the_national_portal_knows_as_dead_is_repealed_still_listed():
    national = side("national", procedure(), looked_up=answer("1.013703", "dead", state="INACTIVE"))
    (finding,) = found(side("catalogue", row(), row("1.013703")), national)
    assert (finding.kind, finding.evidence["state"]) == ("repealed_still_listed", "INACTIVE")


@pytest.mark.parametrize(
    ("answers", "kinds"),
    [
        (("published", "not_found"), []),
        (("published", "dead"), []),
        (("dead", "not_found"), ["repealed_still_listed"]),
        (("not_found", "error"), ["not_on_national_portal"]),
        (("error", "error"), []),
    ],
    ids=" and ".join,
)
def test_of_two_national_portals_the_one_that_knows_the_code_is_believed(answers, kinds):
    catalogue = side("catalogue", row("1.013703"))
    one, other = (
        side("national", procedure(), source=source, looked_up=answer("1.013703", outcome))
        for source, outcome in zip(("national", "gateway"), answers, strict=True)
    )
    for sources in ([one, other], [other, one]):
        findings = reconcile(catalogue, sources, [], rules())
        assert [f.kind for f in findings if f.subject == "1.013703"] == kinds


def test_gone_from_one_national_portal_and_published_by_another_is_not_gone():
    ended = side("national", procedure(), gone=gone(procedure("1.013703")))
    asked = side("national", source="gateway", looked_up=answer("1.013703", "published"))
    assert not reconcile(side("catalogue", row(), row("1.013703")), [ended, asked], [], rules())


def test_gone_nationally_and_still_in_both_lists_is_one_finding():
    national = side("national", procedure(), gone=gone(procedure("1.013703")))
    listed = row("1.013703", name="Thành lập hội")
    (finding,) = found(side("catalogue", row(), listed), national, side("provincial", row(), listed))
    assert (finding.kind, finding.severity, finding.subject) == ("repealed_still_listed", "high", "1.013703")
    assert (finding.catalogue_value, finding.provincial_value) == ("Thành lập hội", "Thành lập hội")


def test_gone_by_a_successor_names_it():
    new = procedure("1.014300", decision_number="1/QĐ-BNV")
    national = side("national", procedure(), new, gone=gone(procedure("1.013703"), "replaced", "1.014300"))
    (finding,) = found(side("catalogue", row(), row("1.013703")), national)
    assert (finding.kind, finding.successor_code) == ("replaced_still_listed", "1.014300")


def test_a_decision_that_a_person_named_makes_it_critical():
    national = side("national", procedure(), gone=gone(procedure("1.013703")))
    (finding,) = [
        finding
        for finding in found(
            side("catalogue", row(), row("1.013703")), national, repealed_by={"1.013703": "3500/QĐ-UBND"}
        )
        if finding.kind == "repealed_still_listed"
    ]
    assert finding.severity == "critical"
    assert finding.evidence["decision_number"] == "3500/QĐ-UBND"


def test_what_is_missing_for_a_night_is_still_in_force():
    national = side("national", procedure(), missing={CODE: {}})
    assert found(side("catalogue", row()), national) == []


ONE_ATTRIBUTE = {
    "the name": ({"name": "Thi tuyển viên chức"}, {"name": "Thi tuyển công chức"}, "name", "low"),
    "the level in brackets": (
        {"name": "Hội tự giải thể (cấp xã)"},
        {"name": "Hội tự giải thể (cấp tỉnh)"},
        "name",
        "low",
    ),
    "the field": ({"field": "Việc làm"}, {}, "field", "low"),
    "the fee": ({"fee": (money(10_000),)}, {"fee": (money(0),)}, "fee", "high"),
    "the ministry's decision": ({"decision_number": "901/QĐ-BNV"}, {}, "decision_number", "medium"),
    "the day of the decision": (
        {"decision_number": "900/QĐ-BNV", "decision_date": date(2026, 11, 21)},
        {},
        "decision_date",
        "medium",
    ),
    "the agency": ({"agency": "Ủy ban nhân dân cấp xã"}, {}, "agency", "medium"),
    "a subject": ({"subjects": ("Doanh nghiệp",)}, {}, "subjects", "medium"),
    "a paper": (
        {"dossier": (Paper(name="Phiếu đăng ký dự tuyển"), Paper(name="Bằng tốt nghiệp"))},
        {},
        "dossier",
        "medium",
    ),
    "the originals of a paper": (
        {"dossier": (Paper(name="Phiếu đăng ký dự tuyển", originals=2),)},
        {},
        "dossier",
        "medium",
    ),
    "a legal basis": ({"legal_bases": ("Nghị định số 138/2020/NĐ-CP",)}, {}, "legal_bases", "medium"),
    "a result": ({"results": ("Giấy chứng nhận",)}, {}, "results", "medium"),
    "a requirement": (
        {"requirements": "Đủ 18 tuổi"},
        {"requirements": "Đủ 16 tuổi"},
        "requirements",
        "medium",
    ),
    "7 days against 7 working days": (
        {"processing_time": (days(7),)},
        {"processing_time": (days(7, "working_day"),)},
        "processing_time",
        "medium",
    ),
}


@pytest.mark.parametrize("what", ONE_ATTRIBUTE)
def test_one_difference_of_the_catalogue_is_one_mismatch(what):
    ours, theirs, attribute, severity = ONE_ATTRIBUTE[what]
    name = {"name": "Thi tuyển công chức"}
    (finding,) = three({**name, **ours}, {**name, **theirs})
    assert (finding.kind, finding.attribute, finding.severity) == ("attribute_mismatch", attribute, severity)
    assert finding.catalogue_value != finding.national_value


@pytest.mark.parametrize("what", ONE_ATTRIBUTE)
def test_one_difference_of_the_provincial_portal_is_one_mismatch(what):
    theirs, national, attribute, _ = ONE_ATTRIBUTE[what]
    name = {"name": "Thi tuyển công chức"}
    (finding,) = three({**name, **national}, {**name, **national}, {**name, **theirs})
    assert (finding.kind, finding.attribute) == ("attribute_mismatch", attribute)
    assert finding.provincial_value is not None


def test_three_values_are_one_finding_that_shows_all():
    (finding,) = three({"fee": (money(1000),)}, {"fee": (money(2000),)}, {"fee": (money(3000),)})
    assert finding.attribute == "fee"
    values = (finding.catalogue_value, finding.national_value, finding.provincial_value)
    assert [amount in value for amount, value in zip(("1000", "2000", "3000"), values, strict=True)] == [
        True
    ] * 3
    assert finding.sources == {"catalogue", "national", "provincial"}


def test_two_attributes_are_two_findings():
    findings = three({"fee": (money(1),), "field": "Việc làm"}, {})
    assert told(findings) == [("attribute_mismatch", CODE, "fee"), ("attribute_mismatch", CODE, "field")]


def test_a_new_number_and_a_new_date_of_one_decision_are_one_finding():
    findings = three({"decision_number": "1/QĐ-BNV", "decision_date": date(2024, 1, 1)}, {})
    assert told(findings) == [("attribute_mismatch", CODE, "decision_number")]


# Levels.


def test_other_levels_are_a_kind_of_their_own():
    (finding,) = three({"executing_levels": COMMUNE}, {"executing_levels": PROVINCE})
    assert (finding.kind, finding.severity) == ("executing_level_mismatch", "high")
    assert (finding.catalogue_value, finding.national_value) == ('["commune"]', '["province"]')


def test_the_provincial_portal_alone_may_be_wrong_about_the_level():
    (finding,) = three({}, {}, {"executing_levels": COMMUNE})
    assert finding.kind == "executing_level_mismatch"


def test_rows_of_the_district_are_one_finding_however_many():
    rows = [row(f"1.01370{n}", executing_levels=DISTRICT) for n in (2, 3, 4)]
    national = side("national", looked_up={r.code: answer(r.code, "not_found")[r.code] for r in rows})
    (finding,) = found(side("catalogue", *rows), national, side("provincial"))
    assert (finding.kind, finding.code) == ("executing_level_mismatch", None)
    assert finding.evidence["codes"] == ["1.013702", "1.013703", "1.013704"]


def test_its_fingerprint_stays_when_a_row_of_the_district_goes():
    rows = [row(f"1.01370{n}", executing_levels=DISTRICT) for n in (2, 3, 4)]
    (before,), (after,) = found(side("catalogue", *rows)), found(side("catalogue", *rows[:2]))
    assert before.fingerprint == after.fingerprint
    assert before.sides_digest != after.sides_digest


def test_a_district_beside_the_right_level_is_in_the_group_alone():
    findings = three({"executing_levels": DISTRICT | COMMUNE}, {"executing_levels": COMMUNE})
    assert told(findings) == [("executing_level_mismatch", "district", "executing_levels")]


# Online levels.

ONLINE = [
    ("partial", "full", "online_opportunity"),
    ("none", "partial", "online_opportunity"),
    ("none", "full", "online_opportunity"),
    ("information", "partial", "online_opportunity"),
    ("full", "partial", "online_level_mismatch"),
    ("full", "none", "online_level_mismatch"),
]


@pytest.mark.parametrize("ours, theirs, kind", ONLINE)
def test_the_online_level(ours, theirs, kind):
    reason = {"online_reason": "Phải có mặt"} if ours == "partial" else {}
    (finding,) = three({"online_level": ours, **reason}, {"online_level": theirs})
    assert (finding.kind, finding.catalogue_value, finding.national_value) == (kind, ours, theirs)


def test_information_alone_is_not_an_online_service():
    assert three({"online_level": "information"}, {"online_level": "none"}) == []


def test_a_record_without_a_way_of_submission_does_not_say_that_it_is_offline():
    assert three({"online_level": "full"}, {"online_level": "none", "ways": None}) == []


def test_an_opportunity_is_not_also_a_partial_level_without_a_reason():
    assert told(three({"online_level": "partial"}, {"online_level": "full"})) == [
        ("online_opportunity", CODE, "online_level")
    ]


# Times.


def test_a_longer_time_is_slower_than_national():
    (finding,) = three({"processing_time": (days(150),)}, {"processing_time": (days(140),)})
    assert (finding.kind, finding.severity) == ("slower_than_national", "high")


def test_a_time_without_a_way_is_held_against_the_longest():
    national = {"processing_time": (days(10, way="direct"), days(8, way="online"))}
    assert three({"processing_time": (days(10),)}, national) == []
    assert told(three({"processing_time": (days(11),)}, national))[0][0] == "slower_than_national"


def test_each_way_has_its_own_time():
    national = {"processing_time": (days(10, way="direct"), days(8, way="online"))}
    ours = {"processing_time": (days(10, way="direct"), days(9, way="online"))}
    assert told(three(ours, national))[0][0] == "slower_than_national"


def test_a_provincial_time_that_is_not_the_catalogues_is_a_mismatch():
    (finding,) = three(
        {"processing_time": (days(70),)}, {"processing_time": (days(140),)}, {"processing_time": (days(100),)}
    )
    assert (finding.kind, finding.attribute) == ("attribute_mismatch", "processing_time")


def test_words_and_the_unit_other_are_no_duration():
    words = (ProcessingTime(None, None, None, "Không quy định"),)
    other = (ProcessingTime(None, 5, None, None),)
    for theirs in (words, other):
        assert three({"processing_time": (days(500),)}, {"processing_time": theirs}) == []


# Services.


def online_service(level, agency="H27.12", code=CODE):
    return Service(code=code, case_code=f"{code}.01", agency_code=agency, agency="Sở Nội vụ", level=level)


@pytest.mark.parametrize(
    "services, kinds",
    [
        ((), ["service_not_posted"]),
        ((online_service("partial"),), ["service_not_posted"]),
        ((online_service("full", agency="H12.03"),), ["service_not_posted"]),
        ((online_service("full"),), []),
        ((online_service("partial"), online_service("full")), []),
        (None, []),
    ],
    ids=["none", "a lower one", "another province's", "as high", "the higher of two", "list unread"],
)
def test_an_online_procedure_needs_a_service_of_ours(services, kinds):
    findings = three({"online_level": "full"}, {}, services=services)
    assert [finding.kind for finding in findings] == kinds


# Shape of all findings.


def test_the_same_sides_give_the_same_findings_in_the_same_order():
    sides = (
        side("catalogue", row(fee=(money(1),)), row("1.013703", executing_levels=DISTRICT), nameless()[1]),
        side("national", procedure(), procedure("1.014300")),
        side("provincial", row("3.000579")),
    )
    once, again = found(*sides), found(*sides)
    assert once == again
    assert len({finding.fingerprint for finding in once}) == len(once)


def test_the_catalogues_division_goes_with_the_finding():
    (finding,) = three({"fee": (money(1),), "division": "Phòng Công chức"}, {})
    assert finding.division == "Phòng Công chức"


def test_fees_in_words_are_not_compared_with_amounts():
    assert three({"fee": (Fee(None, "fee", None, "Theo quy định"),)}, {"fee": (money(5000),)}) == []


def test_one_paper_in_other_numbers_for_other_cases_is_compared_as_a_whole():
    two = (Paper(name="Đơn", originals=1), Paper(name="Đơn", originals=2))
    assert three({"dossier": two[::-1]}, {"dossier": two}) == []
    assert told(three({"dossier": (two[0], Paper(name="Đơn", originals=3))}, {"dossier": two})) == [
        ("attribute_mismatch", CODE, "dossier")
    ]
