"""Rows without a code: matched by name when it is certain, offered to a person when it is not."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace

import pytest

from reconciliation import match, match_side
from reconciliation.findings.names import spelling_key, unspaced_key
from tests.reconciliation.making import found, nameless, procedure, row, rules, side, told
from tests.reconciliation.records import GOLDEN, everything, hanoi, hanoi_row, real

PROVINCE, COMMUNE, DISTRICT = (frozenset({level}) for level in ("province", "commune", "district"))
FUNDS = {"field": "Quản lý nhà nước về hội, quỹ"}


def target(code, name, levels=PROVINCE, **said):
    return procedure(code, name=name, executing_levels=levels, **{**FUNDS, **said})


def listed(name, levels=PROVINCE, **said):
    return nameless(name=name, executing_levels=levels, **{**FUNDS, **said})


def matched(rows, *targets, **said):
    return match(dict(rows), {t.code: t for t in targets}, **said)


def test_an_equal_name_within_level_and_field_is_certain():
    key, listed_row = listed("Thủ tục thành lập hội.")
    result = matched([(key, listed_row)], target("1.012929", "THỦ TỤC THÀNH LẬP HỘI (CẤP TỈNH)"))
    assert result.certain == {key: "1.012929"}
    assert result.candidates == {}


def test_the_same_name_at_two_levels_finds_its_own():
    rows = [listed("Thành lập hội", PROVINCE), listed("Thành lập hội", COMMUNE)]
    result = matched(
        rows, target("1.012929", "Thành lập hội", PROVINCE), target("1.013703", "Thành lập hội", COMMUNE)
    )
    assert result.certain == {rows[0][0]: "1.012929", rows[1][0]: "1.013703"}


def test_a_name_that_two_codes_bear_is_not_certain():
    key, listed_row = listed("Thành lập hội")
    result = matched(
        [(key, listed_row)], target("1.012929", "Thành lập hội"), target("1.012930", "Thành lập hội")
    )
    assert result.certain == {}
    assert [candidate.code for candidate in result.candidates[key]] == ["1.012929", "1.012930"]


def test_two_rows_that_claim_one_code_get_none():
    rows = [listed("Thành lập hội", PROVINCE), listed("Thành lập hội", PROVINCE | COMMUNE)]
    result = matched(rows, target("1.012929", "Thành lập hội", None))
    assert result.certain == {}


def test_a_code_that_another_row_carries_is_not_given_twice():
    key, listed_row = listed("Thành lập hội")
    result = matched([(key, listed_row)], target("1.012929", "Thành lập hội"), used_codes={"1.012929"})
    assert result.certain == {}
    assert result.candidates[key][0].reason == "mã đã có ở dòng khác"


@pytest.mark.parametrize(
    "name, other, reason",
    [
        ("Cấp giấy phép thành lập quỹ", "Cấp lại giấy phép thành lập quỹ", "khác hành động"),
        ("Cấp giấy phép thành lập quỹ", "Cấp đổi giấy phép thành lập quỹ", "khác hành động"),
        (
            "Tiếp nhận người có công vào cơ sở nuôi dưỡng do Bộ Nội vụ quản lý",
            "Tiếp nhận người có công vào cơ sở nuôi dưỡng do tỉnh quản lý",
            "khác cơ quan",
        ),
        ("Hỗ trợ hợp đồng từ 90 ngày trở lên", "Hỗ trợ hợp đồng từ 60 ngày trở lên", "khác số"),
        ("Cho phép quỹ hoạt động", "Không cho phép quỹ hoạt động", "khác hành động"),
    ],
)
def test_what_differs_in_a_word_that_matters_is_only_a_candidate(name, other, reason):
    key, listed_row = listed(name)
    result = matched([(key, listed_row)], target("1.012929", other))
    assert result.certain == {}
    (candidate,) = result.candidates[key]
    assert reason in candidate.reason


@pytest.mark.parametrize(
    "other, reason",
    [
        ({"executing_levels": COMMUNE}, "khác cấp thực hiện"),
        ({"field": "Việc làm"}, "khác lĩnh vực"),
    ],
)
def test_an_equal_name_elsewhere_is_a_candidate_with_the_reason(other, reason):
    key, listed_row = listed("Thành lập hội")
    result = matched([(key, listed_row)], replace(target("1.012929", "Thành lập hội"), **other))
    assert result.certain == {}
    assert reason in result.candidates[key][0].reason


def test_words_torn_apart_by_a_pdf_are_matched():
    key, torn = listed("Th ủ t ục cấp gi ấy phép thành l ập và công nh ận đi ều l ệ qu ỹ")
    result = matched([(key, torn)], target("1.012950", "Cấp giấy phép thành lập và công nhận điều lệ quỹ"))
    assert result.certain == {key: "1.012950"}


def test_without_blanks_no_two_real_names_become_one_that_were_two():
    together: dict[str, set[str]] = {}
    for p in everything():
        together.setdefault(unspaced_key(p.name), set()).add(spelling_key(p.name))
    assert [names for names in together.values() if len(names) > 1] == []
    assert len(together) > 1600


def test_what_a_person_confirmed_stands_whatever_the_names_say():
    key, listed_row = listed("Quỹ tự giải thể")
    result = matched([(key, listed_row)], target("1.012929", "Thành lập hội"), confirmed={key: "1.012929"})
    assert result.by_person == {key: "1.012929"}
    assert result.code(key) == "1.012929"


# As findings.


def test_a_row_that_cannot_be_matched_is_a_missing_code_with_candidates():
    key, listed_row = listed("Cấp giấy phép thành lập quỹ")
    national = side("national", target("1.012950", "Cấp lại giấy phép thành lập quỹ"))
    findings = found(side("catalogue", listed_row), national)
    assert told(findings) == [("new_from_ministry", "1.012950", None), ("missing_code", key, None)]
    new, missing = findings
    assert [like["name"] for like in new.evidence["resembling"]] == ["Cấp giấy phép thành lập quỹ"]
    assert [candidate["code"] for candidate in missing.evidence["candidates"]] == ["1.012950"]
    assert missing.code is None


def test_a_row_that_is_matched_by_name_is_compared_like_any_other():
    _, listed_row = listed("Thành lập hội", agency="Ủy ban nhân dân cấp xã")
    findings = found(side("catalogue", listed_row), side("national", target("1.012929", "Thành lập hội")))
    assert told(findings) == [("attribute_mismatch", "1.012929", "agency")]


def test_a_confirmed_row_makes_no_missing_code_any_more():
    key, listed_row = listed("Cấp giấy phép thành lập quỹ")
    national = side("national", target("1.012950", "Cấp lại giấy phép thành lập quỹ"))
    findings = found(side("catalogue", listed_row), national, matches={key: "1.012950"})
    assert told(findings) == [("attribute_mismatch", "1.012950", "name")]


def test_a_portal_without_codes_is_matched_too():
    _, listed_row = listed("Thành lập hội")
    sides = (
        side("catalogue", row("1.012929", name="Thành lập hội", **FUNDS)),
        side("national", target("1.012929", "Thành lập hội")),
    )
    assert found(*sides, side("provincial", listed_row)) == []


def test_a_portal_without_codes_finds_the_catalogues_code_where_no_nation_is_read():
    _, listed_row = listed("Thành lập hội")
    coded = row("3.000579", name="Thành lập hội", **FUNDS)
    assert found(side("catalogue", coded), None, side("provincial", listed_row)) == []


def test_the_fingerprint_of_a_row_without_a_code_rests_on_name_level_and_field():
    one = found(side("catalogue", listed("Thủ tục lập quỹ.")[1]), side("national"))
    other = found(side("catalogue", listed("LẬP QUỸ")[1]), side("national"))
    elsewhere = found(side("catalogue", listed("LẬP QUỸ", COMMUNE)[1]), side("national"))
    assert one[0].fingerprint == other[0].fingerprint != elsewhere[0].fingerprint


# The real test: Hà Nội's decision against the records of Bộ Nội vụ, labelled by hand.


@pytest.fixture(scope="module")
def labels():
    with (GOLDEN / "hanoi" / "labels.csv").open(encoding="utf-8", newline="") as file:
        return {int(said["row"]): said["code"] for said in csv.DictReader(file)}


@pytest.fixture(scope="module")
def automatic():
    """What the rules match of the 113 rows, by row."""
    keys: dict[str, list[int]] = {}
    rows = []
    for number in range(1, len(hanoi()) + 1):
        said = hanoi_row(number)
        key, _ = nameless(name=said.name, executing_levels=said.executing_levels, field=said.field)
        keys.setdefault(key, []).append(number)
        rows.append(said)
    matching = match_side(side("catalogue", *rows), [side("national", *real("noivu"))], rules())
    return {numbers[0]: matching.certain[key] for key, numbers in keys.items() if key in matching.certain}


def test_each_row_of_the_decision_is_labelled(labels):
    assert sorted(labels) == list(range(1, 114))
    assert Counter(bool(code) for code in labels.values()) == {True: 60, False: 53}


def test_no_automatic_match_of_the_decision_is_wrong(labels, automatic):
    wrong = {number: (code, labels[number]) for number, code in automatic.items() if labels[number] != code}
    assert wrong == {}


def test_nine_of_ten_rows_that_a_person_can_match_are_matched(labels, automatic):
    by_hand = {number for number, code in labels.items() if code}
    missed = sorted(by_hand - automatic.keys())
    assert missed == [48, 58, 59, 69, 75]
    assert len(by_hand & automatic.keys()) / len(by_hand) >= 0.9


def test_what_is_missed_is_offered_to_a_person(labels):
    missed = {48: "1.010775", 58: "1.010812", 59: "1.001257", 69: "1.010814", 75: "1.010813"}
    for number, code in missed.items():
        said = hanoi_row(number)
        result = match({"~": said}, {p.code: p for p in real("noivu")})
        assert result.certain == {}
        assert code in [candidate.code for candidate in result.candidates["~"]], number
