"""The online services that the department's and the province's agencies have on the national portal."""

from __future__ import annotations

from portals.services import service_rows
from tests.office import NIGHTS, Office


def test_the_night_keeps_the_services_and_says_where_one_is_lacking(office: Office) -> None:
    _, end = office.first_nights()
    services = office.rows("v_service")
    assert {row["agency_code"] for row in services} == {"H27"}
    assert {row["level"] for row in services} == {"full", "partial"}
    assert {row["run_id"] for row in services} == {end.run_id}
    ranks = {"none": 0, "information": 0, "partial": 1, "full": 2}
    best = {}
    for row in services:
        best[row["code"]] = max(best.get(row["code"], 0), ranks[row["level"]])
    lacking = {row["code"]: row for row in office.rows("v_finding", kind="service_not_posted")}
    listed = {
        row["code"]: row["online_level"] for row in office.rows("v_procedure_current", source="catalogue")
    }
    assert lacking
    for code, row in lacking.items():
        assert ranks[listed[code]] > best.get(code, 0)
        assert (row["severity"], row["status"]) == ("medium", "open")


def test_a_test_service_is_none(office: Office) -> None:
    office.first_night("national")
    shown = service_rows(office.portals.national.world.ordered(), {})
    (under_test,) = [row["formalityCaseCode"] for row in shown if row["isTesting"]]
    kept = {row["case_code"] for row in office.rows("v_service")}
    assert kept == {row["formalityCaseCode"] for row in shown} - {under_test}


def test_a_list_of_services_that_fails_changes_no_state_and_no_finding(office: Office) -> None:
    _, first = office.first_nights()
    before = office.views(without=frozenset({"last_seen_run"}))
    office.portals.national.faults.order("error_500", where="services")
    second = office.night(NIGHTS[1])
    assert (second.status, second.sources["national"].state) == ("complete", "complete")
    assert second.findings == {"opened": 0, "resolved": 0, "open": first.findings["open"]}
    after = office.views(without=frozenset({"last_seen_run"}))
    assert after["v_service"] == before["v_service"]
    assert after["v_finding"] == before["v_finding"]
