"""Pure comparison: nights of one source (`compare`), and the sides against each other (`reconcile`)."""

from reconciliation.announcements.decisions import decision_lines
from reconciliation.changes.comparison import compare
from reconciliation.changes.context import Night
from reconciliation.changes.differences import Difference, differences
from reconciliation.changes.flapping import Flap, Flip, flapping
from reconciliation.findings.matching import Candidate, Matching, match
from reconciliation.findings.reconcile import reconcile
from reconciliation.findings.sides import match_side, out_of_scope
from reconciliation.indicators.counts import kpi
from reconciliation.rules import Rules

__all__ = [
    "Candidate",
    "Difference",
    "Flap",
    "Flip",
    "Matching",
    "Night",
    "Rules",
    "compare",
    "decision_lines",
    "differences",
    "flapping",
    "kpi",
    "match",
    "match_side",
    "out_of_scope",
    "reconcile",
]
