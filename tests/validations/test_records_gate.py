"""The gate before load: poisoned records stay out under the right rule, the others enter."""

import json
import math
from datetime import date
from pathlib import Path

import pytest

from procedures.findings import CATALOGUE
from procedures.model import Paper
from procedures.snapshot import SnapshotState
from procedures.values.durations import ProcessingTime
from procedures.values.fees import Fee
from tests.validations import oddities
from validations import check_records, may_stand

TODAY = date(2026, 11, 24)


def time(amount, unit="day"):
    return (ProcessingTime(way="direct", amount=amount, unit=unit, text=None),)


def fee(amount):
    return (Fee(way="direct", type="fee", amount=amount, text=None),)


POISON = {
    "test name": ({"name": "Đăng ký kinh doanh 23/09"}, "not_a_test_record"),
    "test decision": ({"decision_number": "Demo/QĐ-BCA"}, "not_a_test_record"),
    "no name": ({"name": ""}, "name_present"),
    "a name of signs": ({"name": "— …"}, "name_present"),
    "mojibake name": ({"name": "Thủ tục hành chính".encode().decode("latin-1")}, "text_readable"),
    "mojibake only as received": (
        {"raw": (("name", "Thủ tục hành chính".encode().decode("latin-1")),)},
        "text_readable",
    ),
    "TCVN3 field": ({"field": "Thñ tôc hµnh chÝnh cÊp tØnh"}, "text_readable"),
    "VNI agency": ({"agency": "UÛy ban nhaân daân tænh"}, "text_readable"),
    "malformed code": ({"code": "1.01370"}, "code_well_formed"),
    "code only as published": ({"code": None, "local_code": "TTHC-12"}, "code_well_formed"),
    "801 signs": ({"name": "Cấp giấy " * 89}, "name_length"),
    "unknown level": ({"executing_levels": frozenset({"province", "hamlet"})}, "levels_known"),
    "negative time": ({"processing_time": time(-3)}, "time_not_negative"),
    "99,999 days": ({"processing_time": time(99_999)}, "time_sane"),
    "99,999 of no unit": ({"processing_time": time(99_999, None)}, "time_sane"),
    "one bad way of two": ({"processing_time": time(5) + time(99_999, "working_day")}, "time_sane"),
    "fifty years": ({"processing_time": time(50, "year")}, "time_sane"),
    "a time that is no number": ({"processing_time": time(math.nan)}, "time_sane"),
    "an endless time": ({"processing_time": time(math.inf)}, "time_sane"),
    "negative fee": ({"fee": fee(10_000) + fee(-5_000)}, "fee_not_negative"),
    "a fee of a million million": ({"fee": fee(10**12)}, "fee_sane"),
    "decided tomorrow": ({"decision_date": date(2026, 11, 25)}, "decision_not_ahead"),
    "announced next year": ({"province_decision_date": date(2027, 1, 1)}, "decision_not_ahead"),
}

SOUND = {
    "plain": {},
    "800 signs": {"name": ("Cấp giấy " * 89)[:800]},
    "every level": {"executing_levels": frozenset({"ministry", "province", "district", "commune", "other"})},
    "levels unknown": {"executing_levels": None},
    "the longest real time": {"processing_time": time(1_250, None)},
    "no number in the time": {"processing_time": time(None, None)},
    "free": {"fee": fee(0)},
    "decided today": {"decision_number": "627/QĐ-BNV", "decision_date": TODAY},
    "no code": {"code": None},
}


@pytest.fixture(scope="module")
def poisoned_night():
    """Every poison and every sound record in one batch, judged once."""
    from procedures.model import Procedure

    def make(changes):
        return Procedure(**({"code": "1.013703", "name": "Thành lập hội"} | changes))

    records = [(f"poison {name}", make(changes)) for name, (changes, _) in POISON.items()]
    records += [(f"sound {name}", make(changes)) for name, changes in SOUND.items()]
    return check_records(records, source="national", as_of=TODAY)


@pytest.mark.parametrize("name", POISON)
def test_a_poisoned_value_sends_its_whole_record_to_quarantine_under_its_rule(poisoned_night, name):
    rule, reason = poisoned_night.quarantined[f"poison {name}"]
    assert rule == POISON[name][1]
    assert reason


