"""One wrong date does not stop the years after it: it is refused, named where it stands, and taken back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.news import Notice
from procedures.errors import InputError, NotFoundError
from steps.alerts.watchdog import current_notices as notices
from steps.catalogue.import_catalogue import import_catalogue
from steps.database import engine_of
from steps.findings import triage
from steps.findings.triage import SeenVersion
from steps.nights.begin_run import begin
from steps.nights.run_dates import wrong_dates
from steps.nights.withdraw import WithdrawalResult, withdraw_run
from steps.sources.replay import replay_run
from tests.addresses import bundled
from tests.office import EVENING, NIGHTS, Office, SmallOffice, keep_few
from tests.postgres import fresh_database, postgres  # noqa: F401 - the fixture
from warehouse.alerts import outbox
from warehouse.db.engine import reading, writing
from warehouse.findings.triage import triage_state_of

WRONG = "2036-11-25T02:00:00+07:00"
BY, WHY = "Trần Văn Quân", "đồng hồ máy chủ sai một đêm"
LETTERS = {"alerts": {"recipients": ["a@example.invalid", "b@example.invalid"]}}
OWN = frozenset(
    {
        "run_id",
        "snapshot_id",
        "change_id",
        "finding_id",
        "event_id",
        "quarantine_id",
        "alert_id",
        "dedupe_key",
    }
    | {"first_seen_run", "last_seen_run", "resolved_run"}
)
"""Numbers that the run in between has used up."""

SAME_AS_BEFORE = (
    "v_procedure_current", "v_procedure_history", "v_change", "v_quarantine", "v_validation", "v_kpi",
    "v_decision", "v_announcement", "v_service", "v_duty", "v_register",
)  # fmt: skip


@pytest.fixture
def office(small_office: Office) -> Office:
    return small_office


@dataclass
class Story:
    """An office before the wrong night, with it, after it was withdrawn, and after the next night; and how
    that night left an office that never had the wrong one.
    """

    office: Office
    run_id: int
    said: dict[str, Any]
    notices: list[Notice]
    withdrawn: WithdrawalResult
    before: dict[str, list[str]]
    after: dict[str, list[str]]
    findings: list[dict[str, Any]]
    next: dict[str, list[str]]
    other: dict[str, list[str]]


def status_of(office: Office, **about: Any) -> tuple[int, str]:
    (row,) = office.rows("v_finding", **about)
    return row["finding_id"], row["status"]


def decide(office: Office, status: str, **about: Any) -> None:
    number, _ = status_of(office, **about)
    with reading(engine_of(office.configuration)) as connection:
        seen = SeenVersion(number, triage_state_of(connection, number).version)
    triage.move(office.configuration, seen, status, "Lan", "đã hỏi phòng")


def refused(office: Office, *arguments: str) -> str:
    done = office.rasoat(*arguments)
    assert done.returncode == 2, done
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with bundled() as portals:
        keep_few(portals)
        office = SmallOffice(tmp_path_factory.mktemp("wrong"), portals, **LETTERS)
        office.take_in(office.sample_catalogue(), EVENING)
        world = portals.national.world
        gone, renamed, other = "2.002307", "2.001955", "2.002341"
        back = world.by_code(gone)
        world.edit(renamed, name="Tên đã sửa ở cổng quốc gia")
        office.night(NIGHTS[0])
        world.drop(gone)
        office.night(NIGHTS[1])
        office.night(NIGHTS[2])
        decide(office, "confirmed", kind="repealed_still_listed", code=gone)
        decide(office, "ignored", kind="attribute_mismatch", code=renamed, attribute="name")
        twin = tmp_path_factory.mktemp("right")
        shutil.copytree(office.home, twin, dirs_exist_ok=True)
        before, findings = office.views(), office.rows("v_finding")

        world.publish(back)
        world.drop(other)
        world.edit(renamed, name="Tên sửa lần nữa")
        said: dict[str, Any] = {"refused": refused(office, "sync", "--as-of", WRONG)}
        run_id = office.night(WRONG).run_id
        said["next"] = refused(office, "sync", "--as-of", NIGHTS[3])
        said["doctor"] = office.rasoat("doctor")
        said["status"] = office.rasoat("status").stdout
        said["json"] = json.loads(office.rasoat("status", "--json").stdout)
        with reading(engine_of(office.configuration)) as connection:
            told = notices(office.configuration, connection, datetime.now(UTC) + timedelta(hours=30))

        with writing(engine_of(office.configuration)) as connection:
            *_, last = outbox.pending(connection)
            outbox.mark_sent(connection, last.alert_id)
        withdrawn = withdraw_run(office.configuration, run_id, BY, WHY)
        after, again = office.views(), office.rows("v_finding")
        assert [row for row in again if row["first_seen_run"] != run_id] == findings
        office.night(NIGHTS[3])
        right = SmallOffice(twin, portals, **LETTERS)
        right.night(NIGHTS[3])
        yield Story(
            office, run_id, said, told, withdrawn, before, after, again,
            office.views(without=OWN), right.views(without=OWN),
        )  # fmt: skip


def test_a_date_ahead_of_the_clock_is_refused_with_what_it_would_do(story: Story) -> None:
    assert story.said["refused"].startswith(f"rasoat: --as-of: {WRONG}: sau giờ của máy này")
    assert "--anyway" in story.said["refused"]


def test_the_night_after_a_wrong_one_says_which_run_to_withdraw(story: Story) -> None:
    assert f"rasoat withdraw {story.run_id} --by TÊN --reason LÝ_DO" in story.said["next"]


def test_doctor_and_status_name_the_run_that_is_dated_ahead(story: Story) -> None:
    doctor = story.said["doctor"]
    named = f"Lần chạy {story.run_id} (đối chiếu hằng đêm) đề 02:00 25/11/2036"
    assert doctor.returncode == 1
    assert f"HỎNG  thời điểm: {named}" in doctor.stdout
    assert f"SAI NGÀY: {named}" in story.said["status"]
    (ahead,) = story.said["json"]["dated_ahead"]
    assert (ahead["run_id"], ahead["as_of"]) == (story.run_id, "2036-11-24T19:00:00+00:00")
    assert "còn " in story.said["status"], "its age is no age"


def test_the_watch_takes_a_night_of_another_year_for_silence(story: Story) -> None:
    silence, ahead = story.notices
    assert (silence.kind, silence.subject.endswith("trong 30 giờ")) == ("no_night", True)
    assert any(f"rasoat withdraw {story.run_id} " in each for each in silence.paragraphs)
    assert (ahead.kind, ahead.key) == ("source_trouble", f"dated-ahead:{story.run_id}")


def test_what_stood_before_stands_again(story: Story) -> None:
    for view in SAME_AS_BEFORE:
        assert story.after[view] == story.before[view], view


def test_what_the_run_made_is_undone_by_events_and_stays_to_be_looked_up(story: Story) -> None:
    for view in ("v_run", "v_snapshot", "v_finding_event", "v_ledger_event"):
        assert set(story.before[view]) < set(story.after[view]), view
    (run,) = story.office.rows("v_run", run_id=story.run_id)
    assert run["status"] == "withdrawn"
    assert {row["state"] for row in story.office.rows("v_snapshot", run_id=story.run_id)} == {"withdrawn"}
    events = [
        row for row in story.office.rows("v_ledger_event", subject_kind="run") if row["attribute"] == "status"
    ]
    assert [(row["subject"], row["to_value"], row["actor"], row["reason"]) for row in events] == [
        (str(story.run_id), "withdrawn", BY, WHY)
    ]


def test_what_people_said_of_findings_stands_as_before_the_run(story: Story) -> None:
    by_code = {(row["code"], row["kind"]): row for row in story.findings}
    assert by_code["2.002307", "repealed_still_listed"]["status"] == "confirmed"
    assert by_code["2.001955", "attribute_mismatch"]["status"] == "ignored"
    opened = [row for row in story.findings if row["first_seen_run"] == story.run_id]
    assert {row["status"] for row in opened} <= {"resolved"}
    assert story.withdrawn.findings >= 2


def test_letters_about_the_run_are_not_sent_or_taken_back(story: Story) -> None:
    before = {row["alert_id"] for row in map(json.loads, story.before["v_alert"])}
    after = [row for row in map(json.loads, story.after["v_alert"]) if row["alert_id"] not in before]
    assert sorted((row["state"], row["kind"] == "withdrawn") for row in after) == [
        ("queued", True),
        ("sent", False),
        ("withdrawn", False),
    ]
    (back,) = [row for row in after if row["kind"] == "withdrawn"]
    assert back["subject"].startswith(f"Rút lại thư của lần chạy {story.run_id} (")
    assert (story.withdrawn.cancelled_letters, story.withdrawn.notified) == (1, 1)


def test_the_next_night_is_as_if_the_wrong_one_had_not_been(story: Story) -> None:
    for view in (*SAME_AS_BEFORE, "v_finding"):
        assert story.next[view] == story.other[view], view


def test_a_withdrawn_run_is_neither_withdrawn_again_nor_compared(story: Story) -> None:
    with pytest.raises(InputError, match="đã được rút trước đó"):
        withdraw_run(story.office.configuration, story.run_id, BY, WHY)
    assert replay_run(story.office.configuration, story.run_id).equal


def test_an_earlier_run_waits_until_those_upon_it_are_withdrawn(story: Story) -> None:
    before = story.office.views()
    with pytest.raises(InputError, match=rf"hãy rút lần chạy {story.run_id + 1} trước"):
        withdraw_run(story.office.configuration, story.run_id - 1, BY, WHY)
    with pytest.raises(NotFoundError, match="999"):
        withdraw_run(story.office.configuration, 999, BY, WHY)
    for by, why in (("", WHY), (BY, " ")):
        with pytest.raises(InputError, match="Cần nêu"):
            withdraw_run(story.office.configuration, story.run_id - 1, by, why)
    assert story.office.views() == before


HEADINGS = "STT,Mã TTHC,Tên thủ tục hành chính,Lĩnh vực,Cấp thực hiện\n"


def a_list(folder: Path, name: str, *rows: str) -> Path:
    path = folder / name
    path.write_text(HEADINGS + "".join(f"{n},{row}\n" for n, row in enumerate(rows, 1)), encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_import_dated_ahead_is_withdrawn_like_a_night(
    kind: str, office: Office, request: pytest.FixtureRequest
) -> None:
    rows = [f"1.0{n:05d},Thủ tục thử số {n} của ngành,Lĩnh vực chung,Cấp tỉnh" for n in range(10, 20)]
    full, short = a_list(office.home, "a.csv", *rows), a_list(office.home, "b.csv", *rows[:9])
    cluster = request.getfixturevalue("postgres") if kind == "postgresql" else None
    with fresh_database(cluster) if cluster else nullcontext() as address:
        office.address = address
        office.take_in(full, EVENING)
        before = office.views()
        assert "sau giờ của máy này" in refused(office, "catalogue", "import", str(short), "--as-of", WRONG)
        wrong = import_catalogue(office.configuration, short, None, datetime.fromisoformat(WRONG))
        assert wrong.sources["catalogue"].missing == 1
        with pytest.raises(InputError, match=rf"rasoat withdraw {wrong.run_id} "):
            office.take_in(full, NIGHTS[0])
        withdraw_run(office.configuration, wrong.run_id, BY, WHY)
        after = office.views()
        for view in SAME_AS_BEFORE:
            assert after[view] == before[view], view
        again = office.take_in(short, NIGHTS[0])
        assert (again.sources["catalogue"].missing, again.findings) == (1, wrong.findings)


def test_a_run_killed_under_a_wrong_clock_is_withdrawn_too(office: Office) -> None:
    office.first_night("national")
    before = office.views()
    begin(office.configuration, datetime.fromisoformat(WRONG), "sync", "national")
    withdraw_run(office.configuration, 2, BY, WHY)
    after = office.views()
    assert {view: after[view] for view in SAME_AS_BEFORE} == {view: before[view] for view in SAME_AS_BEFORE}
    assert office.night(NIGHTS[1], "national").status == "complete"


def test_a_clock_that_is_behind_every_run_is_called_wrong_and_not_the_runs(story: Story) -> None:
    with reading(engine_of(story.office.configuration)) as connection:
        (wrong,) = wrong_dates(story.office.configuration, connection, datetime(2010, 1, 1, tzinfo=UTC))
    assert wrong.run is None
    assert wrong.text.startswith("05 lần chạy đề sau giờ của máy này")
    assert "có lẽ đồng hồ của máy sai" in wrong.text
