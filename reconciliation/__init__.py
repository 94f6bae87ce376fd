"""Pure comparison: nights of one source (`compare`), and the sides against each other (`reconcile`)."""

from reconciliation.announcements.decisions import decision_lines
from reconciliation.changes.comparison import compare
from reconciliation.changes.context import ComparisonContext
from reconciliation.changes.differences import AttributeDifference, differences
from reconciliation.changes.flapping import Flap, Flip, find_flaps
from reconciliation.findings.matching import MatchCandidate, Matching, match
from reconciliation.findings.reconcile import compare_all, reconcile
from reconciliation.findings.sides import match_side, out_of_scope
from reconciliation.indicators.counts import kpi
from reconciliation.rules import Rules

__all__ = [
    "AttributeDifference",
    "ComparisonContext",
    "Flap",
    "Flip",
    "MatchCandidate",
    "Matching",
    "Rules",
    "compare",
    "compare_all",
    "decision_lines",
    "differences",
    "find_flaps",
    "kpi",
    "match",
    "match_side",
    "out_of_scope",
    "reconcile",
]
