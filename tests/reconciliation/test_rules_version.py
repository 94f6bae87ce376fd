"""The rules never move alone: what they say of unchanged records moves with RULES_VERSION."""

from __future__ import annotations

import json

from tests.reconciliation.verdicts import GOLDEN, verdicts

MOVED = (
    "the rules moved: {what} of the same records are others now. Move RULES_VERSION in "
    "procedures/rules_version.py (once a release), or a night takes the new rule for a change on a portal; "
    "then write down what they say: python -m tests.reconciliation.verdicts"
)


def test_what_the_rules_say_moves_with_their_version() -> None:
    kept, now = json.loads(GOLDEN.read_text(encoding="utf-8")), verdicts()
    moved = [what for what in ("read", "judged", "changes", "findings") if kept[what] != now[what]]
    version_moved = kept["rules_version"] != now["rules_version"]
    assert version_moved or not moved, MOVED.format(what=", ".join(moved))
    assert kept == now, (
        "RULES_VERSION moved: run python -m tests.reconciliation.verdicts, and commit what it writes"
    )
