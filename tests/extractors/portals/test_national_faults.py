"""Nights on a portal in trouble: what is told of them, that they end, and that their bytes say it again."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from extractors.archive.raw_archive import Archive
from extractors.archive.replay import ReplayTransport, UnrecordedRequest
from extractors.portals.national_api import NationalApi
from extractors.portals.read_source import read
from portals.serve import Portals
from procedures.snapshot import ReadingPlan, ReadingResult
from steps.sources.recorded_reader import Memory
from tests.extractors.portals.test_national_api import NIGHT, settings

PLAN = ReadingPlan(as_of=NIGHT)


def night(folder: Path, url: str, *, replayed: bool = False, **said: Any) -> tuple[ReadingResult, Memory]:
    """A night that is recorded in `folder`, or its bytes read again."""
    chosen, memory = settings(url, concurrency=1 if replayed else 4, **said), Memory()
    transport = ReplayTransport(Archive(folder).recording(1)) if replayed else None
    with (
        Archive(folder / "again" if replayed else folder).recorder(1) as recorder,
        closing(NationalApi(chosen, recorder, transport=transport)) as portal,
    ):
        return read(portal, chosen, PLAN, memory), memory


TROUBLES: tuple[tuple[str, Mapping[str, Any], str], ...] = (
    ("session_expired", {"after": 30}, "complete"),
    ("session_dead", {}, "blocked"),
    ("challenge_200", {"where": "detail", "nth": 20}, "blocked"),
    ("forbidden_403", {"where": "detail", "nth": 20}, "blocked"),
    ("not_acceptable_406", {"where": "detail", "nth": 50, "times": 1}, "complete"),
    ("too_many_429", {"where": "detail", "nth": 9, "times": 2, "retry_after": 0}, "complete"),
    ("error_500", {"where": "detail", "nth": 30, "times": 4}, "complete"),
    ("details_fail_share", {"share": 0.1}, "partial"),
    ("reset_midbody", {"where": "detail", "nth": 3, "times": 1}, "complete"),
    ("detail_wrong_code", {"share": 0.1}, "complete"),
    ("duplicate_code", {}, "complete"),
    ("shifting_items", {}, "complete"),
    ("empty_page", {}, "partial"),
    ("truncated_json", {"page": 3}, "partial"),
    ("total_shrinks", {}, "complete"),
)


@pytest.mark.parametrize(("fault", "order", "state"), TROUBLES, ids=[each[0] for each in TROUBLES])
def test_the_bytes_of_a_night_in_trouble_tell_the_same_again(
    portals: Portals, tmp_path: Path, fault: str, order: Mapping[str, Any], state: str
) -> None:
    portals.national.faults.order(fault, **order)
    told, met = night(tmp_path, portals.national.base_url)
    assert told.verdict.state.value == state, told.verdict.reason
    portals.stop()
    for _ in range(3):
        try:
            again, met_again = night(tmp_path, portals.national.base_url, replayed=True)
        except UnrecordedRequest:
            assert state == "blocked"  # after which question it ended depends on the threads
            continue
        assert again.verdict.state == told.verdict.state
        if state != "blocked":
            assert again.verdict == told.verdict
            assert met_again == met
            assert again.certificate.shape == told.certificate.shape
            assert again.certificate.states == told.certificate.states


def test_a_session_that_ran_out_costs_one_request_and_loses_nothing(portals: Portals, tmp_path: Path) -> None:
    portals.national.faults.order("session_expired", after=60, times=1)
    told, met = night(tmp_path, portals.national.base_url)
    assert told.verdict.state == "complete"
    assert {each.presence for each in met.observations.values()} == {"read"}
    homes = [each for each in portals.national.requests if each.path == "/"]
    assert len(homes) == 2


def test_no_second_holds_more_requests_than_allowed_whatever_goes_wrong(
    portals: Portals, tmp_path: Path
) -> None:
    portals.national.faults.order("details_fail_share", share=0.5)
    for code in portals.national.world.codes[40:]:
        portals.national.world.drop(code)
    told, _ = night(tmp_path, portals.national.base_url, requests_per_second=40.0)
    times = [each.at for each in portals.national.requests]
    assert told.certificate.retries > 0
    assert max(sum(start <= at < start + 1 for at in times) for start in times) <= 40


INTERRUPTED = """
import sys
from contextlib import closing
from extractors.portals.national_api import NationalApi
from extractors.portals.read_source import read
from settings.sources import SourceSettings
from steps.sources.recorded_reader import Memory
from tests.extractors.portals.test_national_faults import PLAN

settings = SourceSettings(
    name="national", kind="national-api", role="national", base_url=sys.argv[1], departments=("G09",),
    requests_per_second=500.0, concurrency=4, timeout=30.0,
)
with closing(NationalApi(settings, None)) as portal:
    read(portal, settings, PLAN, Memory())
"""


def test_ctrl_c_ends_a_night_at_once_while_the_portal_hangs(portals: Portals) -> None:
    portals.national.faults.order("timeout", where="detail", nth=30)
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, portals.national.base_url],
        cwd=Path(__file__).parents[3],
        stderr=subprocess.PIPE,
        text=True,
    )
    while len(portals.national.requests) < 30:
        time.sleep(0.05)
        assert process.poll() is None
    time.sleep(0.5)
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=20)
    assert time.monotonic() - start < 6
    assert told.rstrip().endswith("KeyboardInterrupt")
