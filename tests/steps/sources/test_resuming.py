"""A night that was cut short is taken up where it broke off, and a portal is not asked twice."""

from __future__ import annotations

import json
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from portals.faults import Target
from portals.serve import Portals
from steps.sources.replay import replay_run
from tests.addresses import bundled
from tests.office import NIGHTS, RASOAT, Office
from tests.steps.portal_watch import MIDWAY, Watch

OTHER_BY_NATURE = frozenset(
    {"run_id", "snapshot_id", "first_seen_run", "last_seen_run", "certificate", "requests", "evidence",
     "finding_id", "event_id", "validation_id", "alert_id", "alerts"}
)  # fmt: skip
"""Ids after a run more, and what was asked of the portal."""


def kill_midway(office: Office, watch: Watch, as_of: str, source: str = "national") -> None:
    """A night in a process of its own, ended by SIGKILL in the middle of the details."""
    command = [str(RASOAT), "sync", "--source", source, "--as-of", as_of]
    with subprocess.Popen(
        command, env=office.environment, cwd=office.home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        watch.victim = process
        watch.started.set()
        assert process.wait(timeout=120) == -signal.SIGKILL
    watch.victim = None


@pytest.fixture(scope="module")
def killed(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Office, Office, Watch, Counter[Target]]]:
    """An office whose night was killed and taken up, an undisturbed one, and what the second half asked for.

    Between the halves one procedure changed, with its row of the listing.
    """
    with bundled() as portals:
        watch = Watch(portals.national)
        office = Office(tmp_path_factory.mktemp("killed"), portals)
        kill_midway(office, watch, NIGHTS[0])
        before = Counter(watch.asked)
        first = next(target.key for target in before)
        code = portals.national.world.records[first or ""]["code"]
        portals.national.world.edit(code, name="Thủ tục đã đổi tên trong đêm")
        watch.asked.clear()
        office.night(NIGHTS[0], "national")
        after = Counter(watch.asked)
        watch.asked = before
        control = Office(tmp_path_factory.mktemp("control"), portals)
        control.night(NIGHTS[0], "national")
        watch.asked = before
        yield office, control, watch, after


Killed = tuple[Office, Office, Watch, Counter[Target]]


def test_a_killed_night_is_taken_up_and_asks_only_for_what_it_lacks(killed: Killed) -> None:
    office, _, _, after = killed
    first, second = office.rows("v_snapshot")
    assert (first["state"], second["state"]) == ("failed", "complete")
    certificate = json.loads(second["certificate"])
    assert certificate["taken_over"] >= MIDWAY - 2
    assert certificate["details_read"] == certificate["details_due"]
    assert sum(after.values()) == certificate["details_due"] - certificate["taken_over"]
    assert max(after.values()) == 1


def test_what_changed_since_the_kill_is_read_anew(killed: Killed) -> None:
    office, *_ = killed
    names = {row["name"] for row in office.rows("v_procedure_current", source="national")}
    assert "Thủ tục đã đổi tên trong đêm" in names


def test_a_night_that_was_taken_up_leaves_what_an_undisturbed_one_leaves(killed: Killed) -> None:
    office, control, *_ = killed

    def lasting(which: Office, view: str) -> list[str]:
        kept = (
            {name: value for name, value in row.items() if name not in OTHER_BY_NATURE}
            for row in which.rows(view)
        )
        return sorted(json.dumps(row, sort_keys=True) for row in kept)

    for view in ("v_procedure_current", "v_procedure_history", "v_change", "v_quarantine"):
        assert lasting(office, view) == lasting(control, view), view
    assert office.rows("v_procedure_current")


def test_a_night_that_was_taken_up_can_be_proven_from_its_own_bytes(killed: Killed) -> None:
    office, *_ = killed
    last = office.rows("v_run")[-1]["run_id"]
    outcome = replay_run(office.configuration, last)
    assert outcome.equal, outcome.text


def test_a_whole_night_is_taken_over_by_nobody(killed: Killed) -> None:
    office, _, watch, _ = killed
    watch.asked = Counter()
    office.night(NIGHTS[0], "national")
    certificate = json.loads(office.rows("v_snapshot")[-1]["certificate"])
    assert certificate["taken_over"] == 0
    assert sum(watch.asked.values()) == certificate["details_due"] > MIDWAY


def test_another_day_takes_nothing_over(tmp_path: Path, portals: Portals) -> None:
    office = Office(tmp_path, portals)
    watch = Watch(portals.national)
    kill_midway(office, watch, NIGHTS[0])
    watch.asked.clear()
    office.night(NIGHTS[1], "national")
    certificate = json.loads(office.rows("v_snapshot")[-1]["certificate"])
    assert certificate["taken_over"] == 0
    assert len(watch.details) == certificate["details_due"]


def test_a_portal_of_pages_is_taken_up_too(tmp_path: Path, portals: Portals) -> None:
    office = Office(tmp_path, portals)
    watch = Watch(portals.provincial, 40)
    kill_midway(office, watch, NIGHTS[0], "provincial")
    watch.asked.clear()
    assert office.night(NIGHTS[0], "provincial").status == "complete"
    certificate = json.loads(office.rows("v_snapshot")[-1]["certificate"])
    assert certificate["taken_over"] >= 38
    assert sum(watch.asked.values()) == certificate["details_due"] - certificate["taken_over"]
