"""The bundled province's portal, read whole by the built-in profile: every record says what its page says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from extractors.portals.html.portal import HtmlPortal
from extractors.portals.read_source import read
from portals.provincial_records import SUFFIX
from portals.serve import Portals
from procedures.model import Procedure
from procedures.snapshot import ReadingPlan, SnapshotState
from procedures.values.text import canonical
from settings.sources import SourceSettings
from steps.sources.recorded_reader import Memory
from tests.office import NIGHTS


@pytest.fixture(scope="module")
def province() -> tuple[dict[str, Any], dict[str, Procedure], Any]:
    """What the province's portal holds by code, what was read of it, and the reading."""
    with Portals(departments=["G09"]) as portals:
        settings = SourceSettings(
            name="provincial",
            kind="html",
            role="provincial",
            base_url=portals.provincial.base_url,
            profile="portaldvc",
            requests_per_second=1000,
            concurrency=4,
        )
        memory, portal = Memory(), HtmlPortal(settings, None)
        outcome = read(portal, settings, ReadingPlan(as_of=datetime.fromisoformat(NIGHTS[0])), memory)
        portal.close()
        held = {each["code"]: each for each in portals.provincial.world.records.values()}
    got = {key: seen.procedure for key, seen in memory.observations.items() if seen.procedure is not None}
    return held, got, outcome


def test_the_whole_province_is_read_and_nothing_is_left_over(province: Any) -> None:
    held, got, outcome = province
    assert outcome.verdict.state == SnapshotState.COMPLETE
    assert set(got) == set(held)
    assert outcome.certificate.leftovers == {}


def test_every_record_says_what_its_page_says(province: Any) -> None:
    held, got, _ = province
    for code, shown in held.items():
        procedure = got[code]
        assert procedure.local_code == code + SUFFIX
        assert procedure.name == canonical(shown["name"])
        assert procedure.field == canonical(shown["field"])
        assert procedure.agency == (canonical(shown["agency"]) or None)
        assert procedure.province_decision_number == shown["decision"]
        assert procedure.decision_number is None
        assert procedure.steps == spoken(shown["steps"])
        assert procedure.legal_bases == spoken(shown["legal_bases"])
        assert procedure.results == spoken(shown["results"])
        assert procedure.subjects == spoken(shown["subjects"])
        assert [paper.name for paper in procedure.dossier or ()] == names(shown["papers"])
        assert (procedure.processing_time is None) == (not shown["time"])
        assert len(procedure.ways or ()) == len(set(shown["ways"]))
        assert (procedure.fee is None) == (not shown["fee"] and not shown["charge"])


def spoken(texts: list[str]) -> tuple[str, ...] | None:
    """The distinct texts that say something; `None` where none does."""
    return tuple(dict.fromkeys(text for each in texts if (text := canonical(each)))) or None


def names(papers: list[dict[str, Any]]) -> list[str]:
    """Names of the papers in order, each with its counts once."""
    told = dict.fromkeys((canonical(each["name"]), each["originals"], each["copies"]) for each in papers)
    return [name for name, _, _ in told]
