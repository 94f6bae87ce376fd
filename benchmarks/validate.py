"""100,000 records through all three gates, beside the same rules written in plain pandas.

    python benchmarks/validate.py [--rows 100000]

Both are handed the same batches (the columns that the rules look at) and have to name the same failing
rows; each runs in a process of its own, so that import and peak memory are its own. The records are the real
ones of the tree under other codes, one in a hundred of them spoilt. What it costs to make the batches is told
apart, and so is a night on which nothing moved, which needs neither library.
"""

from __future__ import annotations

import argparse
import importlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from procedures.model import Procedure
from procedures.snapshot import Certificate
from procedures.values.durations import ProcessingTime
from procedures.values.fees import Fee
from tests.reconciliation.records import everything
from validations import (
    Expected,
    ListedRow,
    WarehouseRow,
    check_listing,
    check_records,
    check_warehouse,
    listing_gate,
    records_gate,
)
from validations import warehouse_gate as after_load
from validations.gate import Batch, Expectation
from validations.record_suite import record_suite

TODAY = date(2026, 11, 24)
EXPECTED = Expected(kind="national-api")
LIMIT = 60.0
"""Seconds that three gates over 100,000 records may take on two cores, import included."""

SPOILT: Sequence[dict[str, Any]] = (
    {"name": "Đăng ký kinh doanh 23/09"},
    {"name": "Thñ tôc hµnh chÝnh cÊp tØnh"},
    {"name": "Cấp giấy " * 100},
    {"processing_time": (ProcessingTime(way="direct", amount=99_999, unit="day", text=None),)},
    {"fee": (Fee(way="direct", type="fee", amount=-5_000, text=None),)},
)


