"""The withdrawal of a wrongly dated run: its sources return to their state before it.

What the run did is undone by events and never erased. A later run that rests on it has to be withdrawn first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from alerts.audience import Subscriber
from alerts.letters import Letter, LetterWriter
from alerts.messages import make_dedupe_key, one_line, subject_line
from procedures.errors import ArchiveAwayError, ArchiveError, InputError
from procedures.findings import CATALOGUE
from procedures.messages import Message
from procedures.wording.words import count
from settings.configuration import Configuration
from steps.database import open_locked
from steps.log import log
from steps.nights.reconcile import compare_sides, load_services
from steps.nights.refresh_ledger import store_lines
from steps.nights.reporting.night_page import show
from steps.sources.recorded_inputs import Compared, ServicesBefore, Told, kept
from warehouse.alerts import outbox
from warehouse.announcements import run_figures
from warehouse.announcements.run_figures import BY_RULE
from warehouse.db.engine import writing
from warehouse.findings.finding_withdrawal import withdraw_findings
from warehouse.office import duties
from warehouse.sources import runs, withdrawal
from warehouse.sources.runs import RunRow
from warehouse.sources.snapshots import SnapshotRow
from warehouse.sources.withdrawal import ReaderState
from warehouse.sources.withdrawn_rows import WITHDRAWN

OF_DOCUMENTS = "decision"
"""Kind of the runs by which documents take effect, or no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalResult:
    """The result of a withdrawal: by source, how many versions the run had opened and how many are current
    again; the number of findings it had changed; the number of its unsent letters that are cancelled; and
    how many recipients of sent letters are notified.
    """

    run_id: int
    as_of: datetime
    sources: Mapping[str, tuple[int, int]]
    findings: int
    cancelled_letters: int
    notified: int

    def document(self) -> dict[str, Any]:
        """The document of `withdraw --json`."""
        return {
            "run_id": self.run_id,
            "status": WITHDRAWN,
            "as_of": self.as_of.isoformat(),
            "sources": {
                name: {"withdrawn": withdrawn, "standing_again": again}
                for name, (withdrawn, again) in self.sources.items()
            },
            "findings": {"taken_back": self.findings},
            "alerts": {"withdrawn": self.cancelled_letters, "queued": self.notified},
        }


def withdraw_run(
    configuration: Configuration, run_id: int, by: str, reason: str, *, at: datetime | None = None
) -> WithdrawalResult:
    """Withdraw a run, all of it or nothing.

    Raises:
        NotFoundError: there is no such run.
        InputError: no person or reason is named, it was withdrawn before, or it cannot be undone exactly.
        LockedError: a run is under way.
    """
    if not by.strip():
        raise InputError("Cần nêu người thực hiện", "by")
    if not reason.strip():
        raise InputError("Cần nêu lý do rút", "reason")
    now = at or datetime.now(UTC)
    with open_locked(configuration) as engine:
        with writing(engine) as connection:
            runs.close_killed_runs(connection)
            run = runs.get_run(connection, run_id)
            if run.status == WITHDRAWN:
                raise InputError(f"Lần chạy {run_id} đã được rút trước đó")
            if run.kind == OF_DOCUMENTS:
                raise InputError(
                    f"Lần chạy {run_id} dùng quyết định đọc từ tệp; hãy rút chính văn bản đó "
                    "(rasoat decision withdraw)"
                )
            snapshots = runs.snapshots_about(connection, run)
            states = dict(_states_before(configuration, connection, run, snapshots))
            sources = {}
            for row in _applied(snapshots):
                sources[row.source] = withdrawal.withdraw_versions(connection, row.source, run_id)
                if row.source in states:
                    withdrawal.restore_reader_state(connection, row.source, states[row.source], run.as_of)
            _restore_services(configuration, connection, run_id, snapshots)
            withdrawal.mark_withdrawn(connection, run, snapshots, actor=by, reason=reason, at=now)
            dropped = withdrawal.cancel_letters(connection, run_id, f"Lần chạy {run_id} đã được rút")
            notified = _queue_retractions(configuration, connection, run, reason, now)
            changed_findings = _compare_again(configuration, connection, run, by, reason, now)
        show(configuration, run_id)
    log.info("đã rút lần chạy", run=run_id, by=by, reason=reason)
    return WithdrawalResult(
        run_id=run_id,
        as_of=run.as_of.astimezone(configuration.department.zone),
        sources=sources,
        findings=changed_findings,
        cancelled_letters=dropped,
        notified=notified,
    )


def _applied(snapshots: Sequence[SnapshotRow]) -> list[SnapshotRow]:
    return [row for row in snapshots if row.applied]


