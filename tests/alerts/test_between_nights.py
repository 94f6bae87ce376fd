"""What no night tells of by itself: trouble, silence, near deadlines, and what stays undone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import time_machine

from alerts.letters import LetterWriter
from alerts.news import NewsItem, OpenWork
from alerts.reminders import weekly_messages
from procedures.office.decision_lines import DecisionLine
from procedures.office.owners import Owner
from procedures.snapshot import Certificate, SnapshotState, SnapshotVerdict
from steps.alerts.reminders import remind
from steps.alerts.watchdog import watch
from steps.database import open_locked
from steps.nights.begin_run import begin
from steps.nights.close_run import finish
from steps.office.duties import extend, reply
from steps.sources.load import load
from tests.alerts.desk import NIGHT, OFFICE, Desk, repealed
from tests.alerts.post import Post
from tests.alerts.test_messages import body
from tests.wording import faults_in
from warehouse.announcements import run_figures
from warehouse.db.engine import writing
from warehouse.office import duties
from warehouse.sources import snapshots

IT = "it@sonoivu.example"
DAY = timedelta(days=1)


def portal_night(desk: Desk, as_of: datetime, state: str, source: str = "national") -> None:
    """A night in which the portal gave that."""
    configuration = desk.configuration
    with time_machine.travel(as_of, tick=False), open_locked(configuration) as engine:
        run_id = begin(configuration, as_of, "sync", source)
        with writing(engine) as connection:
            day = configuration.local_day(as_of)
            taken = snapshots.begin_snapshot(
                connection, run_id, source, source, as_of=as_of, day=day, scope={}
            )
            verdict = SnapshotVerdict(
                SnapshotState(state), None if state == "complete" else "trang kiểm tra người máy"
            )
            snapshots.finish_snapshot(connection, taken, certificate(), verdict)
        load(configuration, taken)
        finish(configuration, run_id)


def certificate() -> Certificate:
    return Certificate(
        listed=0, distinct_codes=0, pages=1, present=0, quarantined=0, lacking=0, of_last=0
    )  # fmt: skip


@pytest.mark.parametrize("state", ["blocked", "held"])
def test_a_source_in_trouble_is_told_after_the_set_number_of_nights_and_once(
    state: str, desk: Desk, post: Post
) -> None:
    desk.alerts = {"recipients": [], "to": [{"address": IT, "role": "administrator"}], "trouble_nights": 2}
    told = []
    for night in range(4):
        portal_night(desk, NIGHT + night * DAY, state)
        watch(desk.configuration, NIGHT + night * DAY + timedelta(hours=6))
        told.append(len(post.letters))
    assert told == [0, 0, 1, 1]
    assert "Cổng DVC quốc gia chưa có dữ liệu đủ 03 đêm liền" in post.letters[0]["Subject"]
    assert "trang kiểm tra người máy" in body(post.letters[0])
    assert faults_in(body(post.letters[0]).replace("rasoat status", "")) == []


def test_a_good_night_ends_the_trouble_and_the_next_one_is_told_anew(desk: Desk, post: Post) -> None:
    desk.alerts = {"recipients": [OFFICE], "trouble_nights": 1}
    for night, state in enumerate(["blocked", "blocked", "complete", "blocked", "blocked"]):
        portal_night(desk, NIGHT + night * DAY, state)
        watch(desk.configuration, NIGHT + night * DAY + timedelta(hours=6))
    assert len(post.letters) == 2


def test_a_blocked_or_held_night_itself_mails_nothing(desk: Desk, post: Post) -> None:
    for night, state in enumerate(["blocked", "held"]):
        portal_night(desk, NIGHT + night * DAY, state)
    assert dict(desk.night([], NIGHT + 2 * DAY).alerts) == {"queued": 0, "sent": 0}
    assert (desk.mail(), post.raw) == ([], [])


def test_twenty_six_hours_without_a_night_are_told_once_a_day(desk: Desk, post: Post) -> None:
    desk.alerts = {"recipients": [], "to": [{"address": IT, "role": "administrator"}]}
    watch(desk.configuration, NIGHT)
    portal_night(desk, NIGHT, "complete")
    for hours in (20, 26):
        watch(desk.configuration, NIGHT + timedelta(hours=hours))
    assert post.letters == []
    for hours in (27, 28, 52):
        watch(desk.configuration, NIGHT + timedelta(hours=hours))
    assert len(post.letters) == 2
    assert "27 giờ" in post.letters[0]["Subject"]
    assert "02:00 23/11/2026" in body(post.letters[0])


def ledger(desk: Desk, due: date, state: str = "pending") -> None:
    """One decision that waits to be announced."""
    portal_night(desk, NIGHT, "complete")
    row = DecisionLine(
        decision_number="862/QĐ-BNV",
        agency="Bộ Nội vụ",
        decision_date=date(2026, 11, 11),
        effective_date=None,
        due_date=due,
        due_basis="internal",
        new=("1.999862",),
        changed=(),
        repealed=(),
        announced=0.0,
        state=state,  # type: ignore[arg-type]
    )
    with open_locked(desk.configuration) as engine, writing(engine) as connection:
        run_figures.store_decisions(connection, 1, [row])


def test_a_deadline_is_told_once_when_it_is_near(desk: Desk, post: Post) -> None:
    ledger(desk, due=date(2026, 12, 4))
    told = []
    for day in range(12):
        moment = NIGHT + day * DAY + timedelta(hours=6)
        portal_night(desk, moment, "complete")
        watch(desk.configuration, moment)
        if post.letters:
            told.append(moment.date())
    assert told[0] == date(2026, 12, 1)
    assert len(post.letters) == 1
    text = body(post.letters[0])
    assert "Còn 03 ngày làm việc" in text
    assert "Quyết định số 862/QĐ-BNV của Bộ Nội vụ" in text
    assert "04/12/2026 (hạn nội bộ)" in text


def test_what_is_announced_already_is_never_near_its_deadline(desk: Desk, post: Post) -> None:
    ledger(desk, due=date(2026, 12, 4), state="announced")
    watch(desk.configuration, NIGHT + timedelta(hours=6))
    assert post.letters == []


MONDAY = datetime.fromisoformat("2026-11-30T08:00:00+07:00")
WORK, MERIT = "Phòng Lao động, việc làm", "Phòng Người có công"


def divisions(desk: Desk) -> None:
    desk.alerts = {
        "recipients": [],
        "to": [
            {"address": "ldvl@s.example", "role": "division", "division": WORK, "kinds": ["reminder"]},
            {"address": "ncc@s.example", "role": "division", "division": MERIT, "kinds": ["reminder"]},
            {"address": "gd@s.example", "role": "leader"},
        ],
    }


def test_each_division_is_reminded_weekly_of_its_own_and_then_its_leader_hears_of_it(
    desk: Desk, post: Post
) -> None:
    divisions(desk)
    late = repealed(due_date=date(2026, 11, 20))
    other = repealed("1.000777", division=MERIT, name="Công nhận thương binh")
    desk.night([late, other])
    sent: list[list[str]] = []
    for week in range(4):
        moment = MONDAY + 7 * week * DAY
        before = len(post.letters)
        with time_machine.travel(moment, tick=False):
            remind(desk.configuration, moment)
            remind(desk.configuration, moment + timedelta(hours=2))
        sent.append(sorted(letter["To"] for letter in post.letters[before:]))
    both = ["ldvl@s.example", "ncc@s.example"]
    assert sent == [both, both, ["gd@s.example", *both], ["gd@s.example", *both]]
    (first,) = [letter for letter in post.letters[:2] if letter["To"] == "ldvl@s.example"]
    assert "1.000414" in body(first)
    assert "QUÁ HẠN" in body(first)
    assert "1.000777" not in body(first)
    (told,) = [letter for letter in post.letters[4:7] if letter["To"] == "gd@s.example"]
    assert "1.000414" in body(told)
    assert "1.000777" not in body(told)


def test_what_is_done_is_reminded_of_no_more(desk: Desk, post: Post) -> None:
    divisions(desk)
    desk.night([repealed()])
    desk.night([], NIGHT + DAY)
    remind(desk.configuration, MONDAY)
    assert post.letters == []


def test_the_office_hears_of_divisions_that_have_no_address(desk: Desk, post: Post) -> None:
    desk.alerts = {"recipients": [OFFICE]}
    desk.night([repealed()])
    remind(desk.configuration, MONDAY)
    assert WORK in body(post.letters[-1])


@pytest.mark.parametrize(
    "reminded, extended_until, told",
    [(1, None, False), (2, None, True), (2, date(2026, 12, 15), False), (2, date(2026, 11, 29), True)],
)
def test_an_extension_stops_the_escalation_until_it_has_passed(
    reminded: int, extended_until: date | None, told: bool, desk: Desk
) -> None:
    divisions(desk)
    work = OpenWork(
        item=NewsItem(
            finding_id=1, fingerprint="f", kind="repealed_still_listed", severity="high", code="1.000414"
        ),
        division=WORK,
        due=date(2026, 11, 20),
        extended_until=extended_until,
        reminders=reminded,
    )
    drafts = weekly_messages([work], desk.configuration, LetterWriter(), MONDAY.date())
    assert ("gd@s.example" in {draft.recipient for draft in drafts}) is told


def given(desk: Desk) -> int:
    """A decision that a division is to prepare by 20/11/2026."""
    with open_locked(desk.configuration) as engine, writing(engine) as connection:
        owner = Owner(division=WORK, leader="Phó Giám đốc")
        return duties.give_duty(connection, "decision", "862/QĐ-BNV", owner, date(2026, 11, 20), "Lan")


def mondays(desk: Desk, post: Post, weeks: range) -> list[list[str]]:
    """Who was written to on those Mondays."""
    sent = []
    for week in weeks:
        before = len(post.letters)
        remind(desk.configuration, MONDAY + 7 * week * DAY)
        sent.append(sorted(letter["To"] for letter in post.letters[before:]))
    return sent


def test_what_the_ledger_gave_out_is_reminded_of_twice_and_told_the_leader_once(
    desk: Desk, post: Post
) -> None:
    divisions(desk)
    given(desk)
    division, leader = "ldvl@s.example", "gd@s.example"
    assert mondays(desk, post, range(4)) == [[division], [division], [leader, division], [division]]
    text = body(post.letters[0])
    assert "862/QĐ-BNV" in text
    assert "hạn: 20/11/2026" in text


def test_an_extension_in_the_ledger_begins_the_reminders_anew(desk: Desk, post: Post) -> None:
    divisions(desk)
    number = given(desk)
    mondays(desk, post, range(2))
    extend(desk.configuration, number, date(2026, 12, 31), "Lan", "chờ ý kiến của Bộ")
    assert mondays(desk, post, range(2, 6)) == [["ldvl@s.example"]] * 4
    assert "được gia hạn đến 31/12/2026" in body(post.letters[2])


def test_a_reply_of_the_division_keeps_it_from_the_leader(desk: Desk, post: Post) -> None:
    divisions(desk)
    number = given(desk)
    mondays(desk, post, range(2))
    reply(desk.configuration, number, "đã trình", "Minh")
    assert mondays(desk, post, range(2, 4)) == [["ldvl@s.example"]] * 2
    text = body(post.letters[-1])
    assert ("phòng đã trả lời" in text, "QUÁ HẠN" in text, "00 việc quá hạn" in text) == (True, False, True)
