"""A procedure that moves while its portal cannot be read whole has still moved."""

from __future__ import annotations

import copy

from tests.office import NIGHTS, Office

CODE, NEXT = "2.002341", "1.888888"


def test_a_level_transfer_during_partial_nights_names_its_successor(office: Office) -> None:
    office.night(NIGHTS[0], "national")
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