def _states_before(
    configuration: Configuration, connection: Connection, run: RunRow, rows: Sequence[SnapshotRow]
) -> Iterator[tuple[str, ReaderState]]:
    """Yield what the reader of each portal that the run applied had remembered before it.

    Raises:
        InputError: a later run rests on the run, or what it was compared with is no longer kept.
    """
    for row in _applied(rows):
        name = configuration.source_name(row.source)
        dependent = withdrawal.find_dependent_run(connection, row.source, run.run_id)
        if dependent is not None:
            raise InputError(
                f"Lần chạy {run.run_id}: {name} đã được nạp tiếp ở lần chạy {dependent}, dựa trên lần này; "
                f"hãy rút lần chạy {dependent} trước"
            )
        reread = withdrawal.find_later_reread(connection, row.source, run.run_id)
        if reread is not None:
            raise InputError(
                f"Lần chạy {run.run_id}: lần chạy {reread} đã đọc lại {name} theo quy tắc mới, nên không "
                "trở về đúng như trước được nữa"
            )
        if row.source == CATALOGUE:
            continue  # read in full every time: nothing is remembered of it
        try:
            plan = kept(configuration, row.snapshot_id, Told).plan
            compared = kept(configuration, row.snapshot_id, Compared)
        except ArchiveAwayError:
            raise
        except ArchiveError as error:
            raise InputError(
                f"Lần chạy {run.run_id}: không biết trước đó {name} ra sao ({error}); hãy đưa kho lưu "
                "trở lại RASOAT_HOME rồi rút"
            ) from error
        absences = {key: known.absence for key, known in compared.previous.items() if known.absence}
        yield (
            row.source,
            ReaderState(
                remembered=plan.remembered,
                states=plan.known_states,
                absences=absences,
                answers=compared.answers,
            ),
        )


def _restore_services(
    configuration: Configuration, connection: Connection, run_id: int, rows: Sequence[SnapshotRow]
) -> None:
    """Restore the list of services that the run replaced; without a stored one there is none."""
    if run_figures.services_listed_by(connection) != run_id:
        return
    before = ServicesBefore(None, ())
    for row in rows:
        try:
            before = kept(configuration, row.snapshot_id, ServicesBefore)
        except ArchiveAwayError:
            raise
        except ArchiveError:
            continue
    run_figures.restore_services(connection, before.run_id, before.services)


def _compare_again(
    configuration: Configuration, connection: Connection, run: RunRow, by: str, reason: str, now: datetime
) -> int:
    """Compare the restored versions as in the last run that is not withdrawn; return how many findings the
    withdrawn run had changed.
    """
    previous = runs.last_computing_run(connection) or run
    judged = compare_sides(configuration, connection, previous, load_services(connection))
    changed_findings = withdraw_findings(
        connection,
        run,
        previous.run_id,
        judged.findings,
        fresh_sources=judged.fresh,
        actor=by,
        reason=reason,
        at=now,
    )
    duties.undo_closings(connection, run.as_of, BY_RULE, by, reason, at=now)
    store_lines(connection, previous.run_id, judged.sides, judged.rules, judged.findings, now, judged.lines)
    return changed_findings


def _queue_retractions(
    configuration: Configuration, connection: Connection, run: RunRow, reason: str, now: datetime
) -> int:
    """Queue a letter that retracts the run's letters to everyone who got one; return how many."""
    recipients = withdrawal.notified_recipients(connection, run.run_id)
    if not recipients:
        return 0
    subject = f"Rút lại thư của lần chạy {run.run_id}"
    local_time = run.as_of.astimezone(configuration.department.zone)
    letter = Letter(
        heading=subject,
        department=one_line(configuration.department.name),
        paragraphs=(
            f"Thư trước dựa trên lần chạy đề sai ngày ({local_time:%H:%M %d/%m/%Y}), nay đã được rút: "
            f"{one_line(reason)}.",
            "Xin bỏ qua nội dung thư đó. Những gì đúng sẽ được báo lại sau đêm đối chiếu tới.",
        ),
        site_url=configuration.alerts.site_url or "",
    )
    text, html = LetterWriter(configuration.alerts.templates).write("notice", letter)
    messages = [
        Message(
            dedupe_key=make_dedupe_key(Subscriber(channel, recipient, ()), WITHDRAWN, str(run.run_id)),
            kind=WITHDRAWN,
            channel=channel,
            recipient=recipient,
            subject=subject_line(f"{subject} ({configuration.local_day(now):%d/%m/%Y})"),
            text=text,
            html=html,
        )
        for channel, recipient in recipients
    ]
    return outbox.enqueue_all(connection, messages, run_id=None, at=now)


def result_lines(done: WithdrawalResult, configuration: Configuration) -> list[str]:
    """Return what was done, in Vietnamese, line by line."""
    lines = [f"Đã rút lần chạy {done.run_id} (số liệu đề {done.as_of:%H:%M %d/%m/%Y})"]
    for source, (withdrawn, restored) in done.sources.items():
        lines.append(
            f"{configuration.source_name(source)}: bỏ {count(withdrawn)} bản ghi của lần này, "
            f"{count(restored)} bản ghi trước đó có hiệu lực trở lại"
        )
    lines.append(f"Sai lệch: {count(done.findings)} trở về như trước lần chạy này")
    if done.cancelled_letters:
        lines.append(f"Thư: {count(done.cancelled_letters)} thư đang chờ không gửi nữa")
    if done.notified:
        lines.append(f"Thư: {count(done.notified)} nơi đã nhận thư của lần này sẽ nhận thư rút lại")
    return lines