def test_sound_records_enter_though_poisoned_ones_are_in_the_same_batch(poisoned_night):
    assert set(poisoned_night.quarantined) == {f"poison {name}" for name in POISON}
    assert poisoned_night.verdict is None
    assert not poisoned_night.passed


@pytest.mark.parametrize(
    "name, reason",
    [
        ("99,999 days", "Thời hạn giải quyết dài quá 10 năm: 99.999 ngày"),
        ("a time that is no number", "Thời hạn giải quyết dài quá 10 năm: không phải là số"),
        ("negative fee", "Phí, lệ phí âm: -5.000 đồng"),
        ("test decision", "Bản ghi thử nghiệm trên hệ thống thật: Demo/QĐ-BCA"),
        ("malformed code", "Mã thủ tục sai dạng: 1.01370"),
        ("no name", "Không có tên thủ tục"),
        ("announced next year", "Ngày quyết định ở tương lai: 38 ngày nữa mới đến"),
    ],
)
def test_the_reason_says_in_vietnamese_what_is_wrong_and_shows_the_value(poisoned_night, name, reason):
    assert poisoned_night.quarantined[f"poison {name}"][1] == reason


def test_what_was_observed_is_json_without_infinities(poisoned_night):
    text = json.dumps([outcome.observed for outcome in poisoned_night.outcomes], allow_nan=False)
    assert '"value": "inf"' in text


def test_each_outcome_names_every_failing_record(poisoned_night):
    outcome = next(o for o in poisoned_night.outcomes if o.expectation == "text_readable")
    assert set(outcome.failing_keys) == {
        f"poison {name}" for name, (_, rule) in POISON.items() if rule == "text_readable"
    }


def test_an_oddity_is_a_flag_and_its_record_enters(procedure):
    records = [
        ("1", procedure(name="HƯỞNG TRỢ CẤP MAI TÁNG", promulgating_agency=None)),
        ("2", procedure(name="Cap giay phep xay dung")),
        ("3", procedure(raw=(("name", "Thành lập\nhội"),))),
        ("4", procedure(decision_number="3713/QD-BTP", decision_date=date(1970, 1, 1))),
        ("5", procedure(dossier=(Paper(name="§¬n ®Ò nghÞ thµnh lËp héi"),))),
        ("6", procedure(name="Quyết định ban hành quy định về quản lý hội")),
        ("7", procedure(agency="Sở Nội vụ; Sở Tư pháp Thành phố Hà Nội")),
    ]
    result = check_records(records, source="national", as_of=TODAY)
    assert result.passed
    assert result.flags == {
        "details_readable": 1,
        "name_accented": 1,
        "decision_not_ancient": 1,
        "decision_number_form": 1,
        "name_not_shouted": 1,
        "name_on_one_line": 1,
        "name_no_title": 1,
        "agency_known": 1,
        "agency_of_no_province": 1,
    }


def test_a_malformed_code_of_the_catalogue_is_a_finding_and_never_a_quarantine(procedure):
    record = procedure(code=None, local_code="TTHC-12")
    result = check_records([("~1", record)], source=CATALOGUE, as_of=TODAY)
    assert result.passed
    assert result.flags == {"code_well_formed": 1}


def test_a_field_that_changed_its_meaning_closes_the_gate(procedure):
    records = [(str(n), procedure(processing_time=time(99_999 if n < 11 else 5))) for n in range(20)]
    result = check_records(records, source="national", as_of=TODAY)
    assert result.verdict.state is SnapshotState.FAILED
    assert result.verdict.reason == (
        "Quy tắc time_sane loại 11 trên 20 bản ghi; có thể cổng đã đổi cách ghi trường này"
    )


def test_half_of_the_records_bad_by_one_rule_or_a_few_bad_ones_alone_close_nothing(procedure):
    half = [(str(n), procedure(processing_time=time(99_999 if n < 10 else 5))) for n in range(20)]
    assert check_records(half, source="national", as_of=TODAY).verdict is None
    alone = [("1", procedure(fee=fee(-1)))]
    result = check_records(alone, source="national", as_of=TODAY)
    assert result.verdict is None
    assert set(result.quarantined) == {"1"}


def test_those_that_passed_on_an_earlier_night_count_among_those_of_whom_half_may_not_fail(procedure):
    changed = [(str(n), procedure(processing_time=time(99_999 if n < 11 else 5))) for n in range(20)]
    asked = {"source": "national", "as_of": TODAY}
    assert check_records(changed, judged_before=1, **asked).verdict is not None
    assert check_records(changed, judged_before=2, **asked).verdict is None


