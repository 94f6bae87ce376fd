"""A procedure that moves while its portal cannot be read whole has still moved."""

from __future__ import annotations

import copy

from tests.office import NIGHTS, Office

CODE, NEXT, LAST = "2.002341", "1.888888", "1.999999"


def test_a_level_transfer_during_partial_nights_names_its_successor(office: Office) -> None:
    office.first_night("national")
    national = office.portals.national
    moved = copy.deepcopy(national.world.by_code(CODE))
    moved.update(code=NEXT, id=f"fff1{moved['id'][4:]}", isProvince=not moved["isProvince"])
    moved.update(isWard=not moved["isWard"])
    national.world.drop(CODE)
    national.world.publish(moved)
    national.faults.order("error_500", where="list", page=3)
    partial = office.night(NIGHTS[1], "national").sources["national"]
    assert (partial.state, partial.new, partial.missing) == ("partial", 1, 0)
    national.faults.clear()
    assert office.night(NIGHTS[2], "national").sources["national"].missing == 1
    office.night(NIGHTS[3], "national")
    (end,) = office.rows("v_change", code=CODE, run_id=4)
    assert (end["kind"], end["successor_code"]) == ("level_transfer", NEXT)


def test_a_code_given_anew_twice_in_an_outage_leads_to_the_one_in_force(office: Office) -> None:
    """The portal is away between the two, so that both new codes are within one ladder."""
    office.first_nights(1, "national")
    national = office.portals.national
    listed = next(
        row["code"] for row in office.rows("v_procedure_current", source="catalogue") if row["code"]
    )
    for number, code in enumerate((NEXT, LAST)):
        anew = copy.deepcopy(national.world.by_code(NEXT if number else listed))
        anew.update(code=code, id=f"fff{number}{anew['id'][4:]}")
        national.world.drop(NEXT if number else listed)
        national.world.publish(anew)
        if number == 0:
            assert office.night(NIGHTS[1], "national").sources["national"].missing == 1
            national.faults.order("error_502")
            assert office.night(NIGHTS[2], "national").sources["national"].state == "failed"
            national.faults.clear()
    office.night(NIGHTS[3], "national")
    office.night(NIGHTS[4], "national")
    ends = {
        row["code"]: (row["kind"], row["successor_code"])
        for row in office.rows("v_change", source="national")
        if row["kind"] in ("repealed", "replaced")
    }
    assert ends == {listed: ("replaced", NEXT), NEXT: ("replaced", LAST)}
    (finding,) = office.rows("v_finding", code=listed, kind="replaced_still_listed")
    assert finding["successor_code"] == LAST
    assert not [row for row in office.rows("v_finding", status="new") if row["code"] in (NEXT, LAST)]