def many(number: int) -> list[Procedure]:
    real = everything()
    return [
        replace(
            real[n % len(real)],
            code=f"{1 + n // 1_000_000}.{n % 1_000_000:06d}",
            **(SPOILT[n // 100 % len(SPOILT)] if n % 100 == 0 else {}),
        )
        for n in range(number)
    ]


def listed(procedures: Sequence[Procedure]) -> Iterator[ListedRow]:
    for each in procedures:
        yield ListedRow(key=each.code or "", presence="read", code=each.code, name=each.name, state="ACTIVE")


def standing(procedures: Sequence[Procedure]) -> Iterator[WarehouseRow]:
    for n, each in enumerate(procedures):
        overlaps = int(n % 1_000 == 0)
        yield WarehouseRow(key=f"national {each.code}", current=1, of_code=1, overlaps=overlaps, inverted=0)


def judged_by_gates(procedures: Sequence[Procedure]) -> tuple[dict[str, int], Callable[[], bool]]:
    """Failing rows by expectation; and the same gates on a night on which nothing moved."""
    certificate = Certificate(present=len(procedures), listed=len(procedures))
    named = [(each.code or "", each) for each in procedures]
    gates = (
        check_listing(listed(procedures), certificate, EXPECTED),
        check_records(named, source="national", as_of=TODAY),
        check_warehouse(standing(procedures)),
    )
    failing = {
        outcome.expectation: len(outcome.failing_keys)
        for gate in gates
        for outcome in gate.outcomes
        if outcome.failing_keys
    }

    def again() -> bool:
        first, second, third = (gate.fingerprint for gate in gates)
        return all(
            gate.unchanged
            for gate in (
                check_listing(listed(procedures), certificate, EXPECTED, first),
                check_records(named, source="national", as_of=TODAY, last_pass=second),
                check_warehouse(standing(procedures), third),
            )
        )

    return failing, again


def judged_by_pandas(procedures: Sequence[Procedure]) -> dict[str, int]:
    """The same rules, a line of pandas each."""
    certificate = Certificate(present=len(procedures), listed=len(procedures))
    batches = (
        (listing_gate._batch(listed(procedures), certificate, True), _listing_suite(certificate, procedures)),
        (
            records_gate._batch(((each.code or "", each) for each in procedures), TODAY),
            record_suite(strict_codes=True),
        ),
        (after_load._batch(standing(procedures)), after_load.EXPECTATIONS),
    )
    failing: dict[str, int] = {}
    for batch, suite in batches:
        frame = _frame(batch)
        for expectation in suite:
            bad = _failing(frame, expectation)
            if bad:
                failing[expectation.name] = bad
    return failing


def _listing_suite(certificate: Certificate, procedures: Sequence[Procedure]) -> Sequence[Expectation]:
    batch = listing_gate._batch(listed(procedures[:1]), certificate, True)
    return listing_gate._suite(batch, True, True, certificate, EXPECTED)


def _frame(batch: Batch) -> Any:
    import pandas

    return pandas.DataFrame(dict(batch.texts) | dict(batch.numbers), index=list(batch.keys))


def _failing(frame: Any, expectation: Expectation) -> int:
    """How many rows do not hold; 0 for a rule about the table that holds."""
    column = frame[expectation.column] if expectation.column else None
    asked = expectation.kwargs
    match expectation.rule:
        case "ExpectColumnValuesToBeNull":
            return int(column.notna().sum())
        case "ExpectColumnValuesToNotBeNull":
            return int(column.isna().sum())
        case "ExpectColumnValuesToMatchRegex":
            return int((~column.dropna().astype(str).str.contains(asked["regex"], regex=True)).sum())
        case "ExpectColumnValueLengthsToBeBetween":
            return int((column.dropna().astype(str).str.len() > asked["max_value"]).sum())
        case "ExpectColumnValuesToBeBetween":
            known = column.dropna()
            low, high = asked.get("min_value", float("-inf")), asked.get("max_value", float("inf"))
            return int((~known.between(low, high)).sum())
        case "ExpectColumnMaxToBeBetween":
            low, high = asked.get("min_value", float("-inf")), asked.get("max_value", float("inf"))
            return 0 if low <= column.max() <= high else 1
        case "ExpectColumnProportionOfUniqueValuesToBeBetween":
            return 0 if column.nunique() / column.count() >= asked["min_value"] else 1
    return 0 if len(frame) >= asked["min_value"] else 1


def one(who: str, number: int) -> None:
    """One of the two, in this process; its figures as JSON."""
    procedures = many(number)
    before = _memory()
    start = time.perf_counter()
    if who == "gates":
        importlib.import_module("great_expectations.expectations")
    else:
        importlib.import_module("pandas")
    imported = time.perf_counter() - start
    start = time.perf_counter()
    if who == "gates":
        failing, again = judged_by_gates(procedures)
    else:
        failing = judged_by_pandas(procedures)
    judged = time.perf_counter() - start
    told = {"import": imported, "judge": judged, "failing": failing, "memory": _memory() - before}
    if who == "gates":
        start = time.perf_counter()
        if not again():
            raise SystemExit("a gate was run again though nothing had moved")
        told["unchanged"] = time.perf_counter() - start
    print(json.dumps(told))


def batches(number: int) -> float:
    """Seconds that the three batches alone take."""
    procedures = many(number)
    certificate = Certificate(present=len(procedures), listed=len(procedures))
    start = time.perf_counter()
    listing_gate._batch(listed(procedures), certificate, True)
    records_gate._batch(((each.code or "", each) for each in procedures), TODAY)
    after_load._batch(standing(procedures))
    return time.perf_counter() - start


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(who: str, number: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--one", who, "--rows", str(number)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--one", choices=("gates", "pandas"))
    asked = parser.parse_args()
    if asked.one:
        one(asked.one, asked.rows)
        return
    made = batches(asked.rows)
    gates, pandas = measured("gates", asked.rows), measured("pandas", asked.rows)
    if gates["failing"] != pandas["failing"]:
        raise SystemExit(f"they name other rows: {gates['failing']} and {pandas['failing']}")
    print(f"{asked.rows:,} records, three gates; making the batches alone: {made:.1f} s")
    print(f"{'':14}{'import':>9}{'judge':>9}{'memory':>12}")
    for name, each in (("the gates", gates), ("plain pandas", pandas)):
        print(f"{name:14}{each['import']:7.1f} s{each['judge']:7.1f} s{each['memory']:8.0f} MiB")
    print(
        f"ratio{'':9}{gates['import'] / pandas['import']:9.1f}{gates['judge'] / pandas['judge']:9.2f}"
        f"{gates['memory'] / max(pandas['memory'], 1):12.1f}"
    )
    print(f"a night on which nothing moved: {gates['unchanged']:.1f} s")
    print("failing rows, the same for both: " + ", ".join(f"{n} {k}" for k, n in gates["failing"].items()))
    if gates["import"] + gates["judge"] > LIMIT:
        raise SystemExit(f"three gates took more than {LIMIT:g} s")


if __name__ == "__main__":
    main()
