"""Two portals of one role are compared as their union."""

from __future__ import annotations

from procedures.findings import Finding, Side
from reconciliation import reconcile
from tests.reconciliation.making import days, procedure, row, rules, side, told

ONE, OTHER = "1.000001", "1.000002"


def portal(name: str, *codes: str, complete: bool = True, **said: object) -> Side:
    rows = [procedure(code, **said) for code in codes]
    return side("provincial", *rows, source=name, complete=complete)


def against(*portals: Side) -> list[Finding]:
    """What the department's list of both codes differs in from the province's portals."""
    return reconcile(side("catalogue", row(ONE), row(OTHER)), [], portals, rules())


def test_a_procedure_that_either_portal_publishes_is_published() -> None:
    assert told(against(portal("a", ONE), portal("b", OTHER))) == []


def test_what_neither_publishes_rests_on_both() -> None:
    [found] = against(portal("a", ONE), portal("b", ONE))
    assert told([found]) == [("not_on_provincial_portal", OTHER, None)]
    assert found.sources == {"catalogue", "a", "b"}


def test_of_contradicting_portals_the_first_speaks_and_the_other_is_not_told() -> None:
    ours = side("catalogue", row(ONE, processing_time=(days(5),)))
    agreeing, differing = (portal(name, ONE, processing_time=(days(n),)) for name, n in (("a", 5), ("b", 9)))
    assert reconcile(ours, [], [agreeing, differing], rules()) == []
    [found] = reconcile(ours, [], [differing, agreeing], rules())
    assert told([found]) == [("attribute_mismatch", ONE, "processing_time")]
    assert (found.evidence["provincial"]["source"], found.sources) == ("b", {"catalogue", "b"})


def test_what_the_first_does_not_state_is_not_taken_from_the_second() -> None:
    ours = side("catalogue", row(ONE, processing_time=(days(5),)))
    silent, differing = portal("a", ONE, processing_time=None), portal("b", ONE, processing_time=(days(9),))
    assert reconcile(ours, [], [silent, differing], rules()) == []


def test_while_one_portal_was_never_read_whole_nothing_is_said_to_be_on_neither() -> None:
    assert told(against(portal("a", ONE), portal("b", complete=False))) == []
    assert told(against(portal("a", ONE))) == [("not_on_provincial_portal", OTHER, None)]


def test_what_a_portal_lists_beyond_our_list_is_told_all_the_same() -> None:
    extra = against(portal("a", ONE, OTHER, "1.000003"), portal("b", complete=False))
    assert told(extra) == [("not_in_catalogue", "1.000003", None)]
