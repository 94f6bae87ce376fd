"""Nights that are killed at chosen moments, and what the next run makes of it.

A moment is one statement to the database, one commit, or one answer that was archived. They are counted
through an undisturbed night, then a child process kills itself (SIGKILL) when it reaches the chosen one. The
next run of the same night has to leave what the undisturbed one left, its letters word by word. The second
night brings changes of the ministry, so that there is something to tell.

`python -m tests.steps.kills --count 100 --seed 1` prints a table.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import event, select

from portals.serve import Portals
from tests.office import EVENING, NIGHTS, Office

BY_NATURE = frozenset(
    {"run_id", "snapshot_id", "first_seen_run", "last_seen_run", "resolved_run", "evidence", "finding_id",
     "event_id", "change_id", "alert_id", "dedupe_key", "as_of"}
)  # fmt: skip
"""Ids, which a run more moves on, and where bytes were seen."""

COMPARED = (
    "v_procedure_current", "v_procedure_history", "v_change", "v_finding", "v_finding_event", "v_kpi",
    "v_decision", "v_service", "v_quarantine", "v_alert",
)  # fmt: skip

MOVED = (
    {"state": "INACTIVE"},
    {"executionSteps": [{"description": "Bước mới", "content": "Bước mới", "name": "Bước mới"}]},
    {"requirementsAndConditions": "Điều kiện mới"},
)
"""What the ministry does between the nights to the first procedures of the list."""

CODES = 20
"""Procedures of the portals: few, so that a hundred nights take minutes."""


class Served(NamedTuple):
    """Addresses of portals in a process of their own, so that killed ones never hold their locks."""

    national: str
    provincial: str
    pipe: Connection

    def show(self, night: int) -> None:
        """What the national portal holds on the first night, or on those after it."""
        self.pipe.send(night)
        self.pipe.recv()


@contextmanager
def small_portals() -> Iterator[Served]:
    """Portals of a few procedures, as on the first night."""
    context = get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield Served(*ours.recv(), ours)
    finally:
        process.terminate()
        process.join()


def _serve(pipe: Any) -> None:
    with Portals(departments=["G09"]) as portals:
        for portal in (portals.national, portals.provincial):
            for code in portal.world.codes[CODES:]:
                portal.world.drop(code)
        pipe.send((portals.national.base_url, portals.provincial.base_url))
        world = portals.national.world
        first = [world.by_code(code) for code in world.codes[: len(MOVED)]]
        while True:
            later = pipe.recv() > 1
            for record, moved in zip(first, MOVED, strict=True):
                world.publish({**record, **moved} if later else record)
            pipe.send(None)


class Small(Office):
    """An office whose portals are known by their addresses alone."""

    def __init__(self, home: Path, urls: Served) -> None:
        self.urls = urls
        super().__init__(home, None)  # type: ignore[arg-type]  # its settings are written below

    def configure(self, **overrides: Any) -> None:
        from portals.config import write_settings

        wide = {"expect": {"min": 1, "max": 1000, "max_drop": 0.9}, "requests_per_second": 500.0}
        write_settings(
            self.settings,
            *self.urls[:2],
            national=wide,
            provincial=wide,
            alerts={"recipients": ["vanphong@example.invalid"]},
        )


def prepared(home: Path, urls: Served) -> Path:
    """An office that has imported its list and lived through one night; the portal has moved since."""
    office = Small(home, urls)
    office.take_in(office.sample_catalogue(), as_of=EVENING)
    first_night(office)
    return home


def first_night(office: Small) -> None:
    """The night before the portal moved."""
    office.urls.show(1)
    office.night(NIGHTS[0])
    office.urls.show(2)


def copy_of(template: Path, home: Path, urls: Served) -> Small:
    """The prepared office in a folder of its own."""
    shutil.copytree(template, home)
    return Small(home, urls)


def moments(office: Office, stop_at: int | None) -> int:
    """How many moments a second night has; the process is killed at moment `stop_at`."""
    from extractors.archive.raw_archive import Archive
    from steps.database import engine_of

    seen = 0

    def pass_by(*_: object, **__: object) -> None:
        nonlocal seen
        seen += 1
        if seen == stop_at:
            os.kill(os.getpid(), signal.SIGKILL)

    engine = engine_of(office.configuration)
    event.listen(engine, "before_cursor_execute", pass_by)
    event.listen(engine, "commit", pass_by)
    put = Archive.put

    def put_and_pass(self: Archive, *arguments: Any, **named: Any) -> Any:
        kept = put(self, *arguments, **named)
        pass_by()
        return kept

    Archive.put = put_and_pass  # type: ignore[method-assign]  # a moment between the archive and all else
    office.night(NIGHTS[1])
    return seen


def in_a_child(office: Office, stop_at: int | None) -> tuple[int, int]:
    """The second night in a process of its own: its exit code (negative: the signal) and its moments.

    Where it ends by itself and badly, what it said is printed.
    """
    context = get_context("fork")
    ours, theirs = context.Pipe()
    log = office.home / "child.log"

    def live() -> None:
        sys.stdout = sys.stderr = log.open("w")  # until the process ends
        theirs.send(moments(office, stop_at))
        os._exit(0)  # what other tests left in the process that this one was forked from is not its to end

    process = context.Process(target=live)
    process.start()
    process.join()
    if (process.exitcode or 0) > 0:
        print(log.read_text(), flush=True)
    return process.exitcode or 0, ours.recv() if ours.poll() else 0


def lasting(office: Office) -> dict[str, list[str]]:
    """Every compared view, and the letters, without what a run more moves on."""
    clock = {"started_at", "finished_at", "created_at", "sent_at", "at", "attempts"}
    views = {
        view: sorted(
            json.dumps({k: v for k, v in row.items() if k not in BY_NATURE | clock}, sort_keys=True)
            for row in office.rows(view)
        )
        for view in COMPARED
    }
    return views | {"letters": letters(office)}


def letters(office: Office) -> list[str]:
    """What every letter says, and to whom, but for the number of the run in a workbook's name."""
    from steps.database import engine_of
    from warehouse.db.engine import reading
    from warehouse.tables.finding_tables import alert

    with reading(engine_of(office.configuration)) as connection:
        rows = connection.execute(select(alert.c.recipient, alert.c.subject, alert.c.body)).all()
    return sorted(re.sub(r"-lan-\d+\.xlsx", ".xlsx", "\n".join(row)) for row in rows)


