"""Drives any source: its whole listing, the details that are due, and what it is asked about absences."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from extractors.portals.certificate import judge, whole_listing
from extractors.portals.listing import Gathered, gather
from extractors.portals.missing_lookup import ask
from extractors.portals.row_identity import by_id, only_its_own
from extractors.portals.source import Detail, Extractor, ListedItem, Unfit, Unread
from procedures.configuration import SourceSettings
from procedures.errors import SourceBlocked, SourceError, SourceFailed, SourceRefused, SourceUnfinished
from procedures.keys import nameless_key, short_key
from procedures.model import PUBLISHED_STATES
from procedures.snapshot import (
    Certificate,
    Observation,
    Presence,
    Quarantined,
    Reading,
    ReadingPlan,
    Remembered,
    Sink,
    SnapshotState,
    Verdict,
)
from procedures.text import canonical, excerpt

LONGEST_REASON = 1_000
"""Signs of a reason: it may repeat what a portal wrote."""
STRANGE_STATES = 3
"""More records than this with an unreadable or an unknown state are drift, not single oddities."""

EXTRACT = "extract"
"""Stage of what the reader puts into quarantine."""

Progress = Callable[[int, int], None]


def read(
    extractor: Extractor,
    settings: SourceSettings,
    plan: ReadingPlan,
    sink: Sink,
    progress: Progress | None = None,
    until: datetime | None = None,
) -> Reading:
    """Read the source into `sink`; a portal in trouble becomes the verdict and never an exception.

    From `until` on nothing more is asked: what was read by then is a partial snapshot.
    """
    reader = _Reader(extractor, settings, plan, sink, progress or (lambda _done, _total: None), until)
    refused, told_to_wait = False, None
    try:
        reader.run()
        verdict = judge(reader.certificate(), expect=settings.expect)
    except SourceUnfinished as error:
        whole = bool(reader.listing.items)
        verdict = Verdict(SnapshotState.PARTIAL if whole else SnapshotState.FAILED, str(error))
    except SourceError as error:
        if isinstance(error, SourceRefused):
            refused, told_to_wait = True, error.wait
        state = SnapshotState.BLOCKED if isinstance(error, SourceBlocked) else SnapshotState.FAILED
        verdict = Verdict(state, excerpt(canonical(str(error)), LONGEST_REASON))
    seen = replace(
        reader.certificate(),
        refused=refused,
        told_to_wait=told_to_wait,
        unfinished=reader.ended is not None,
    )
    return Reading(seen, verdict)


@dataclass(slots=True)
class _Reader:
    extractor: Extractor
    settings: SourceSettings
    plan: ReadingPlan
    sink: Sink
    progress: Progress
    until: datetime | None
    ended: SourceUnfinished | None = None
    listing: Gathered = field(default_factory=Gathered)
    presences: Counter[str] = field(default_factory=Counter)
    standing: dict[str, tuple[tuple[float, int, str], ListedItem]] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)
    repeated: list[str] = field(default_factory=list)
    met: dict[str, Presence] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    strange: list[tuple[str | None, str | None]] = field(default_factory=list)
    due: int = 0
    read: int = 0
    failed: int = 0
    wrong: int = 0

    def run(self) -> None:
        """The whole reading, step by step."""
        self._go_on()
        self.listing = gather(self.extractor, self._go_on)
        odd = self._odd_states()
        due: list[tuple[ListedItem, Remembered | None]] = []
        known = by_id(self.plan)
        again = self._rotated(known)
        twice = {
            code for code, n in Counter(item.code for item in self.listing.items).items() if code and n > 1
        }
        for item in self.listing.items:
            before = known.get(item.source_id) or self.plan.remembered.get(item.code or "")
            if item.source_id in odd:
                self._put_aside(item, before, "state_unreadable", "không đọc được tình trạng")
            elif self._unpublished(item.state) and item.code not in twice:
                self._observe(item, before, "unpublished", state=item.state)
            elif self._is_due(item, before, again) or item.code in twice:
                due.append((item, before))
            else:
                self._not_due(item, before)
        self._read_details(due)
        if self.ended is not None:
            raise self.ended
        self.extractor.audit.check_details("chi tiết")
        self._no_drift([told for _, told in self.strange])
        self._nobody_unknown()
        if whole_listing(self.certificate()):
            self._go_on()
            drop = self.settings.expect.max_drop
            ask(self.extractor, self.sink, self.plan, self.met, self.keys, max_drop=drop)

    def _go_on(self) -> None:
        """Raises SourceUnfinished once the time is over in which the source may be asked."""
        if self.until is not None and datetime.now(UTC) >= self.until:
            self.ended = self.ended or SourceUnfinished("hết khung giờ đọc cổng, dừng giữa chừng")
            raise self.ended

    def certificate(self) -> Certificate:
        """What was seen so far."""
        counts, audit = self.extractor.counts, self.extractor.audit
        loaded = [each.key for each in self.plan.remembered.values() if each.loaded]
        lacking = sum(1 for key in loaded if self.met.get(key, "unpublished") == "unpublished")
        return Certificate(
            declared_total=self.listing.declared_total,
            listed=len(self.listing.items),
            distinct_codes=len(self.codes),
            repeated_codes=tuple(sorted(set(self.repeated))),
            pages=self.listing.pages,
            lost_pages=tuple(self.listing.lost),
            first_page_again=self.listing.first_page_again,
            shape=audit.shape,
            leftovers=audit.leftovers,
            known_fields=audit.known,
            fields=audit.fields,
            examples=audit.examples,
            states=self._states(),
            details_due=self.due,
            details_read=self.read,
            details_failed=self.failed,
            taken_over=counts.taken_over,
            wrong_codes=self.wrong,
            quarantined=self.presences["quarantined"],
            present=sum(self.presences.values()) - self.presences["unpublished"],
            unpublished=self.presences["unpublished"],
            lacking=lacking,
            of_last=len(loaded),
            expect_min=self.settings.expect.min,
            expect_max=self.settings.expect.max,
            expect_drop=self.settings.expect.max_drop,
            shape_before=self.plan.last_shape,
            requests=counts.requests,
            retries=counts.retries,
            bytes=counts.bytes,
            unchanged=counts.unchanged,
            slowest_rate=None if counts.slowest_rate is None else round(counts.slowest_rate, 3),
            notes=audit.notes,
        )

    def _states(self) -> dict[str, int]:
        """How many rows are in each state; a strange word of a record stands in place of its row's."""
        states = Counter(item.state for item in self.listing.items)
        for listed, told in self.strange:
            states[listed] -= told is not None
            states[told] += 1
        return {state: number for state, number in states.items() if state and number > 0}

    def _unpublished(self, state: str | None) -> bool:
        return state is not None and state not in PUBLISHED_STATES

    def _odd_states(self) -> frozenset[str]:
        """Ids of the few rows whose state cannot be read.

        Raises:
            SourceFailed: more than `STRANGE_STATES` are unreadable, or say words never seen here.
        """
        if not self.extractor.has_states:
            return frozenset()
        self._no_drift([item.state for item in self.listing.items if self._is_strange(item.state)])
        return frozenset(item.source_id for item in self.listing.items if item.state is None)

    def _is_strange(self, state: str | None) -> bool:
        return state is None or not (state in PUBLISHED_STATES or state in self.plan.known_states)

    def _no_drift(self, strange: Sequence[str | None]) -> None:
        if len(strange) > STRANGE_STATES:
            words = ", ".join(sorted({state or "rỗng" for state in strange})[:5])
            raise SourceFailed(
                f"tình trạng (state) lạ ở {len(strange)} thủ tục: {words}; cổng đã đổi cấu trúc?"
            )

    def _nobody_unknown(self) -> None:
        """An unread row that nobody knows may be what seems to be gone: such a listing retires nothing."""
        unknown = sum(1 for key in self.met if key.startswith("?"))
        lacking = self.certificate().lacking
        if unknown and lacking:
            self.listing.lost.append(
                f"{unknown} mục mới chưa đọc được, không rõ có phải trong {lacking} thủ tục vắng mặt"
            )

    def _rotated(self, known: Mapping[str, Remembered]) -> frozenset[str]:
        """Ids of the share that is read again tonight: the least recently read ones."""
        listed = [known[item.source_id] for item in self.listing.items if item.source_id in known]
        share = math.ceil(len(listed) / self.settings.refresh_nights)
        oldest = sorted(
            listed, key=lambda each: (each.read_at is not None, each.read_at or self.plan.as_of, each.key)
        )
        return frozenset(each.source_id or "" for each in oldest[:share])

    def _is_due(self, item: ListedItem, before: Remembered | None, again: frozenset[str]) -> bool:
        if before is None or before.read_at is None or before.source_id != item.source_id:
            return True
        if not self.plan.baseline and not before.loaded:
            return True  # no complete snapshot has left it out: what was read of it went nowhere
        if self.plan.stale is not None and before.read_at <= self.plan.stale:
            return True  # fewer rows than there were make the rotation slower than it has to be
        return before.list_digest != item.list_digest or item.source_id in again

    def _not_due(self, item: ListedItem, before: Remembered | None) -> None:
        self._observe(item, before, "seen" if before and before.loaded else "filtered", state=item.state)

    def _read_details(self, due: Iterable[tuple[ListedItem, Remembered | None]]) -> None:
        waiting = list(due)
        self.due = len(waiting)
        with ThreadPoolExecutor(self.settings.concurrency) as pool:
            asked: dict[Future[Detail], tuple[ListedItem, Remembered | None]] = {}
            try:
                while waiting or asked:
                    while waiting and len(asked) < 2 * self.settings.concurrency:
                        item, before = waiting.pop(0)
                        asked[pool.submit(self._detail, item, before)] = (item, before)
                    done, _ = wait(asked, return_when=FIRST_COMPLETED)
                    for future in done:
                        self._take(future, *asked.pop(future))
            except BaseException as error:
                if not isinstance(error, Exception):
                    self.extractor.close()  # whoever waits for an answer would hold a Ctrl-C up
                for future in asked:
                    future.cancel()
                raise _what_ended(error, asked) from None

    def _detail(self, item: ListedItem, before: Remembered | None) -> Detail:
        if item.procedure:
            return Detail(procedure=item.procedure)
        self._go_on()
        return only_its_own(self.plan, item, before, self.extractor.detail(item, before))

    def _take(self, future: Future[Detail], item: ListedItem, before: Remembered | None) -> None:
        try:
            detail = future.result()
        except Unfit as error:
            self.wrong += error.rule == "wrong_code"
            self._put_aside(item, before, error.rule, str(error), error.record)
        except (Unread, SourceUnfinished) as error:
            if isinstance(error, SourceUnfinished):
                self.ended = error
            self.failed += 1
            self._observe(item, before, "unread", state=item.state)
        else:
            self.read += 1
            self._watch_state(item, detail)
            self._keep(item, detail)
        self.progress(self.read + self.failed + self.wrong, self.due)

    def _watch_state(self, item: ListedItem, detail: Detail) -> None:
        """A strange state that only the detail tells; the list's were looked at before."""
        state = detail.procedure.state
        if (
            self.extractor.has_states
            and item.procedure is None
            and state != item.state
            and self._is_strange(state)
        ):
            self.strange.append((item.state, state))

    def _keep(self, item: ListedItem, detail: Detail) -> None:
        procedure = detail.procedure
        key = procedure.code or nameless_key(procedure.name, procedure.executing_levels, procedure.field)
        if not self._stands(key, procedure.code, item, detail.updated_at):
            return
        state = procedure.state if procedure.state is not None else item.state
        presence: Presence = "read"
        if self._unpublished(state):
            presence = "unpublished"
        elif self._filtered(key, procedure.executing_levels):
            presence = "filtered"
        self._count(key, procedure.code, presence)
        self.sink.observe(
            Observation(
                key=key,
                presence=presence,
                code=procedure.code,
                source_id=item.source_id,
                list_digest=item.list_digest,
                state=state,
                procedure=procedure,
                evidence={**item.evidence, **detail.evidence},
            )
        )

    def _stands(self, key: str, code: str | None, item: ListedItem, updated_at: float) -> bool:
        """Of two items of one code the newer one stands, the other is put aside; whether it is `item`.

        Which of two is newer nobody knows while one of them could not be read: the one that stood last
        night goes on standing, also unread, so that no other one's words look like a change.
        """
        rank = (updated_at, len(item.source_id), item.source_id)
        if key in self.standing:
            self.repeated.append(key)
            held, other = self.standing[key]
            loser = item if rank < held else other
            reason = f"mã {key} có ở hai mục của danh sách; mục mới hơn được giữ"
            self._quarantine(code, "duplicate_code", reason, _received(loser))
            self.presences["quarantined"] += 1
            if rank < held:
                return False
            self.presences[self.met[key]] -= 1
        self.standing[key] = (rank, item)
        self.keys[item.source_id] = key
        return True

    def _filtered(self, key: str, levels: frozenset[str] | None) -> bool:
        """Carried out at none of the levels followed; what was loaded once stays followed."""
        if not self.settings.levels or not levels or levels & set(self.settings.levels):
            return False
        before = self.plan.remembered.get(key)
        return before is None or not before.loaded

    def _observe(
        self, item: ListedItem, before: Remembered | None, presence: Presence, *, state: str | None = None
    ) -> None:
        key = short_key(item.code or (before.key if before else f"?{item.source_id}"))
        code = item.code or (before.code if before else None)
        updated_at = 0.0
        if presence in ("unread", "quarantined"):
            stood = before is not None and before.source_id == item.source_id
            updated_at = math.inf if stood else -math.inf
        if not self._stands(key, code, item, updated_at):
            return
        self._count(key, code, presence)
        self.sink.observe(
            Observation(
                key=key,
                presence=presence,
                code=code,
                source_id=item.source_id,
                list_digest=item.list_digest,
                state=state,
                evidence=item.evidence,
            )
        )

    def _put_aside(
        self,
        item: ListedItem,
        before: Remembered | None,
        rule: str,
        reason: str,
        record: Mapping[str, object] | None = None,
    ) -> None:
        code = item.code or (before.code if before else None)
        self._quarantine(code, rule, reason, record or _received(item))
        self._observe(item, before, "quarantined", state=item.state)

    def _quarantine(self, code: str | None, rule: str, reason: str, record: Mapping[str, object]) -> None:
        self.sink.quarantine(Quarantined(code=code, stage=EXTRACT, rule=rule, reason=reason, record=record))

    def _count(self, key: str, code: str | None, presence: Presence) -> None:
        self.presences[presence] += 1
        self.met[key] = presence
        if code:
            self.codes.add(code)


def _what_ended(error: BaseException, asked: Iterable[Future[Detail]]) -> BaseException:
    """Threads that run on after a source ended meet other trouble: its end is the reason, not theirs."""
    if not isinstance(error, Exception) or isinstance(error, SourceError):
        return error
    wait(asked)
    others = (future.exception() for future in asked if not future.cancelled())
    return next((other for other in others if isinstance(other, SourceError)), error)


def _received(item: ListedItem) -> Mapping[str, object]:
    if not item.received:
        return {"id": item.source_id, "name": item.name, "code": item.code}
    record: Mapping[str, object] = json.loads(item.received)
    return record
