"""The watchdog over what no run reports by itself: failing sources and nights, and close deadlines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection

from alerts.audience import subscribers
from alerts.letters import LetterWriter
from alerts.messages import format_day, notice_messages
from alerts.news import Notice
from procedures.dates.calendar import add_working_days, working_days_between
from procedures.wording.words import SNAPSHOT_STATES, count
from settings.configuration import Configuration
from steps.alerts.deliver import DeliveryResult, send_waiting
from steps.alerts.queue_alerts import load_decisions
from steps.database import open_locked
from steps.nights.lost_stores import Loss, Lost, find_losses
from steps.nights.reporting import data_freshness
from steps.nights.reporting.signals import write_textfile
from steps.nights.run_dates import WrongDate, wrong_dates
from warehouse.alerts import news_queries, outbox
from warehouse.announcements import ledger
from warehouse.db.engine import writing


def watch(configuration: Configuration, at: datetime | None = None) -> DeliveryResult:
    """Queue the notices that were not reported yet, then send the messages that are due.

    The figures for a monitoring system are written too, since no run tells of a night that did not come.

    Raises:
        LockedError: a run is under way.
    """
    now = at or datetime.now(UTC)
    with open_locked(configuration) as engine:
        if subscribers(configuration):
            writer = LetterWriter(configuration.alerts.templates)
            today = configuration.local_day(now)
            with writing(engine) as connection:
                messages = notice_messages(
                    current_notices(configuration, connection, now), configuration, writer, today
                )
                outbox.enqueue_all(connection, messages, run_id=None, at=now)
        result = send_waiting(configuration, rested=True, at=now)
    write_textfile(configuration)
    return result


def current_notices(configuration: Configuration, connection: Connection, now: datetime) -> list[Notice]:
    """Return the notices of now; each has a key by which it is sent once."""
    today = configuration.local_day(now)
    result = list(_sources_in_trouble(configuration, connection))
    wrong = wrong_dates(configuration, connection, now)
    silence = data_freshness.silence(connection, now)
    if silence is not None or (wrong and news_queries.last_nights(connection, now) == (None, None)):
        result.append(_no_night(configuration, connection, silence, now, [each.text for each in wrong]))
    result += [_dated_ahead(configuration, each, today) for each in wrong]
    result += [_lost(each, today) for each in find_losses(configuration, connection)]
    return [*result, *_due_soon(configuration, connection, today)]


def _sources_in_trouble(configuration: Configuration, connection: Connection) -> list[Notice]:
    configured = {source.name for source in configuration.sources}
    return [
        Notice(
            kind="source_trouble",
            key=f"{streak.source}:{streak.first_id}",
            subject=f"{name} chưa có dữ liệu đủ {count(streak.days)} đêm liền",
            paragraphs=(
                f"Từ ngày {format_day(streak.since)}, {name} không có đêm nào lấy đủ dữ liệu. "
                f"Lần gần nhất: {SNAPSHOT_STATES.get(streak.state, streak.state)}"
                + (f" — {streak.reason}." if streak.reason else "."),
                "Số liệu của đêm đủ gần nhất được giữ nguyên; chưa thủ tục nào bị coi là bãi bỏ vì việc này.",
                "Người quản trị xem bằng lệnh: rasoat status",
            ),
        )
        for streak in news_queries.incomplete_streaks(connection)
        for name in [configuration.source_name(streak.source)]
        if streak.source in configured and streak.days > configuration.alerts.trouble_nights
    ]


def _dated_ahead(configuration: Configuration, wrong: WrongDate, today: date) -> Notice:
    """Build the notice about a run dated ahead of the clock, which blocks all runs before its date."""
    key, subject = f"clock:{today}", "Đồng hồ của máy chủ có lẽ sai"
    if wrong.run is not None:
        day = format_day(configuration.local_day(wrong.run.as_of))
        key = f"dated-ahead:{wrong.run.run_id}"
        subject = f"Lần chạy {wrong.run.run_id} đề ngày chưa tới ({day})"
    return Notice(kind="source_trouble", key=key, subject=subject, paragraphs=(wrong.text,))


def _lost(loss: Loss, today: date) -> Notice:
    """Build the notice of a lost database or an archive that is away, each day, or of a lost archive, which
    stops nothing, each week.
    """
    year, week, _ = today.isocalendar()
    if loss.what is Lost.ARCHIVE:
        key, subject = f"lost:{loss.what}:{year}-{week}", "Kho lưu bản gốc bị mất một phần hoặc toàn bộ"
    elif loss.what is Lost.AWAY:
        key, subject = f"lost:{loss.what}:{today}", "Không tới được kho lưu bản gốc; chưa đối chiếu được"
    else:
        key, subject = f"lost:{loss.what}:{today}", "Cơ sở dữ liệu có lẽ đã mất; chưa đối chiếu được"
    return Notice(kind="source_trouble", key=key, subject=subject, paragraphs=(loss.text,))


def _no_night(
    configuration: Configuration,
    connection: Connection,
    silent: timedelta | None,
    now: datetime,
    ahead: Sequence[str],
) -> Notice:
    """Build the notice of a missing night; `silent` is None if there never was a night with a valid date."""
    ended, _ = news_queries.last_nights(connection, now)
    last_night = "chưa có đêm nào thành công"
    if ended is not None:
        local_time = ended.astimezone(configuration.department.zone)
        last_night = f"đêm thành công gần nhất kết thúc {local_time:%H:%M %d/%m/%Y}"
    subject = "Chưa có đêm đối chiếu nào thành công"
    if silent is not None:
        hours = int(silent.total_seconds() // 3600)
        subject = f"Không có đêm đối chiếu nào thành công trong {count(hours)} giờ"
    return Notice(
        kind="no_night",
        key=configuration.local_day(now).isoformat(),
        subject=subject,
        paragraphs=(
            f"Quá {data_freshness.MISSED_AFTER // timedelta(hours=1)} giờ chưa đối chiếu được; {last_night}.",
            *ahead,
            "Người quản trị kiểm tra máy chủ lịch chạy và chạy tay bằng: rasoat sync",
        ),
    )


def _due_soon(configuration: Configuration, connection: Connection, today: date) -> list[Notice]:
    swaps = configuration.department.swapped_days
    last_day = add_working_days(today, configuration.alerts.due_soon, swaps)
    pending = {
        line.decision_number
        for line in ledger.load_lines(connection)
        if line.state == "pending" and line.is_waiting
    }
    result = []
    for decision in load_decisions(connection):
        if decision.number not in pending or decision.due is None or not today <= decision.due <= last_day:
            continue
        days_left = working_days_between(today, decision.due, swaps)
        result.append(
            Notice(
                kind="due_soon",
                key=f"{decision.number}:{decision.due.isoformat()}",
                subject=(
                    f"Sắp đến hạn công bố: Quyết định số {decision.number}, hạn {format_day(decision.due)}"
                ),
                paragraphs=(
                    f"Còn {count(days_left)} ngày làm việc để tham mưu công bố nội dung Quyết định này."
                    + (f" Giao: {decision.division}." if decision.division else ""),
                ),
                decision=decision,
            )
        )
    return result
