"""A poisoned night: bad records of many kinds among the real ones, seeded, over the bundled portal.

    python -m tests.validations.poison [--count 20000] [--seed 6]

Prints what became of them, and fails when one was loaded, lost or filed under another rule, or when a good
record was not loaded.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portals.records import stable_id
from portals.serve import Portals
from portals.world import World
from tests.office import NIGHTS, Office
from tests.validations.oddities import judged, real_records

Record = dict[str, Any]
Spoil = Callable[[Record, int], None]

TRUE_ODDITIES = frozenset({"1.013962", "1.013980"})
"""Real records that the gate rightly turns away: names of over 800 signs."""

NAME = "Thủ tục cấp giấy phép hoạt động của hội, quỹ"


def _set(**values: Any) -> Spoil:
    return lambda record, n: record.update(
        {key: value(n) if callable(value) else value for key, value in values.items()}
    )


def _method(**values: Any) -> Spoil:
    """A way of submission beside a sound one."""

    def spoil(record: Record, _n: int) -> None:
        sound = {"submissionMethod": "DIRECT", "processingTime": 5, "processingTimeUnit": "WORKING_DAY"}
        bad = {
            "submissionMethod": "ONLINE",
            "processingTime": 5,
            "processingTimeUnit": "WORKING_DAY",
        } | values
        record["executionMethods"] = [sound | {"fees": []}, {"fees": []} | bad]

    return spoil


def _fee(value: float) -> Spoil:
    return _method(fees=[{"type": "FEE", "value": 10_000}, {"type": "CHARGE", "value": value}])


def _decision(number: str = "627/QĐ-BNV", day: int | None = None) -> Spoil:
    def spoil(record: Record, _n: int) -> None:
        record["decisionNo"] = number
        record["procedureProposal"] = {"decisionNumber": number, "decisionDate": day}

    return spoil


def _latin(text: str) -> str:
    return text.encode().decode("latin-1")


KINDS: Mapping[str, tuple[str, Spoil]] = {
    "a name that ends in a day": ("not_a_test_record", _set(name="Đăng ký kinh doanh 23/09")),
    "test in front": ("not_a_test_record", _set(name=lambda n: f"test thủ tục {n}")),
    "demo in front": ("not_a_test_record", _set(name=lambda n: f"Demo_cấp phép {n}")),
    "a trial in brackets": ("not_a_test_record", _set(name=lambda n: f"Cấp giấy phép số {n} (kiểm thử)")),
    "a keyboard's row": ("not_a_test_record", _set(name=lambda n: f"asdf {n}")),
    "a name of abc": ("not_a_test_record", _set(name="Thủ tục abc")),
    "a decision of Demo": ("not_a_test_record", _decision("Demo/QĐ-BCA")),
    "a decision of TEST": ("not_a_test_record", _decision("01/TEST-BNV")),
    "a name of signs": ("name_present", _set(name="— …")),
    "no name": ("name_missing", _set(name="")),
    "UTF-8 taken for Latin": ("text_readable", _set(name=lambda n: _latin(f"{NAME} {n}"))),
    "UTF-8 taken for Windows": (
        "text_readable",
        _set(name=lambda n: f"{NAME} {n}".encode().decode("cp1252", "replace")),
    ),
    "lost letters": ("text_readable", _set(name=lambda n: f"Th\ufffd t\ufffdc c\ufffdp ph\ufffdp {n}")),
    "question marks for letters": ("text_readable", _set(name=lambda n: f"Th? t?c c?p gi?y phép {n}")),
    "TCVN3 name": ("text_readable", _set(name=lambda n: f"Thñ tôc hµnh chÝnh cÊp tØnh {n}")),
    "VNI name": ("text_readable", _set(name=lambda n: f"Thuû tuïc haønh chính caáp tænh {n}")),
    "broken field": (
        "text_readable",
        _set(categoriesDetails=[{"id": "x", "name": _latin("Hội, quỹ xã hội")}]),
    ),
    "broken agency": (
        "text_readable",
        _set(departmentsExecuting=[{"id": "x", "name": "UÛy ban nhaân daân tænh", "code": ""}]),
    ),
    "801 signs": ("name_length", _set(name=lambda n: f"{n} " + "Cấp giấy phép hoạt động " * 40)),
    "a code too short": ("code_malformed", _set(code=lambda n: f"8.{n % 100_000:05d}")),
    "a code of letters": ("code_malformed", _set(code=lambda n: f"TTHC-{n}")),
    "a code of another digit": ("code_malformed", _set(code=lambda n: f"0.{n % 1_000_000:06d}")),
    "no code": ("code_malformed", _set(code="")),
    "a negative time": ("time_not_negative", _method(processingTime=-3)),
    "99,999 days": ("time_sane", _method(processingTime=99_999, processingTimeUnit="DAY")),
    "fifty years": ("time_sane", _method(processingTime=50, processingTimeUnit="YEAR")),
    "five hundred months": ("time_sane", _method(processingTime=500, processingTimeUnit="MONTH")),
    "a million hours": ("time_sane", _method(processingTime=1_000_000, processingTimeUnit="HOUR")),
    "a negative fee": ("fee_not_negative", _fee(-5_000)),
    "a fee of a million million": ("fee_sane", _fee(10**12)),
    "decided next year": ("decision_not_ahead", _decision(day=1_830_000_000_000)),
    "decided in 2099": ("decision_not_ahead", _decision(day=4_070_908_800_000)),
    "another procedure's record": ("wrong_code", lambda _record, _n: None),
    "an older twin": ("duplicate_code", lambda _record, _n: None),
}
"""Kind → the rule that has to catch it, and how a sound record is spoilt."""


class TwoFaced(World):
    """Answers another procedure's record for some ids, as a real portal did for seven codes."""

    wrong: Mapping[str, str]

    def get(self, record_id: str) -> Record | None:
        """The record of that id, or what the portal answers in its place."""
        record = super().get(record_id)
        if record is None or record_id not in self.wrong:
            return record
        return record | {"code": self.wrong[record_id]}


