"""A portal that ignores what it is asked for, and answers its whole list, has said nothing of a code."""

from __future__ import annotations

import json

from portals.faulty_replies import Reply
from portals.national import LIST
from portals.server import Request
from tests.office import NIGHTS, Office

CODE = "2.001396"


def ignore_search(office: Office) -> None:
    portal = office.portals.national
    own = portal.reply

    def reply(asked: Request) -> Reply:
        body = asked.json() if asked.path == LIST else None
        if isinstance(body, dict):
            asked = asked._replace(body=json.dumps(body | {"q": ""}).encode())
        return own(asked)

    portal.reply = reply  # type: ignore[method-assign]


def test_nothing_is_missed_of_what_was_not_looked_for(office: Office) -> None:
    office.take_in(office.sample_catalogue())
    ignore_search(office)
    office.night(NIGHTS[0], "national")
    assert not office.rows("v_finding", kind="not_on_national_portal")
    office.portals.national.world.drop(CODE)
    for at in NIGHTS[1:4]:
        assert office.night(at, "national").sources["national"].state == "complete"
    assert [row["kind"] for row in office.rows("v_change", code=CODE)] == ["missing"]
