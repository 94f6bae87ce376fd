"""Whatever bytes a portal or a file holds, a reading ends in a named state, and nothing is raised."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.http.classify import Answer
from extractors.portals.html.page import DEEPEST, page_of
from procedures.errors import SourceFailed
from procedures.snapshot import ReadingPlan
from tests.extractors import mutations as m
from tests.extractors import spoilt_readings as readings

WITHOUT_A_PROCESS = sorted(set(readings.KINDS) - {"export-xls"})
"""An old workbook is read in a process of its own, which takes its time."""


@given(st.sampled_from(WITHOUT_A_PROCESS), st.integers(0, 2**32))
@settings(
    max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
def test_a_spoilt_payload_ends_in_a_named_state(kind: str, number: int) -> None:
    assert readings.run(kind, number).state in readings.STATES


def test_a_hundred_more_stay_within_memory_and_time_in_a_process_that_is_held_to_them() -> None:
    root = Path(__file__).parents[2]
    command = [
        sys.executable,
        "-m",
        "tests.extractors.fuzz",
        "--count",
        "100",
        "--seed",
        "2",
        "--workers",
        "1",
    ]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].split()[:2] == ["all", "100"]


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["data", "items", "code"]), inner)
    ),
)


@given(ANY_JSON)
@settings(max_examples=40, deadline=None, derandomize=True, database=None)
def test_any_json_at_all_in_place_of_a_list_ends_in_a_named_state(value: Any) -> None:
    def answer(request: httpx.Request) -> readings.Spoilt:
        return readings.Spoilt(json.dumps(value).encode(), headers={"content-type": readings.JSON})

    for kind in ("national-api", "national-gateway"):
        ending = readings._read(readings._settings(kind), answer, ReadingPlan(as_of=readings.NIGHT))
        assert ending.state in ("failed", "blocked", "partial")


def test_a_case_is_the_same_whenever_it_is_read() -> None:
    assert readings._export(Random("x"), "csv") == readings._export(Random("x"), "csv")
    page = m.sample("igate", "igate_list_bocongan.html")
    assert m.spoilt_page(Random(7), page) == m.spoilt_page(Random(7), page)


REGRESSIONS = (
    ("national-detail", 3000004),  # a redirect to "http://[" ended the run
    ("liferay-list", 3000003),  # the same on a portal of pages
    ("portaldvc-list", 3000003),  # a link with a port that no machine has
    ("portaldvc-detail", 3000013),  # a reason of several lines
    ("igate-detail", 1000811),  # a count of papers of five thousand digits
    ("national-services", 3593256741),  # an object in place of a code
    ("portaldvc-list", 1000198),  # hundreds of lost pages in one reason
    ("igate-detail", 1000309),  # three thousand tables within one another took minutes
    ("liferay-list", 1000050),  # the same of rows
)


@pytest.mark.parametrize(("kind", "number"), REGRESSIONS)
def test_what_once_ended_a_run_ends_in_a_named_state(kind: str, number: int) -> None:
    assert readings.run(kind, number).state in readings.STATES


def test_a_page_nested_deeper_than_any_real_one_is_refused_before_it_is_looked_through() -> None:
    def page(depth: int) -> Answer:
        body = b"<html><body>" + b"<div>" * depth + b"x"
        return Answer(status=200, body=body, content_type="text/html; charset=utf-8", url="http://x/")

    assert page_of(page(DEEPEST - 10)).get_text() == "x"
    with pytest.raises(SourceFailed, match="lồng nhau"):
        page_of(page(DEEPEST + 10))
