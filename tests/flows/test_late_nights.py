"""A machine that is off when a night is due: the night is caught up when the machine comes back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.flows.served import Served


def test_a_night_that_was_due_while_server_and_worker_were_off_is_caught_up(
    served: Served, done: dict[str, Any]
) -> None:
    night = done["nightly"]
    due, began = (datetime.fromisoformat(night[name]) for name in ("expected_start_time", "start_time"))
    assert due < done["back"] < began
    assert night["state"]["type"] == "COMPLETED", night["state"]
    assert [row["status"] for row in served.office.rows("v_run")] == ["complete", "complete"]