@dataclass(slots=True)
class Outcome:
    """What became of a poisoned night; lists are of (id, kind) and empty when all went well."""

    bad: int
    good: int
    kinds: int
    by_rule: Counter[str] = field(default_factory=Counter)
    loaded: list[tuple[str, str]] = field(default_factory=list)
    lost: list[tuple[str, str]] = field(default_factory=list)
    misfiled: list[tuple[str, str, str]] = field(default_factory=list)
    good_not_loaded: list[str] = field(default_factory=list)
    good_turned_away: list[str] = field(default_factory=list)
    state: str = ""
    status: str = ""
    seconds: float = 0.0

    @property
    def fine(self) -> bool:
        """None loaded, none lost, each under its rule, the good ones all loaded."""
        wrong = (self.loaded, self.lost, self.misfiled, self.good_not_loaded, self.good_turned_away)
        return self.state == "complete" and not any(wrong)


def poisoned(records: Iterable[Record], count: int, seed: int) -> tuple[TwoFaced, dict[str, str]]:
    """The real records with `count` bad ones among them, and the kind of each bad one by its id."""
    dice = random.Random(seed)
    real = list(records)
    twins = dice.sample(real, min(len(real), -(-count // len(KINDS))))
    mixed, kinds, wrong = list(real), {}, {}
    names = list(KINDS)
    for n in range(count):
        kind = names[n % len(names)]
        if kind == "an older twin" and not twins:
            kind = names[0]
        like = twins.pop() if kind == "an older twin" else dice.choice(real)
        record = copy.deepcopy(like)
        record["id"] = stable_id(1_700_000_000_000 + dice.randrange(10**11), f"{seed} {n}")
        if kind == "an older twin":
            record["updatedAt"] = like["updatedAt"] - 1
        else:
            record["code"] = f"8.{n:06d}"
            record["name"] = f"{NAME} số {n}"
        KINDS[kind][1](record, n)
        record["codeNotation"] = record["code"]
        if kind == "another procedure's record":
            wrong[record["id"]] = f"7.{n:06d}"
        kinds[record["id"]] = kind
        mixed.append(record)
    world = TwoFaced(mixed)
    world.wrong = wrong
    return world, kinds


def night(home: Path, count: int, seed: int, departments: Iterable[str] = ()) -> Outcome:
    """One night over a portal with `count` bad records among the real ones of `departments`."""
    with Portals(departments=departments) as portals:
        real = list(portals.national.world.ordered())
        world, kinds = poisoned(real, count, seed)
        portals.national.world = world
        office = Office(
            home,
            portals,
            national={
                "departments": [],
                "levels": [],
                "requests_per_second": 1000.0,
                "concurrency": 4,
                "page_size": 100,
                "expect": {"min": 1, "max": 100_000, "max_drop": 0.05},
            },
        )
        start = time.perf_counter()
        summary = office.night(NIGHTS[0], "national")
        seconds = time.perf_counter() - start
    outcome = _told(office, kinds, {record["code"] for record in real})
    outcome.state, outcome.status = summary.sources["national"].state, summary.status
    outcome.seconds = seconds
    return outcome


def _told(office: Office, kinds: Mapping[str, str], good: set[str]) -> Outcome:
    standing = office.rows("v_procedure_current", source="national")
    thrown = {_id(json.loads(row["record"])): row["rule"] for row in office.rows("v_quarantine")}
    ids = {str(row["url"]).rpartition("/")[2] for row in standing}
    loaded = {row["code"] for row in standing}
    turned_away = {id_: rule for id_, rule in thrown.items() if id_ not in kinds}
    return Outcome(
        bad=len(kinds),
        good=len(good),
        kinds=len(set(kinds.values())),
        by_rule=Counter(thrown[id_] for id_ in kinds if id_ in thrown),
        loaded=[(id_, kind) for id_, kind in kinds.items() if id_ in ids],
        lost=[(id_, kind) for id_, kind in kinds.items() if id_ not in thrown and id_ not in ids],
        misfiled=[
            (id_, kind, thrown[id_])
            for id_, kind in kinds.items()
            if id_ in thrown and thrown[id_] != KINDS[kind][0]
        ],
        good_not_loaded=sorted(good - loaded - TRUE_ODDITIES),
        good_turned_away=sorted(
            f"{id_} {rule}" for id_, rule in turned_away.items() if rule != "name_length"
        ),
    )


def _id(record: Mapping[str, Any]) -> str:
    """The portal's id of a record in quarantine: as received, or read already."""
    return str(record.get("id") or str(record.get("url")).rpartition("/")[2])


def main() -> None:
    """The whole night, told on standard output."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=6)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = night(Path(folder), asked.count, asked.seed)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{outcome.bad:,} bad records of {outcome.kinds} kinds among {outcome.good:,} real ones")
    print(f"national: {outcome.state}; {outcome.seconds:.0f} s, {memory:.0f} MiB at most")
    for rule, number in outcome.by_rule.most_common():
        print(f"  {rule:20}{number:7,}")
    loaded = outcome.good - len(outcome.good_not_loaded) - len(TRUE_ODDITIES)
    print(f"loaded {len(outcome.loaded)}, lost {len(outcome.lost)}, misfiled {len(outcome.misfiled)}")
    print(f"good ones loaded: {loaded:,} of {outcome.good - len(TRUE_ODDITIES):,}")
    for name in ("loaded", "lost", "misfiled", "good_not_loaded", "good_turned_away"):
        for each in getattr(outcome, name)[:10]:
            print(f"  {name}: {each}")
    flags = judged(real_records()).flags
    print(f"flags on the real records alone: {dict(flags)}")
    sys.exit(0 if outcome.fine else 1)


if __name__ == "__main__":
    main()
