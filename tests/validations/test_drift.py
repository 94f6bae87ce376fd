"""A field that moved on a portal is named the first night, with an example; chance is no drift."""

import pytest

from procedures.snapshot import Certificate
from validations import check_drift
from validations.drift import drift


def night(records=100, leftovers=None, **fields):
    """A night of so many details; a field is (type, records that had it, example)."""
    seen = {"detail": {"object": records}, "detail.code": {"string": records}}
    examples = {"detail.code:string": "1.013703"}
    for name, (kind, times, example) in fields.items():
        seen.setdefault(f"detail.{name}", {})[kind] = times
        examples[f"detail.{name}:{kind}"] = example
    return Certificate(fields=seen, examples=examples, leftovers=leftovers or {})


BEFORE = night(note=("string", 100, "Ghi chú"), keywords=("string", 60, "hội"), rare=("string", 3, "x"))


def told(now, before=BEFORE):
    return {(each.kind, each.path): each.example for each in drift(now, before)}


def test_a_night_like_the_last_one_tells_nothing_in_four_outcomes():
    assert told(BEFORE) == {}
    outcomes = check_drift(BEFORE, BEFORE)
    assert [outcome.success for outcome in outcomes] == [True] * 4


def test_before_a_complete_night_nothing_is_said():
    assert check_drift(BEFORE, None) == ()
    assert check_drift(BEFORE, Certificate()) == ()


def test_a_new_field_is_named_with_an_example():
    now = night(
        note=("string", 100, "Ghi chú"),
        keywords=("string", 60, "hội"),
        rating=("number", 80, "4"),
        leftovers={"detail.rating": "4"},
    )
    assert told(now) == {("field_new", "detail.rating"): "4"}


def test_a_field_that_a_parser_knows_and_that_was_only_rare_is_not_new():
    assert told(BEFORE, night(note=("string", 100, "x"), keywords=("string", 60, "hội"))) == {}


def test_a_list_of_which_every_record_had_none_until_now_is_not_new():
    before, now = night(), night()
    before.fields["list.subjects"] = now.fields["list.subjects"] = {"array": 100}
    now.fields["list.subjects[]"] = {"string": 2}
    now.fields["list.rating"] = {"number": 100}
    assert set(told(now, before)) == {("field_new", "list.rating")}


def test_a_missing_field_is_named_with_what_stood_there():
    now = night(keywords=("string", 60, "hội"))
    assert told(now) == {("field_missing", "detail.note"): "Ghi chú"}


def test_a_renamed_field_is_one_drift_and_not_two():
    now = night(
        keywords=("string", 60, "hội"),
        notes=("string", 100, "Ghi chú"),
        leftovers={"detail.notes": "Ghi chú"},
    )
    assert told(now) == {("field_renamed", "detail.note → detail.notes"): "Ghi chú"}


def test_a_retyped_field_is_named_with_both_types():
    now = night(note=("number", 100, "12"), keywords=("string", 60, "hội"))
    assert told(now) == {("field_retyped", "detail.note (string → number)"): "12"}


@pytest.mark.parametrize("records, gone", [(3, False), (10, False), (40, True)])
def test_a_few_records_without_a_field_that_not_all_have_are_chance(records, gone):
    now = night(records, note=("string", records, "Ghi chú"))
    assert bool(told(now)) is gone


def test_what_was_rare_is_never_called_missing():
    assert ("field_missing", "detail.rare") not in told(night(note=("string", 100, "x")))


def test_an_object_that_is_gone_is_named_once_and_not_field_by_field():
    before = night(proposal=("object", 100, ""))
    before.fields["detail.proposal.number"] = {"string": 100}
    before.fields["detail.proposal.date"] = {"number": 100}
    assert set(told(night(), before)) == {("field_missing", "detail.proposal")}


def test_the_outcome_has_the_field_and_its_example():
    outcomes = {outcome.expectation: outcome for outcome in check_drift(night(), BEFORE)}
    missing = outcomes["field_missing"]
    assert not missing.success
    assert missing.observed["examples"][-1] == {"key": "detail.note", "value": "Ghi chú"}
    assert missing.failing_keys == ("detail.keywords", "detail.note")