def test_what_was_turned_away_before_counts_with_what_is_turned_away_now(procedure):
    changed = [(str(n), procedure(processing_time=time(99_999 if n < 9 else 5))) for n in range(18)]
    before = {"18": ("time_sane", "…"), "19": ("time_sane", "…")}
    asked = {"source": "national", "as_of": TODAY}
    assert check_records(changed, **asked).verdict is None
    assert check_records(changed, turned_away=before, **asked).verdict is not None
    result = check_records(changed[9:], turned_away=before, **asked)
    assert result.quarantined == before
    assert not result.passed


def test_what_stands_is_judged_too_where_it_may_decide(procedure):
    """A record may fail more rules than the one that turned it away."""
    before = {str(n): ("not_a_test_record", "…") for n in range(18)}
    changed = [(str(n), procedure(processing_time=time(99_999 if n < 28 else 5))) for n in range(18, 40)]
    asked = {"source": "national", "as_of": TODAY}
    result = check_records(changed, turned_away=before, **asked)
    assert result.verdict is None
    assert result.undecided
    assert not check_records(changed[10:], turned_away=before, judged_before=10, **asked).undecided


def test_an_outcome_tells_of_those_that_stand_turned_away(procedure):
    before = {"9": ("time_sane", "…")}
    result = check_records([("1", procedure())], turned_away=before, source="national", as_of=TODAY)
    (outcome,) = (each for each in result.outcomes if each.expectation == "time_sane")
    assert (outcome.success, outcome.observed["unexpected"]) == (False, 1)


def test_only_a_few_and_none_by_the_day_are_turned_away_unjudged():
    few = {str(n): ("time_sane", "…") for n in range(5)}
    assert may_stand(few | {"9": ("decision_not_ahead", "…")}, 12) == few
    assert may_stand(few, 9) == {}


def test_where_all_passed_on_an_earlier_night_nothing_is_judged():
    result = check_records([], source="national", as_of=TODAY, judged_before=3)
    assert result.unchanged
    assert result.passed


def test_no_records_leave_the_gate_open():
    result = check_records([], source="national", as_of=TODAY)
    assert result.passed
    assert result.outcomes == ()


def test_the_same_records_on_another_day_are_not_judged_again(procedure):
    records = [("1", procedure(decision_date=date(2026, 11, 20))), ("2", procedure(code="1.013704"))]
    first = check_records(records, source="national", as_of=TODAY)
    again = check_records(
        reversed(records), source="national", as_of=date(2026, 11, 25), last_pass=first.fingerprint
    )
    assert again.unchanged
    assert again.fingerprint == first.fingerprint


def test_a_record_that_moved_is_judged_again(procedure):
    first = check_records([("1", procedure(fee=fee(0)))], source="national", as_of=TODAY)
    again = check_records(
        [("1", procedure(fee=fee(-1)))], source="national", as_of=TODAY, last_pass=first.fingerprint
    )
    assert set(again.quarantined) == {"1"}


TOO_LONG_IN_REALITY = {"1.013962", "1.013980"}
"""Two procedures of land law whose real names have 919 and 1,094 signs."""


def test_a_fine_night_of_real_records_turns_away_only_the_two_overlong_names(real_records):
    result = check_records(real_records, source="national", as_of=TODAY)
    assert len(real_records) == 1_736
    assert result.verdict is None
    assert {key: rule for key, (rule, _) in result.quarantined.items()} == dict.fromkeys(
        TOO_LONG_IN_REALITY, "name_length"
    )


def test_the_flags_of_a_fine_night_are_the_true_oddities_of_the_real_records(real_records):
    records = [(key, record) for key, record in real_records if key not in TOO_LONG_IN_REALITY]
    result = check_records(records, source="national", as_of=TODAY)
    assert result.passed
    assert result.flags == {
        "decision_number_form": 35,
        "name_not_shouted": 31,
        "name_on_one_line": 6,
        "agency_of_no_province": 61,
    }


def test_every_oddity_of_the_real_records_is_explained_in_the_docs():
    page = Path(__file__).parents[2] / "docs" / "oddities.md"
    assert page.read_text(encoding="utf-8") == oddities.page()
