"""A portal's value taken on the site: what the pages say of it at once, and undoing it where it was done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from procedures.office.accounts import Role
from procedures.snapshot import SnapshotState
from review.serve import serving
from settings.configuration import Configuration
from steps.database import engine_of
from steps.office.accounts import add_user
from tests.review.desk import PASSWORD, Visitor
from tests.taking import finding_of, listed, number_of_runs, taking_office
from tests.warehouse.nights import Nights, at

WAITS = "chờ Cổng DVC tỉnh đọc đủ để tự đóng"


@pytest.fixture
def waiting(tmp_path: Path) -> Configuration:
    """The provincial portal was read in part last night: what a person does has to wait for it."""
    office = taking_office(tmp_path)
    Nights(engine_of(office), "tinh", "provincial").night(at(22), state=SnapshotState.PARTIAL)
    for name in ("lan", "hoa"):
        add_user(office, name, Role.ANALYST, PASSWORD)
    return office


@pytest.fixture
def address(waiting: Configuration) -> Iterator[str]:
    with serving(waiting) as address:
        yield address


def test_the_new_value_is_shown_at_once_with_what_it_waits_for_and_undone_where_it_was_taken(
    waiting: Configuration, address: str
) -> None:
    number = finding_of(waiting, "1.000002")["finding_id"]
    page, before = f"/findings/{number}", listed(waiting, "1.000002")
    with Visitor(address) as lan, Visitor(address) as hoa:
        lan.sign_in("lan")
        hoa.sign_in("hoa")
        assert 'name="role" value="national"' in hoa.get(page).text
        seen = hoa.hidden(page, f"{page}/accept")
        pressed = lan.hidden(page, f"{page}/accept") | {"role": "national"}
        first, second = (lan.post(f"{page}/accept", data=pressed) for _ in range(2))
        assert (first.status_code, second.headers["location"]) == (303, first.headers["location"])
        runs = number_of_runs(waiting)
        told = lan.get(first.headers["location"]).text
        sides = told.split('aria-label="Ba bên"')[1].split("</section>")[0]
        assert sides.count("07 ngày làm việc") == 3, "the catalogue's side too"
        assert "05 ngày làm việc" not in sides
        assert "lan lấy giá trị của cổng lúc" in told
        assert WAITS in told
        assert "/accept" not in told, "there is nothing more to take"
        for other in ("/findings", "/procedures/1.000002"):
            assert WAITS in lan.get(other).text, other
        bulk = lan.get("/findings").text.split('action="/findings/bulk"')[1].split("</form>")[0]
        its = [button for button in bulk.split("<button")[1:] if ' form="' not in button.partition(">")[0]]
        assert its[0].startswith(">Ghi cho các dòng"), "Enter in its reason undoes nothing"
        late = hoa.post(f"{page}/accept", data=seen | {"role": "national"})
        assert (late.status_code, number_of_runs(waiting)) == (303, runs), "another one's press is no second"
        undone = hoa.send_form("/findings", f"{page}/undo")
        assert undone.headers["location"].startswith("/findings?")
        assert "trở lại như trước" in hoa.get(undone.headers["location"]).text
        assert WAITS not in lan.get(page).text
        assert listed(waiting, "1.000002") == before
        runs = number_of_runs(waiting)
        once_more = lan.send_form(page, f"{page}/undo", run=str(runs - 1))
        assert (once_more.status_code, number_of_runs(waiting)) == (303, runs), "given back once"
        lan.send_form(page, f"{page}/accept", role="national")
        undone = lan.send_form(page, f"{page}/undo")
        assert undone.headers["location"].startswith(f"{page}?"), "undone where it was done"
        assert listed(waiting, "1.000002") == before


def test_a_run_that_took_a_value_says_so_and_offers_to_undo_it_while_it_can(
    waiting: Configuration, address: str
) -> None:
    number = finding_of(waiting, "1.000002")["finding_id"]
    with Visitor(address) as lan:
        lan.sign_in("lan")
        lan.send_form(f"/findings/{number}", f"/findings/{number}/accept", role="national")
        run = number_of_runs(waiting)
        page = lan.get(f"/runs/{run}").text
        assert f'<a href="/findings/{number}">sai lệch {number}</a>' in page
        assert lan.send_form(f"/runs/{run}", f"/runs/{run}/undo").headers["location"] == f"/runs/{run + 1}"
        assert f'Hoàn tác <a href="/runs/{run}">' in lan.get(f"/runs/{run + 1}").text
        over = lan.get(f"/runs/{run}").text
        assert f"/runs/{run}/undo" not in over
        assert "nay danh mục không còn ghi giá trị đó" in over
