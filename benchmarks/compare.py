"""A night of many records with 1 % changed: `reconciliation.compare` beside datacompy and csv-diff.

    python benchmarks/compare.py [--rows 100000]

Everyone reads the same two CSV files and has to name the same rows; each runs in a process of its own, so
that its peak memory is its own. Ours is run as a night runs it (pairs of equal digest are left out, which
`compare` allows) and once more with every pair parsed and compared. A million rows take 3 minutes and 4 GB.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from procedures.changes import StoredProcedure
from procedures.model import Procedure
from procedures.snapshot import Observation
from procedures.values.durations import ProcessingTime
from procedures.values.fees import Fee
from reconciliation import ComparisonContext, compare

COLUMNS = ("key", "name", "field", "agency", "levels", "online_level", "days", "fee", "decision", "bases")
FIELDS = (
    "Người có công",
    "Việc làm",
    "Bảo hiểm xã hội",
    "Quản lý nhà nước về hội, quỹ",
    "Công chức, viên chức",
)
AGENCIES = ("Sở Nội vụ", "Ủy ban nhân dân cấp xã", "Ủy ban nhân dân cấp tỉnh", "Bảo hiểm xã hội tỉnh")
ACTIONS = ("Cấp", "Cấp lại", "Cấp đổi", "Thu hồi", "Gia hạn", "Đăng ký", "Công nhận", "Giải quyết chế độ")
THINGS = (
    "giấy phép thành lập quỹ",
    "giấy xác nhận thân nhân",
    "hợp đồng lao động",
    "điều lệ hội",
    "trợ cấp một lần",
)
SHARE = 0.01


def rows(number: int) -> Iterator[list[str]]:
    """The records of the first night."""
    dice = random.Random(7)
    for n in range(number):
        yield [
            f"{1 + n // 1_000_000}.{n % 1_000_000:06d}",
            f"{dice.choice(ACTIONS)} {dice.choice(THINGS)} quy định tại điểm {n} khoản {n % 9}",
            dice.choice(FIELDS),
            dice.choice(AGENCIES),
            dice.choice(("province", "commune", "province commune")),
            dice.choice(("full", "partial", "none")),
            str(dice.choice((5, 10, 15, 20, 30, 60))),
            str(dice.choice((0, 0, 0, 10_000, 150_000))),
            f"{dice.randint(100, 999)}/QĐ-BNV",
            f"{dice.randint(1, 200)}/2025/NĐ-CP",
        ]


def edited(before: Iterable[list[str]]) -> Iterator[list[str]]:
    """The second night: 1 % of the records say something else."""
    dice = random.Random(11)
    for row in before:
        if dice.random() < SHARE:
            place = dice.choice((1, 5, 6, 7, 8, 9))
            other = {1: row[1] + " năm 2026", 5: "information", 6: row[6] + "0", 7: str(int(row[7]) + 1000)}
            row = [*row[:place], other.get(place, "1" + row[place]), *row[place + 1 :]]
        yield row


def write(path: Path, lines: Iterable[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(COLUMNS)
        out.writerows(lines)


# The contestants: each gives the number of rows that differ.


def parsed(row: list[str]) -> Procedure:
    key, name, field, agency, levels, online, days, fee, decision, base = row
    return Procedure(
        code=key,
        name=name,
        field=field,
        agency=agency,
        executing_levels=frozenset(levels.split()),
        online_level=online,
        processing_time=(ProcessingTime(None, int(days), "day", None),),
        fee=(Fee(None, "fee", int(fee), None),),
        decision_number=decision,
        legal_bases=(base,),
    )


def _night() -> ComparisonContext:
    as_of = datetime(2026, 11, 23, 2, tzinfo=timezone(timedelta(hours=7)))
    return ComparisonContext(source="national", as_of=as_of, day=as_of.date(), complete=True, baseline=True)


def _observed(row: list[str]) -> Observation:
    return Observation(key=row[0], presence="read", code=row[0], state="ACTIVE", procedure=parsed(row))


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        next(file)
        yield from file


def _parts(lines: Iterable[bytes]) -> Iterator[list[str]]:
    return csv.reader(line.decode() for line in lines)


def ours(before: Path, after: Path) -> int:
    """As a night does: by digest, then what is left of both sides."""
    digests = {line.partition(b",")[0]: hash(line) for line in _lines(before)}
    left = [line for line in _lines(after) if digests.get(line.partition(b",")[0]) != hash(line)]
    current = {row[0]: _observed(row) for row in _parts(left)}
    wanted = {line.partition(b",")[0] for line in left}
    standing = (line for line in _lines(before) if line.partition(b",")[0] in wanted)
    previous = {row[0]: StoredProcedure(procedure=parsed(row)) for row in _parts(standing)}
    return len({change.key for change in compare(previous, current, _night()).changes})


def ours_every_pair(before: Path, after: Path) -> int:
    """With nothing left out."""
    previous = {row[0]: StoredProcedure(procedure=parsed(row)) for row in _parts(_lines(before))}
    current = {row[0]: _observed(row) for row in _parts(_lines(after))}
    return len({change.key for change in compare(previous, current, _night()).changes})


def datacompy(before: Path, after: Path) -> int:
    import polars
    from datacompy import PolarsCompare

    frames = [polars.read_csv(path, schema_overrides={"key": polars.String}) for path in (before, after)]
    comparison = PolarsCompare(*frames, join_columns="key")
    return int(comparison.all_mismatch().height)


def csv_diff(before: Path, after: Path) -> int:
    from csv_diff import compare as diff
    from csv_diff import load_csv

    with before.open(encoding="utf-8") as old, after.open(encoding="utf-8") as new:
        return len(diff(load_csv(old, key="key"), load_csv(new, key="key"))["changed"])


CONTESTANTS: dict[str, Callable[[Path, Path], int]] = {
    "ours": ours,
    "ours, every pair": ours_every_pair,
    "datacompy (polars)": datacompy,
    "csv-diff": csv_diff,
}


def run(name: str, before: Path, after: Path) -> None:
    """In a process of its own: prints what it took as JSON."""
    start = time.perf_counter()
    try:
        found = CONTESTANTS[name](before, after)
    except ImportError as error:
        print(json.dumps({"missing": str(error)}))
        return
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "mib": peak, "found": found}))


def measured(name: str, before: Path, after: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--run", name, str(before), str(after)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def pair(folder: Path, number: int) -> tuple[Path, Path, int]:
    before, after = folder / f"before-{number}.csv", folder / f"after-{number}.csv"
    write(before, rows(number))
    write(after, edited(rows(number)))
    differing = sum(one != other for one, other in zip(rows(number), edited(rows(number)), strict=True))
    return before, after, differing


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--run", nargs=3, metavar=("NAME", "BEFORE", "AFTER"), help=argparse.SUPPRESS)
    told = options.parse_args()
    if told.run:
        name, before, after = told.run
        run(name, Path(before), Path(after))
        return
    with tempfile.TemporaryDirectory() as scratch:
        whole = against_peers(Path(scratch), told.rows)
        growth(Path(scratch), told.rows, whole)


def against_peers(folder: Path, number: int) -> dict[str, float]:
    """Seconds by contestant."""
    before, after, differing = pair(folder, number)
    print(f"{number:,} records, {differing:,} changed")
    print(f"{'':22}{'seconds':>9}{'peak MiB':>10}{'found':>9}{'time':>9}{'memory':>9}   (peer ÷ ours)")
    own: dict[str, float] | None = None
    seconds: dict[str, float] = {}
    for name in CONTESTANTS:
        took = measured(name, before, after)
        if "missing" in took:
            print(f"{name:22}not installed: {took['missing']}")
            continue
        own = own or took
        seconds[name] = took["seconds"]
        ratios = f"{took['seconds'] / own['seconds']:8.2f}x{took['mib'] / own['mib']:8.2f}x"
        print(f"{name:22}{took['seconds']:9.2f}{took['mib']:10.0f}{took['found']:9,}{ratios}")
        if took["found"] != differing:
            raise SystemExit(f"{name} found {took['found']} changed records of {differing}")
    return seconds


def growth(folder: Path, most: int, whole: dict[str, float]) -> None:
    print("\nGrowth of ours (seconds a million records; level means linear)")
    for number in (most // 100, most // 10, most):
        before, after, _ = pair(folder, number) if number != most else (folder, folder, 0)
        for name in ("ours", "ours, every pair"):
            seconds = whole[name] if number == most else measured(name, before, after)["seconds"]
            print(f"{name:22}{number:>10,}{seconds:9.2f} s{seconds / number * 1e6:9.2f}")


if __name__ == "__main__":
    main()
