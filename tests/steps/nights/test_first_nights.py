"""Nights that load from nothing: what an earlier, unfinished look already read is not taken for loaded."""

from __future__ import annotations

from tests.office import NIGHTS, Office

NARROW = {"refresh_nights": 7, "retry_pause": 0.01}


def test_a_first_night_that_was_partial_loads_nothing_and_the_next_loads_everything(office: Office) -> None:
    office.configure(national=NARROW)
    office.portals.national.faults.order("details_fail_share", share=0.1)
    assert office.night(NIGHTS[0], "national").sources["national"].state == "partial"
    assert office.rows("v_procedure_current") == []
    office.portals.national.faults.clear()
    end = office.night(NIGHTS[1], "national").sources["national"]
    assert (end.state, end.new) == ("complete", 0)
    codes = {row["code"] for row in office.rows("v_procedure_current")}
    assert codes == set(office.portals.national.world.codes)
    assert office.rows("v_change") == []


def test_levels_that_are_followed_from_now_on_enter_at_once_and_silently(office: Office) -> None:
    office.configure(national=NARROW | {"levels": ["commune"], "expect": {"min": 1, "max": 400}})
    office.first_night("national")
    communes = {row["code"] for row in office.rows("v_procedure_current")}
    assert 0 < len(communes) < 143
    office.configure(national=NARROW)
    end = office.night(NIGHTS[1], "national").sources["national"]
    assert (end.state, end.new) == ("complete", 0)
    assert {row["code"] for row in office.rows("v_procedure_current")} > communes
    assert len(office.rows("v_procedure_current")) == 143
    third = office.night(NIGHTS[2], "national").sources["national"]
    assert (third.new, third.missing) == (0, 0)
    assert third.requests < 40
