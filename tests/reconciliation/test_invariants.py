"""What holds of `compare` whatever the night."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from procedures.changes import ChangeKind, StoredProcedure
from procedures.snapshot import Observation
from reconciliation import compare
from tests.reconciliation.making import absent_since, carried_on, night, procedure, read

CODES = [f"1.0143{n:02d}" for n in range(8)]
RECORDS = st.builds(
    lambda name, fee, level, agency: {
        "name": f"Thủ tục {name}",
        "fee": fee,
        "executing_levels": level,
        "agency": agency,
    },
    st.sampled_from(["thành lập hội", "Thành lập hội", "thành lập quỹ", "lập hội (cấp tỉnh)"]),
    st.sampled_from([None, ()]),
    st.sampled_from([None, frozenset(), frozenset({"commune"}), frozenset({"province"})]),
    st.sampled_from([None, "Sở Nội vụ", "SỞ NỘI VỤ"]),
)


@st.composite
def before(draw):
    standing = {}
    for code in draw(st.sets(st.sampled_from(CODES))):
        absence = draw(st.sampled_from([None, absent_since(-1), absent_since(-2, 2)]))
        retired = draw(st.booleans()) if absence is None else False
        standing[code] = StoredProcedure(
            procedure=procedure(code, **draw(RECORDS)), absence=absence, retired=retired
        )
    return standing


@st.composite
def tonight(draw, standing):
    met = {}
    for code in draw(st.sets(st.sampled_from(CODES))):
        presence = draw(st.sampled_from(["read", "same", "seen", "unread", "quarantined", "unpublished"]))
        if presence in ("read", "same") or code not in standing:
            same = presence == "same" and code in standing
            met |= read(standing[code].procedure if same else procedure(code, **draw(RECORDS)))
        else:
            met[code] = Observation(key=code, presence=presence, code=code, state="INACTIVE")
    return met


@st.composite
def nights(draw):
    standing = draw(before())
    flags = {
        "complete": draw(st.booleans()),
        "baseline": draw(st.sampled_from([True, True, True, False])),
        "rescoped": draw(st.sampled_from([False, False, True])),
        "confirm_after": draw(st.integers(1, 4)),
        "ladder": draw(st.booleans()),
    }
    return standing, draw(tonight(standing)), night(**flags)


def unmoved(known, observation):
    """Pairs that a caller may leave out: same record or merely listed, and nothing running."""
    if known is None or observation is None or known.retired or known.absence:
        return False
    if observation.presence == "read":
        return observation.procedure == known.procedure
    return observation.presence in ("seen", "unread", "quarantined")


@settings(max_examples=150, deadline=None)
@given(nights())
def test_leaving_out_what_did_not_move_changes_nothing(given_night):
    standing, met, its = given_night
    out = {code for code in CODES if unmoved(standing.get(code), met.get(code))}
    fewer = {code: known for code, known in standing.items() if code not in out}
    less = {code: observation for code, observation in met.items() if code not in out}
    assert compare(standing, met, its) == compare(fewer, less, its)


@settings(max_examples=100, deadline=None)
@given(nights())
def test_what_is_retired_and_absent_may_be_left_out_too(given_night):
    standing, met, its = given_night
    fewer = {code: known for code, known in standing.items() if code in met or not known.retired}
    assert compare(standing, met, its) == compare(fewer, met, its)


@settings(max_examples=100, deadline=None)
@given(nights())
def test_a_partial_night_retires_nothing_and_moves_no_ladder(given_night):
    standing, met, its = given_night
    comparison = compare(standing, met, replace(its, complete=False))
    gone = {ChangeKind.MISSING, ChangeKind.REPEALED, ChangeKind.REPLACED, ChangeKind.LEVEL_TRANSFER}
    assert not gone & {change.kind for change in comparison.changes}
    assert all(step.action == "open" for step in comparison.versions)
    assert all(step.absence is None and step.key in met for step in comparison.absences)


@settings(max_examples=150, deadline=None)
@given(nights())
def test_the_same_snapshot_again_on_the_same_day_says_nothing(given_night):
    standing, met, its = given_night
    once = compare(standing, met, its)
    its = replace(its, baseline=its.baseline or its.complete, rescoped=False)
    again = compare(carried_on(standing, once), met, its)
    assert (again.changes, again.versions, again.absences) == ((), (), ())


@settings(max_examples=100, deadline=None)
@given(nights())
def test_a_silent_night_says_nothing_and_ends_as_a_speaking_one(given_night):
    standing, met, its = given_night
    silent = compare(standing, met, replace(its, baseline=False))
    assert silent.changes == ()


@settings(max_examples=100, deadline=None)
@given(nights())
def test_every_row_has_one_reason_and_every_key_one_fate(given_night):
    standing, met, its = given_night
    comparison = compare(standing, met, its)
    rows = [(change.key, change.kind, change.attribute) for change in comparison.changes]
    assert len(rows) == len(set(rows))
    steps = [step.key for step in comparison.versions]
    assert len(steps) == len(set(steps))
    fates = [change.key for change in comparison.changes if change.attribute is None]
    assert len(fates) == len(set(fates))
