"""What a portal in trouble may not do: retire, change, or alarm."""

from __future__ import annotations

import pytest

from tests.addresses import bundled
from tests.office import NIGHTS, Office

NIGHT_BEFORE = ("v_procedure_current", "v_procedure_history", "v_change", "v_finding", "v_finding_event")

TROUBLE = [
    ("challenge_200", {"where": "list"}, "blocked"),
    ("forbidden_403", {"where": "all"}, "blocked"),
    ("repeated_cursor", {"where": "list"}, "partial"),
    ("total_higher", {"where": "list"}, "partial"),
    ("total_shrinks", {"where": "list"}, "held"),
    ("renamed_field", {"where": "list"}, "failed"),
    ("truncated_json", {"where": "list"}, "failed"),
]


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> object:
    """An office after its first complete night."""

    with bundled() as portals:
        office = Office(tmp_path_factory.mktemp("settled"), portals)
        office.first_nights()
        yield office


def last_night(office: Office) -> dict[str, list[str]]:
    """What stands, but for the run in which a finding was last seen to hold."""
    views = office.views(without=frozenset({"last_seen_run"}))
    return {view: lines for view, lines in views.items() if view in NIGHT_BEFORE}


@pytest.mark.parametrize(("fault", "where", "state"), TROUBLE, ids=[each[0] for each in TROUBLE])
def test_a_portal_in_trouble_leaves_last_night_s_data_untouched(
    settled: Office, fault: str, where: dict[str, str], state: str
) -> None:
    before = last_night(settled)
    settled.portals.national.faults.order(fault, **where)
    try:
        end = settled.night(NIGHTS[1], "national")
    finally:
        settled.portals.national.faults.clear()
    national = end.sources["national"]
    assert national.state == state
    assert national.reason
    assert national.procedures == len(settled.rows("v_procedure_current", source="national"))
    assert end.status in ("degraded", "failed")
    assert last_night(settled) == before


def test_a_detail_of_another_code_is_put_aside_and_last_night_s_version_stays(settled: Office) -> None:
    before = settled.rows("v_procedure_current", source="national")
    settled.portals.national.faults.order("detail_wrong_code", where="detail", times=1)
    try:
        end = settled.night(NIGHTS[1], "national")
    finally:
        settled.portals.national.faults.clear()
    assert end.sources["national"].quarantined == 1
    (row,) = settled.rows("v_quarantine", run_id=end.run_id)
    assert row["rule"] == "wrong_code"
    assert settled.rows("v_procedure_current", source="national") == before
