"""A machine that is off when a night is due: the night is caught up when the machine comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.up import start_worker, stop
from tests.flows.served import Served
from tests.office import EVENING, NIGHTS, SmallOffice


def test_a_night_that_was_due_while_server_and_worker_were_off_is_caught_up(
    served: Served, tmp_path: Path
) -> None:
    office = SmallOffice(tmp_path, served.portals)
    office.take_in(office.sample_catalogue(), as_of=EVENING)
    due = datetime.now(UTC) + timedelta(seconds=2)
    night = served.order("nightly", due=due, as_of=NIGHTS[0])
    served.stop()
    served.start()
    assert datetime.now(UTC) > due
    worker = start_worker(served.environment_of(office))
    try:
        ended = served.ended(night)
    finally:
        stop([worker])
    assert ended["state"]["type"] == "COMPLETED", ended["state"]
    assert [row["status"] for row in office.rows("v_run")] == ["complete", "complete"]