def differences(office: Office, control: dict[str, list[str]]) -> list[str]:
    """Views that differ from the undisturbed night's, letters among them."""
    left = lasting(office)
    return [view for view in left if left[view] != control[view]]


def main() -> int:
    """Kill nights at seeded moments; print what came of each kind of moment."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    outcomes: Counter[str] = Counter()
    with small_portals() as urls, tempfile.TemporaryDirectory() as folder:
        template = prepared(Path(folder) / "template", urls)
        undisturbed = copy_of(template, Path(folder) / "control", urls)
        _, count = in_a_child(undisturbed, None)
        control = lasting(undisturbed)
        chosen = random.Random(asked.seed).sample(range(1, count + 1), min(asked.count, count))
        for number, moment in enumerate(chosen):
            office = copy_of(template, Path(folder) / f"killed-{number}", urls)
            code, _ = in_a_child(office, moment)
            again, _ = in_a_child(office, None)
            wrong = differences(office, control)
            verdict = f"wrong: {', '.join(wrong)}" if wrong else "as undisturbed"
            outcomes[f"signal {-code}, then exit {again}: {verdict}"] += 1
            if wrong or again:
                print(f"moment {moment} of {count}: {verdict}, exit {again}", flush=True)
            shutil.rmtree(office.home)
    print(f"{len(chosen)} kills among {count} moments (seed {asked.seed})")
    for outcome, number in outcomes.most_common():
        print(f"{number:5}  {outcome}")
    return 0 if all(each.endswith("exit 0: as undisturbed") for each in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
