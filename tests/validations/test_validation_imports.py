"""Great Expectations is heavy and talkative: it is loaded only by a gate that runs, and keeps quiet."""

import subprocess
import sys
from pathlib import Path

from procedures.findings import Severity
from procedures.snapshot import SnapshotState
from validations import Batch, Expectation
from validations.gate import closing, fingerprint_of
from validations.runner import MOST_JUDGED, run_suite

ROOT = Path(__file__).parents[2]

GATES = """
import sys
from datetime import date
from validations import Expected, ListedRow, WarehouseRow, check_listing, check_records, check_warehouse
from procedures.model import Procedure
from procedures.snapshot import Certificate

def judge(listing=None, record=None, warehouse=None):
    expected = Expected(kind="national-api")
    about = {"key": "1.013703", "code": "1.013703", "name": "Thành lập hội", "state": "ACTIVE"}
    records = [("1.013703", Procedure(code="1.013703", name="Thành lập hội"))]
    return (
        check_listing([ListedRow(presence="read", **about)], Certificate(present=1), expected, listing),
        check_records(records, source="national", as_of=date(2026, 11, 24), last_pass=record),
        check_warehouse([WarehouseRow(key="national 1.013703", current=1)], warehouse),
    )
"""
"""All three gates over one record, as source text: it runs in this process and in fresh ones."""

ALL_UNCHANGED = """
assert all(result.unchanged for result in judge(*sys.argv[1:]))
heavy = {"great_expectations", "pandas", "numpy"} & set(sys.modules)
sys.exit(f"loaded {sorted(heavy)}" if heavy else 0)
"""

ALL_PASSED = """
assert all(result.passed and not result.unchanged for result in judge())
"""

IDLE = """
from validations.deferred_libraries import HIDDEN
idle = {"scipy.stats.distributions", "altair.vegalite", "mistune.core", *HIDDEN} & set(sys.modules)
assert not idle, idle
import altair, botocore.client, docstring_parser, mistune, sqlalchemy.orm
from scipy import stats
assert altair.Chart.__module__.startswith("altair.vegalite")
assert mistune.markdown("*a*").startswith("<p>")
assert stats.norm.cdf(0) == 0.5 and sys.modules["scipy.stats"].norm is stats.norm
"""


def python(code, folder, *arguments):
    return subprocess.run(
        [sys.executable, "-W", "always", "-c", code, *arguments],
        cwd=folder,
        env={
            "PYTHONPATH": str(ROOT),
            "HOME": str(folder),
            "PATH": "/usr/bin:/bin",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONIOENCODING": "utf-8",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_neither_the_import_nor_an_unchanged_gate_loads_a_heavy_library(tmp_path):
    here = {}
    exec(GATES, here)
    done = python(GATES + ALL_UNCHANGED, tmp_path, *(result.fingerprint for result in here["judge"]()))
    assert done.returncode == 0, done.stderr


def test_a_gate_prints_nothing_writes_nothing_and_warns_nobody(tmp_path):
    """Nor does it load what no rule needs; who needs it later has it."""
    done = python(GATES + ALL_PASSED + IDLE, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_an_expectation_that_cannot_be_judged_closes_the_gate():
    """A gate that is blind must not wave records through, whatever the severity."""
    suite = (
        Expectation(
            name="blind",
            rule="ExpectColumnValuesToNotBeNull",
            column="a column that nobody filled",
            severity=Severity.LOW,
            reason="",
        ),
    )
    batch = Batch(keys=["1"], texts={"name": ["Thành lập hội"]})
    outcomes = run_suite("gate", suite, batch, "blind")
    assert not outcomes[0].success
    assert run_suite("gate", suite, batch, "blind") is not outcomes, "a fault may have passed since"
    verdict = closing(suite, outcomes)
    assert verdict.state is SnapshotState.FAILED
    assert verdict.reason.startswith("Không kiểm tra được quy tắc blind: ")


def test_a_column_without_a_single_value_fails_nothing():
    suite = tuple(
        Expectation(name=rule, rule=rule, column=column, severity=Severity.HIGH, reason="", kwargs=kwargs)
        for rule, column, kwargs in (
            ("ExpectColumnValuesToMatchRegex", "text", {"regex": "x"}),
            ("ExpectColumnValueLengthsToBeBetween", "text", {"max_value": 1}),
            ("ExpectColumnValuesToBeNull", "text", {}),
            ("ExpectColumnValuesToBeBetween", "number", {"min_value": 0.0}),
        )
    )
    batch = Batch(keys=["1", "2"], texts={"text": [None, None]}, numbers={"number": [None, None]})
    assert [outcome.success for outcome in run_suite("gate", suite, batch)] == [True] * 4


def test_the_same_batch_is_judged_once_by_a_process():
    names = Expectation(
        name="named", rule="ExpectColumnValuesToNotBeNull", column="name", severity=Severity.LOW, reason=""
    )
    batches = [Batch(keys=["1"], texts={"name": [name]}) for name in ("Thành lập hội", None)]
    prints = [fingerprint_of("gate", (names,), each) for each in batches]
    first, other = (run_suite("gate", (names,), *each) for each in zip(batches, prints, strict=True))
    assert (first[0].success, other[0].success) == (True, False)
    assert run_suite("gate", (names,), batches[0], prints[0]) is first
    for number in range(MOST_JUDGED):
        run_suite("gate", (), batches[0], f"another {number}")
    assert run_suite("gate", (names,), batches[0], prints[0]) is not first, "what it remembers is bounded"
