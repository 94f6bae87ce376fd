"""What is old leaves the warehouse; what findings, people and later nights rest on does not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from portals.serve import Portals
from steps.database import engine_of
from steps.nights.reporting.night_page import night_page, page_path
from steps.sources.archive_size import prune_archive
from steps.sources.quarantine import dismiss_record
from steps.sources.replay import replay_run
from tests.addresses import bundled
from tests.office import Office
from warehouse.alerts import outbox
from warehouse.db.engine import reading, writing
from warehouse.tables.finding_tables import alert, finding_past
from warehouse.tables.source_tables import staged

IMPORT, FIRST, SECOND, HELD, THIRD, LAST = 1, 2, 3, 4, 5, 6
LONG_AGO = {
    FIRST: "2024-01-02T02:00:00+07:00",
    SECOND: "2024-01-03T02:00:00+07:00",
    HELD: "2024-01-04T02:00:00+07:00",
    THIRD: "2024-01-05T02:00:00+07:00",
}
NOW = "2025-06-02T02:00:00+07:00"
NATIONAL = "national"
POISON = "Đăng ký kinh doanh 23/09"
FOR_EVER = {"checks_days": 0, "quarantine_days": 0, "letters_days": 0, "sign_ins_days": 0}


def poison(portals: Portals, *codes: str) -> None:
    for record in portals.national.world.ordered():
        if record["code"] in codes:
            record["name"] = POISON


def lose(portals: Portals) -> None:
    """A tenth of the national list is gone: the night is held."""
    world = portals.national.world
    for code in world.codes[: len(world.codes) // 10]:
        world.drop(code)


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Nights of 2024 with records thrown out, one held, letters sent and waiting; to be read only."""
    with bundled() as portals:
        office = Office(
            tmp_path_factory.mktemp("lived-in"), portals, alerts={"recipients": ["a@example.invalid"]}
        )
        office.take_in(office.sample_catalogue(), "2024-01-01T16:00:00+07:00")
        undecided, decided = portals.national.world.codes[20:22]
        poison(portals, undecided, decided)
        office.night(LONG_AGO[FIRST])
        (chosen,) = office.rows("v_quarantine", code=decided)
        dismiss_record(office.configuration, chosen["quarantine_id"], "An", "Bản ghi thử")
        portals.national.world.ordered()[30]["name"] += " (sửa đổi)"
        portals.national.world.ordered()[30]["updatedAt"] += 60_000
        office.night(LONG_AGO[SECOND], NATIONAL)
        lose(portals)
        office.night(LONG_AGO[HELD], NATIONAL)
        portals.night = 1
        poison(portals, undecided)
        office.night(LONG_AGO[THIRD], NATIONAL)
        prune_archive(office.configuration, 3)
        with writing(engine_of(office.configuration)) as connection:
            first = outbox.pending(connection)[0]
            outbox.mark_sent(connection, first.alert_id, at=datetime.fromisoformat(LONG_AGO[FIRST]))
        lose(portals)
        yield office


@pytest.fixture(scope="module")
def both(lived_in: Office, tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, Office]:
    """The office after another night, and one that keeps everything."""
    pair = []
    for retention in ({}, FOR_EVER):
        home: Path = tmp_path_factory.mktemp("office")
        shutil.copytree(lived_in.home, home, dirs_exist_ok=True)
        office = Office(
            home, lived_in.portals, alerts={"recipients": ["a@example.invalid"]}, retention=retention
        )
        office.night(NOW)
        pair.append(office)
    return pair[0], pair[1]


def table(office: Office, query: Any) -> list[Any]:
    with reading(engine_of(office.configuration)) as connection:
        return list(connection.execute(query).all())


def test_only_old_checks_and_overtaken_records_leave_the_views(both: tuple[Office, Office]) -> None:
    tidied, whole = both
    views, all_of_it = tidied.views(), whole.views()
    assert {view for view in views if views[view] != all_of_it[view]} == {"v_validation", "v_quarantine"}
    assert all(views[view] for view in ("v_finding", "v_finding_event", "v_change"))
    past = select(finding_past).order_by(finding_past.c.past_id)
    assert table(tidied, past) == table(whole, past)
    early = ("findings", "--as-of", LONG_AGO[SECOND], "--format", "json")
    assert tidied.rasoat(*early).stdout == whole.rasoat(*early).stdout != ""


def test_what_failed_stays_and_what_later_nights_point_to(both: tuple[Office, Office]) -> None:
    tidied, whole = both
    kept, everything = tidied.rows("v_validation"), whole.rows("v_validation")
    assert len(kept) < len(everything) * 0.6
    assert [row for row in kept if not row["success"]] == [row for row in everything if not row["success"]]
    assert [row for row in kept if row["run_id"] == LAST] == [
        row for row in everything if row["run_id"] == LAST
    ]
    pages = [night_page(office.configuration, LAST) for office in both]
    judged, judged_whole = (
        [replace(check, trend=()) for source in page.sources for check in source.checks] for page in pages
    )
    assert judged == judged_whole
    assert any(check.judged_run < LAST for check in judged)
    files = [[page_path(office.configuration, n).exists() for n in (FIRST, THIRD, LAST)] for office in both]
    assert files == [[False, False, True], [True, True, True]]


def test_a_record_thrown_out_goes_only_undecided_overtaken_and_without_bytes(
    both: tuple[Office, Office],
) -> None:
    def thrown(office: Office) -> list[tuple[int, str, str]]:
        rows = office.rows("v_quarantine", source=NATIONAL)
        return sorted((row["run_id"], row["code"], row["state"]) for row in rows)

    tidied, whole = both
    everything = set(thrown(whole))
    waiting_first = {row for row in everything if row[0] == FIRST and row[2] == "waiting"}
    assert waiting_first
    assert {row[0] for row in everything if row[2] == "dismissed"} >= {FIRST, SECOND}
    assert set(thrown(tidied)) == everything - waiting_first
    for run_id in (SECOND, THIRD):
        outcome = replay_run(tidied.configuration, run_id)
        assert outcome.equal, outcome.text


def test_a_letter_loses_its_words_once_it_is_sent_and_old(both: tuple[Office, Office]) -> None:
    tidied, whole = both
    words = select(alert.c.alert_id, alert.c.body, alert.c.html).order_by(alert.c.alert_id)
    sent, *waiting = table(tidied, words)
    assert (sent.body, sent.html) == ("", None)
    assert waiting == table(whole, words)[1:] != []
    assert all(each.body for each in waiting)


def test_what_was_held_can_be_released_until_it_is_overtaken(both: tuple[Office, Office]) -> None:
    tidied, _ = both
    held = {row["run_id"]: row["snapshot_id"] for row in tidied.rows("v_snapshot", state="held")}
    assert list(held) == [HELD, LAST]
    assert table(tidied, select(staged.c.key).where(staged.c.snapshot_id == held[HELD])) == []
    let = tidied.rasoat("release", str(held[LAST]), "--by", "An", "--reason", "Đã xem trên cổng")
    assert let.returncode == 0, let.stderr


def test_a_setting_below_nought_is_named(tmp_path: Path, lived_in: Office) -> None:
    office = Office(tmp_path, lived_in.portals, retention={"letters_days": -1})
    done = office.rasoat("status")
    assert done.returncode == 2
    assert "retention.letters_days" in done.stderr
