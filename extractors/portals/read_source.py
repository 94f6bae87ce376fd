"""The driver of any source: its whole listing, the due details, and look-ups of what is absent."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeAlias

from extractors.http.classify import Answer
from extractors.portals.certificate import is_listing_whole, judge
from extractors.portals.due_records import due_in_rotation, is_due
from extractors.portals.fetchers import Fetchers
from extractors.portals.known_records import KnownRecord
from extractors.portals.listed_states import ListedStates, is_unpublished
from extractors.portals.listing import Listing, read_listing
from extractors.portals.missing_lookup import look_up_missing
from extractors.portals.row_identity import check_row_owner, remembered_by_id
from extractors.portals.source import Detail, Extractor, ListedItem, UnfitRecord, Unread
from procedures.errors import SourceBlocked, SourceError, SourceRefused, SourceUnfinished
from procedures.model import Procedure
from procedures.snapshot import (
    Certificate,
    ListedItemState,
    Observation,
    Presence,
    QuarantinedRecord,
    ReadingPlan,
    ReadingResult,
    Sink,
    SnapshotState,
    SnapshotVerdict,
    StandingRecord,
)
from procedures.values.keys import codeless_key, short_key
from procedures.values.text import canonical
from procedures.wording.words import excerpt
from settings.sources import SourceSettings

LONGEST_REASON = 1_000
"""Characters of a reason, which may quote what a portal wrote."""
EXTRACT = "extract"
"""Stage of the records that the reader puts into quarantine."""

Progress = Callable[[int, int], None]
_Due: TypeAlias = tuple[ListedItem, ListedItemState | None]
"""A row whose record is read, and what is remembered of it."""


def read(
    extractor: Extractor,
    settings: SourceSettings,
    plan: ReadingPlan,
    sink: Sink,
    progress: Progress | None = None,
    until: datetime | None = None,
) -> ReadingResult:
    """Read the source into `sink`; a portal in trouble becomes the verdict and never an exception.

    After `until` nothing more is asked: what was read by then is a partial snapshot.
    """
    reader = _Reader(extractor, settings, plan, sink, progress or (lambda _done, _total: None), until)
    refused, wait_seconds = False, None
    try:
        reader.run()
        verdict = judge(reader.certificate(), expect=settings.expect)
    except SourceUnfinished as error:
        whole = bool(reader.listing.items)
        verdict = SnapshotVerdict(SnapshotState.PARTIAL if whole else SnapshotState.FAILED, str(error))
    except SourceError as error:
        if isinstance(error, SourceRefused):
            refused, wait_seconds = True, error.wait
        state = SnapshotState.BLOCKED if isinstance(error, SourceBlocked) else SnapshotState.FAILED
        verdict = SnapshotVerdict(state, excerpt(canonical(str(error)), LONGEST_REASON))
    certificate = replace(
        reader.certificate(),
        refused=refused,
        told_to_wait=wait_seconds,
        unfinished=reader.time_over is not None,
    )
    return ReadingResult(certificate, verdict)


@dataclass(slots=True)
class _Reader:
    extractor: Extractor
    settings: SourceSettings
    plan: ReadingPlan
    sink: Sink
    progress: Progress
    until: datetime | None
    time_over: SourceUnfinished | None = None
    listing: Listing = field(default_factory=Listing)
    presences: Counter[str] = field(default_factory=Counter)
    claims: dict[str, tuple[tuple[float, int, str], ListedItem]] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)
    repeated_keys: list[str] = field(default_factory=list)
    presence_by_key: dict[str, Presence] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    due: int = 0
    read: int = 0
    failed: int = 0
    wrong_records: int = 0
    states: ListedStates = field(init=False)

    def __post_init__(self) -> None:
        self.states = ListedStates(self.plan.known_states)

    def run(self) -> None:
        """Read the source, step by step."""
        self._check_time()
        self.listing = read_listing(self.extractor, self._check_time)
        items = self.listing.items
        unreadable = self.states.unreadable(items) if self.extractor.has_states else frozenset[str]()
        due: list[_Due] = []
        known = remembered_by_id(self.plan)
        rotated = due_in_rotation(items, known, self.settings.refresh_nights, self.plan.as_of)
        repeated = {code for code, n in Counter(item.code for item in items).items() if code and n > 1}
        for item in items:
            remembered = known.get(item.source_id) or self.plan.remembered.get(item.code or "")
            if item.source_id in unreadable:
                self._quarantine_item(item, remembered, "state_unreadable", "không đọc được tình trạng")
            elif is_unpublished(item.state) and item.code not in repeated:
                self._observe(item, remembered, "unpublished", state=item.state)
            elif is_due(item, remembered, self.plan, rotated) or item.code in repeated:
                due.append((item, remembered))
            else:
                self._not_due(item, remembered)
        self._read_details(due)
        if self.time_over is not None:
            raise self.time_over
        self.extractor.audit.check_details("chi tiết")
        self.states.check_records()
        self._check_unknown_items()
        if is_listing_whole(self.certificate()):
            self._check_time()
            drop = self.settings.expect.max_drop
            look_up_missing(
                self.extractor, self.sink, self.plan, self.presence_by_key, self.keys, max_drop=drop
            )

    def _check_time(self) -> None:
        """Raise SourceUnfinished once the time is over in which the source may be asked."""
        if self.until is not None and datetime.now(UTC) >= self.until:
            self.time_over = self.time_over or SourceUnfinished("hết khung giờ đọc cổng, dừng giữa chừng")
            raise self.time_over

    def certificate(self) -> Certificate:
        """Return the certificate of what was read so far."""
        counts, audit = self.extractor.counts, self.extractor.audit
        loaded = self._loaded_keys()
        return Certificate(
            declared_total=self.listing.declared_total,
            listed=len(self.listing.items),
            distinct_codes=len(self.codes),
            repeated_codes=tuple(sorted(set(self.repeated_keys))),
            pages=self.listing.pages,
            lost_pages=tuple(self.listing.lost),
            first_page_again=self.listing.first_page_again,
            shape=audit.shape,
            leftovers=audit.leftovers,
            known_fields=audit.known,
            fields=audit.fields,
            examples=audit.examples,
            states=self.states.count(self.listing.items),
            details_due=self.due,
            details_read=self.read,
            details_failed=self.failed,
            taken_over=counts.taken_over,
            wrong_codes=self.wrong_records,
            quarantined=self.presences["quarantined"],
            present=sum(self.presences.values()) - self.presences["unpublished"],
            unpublished=self.presences["unpublished"],
            lacking=self._lacking(loaded),
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

    def _loaded_keys(self) -> list[str]:
        return [each.key for each in self.plan.remembered.values() if each.loaded]

    def _lacking(self, loaded: Iterable[str]) -> int:
        """Return how many of the loaded records are not published tonight."""
        return sum(1 for key in loaded if self.presence_by_key.get(key, "unpublished") == "unpublished")

    def _check_unknown_items(self) -> None:
        """Treat the listing as incomplete where an unread new row may be one that seems absent."""
        unknown = sum(1 for key in self.presence_by_key if key.startswith("?"))
        if unknown and (lacking := self._lacking(self._loaded_keys())):
            self.listing.lost.append(
                f"{unknown} mục mới chưa đọc được, không rõ có phải trong {lacking} thủ tục vắng mặt"
            )

    def _not_due(self, item: ListedItem, remembered: ListedItemState | None) -> None:
        self._observe(
            item, remembered, "seen" if remembered and remembered.loaded else "filtered", state=item.state
        )

    def _read_details(self, due: Sequence[_Due]) -> None:
        """Read the due records: other threads wait for the portal, this one makes records of its answers."""
        self.due = len(due)
        with Fetchers(self._fetch, min(self.settings.concurrency, len(due))) as fetchers:
            try:
                for (item, remembered), answer, error in fetchers.fetch_all(due):
                    self._handle_answer(item, remembered, answer, error)
            except BaseException as ending:
                if not isinstance(ending, Exception):
                    self.extractor.close()  # threads waiting for an answer would delay a Ctrl-C
                raise _ending_error(ending, fetchers.stop()) from None

    def _fetch(self, due: _Due) -> Answer | None:
        item, _ = due
        if item.procedure:
            return None
        self._check_time()
        return self.extractor.fetch(item)

    def _detail(self, item: ListedItem, remembered: ListedItemState | None, answer: Answer | None) -> Detail:
        if item.procedure:
            return Detail(procedure=item.procedure)
        return check_row_owner(self.plan, item, remembered, self.extractor.record(item, remembered, answer))

    def _handle_answer(
        self,
        item: ListedItem,
        remembered: ListedItemState | None,
        answer: Answer | None,
        failure: BaseException | None,
    ) -> None:
        try:
            if failure is not None:
                raise failure
            recalled = self.extractor.recall(item, answer)
            detail = None if recalled is not None else self._detail(item, remembered, answer)
        except UnfitRecord as error:
            self.wrong_records += error.rule == "wrong_code"
            self._quarantine_item(item, remembered, error.rule, str(error), error.record)
        except (Unread, SourceUnfinished) as error:
            if isinstance(error, SourceUnfinished):
                self.time_over = error
            self.failed += 1
            self._observe(item, remembered, "unread", state=item.state)
        else:
            self.read += 1
            if recalled is not None:
                self._observe_record(item, recalled.record, recalled.record.updated_at, recalled.evidence)
            elif detail is not None:
                self._observe_record(item, detail.procedure, detail.updated_at, detail.evidence)
        self.progress(self.read + self.failed + self.wrong_records, self.due)

    def _observe_record(
        self, item: ListedItem, record: Procedure | KnownRecord, updated_at: int, evidence: Mapping[str, Any]
    ) -> None:
        if self.extractor.has_states and item.procedure is None:
            self.states.watch(item.state, record.state)
        if isinstance(record, Procedure):
            procedure, standing = record, None
            key = record.code or codeless_key(record.name, record.executing_levels, record.field)
        else:
            procedure, standing, key = None, StandingRecord(record.name, record.digest), record.code
        if not self._claim_key(key, record.code, item, updated_at):
            return
        state = record.state if record.state is not None else item.state
        presence: Presence = "read"
        if is_unpublished(state):
            presence = "unpublished"
        elif self._is_filtered(key, record.executing_levels):
            presence = "filtered"
        self._count(key, record.code, presence)
        self.sink.observe(
            Observation(
                key=key,
                presence=presence,
                code=record.code,
                source_id=item.source_id,
                list_digest=item.list_digest,
                state=state,
                procedure=procedure,
                standing=standing,
                evidence={**item.evidence, **evidence},
            )
        )

    def _claim_key(self, key: str, code: str | None, item: ListedItem, updated_at: float) -> bool:
        """Decide between two items of one code: the newer one counts; return whether it is `item`.

        Which of two is newer is unknown while one of them could not be read: last night's item then keeps the
        code, also unread, so that the other one's values do not look like a change.
        """
        rank = (updated_at, len(item.source_id), item.source_id)
        if key in self.claims:
            self.repeated_keys.append(key)
            claimed, other = self.claims[key]
            loser = item if rank < claimed else other
            reason = f"mã {key} có ở hai mục của danh sách; mục mới hơn được giữ"
            self._quarantine(code, "duplicate_code", reason, loser.record)
            self.presences["quarantined"] += 1
            if rank < claimed:
                return False
            self.presences[self.presence_by_key[key]] -= 1
        self.claims[key] = (rank, item)
        self.keys[item.source_id] = key
        return True

    def _is_filtered(self, key: str, levels: frozenset[str] | None) -> bool:
        """Whether none of the followed levels carries it out; what was loaded once stays followed."""
        if not self.settings.levels or not levels or levels & set(self.settings.levels):
            return False
        remembered = self.plan.remembered.get(key)
        return remembered is None or not remembered.loaded

    def _observe(
        self,
        item: ListedItem,
        remembered: ListedItemState | None,
        presence: Presence,
        *,
        state: str | None = None,
    ) -> None:
        key = short_key(item.code or (remembered.key if remembered else f"?{item.source_id}"))
        code = item.code or (remembered.code if remembered else None)
        updated_at = 0.0
        if presence in ("unread", "quarantined"):
            was_this_item = remembered is not None and remembered.source_id == item.source_id
            updated_at = math.inf if was_this_item else -math.inf
        if not self._claim_key(key, code, item, updated_at):
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

    def _quarantine_item(
        self,
        item: ListedItem,
        remembered: ListedItemState | None,
        rule: str,
        reason: str,
        record: Mapping[str, object] | None = None,
    ) -> None:
        code = item.code or (remembered.code if remembered else None)
        self._quarantine(code, rule, reason, record or item.record)
        self._observe(item, remembered, "quarantined", state=item.state)

    def _quarantine(self, code: str | None, rule: str, reason: str, record: Mapping[str, object]) -> None:
        self.sink.quarantine(
            QuarantinedRecord(code=code, stage=EXTRACT, rule=rule, reason=reason, record=record)
        )

    def _count(self, key: str, code: str | None, presence: Presence) -> None:
        self.presences[presence] += 1
        self.presence_by_key[key] = presence
        if code:
            self.codes.add(code)


def _ending_error(error: BaseException, others: Iterable[BaseException]) -> BaseException:
    """Return why a source ended: other threads then meet other errors, which are not the reason."""
    if not isinstance(error, Exception) or isinstance(error, SourceError):
        return error
    return next((other for other in others if isinstance(other, SourceError)), error)
