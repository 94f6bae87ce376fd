"""Whole nights of seeded edits, compared, and the confusion table of what was said.

`make test` has so many of them that every kind of edit is met often; `python -m tests.reconciliation.bench`
has more than 20,000 edits, prints the table and fails on any row that is false or missed.
"""

from __future__ import annotations

import pickle
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from extractors.portals.national_api import parse_detail
from procedures.changes import StoredProcedure
from procedures.snapshot import Observation
from reconciliation import compare
from tests.reconciliation.edits import (
    BASE,
    COSMETIC,
    QUIET,
    REAL,
    SILENT,
    TOUCHES,
    Record,
    Row,
    bare_name,
    cosmetic_long_text,
    reordered,
)
from tests.reconciliation.making import night
from tests.reconciliation.records import raw


@dataclass(slots=True)
class Truth:
    """What was done on one night, and the rows it must make, by key."""

    current: dict[str, Observation] = field(default_factory=dict)
    expected: dict[str, frozenset[Row]] = field(default_factory=dict)
    edits: int = 0


@dataclass(slots=True)
class Bench:
    """The real records, parsed once, with a copy of each ready to be edited."""

    packed: dict[str, bytes]
    standing: dict[str, StoredProcedure]
    lonely: frozenset[str]

    @classmethod
    def of_the_tree(cls) -> Bench:
        """All 1,736 records. `lonely` are those whose name, accents aside, is nobody else's."""
        records = [*raw("noivu"), *raw("national")]
        bare = {record["code"]: bare_name(record["name"]) for record in records}
        often = Counter(bare.values())
        return cls(
            packed={record["code"]: pickle.dumps(record) for record in records},
            standing={r["code"]: StoredProcedure(procedure=parse_detail(r, BASE)) for r in records},
            lonely=frozenset(code for code, name in bare.items() if often[name] == 1),
        )

    def night(self, seed: int) -> Truth:
        """Every record edited once or in combination; some leave, arrive or move."""
        dice, truth = random.Random(seed), Truth()
        for code, packed in self.packed.items():
            record: Record = pickle.loads(packed)
            if code in self.lonely and dice.random() < 0.04:
                truth.edits += 1
                dice.choice((_gone, _unpublished, _renumbered, _transferred))(truth, record)
                continue
            self._edit(dice, truth, record)
        for number in range(20):
            record = pickle.loads(self.packed[dice.choice(sorted(self.packed))])
            record |= {
                "code": f"1.9{seed % 1000:03d}{number:02d}",
                "name": f"Thủ tục chưa từng có số {seed} - {number}",
            }
            truth.edits += 1
            _read(truth, record, frozenset({("new", None)}))
        return truth

    def _edit(self, dice: random.Random, truth: Truth, record: Record) -> None:
        kinds = dice.choice((QUIET, COSMETIC, REAL, REAL, (*COSMETIC, *QUIET), (*COSMETIC, *REAL)))
        wanted = dice.choice((1, 1, 1, 2, 3))
        rows: set[Row] = set()
        touched: set[str] = set()
        done = 0
        for edit in dice.sample(kinds, len(kinds)):
            part = TOUCHES.get(edit, edit.__name__)
            if done == wanted or part in touched or (edit is reordered and touched):
                continue
            if edit is cosmetic_long_text and touched & {
                "dossier",
                "bases",
                "results",
                "other_step",
                "other_requirement",
            }:
                continue
            made = edit(dice, record)
            if made is None:
                continue
            done += 1
            touched |= (
                {part} if edit not in QUIET else set(TOUCHES.values()) | {"other_step", "other_requirement"}
            )
            rows |= made
        truth.edits += done
        _read(truth, record, frozenset(rows))


def _read(truth: Truth, record: Record, rows: frozenset[Row]) -> None:
    code = record["code"]
    procedure = parse_detail(record, BASE)
    truth.current[code] = Observation(
        key=code, presence="read", code=code, state=record["state"], procedure=procedure
    )
    truth.expected[code] = rows


def _gone(truth: Truth, record: Record) -> None:
    truth.expected[record["code"]] = frozenset({("missing", None)})


def _leaves(truth: Truth, record: Record, kind: str) -> None:
    code = record["code"]
    truth.current[code] = Observation(key=code, presence="unpublished", code=code, state="INACTIVE")
    truth.expected[code] = frozenset({(kind, None)})


def _unpublished(truth: Truth, record: Record) -> None:
    _leaves(truth, record, "repealed")


def _renumbered(truth: Truth, record: Record) -> None:
    _leaves(truth, record, "replaced")
    _read(truth, {**record, "code": _renamed(record["code"], "8")}, frozenset({("new", None)}))


def _transferred(truth: Truth, record: Record) -> None:
    if not record["isProvince"]:
        _unpublished(truth, record)
        return
    _leaves(truth, record, "level_transfer")
    flags = {"isMinistry": False, "isProvince": False, "isWard": not record["isWard"], "isOtherAgency": False}
    if record["isWard"]:
        flags |= {
            "isWard": False,
            "isOtherAgency": not record["isOtherAgency"],
            "isMinistry": not record["isMinistry"],
        }
    if not any(flags.values()):
        _unpublished(truth, record)
        return
    _read(truth, {**record, **flags, "code": _renamed(record["code"], "7")}, frozenset({("new", None)}))


def _renamed(code: str, digit: str) -> str:
    return code[:2] + digit + code[3:]


@dataclass(slots=True)
class Confusion:
    """Rows by kind and attribute: made and meant, made but not meant (false), meant but not made (missed)."""

    right: Counter[Row] = field(default_factory=Counter)
    false: Counter[Row] = field(default_factory=Counter)
    missed: Counter[Row] = field(default_factory=Counter)
    edits: int = 0
    examples: list[tuple[int, str, frozenset[Row], frozenset[Row]]] = field(default_factory=list)

    def add(self, seed: int, bench: Bench, truth: Truth) -> None:
        comparison = compare(bench.standing, truth.current, night())
        made: dict[str, set[Row]] = {}
        for change in comparison.changes:
            made.setdefault(change.key, set()).add((change.kind.value, change.attribute))
        self.edits += truth.edits
        for key in made.keys() | truth.expected.keys():
            got, meant = frozenset(made.get(key, ())), truth.expected.get(key, SILENT)
            self.right.update(got & meant)
            self.false.update(got - meant)
            self.missed.update(meant - got)
            if got != meant:
                self.examples.append((seed, key, got - meant, meant - got))

    def lines(self) -> Iterator[str]:
        yield f"{self.edits} edits"
        yield f"{'kind':16}{'attribute':20}{'right':>8}{'false':>8}{'missed':>8}"
        for row in sorted(self.right | self.false | self.missed, key=str):
            kind, attribute = row
            yield f"{kind:16}{attribute or '':20}{self.right[row]:8}{self.false[row]:8}{self.missed[row]:8}"


def confusion(nights: int) -> Confusion:
    bench, table = Bench.of_the_tree(), Confusion()
    for seed in range(1, nights + 1):
        table.add(seed, bench, bench.night(seed))
    return table


if __name__ == "__main__":
    whole = confusion(nights=9)
    print("\n".join(whole.lines()))
    sys.exit(1 if whole.false or whole.missed else 0)
