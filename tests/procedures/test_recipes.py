"""The recipes of docs/development.md do what they say: followed to the letter in a copy of the tree."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHANGED = ("procedures", "extractors", "reconciliation", "settings", "alerts", "steps")
BESIDE = ("portals", "tests", "warehouse", "reports", "validations")

ATTRIBUTE, KIND = "To add an attribute", "To add a kind of finding"
CHANNEL = "To add a channel of alerts"

Step = tuple[str, str, str]
"""A file, the lines that stand in it, and those that stand there afterwards."""


def steps(recipe: str) -> Iterator[Step]:
    """Give the pieces of a recipe's diffs."""
    page = (ROOT / "docs" / "development.md").read_text(encoding="utf-8")
    (section,) = re.findall(rf"^## {recipe}\n(.*?)(?=^## |\Z)", page, re.M | re.S)
    for block in re.findall(r"```diff\n(.*?)\s*```", section, re.S):
        for of_a_file in textwrap.dedent(block).split("--- a/")[1:]:
            file = of_a_file.splitlines()[0]
            for piece in re.split(r"^@@.*@@\n", of_a_file, flags=re.M)[1:]:
                lines = piece.rstrip("\n").split("\n")
                before = [line[1:] for line in lines if not line.startswith("+")]
                after = [line[1:] for line in lines if not line.startswith("-")]
                yield file, "\n".join(before), "\n".join(after)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for package in CHANGED:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    for package in BESIDE:
        (tmp_path / package).symlink_to(ROOT / package)
    return tmp_path


def follow(tree: Path, step: Step) -> None:
    file, before, after = step
    text = (tree / file).read_text(encoding="utf-8")
    assert text.count(before) == 1, f"docs/development.md: {file} has these lines no more:\n{before}"
    (tree / file).write_text(text.replace(before, after), encoding="utf-8")


def run(tree: Path, *words: str) -> str:
    done = subprocess.run([sys.executable, *words], cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def lacking(tree: Path) -> str:
    return run(tree, "-m", "tests.procedures.half_done")


NIGHTS = """
from dataclasses import replace
from extractors.portals.national_api import parse_detail
from procedures.wording.readable_values import change_words
from reconciliation import compare
from tests.reconciliation.making import found, known, night, read, side
from tests.reconciliation.records import raw

record = raw("noivu")[0]
old, new = (parse_detail(record | {"hotline": number}, "https://portal") for number in ("1022", "1900 1022"))
for change in compare(known(old), read(new), night()).changes:
    print(change.kind, change.attribute, change_words(change.attribute, change.old_value, change.new_value))
for finding in found(side("catalogue", old), side("national", new)):
    if finding.attribute == "hotline":
        print(finding.kind, finding.severity)
"""

LISTS = """
from procedures.values.fees import Fee
from procedures.wording.words import KIND_TITLES
from tests.reconciliation.making import found, row, side

for fee in (Fee(text="theo quy định"), Fee(type="fee", amount=5000)):
    for finding in found(side("catalogue", row(fee=(fee,)))):
        print(finding.severity, KIND_TITLES[finding.kind])
"""


def test_an_attribute_that_is_added_by_the_recipe_is_read_compared_and_told(tree: Path) -> None:
    field, *others = steps(ATTRIBUTE)
    follow(tree, field)
    assert lacking(tree) == (
        "field 'hotline' of Procedure is not declared in ATTRIBUTES of procedures/attributes.py"
    )
    for step in others:
        follow(tree, step)
    assert lacking(tree) == ""
    assert run(tree, "-c", NIGHTS).splitlines() == [
        "changed hotline 1022 → 1900 1022",
        "attribute_mismatch low",
    ]


def test_a_kind_that_is_added_by_the_recipe_is_found_and_told(tree: Path) -> None:
    member, words, *rule = steps(KIND)
    follow(tree, member)
    assert lacking(tree).startswith("kind fee_without_amount is not declared in FINDING_KINDS")
    follow(tree, words)
    assert lacking(tree) == "kind fee_without_amount: no rule in reconciliation/ makes it"
    for step in rule:
        follow(tree, step)
    assert lacking(tree) == ""
    assert run(tree, "-c", LISTS) == "low Phí, lệ phí chưa nêu mức"


NIGHT = """
import sys
from pathlib import Path
from steps.alerts.deliver import send_waiting
from tests.alerts.desk import Desk, new

desk = Desk(Path(sys.argv[1]), folder="tin-nhan")
(desk.home / "tin-nhan").mkdir()
print(dict(desk.night([new()]).alerts), send_waiting(desk.configuration))
"""


def test_a_channel_that_is_added_by_the_recipe_gets_a_message_once(tree: Path) -> None:
    for step in steps(CHANNEL):
        follow(tree, step)
    ended = run(tree, "-c", NIGHT, str(tree))
    assert ended == "{'queued': 2, 'sent': 1} DeliveryResult(sent=0, waiting=1)", (
        "the mail waits: there is no server"
    )
    (file,) = tree.glob("tin-nhan/*.txt")
    assert "862/QĐ-BNV" in file.read_text(encoding="utf-8")


def test_an_attribute_without_its_field_is_missed_in_words(tree: Path) -> None:
    *_, registry = steps(ATTRIBUTE)
    follow(tree, registry)
    assert lacking(tree) == "attribute 'hotline' has no field in Procedure of procedures/model.py"


def test_an_attribute_of_a_type_that_nobody_reads_is_missed_in_words(tree: Path) -> None:
    field, _, (file, before, after) = steps(ATTRIBUTE)
    follow(tree, field)
    of_a_date = after.replace("ValueType.TEXT, Compare.TEXT", "ValueType.DATE, Compare.VALUE", 1)
    follow(tree, (file, before, of_a_date.replace("mismatch=_MISMATCH, severity", "severity")))
    assert lacking(tree) == "attribute 'hotline' (date) has no reader in extractors/workbooks/cell_values.py"


def test_an_attribute_that_no_sides_can_be_compared_on_is_missed_in_words(tree: Path) -> None:
    field, _, (file, before, after) = steps(ATTRIBUTE)
    follow(tree, field)
    follow(
        tree,
        (file, before, after.replace("ValueType.TEXT, Compare.TEXT", "ValueType.DATE, Compare.VALUE", 1)),
    )
    with pytest.raises(AssertionError, match="hotline: no function here compares sides by value"):
        lacking(tree)
