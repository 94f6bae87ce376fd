"""Three sides of 20,000 procedures each against each other: has to end within ten seconds.

    python benchmarks/reconcile.py

The records are the real ones of the tree, repeated under other codes and names; one in twenty rows of each
local side says something else, and a hundred rows of the catalogue carry no code.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from procedures.findings import Side
from procedures.model import Paper, Procedure
from procedures.values.fees import Fee
from procedures.values.keys import codeless_key
from reconciliation import Rules, reconcile
from tests.reconciliation.records import everything

RULES = Rules(today=date(2026, 11, 23), department="Sở Nội vụ", province="H27", announce_within=10)
LIMIT = 10.0


def nation(number: int) -> list[Procedure]:
    real = everything()
    return [
        replace(
            real[n % len(real)],
            code=f"1.{n:06d}",
            name=f"{real[n % len(real)].name} tại khu vực {n // len(real)}",
            requirements=f"Đủ điều kiện của khu vực {n}",
            dossier=(*(real[n % len(real)].dossier or ()), Paper(name=f"Đơn theo mẫu của khu vực {n}")),
            raw=(),
        )
        for n in range(number)
    ]


def local(dice: random.Random, procedure: Procedure) -> Procedure:
    if dice.random() < 0.05:
        return replace(procedure, fee=(Fee(None, "fee", dice.randint(1, 99) * 1000, None),))
    return replace(procedure, name=procedure.name.upper()) if dice.random() < 0.05 else procedure


def side(role: str, procedures: list[Procedure]) -> Side:
    keyed = {p.code or codeless_key(p.name, p.executing_levels, p.field): p for p in procedures}
    return Side(source=role, role=role, complete=True, fresh=True, procedures=keyed)


def measured(number: int) -> float:
    dice, national = random.Random(3), nation(number)
    listed = [local(dice, p) for p in national]
    listed[: number // 200] = [replace(p, code=None) for p in listed[: number // 200]]
    catalogue, country = side("catalogue", listed), side("national", national)
    provincial = side("provincial", [local(dice, p) for p in national])
    start = time.perf_counter()
    findings = reconcile(catalogue, [country], [provincial], RULES)
    seconds = time.perf_counter() - start
    kinds = Counter(finding.kind.value for finding in findings)
    print(f"3 x {number:>6,}{seconds:8.2f} s{seconds / number * 1e6:7.0f} s a million")
    print("    " + ", ".join(f"{count} {kind}" for kind, count in kinds.most_common(6)))
    return seconds


def main() -> None:
    for number in (2_000, 10_000):
        measured(number)
    if measured(20_000) > LIMIT:
        raise SystemExit(f"3 x 20,000 took more than {LIMIT:g} s")


if __name__ == "__main__":
    main()
