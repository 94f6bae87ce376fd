"""Pure comparison: nights of one source (`compare`), and the sides against each other (`reconcile`)."""

from reconciliation.comparison import compare
from reconciliation.decisions import DecisionLine, decision_lines
from reconciliation.differences import Difference, differences
from reconciliation.figures import kpi
from reconciliation.flapping import Flap, Flip, flapping
from reconciliation.matching import Candidate, Matching, match
from reconciliation.night import Night
from reconciliation.reconciling import reconcile
from reconciliation.rules import Rules, Service
from reconciliation.sides import match_side, out_of_scope

__all__ = [
    "Candidate",
    "DecisionLine",
    "Difference",
    "Flap",
    "Flip",
    "Matching",
    "Night",
    "Rules",
    "Service",
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
