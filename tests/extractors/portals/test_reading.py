"""One reader drives every source: what is due, what stands twice, what is asked about absences."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from extractors.http.classify import Answer
from extractors.portals.audit.schema_audit import Audit
from extractors.portals.read_source import read
from extractors.portals.source import Detail, ListedItem, ListingPage, RequestCounts, UnfitRecord, Unread
from procedures.errors import ArchiveError, SourceBlocked
from procedures.model import Procedure
from procedures.snapshot import (
    ListedItemState,
    LookUp,
    QuarantinedRecord,
    ReadingPlan,
    ReadingResult,
    SnapshotState,
)
from settings.sources import Expectation, SourceSettings
from steps.sources.recorded_reader import Memory

NIGHT = datetime.fromisoformat("2026-11-23T02:00:00+07:00")
SETTINGS = SourceSettings(
    name="national", kind="national-api", role="national", expect=Expectation(min=1, max_drop=1.0)
)


class Shelf:
    """A source of procedures held in memory; only the reader is under test."""

    has_states = True
    only_the_list = False

    def __init__(self, *procedures: Procedure, lost: Sequence[str] = ()) -> None:
        self.procedures = {f"id-{n:03d}": each for n, each in enumerate(procedures)}
        self.lost = lost
        self.read: list[str] = []
        self.asked: list[str] = []
        self.updated: dict[str, int] = {}
        self.unfit: set[str] = set()
        self.unread: set[str] = set()
        self.audit = Audit()
        self.counts = RequestCounts()

    def pages(self) -> Iterator[ListingPage]:
        items = tuple(self._item(key, each) for key, each in self.procedures.items())
        yield ListingPage(section="", number=1, items=items, declared_total=len(items))
        for lost in self.lost:
            yield ListingPage(section="", number=2, lost=lost)

    def first_page(self, section: str) -> ListingPage:
        return next(self.pages())

    def _item(self, key: str, each: Procedure) -> ListedItem:
        return ListedItem(
            source_id=key, name=each.name, code=each.code, list_digest=each.name, state=each.state
        )

    def recall(self, item: ListedItem, answer: Answer | None) -> None:
        return None

    def fetch(self, item: ListedItem) -> Answer | None:
        self.read.append(item.source_id)
        if item.source_id in self.unread:
            raise Unread("quá thời gian chờ")
        return None

    def record(self, item: ListedItem, remembered: ListedItemState | None, answer: Answer | None) -> Detail:
        if item.source_id in self.unfit:
            raise UnfitRecord("wrong_code", "bản ghi khác", {"id": item.source_id}, {})
        return Detail(
            procedure=self.procedures[item.source_id], updated_at=self.updated.get(item.source_id, 0)
        )

    def look_up(self, remembered: ListedItemState) -> LookUp:
        self.asked.append(remembered.key)
        return LookUp(key=remembered.key, outcome="not_found")

    def ask(self, code: str) -> LookUp | None:
        self.asked.append(code)
        return LookUp(key=code, outcome="not_found")

    def close(self) -> None:
        """Nothing is open."""


class Aside(Memory):
    """A sink that also keeps what was put aside."""

    def __init__(self) -> None:
        super().__init__()
        self.rules: list[tuple[str, str | None]] = []

    def quarantine(self, record: QuarantinedRecord) -> None:
        self.rules.append((record.rule, record.code))


def a(n: int, **said: Any) -> Procedure:
    values: dict[str, Any] = {"name": f"Thủ tục {n}", "code": f"1.{n:06d}", "state": "ACTIVE"}
    return Procedure(**values | said)


def taken(
    shelf: Shelf, settings: SourceSettings = SETTINGS, **plan: Any
) -> tuple[ReadingResult, Mapping[str, str], Aside]:
    sink = Aside()
    outcome = read(shelf, settings, ReadingPlan(as_of=NIGHT, **plan), sink)
    return outcome, {key: each.presence for key, each in sink.observations.items()}, sink


def known(n: int, days_ago: int, **said: Any) -> ListedItemState:
    values: dict[str, Any] = {
        "key": f"1.{n:06d}",
        "source_id": f"id-{n:03d}",
        "code": f"1.{n:06d}",
        "list_digest": f"Thủ tục {n}",
        "read_at": NIGHT - timedelta(days=days_ago),
        "loaded": True,
    }
    return ListedItemState(**values | said)


def remembered(*items: ListedItemState) -> dict[str, ListedItemState]:
    return {each.key: each for each in items}


def test_the_least_recently_read_third_is_read_again_with_three_refresh_nights() -> None:
    shelf = Shelf(*(a(n) for n in range(7)))
    before = remembered(*(known(n, days_ago=n + 1, loaded=n != 6) for n in range(7)))
    _, presence, _ = taken(shelf, SETTINGS.replace(refresh_nights=3), remembered=before)
    assert sorted(shelf.read) == ["id-004", "id-005", "id-006"]
    assert presence["1.000000"] == "seen"


def test_what_is_new_or_moved_in_the_list_is_read_whatever_the_rotation() -> None:
    shelf = Shelf(a(0), a(1, name="Thủ tục 1 đổi tên"), a(2))
    before = remembered(known(0, 1), known(1, 1))
    taken(shelf, SETTINGS.replace(refresh_nights=100), remembered=before)
    assert set(shelf.read) >= {"id-001", "id-002"}


def test_of_a_code_that_stands_twice_the_newer_one_stands() -> None:
    shelf = Shelf(a(0, name="Bản cũ"), a(0, name="Bản mới"), a(1))
    shelf.updated = {"id-000": 100, "id-001": 200}
    outcome, presence, sink = taken(shelf)
    assert sink.observations["1.000000"].procedure == shelf.procedures["id-001"]
    assert sink.rules == [("duplicate_code", "1.000000")]
    assert outcome.certificate.repeated_codes == ("1.000000",)
    assert outcome.verdict.state == SnapshotState.COMPLETE
    assert set(presence.values()) == {"read"}


@pytest.mark.parametrize("in_trouble", ["unread", "unfit"])
@pytest.mark.parametrize("first", [0, 1])
def test_while_the_item_that_stood_cannot_be_read_no_other_one_of_its_code_stands(
    in_trouble: str, first: int
) -> None:
    pair = [a(0, name="Bản cũ"), a(0, name="Bản mới")]
    shelf = Shelf(*(pair[::-1] if first else pair), *(a(n) for n in range(1, 60)))
    new, old = (0, 1) if first else (1, 0)
    shelf.updated = {f"id-{old:03d}": 100, f"id-{new:03d}": 200}
    getattr(shelf, in_trouble).add(f"id-{new:03d}")
    stood = replace(known(0, 1), source_id=f"id-{new:03d}")
    outcome, presence, sink = taken(shelf, remembered=remembered(stood))
    assert presence["1.000000"] == ("unread" if in_trouble == "unread" else "quarantined")
    assert sink.observations["1.000000"].procedure is None
    assert ("duplicate_code", "1.000000") in sink.rules
    assert (outcome.certificate.lacking, outcome.certificate.present) == (0, 61)
    assert outcome.verdict.state == SnapshotState.COMPLETE


@pytest.mark.parametrize("unread", [0, 1])
def test_an_unread_item_does_not_take_the_place_of_the_one_that_stood(unread: int) -> None:
    shelf = Shelf(a(0, name="Một"), a(0, name="Hai"), *(a(n) for n in range(1, 60)))
    shelf.unread = {f"id-{unread:03d}"}
    stood = replace(known(0, 1), source_id=f"id-{1 - unread:03d}")
    outcome, presence, sink = taken(shelf, remembered=remembered(stood))
    assert presence["1.000000"] == "read"
    assert sink.observations["1.000000"].procedure == shelf.procedures[f"id-{1 - unread:03d}"]
    assert outcome.certificate.present == 61


def test_a_detail_of_another_code_counts_as_present_and_is_put_aside() -> None:
    shelf = Shelf(*(a(n) for n in range(10)))
    shelf.unfit = {"id-003"}
    outcome, presence, sink = taken(shelf, remembered=remembered(known(3, 1)))
    assert presence["1.000003"] == "quarantined"
    assert sink.rules == [("wrong_code", "1.000003")]
    assert (outcome.certificate.wrong_codes, outcome.certificate.lacking) == (1, 0)
    assert outcome.verdict.state == SnapshotState.COMPLETE


@pytest.mark.parametrize(("unread", "state"), [(2, SnapshotState.COMPLETE), (3, SnapshotState.PARTIAL)])
def test_over_two_percent_of_the_details_unread_is_partial(unread: int, state: SnapshotState) -> None:
    shelf = Shelf(*(a(n) for n in range(100)))
    shelf.unread = {f"id-{n:03d}" for n in range(unread)}
    outcome, _, _ = taken(shelf)
    assert outcome.verdict.state == state


def test_a_procedure_at_no_followed_level_is_left_out_unless_it_was_loaded_once() -> None:
    ministry = frozenset({"ministry"})
    shelf = Shelf(a(0, executing_levels=ministry), a(1, executing_levels=ministry), a(2))
    _, presence, _ = taken(
        shelf, SETTINGS.replace(levels=("province", "commune")), remembered=remembered(known(1, 1))
    )
    assert presence == {"1.000000": "filtered", "1.000001": "read", "1.000002": "read"}


def test_a_few_unreadable_states_are_put_aside_and_more_are_drift() -> None:
    few = Shelf(*(a(n, state=None if n < 3 else "ACTIVE") for n in range(10)))
    outcome, presence, sink = taken(few)
    assert outcome.verdict.state == SnapshotState.COMPLETE
    assert [rule for rule, _ in sink.rules] == ["state_unreadable"] * 3
    assert presence["1.000000"] == "quarantined"
    many = Shelf(*(a(n, state="MOI" if n < 4 else "ACTIVE") for n in range(10)))
    outcome, _, _ = taken(many)
    assert outcome.verdict.state == SnapshotState.FAILED
    assert "MOI" in (outcome.verdict.reason or "")
    outcome, presence, _ = taken(many, known_states=frozenset({"MOI"}))
    assert outcome.verdict.state == SnapshotState.COMPLETE
    assert presence["1.000000"] == "unpublished"


def test_what_stood_and_is_gone_is_asked_for_and_so_are_the_catalogue_s_other_codes() -> None:
    shelf = Shelf(a(0))
    outcome, _, sink = taken(
        shelf, remembered=remembered(known(0, 1), known(5, 1)), ask=frozenset({"1.000000", "1.000009"})
    )
    assert shelf.asked == ["1.000005", "1.000009"]
    assert set(sink.look_ups) == {"1.000005", "1.000009"}
    assert (outcome.certificate.lacking, outcome.certificate.of_last) == (1, 2)


def test_a_listing_that_lost_a_page_asks_for_nobody() -> None:
    shelf = Shelf(a(0), lost=["trang 2"])
    outcome, _, _ = taken(shelf, remembered=remembered(known(0, 1), known(5, 1)), ask=frozenset({"1.000009"}))
    assert shelf.asked == []
    assert outcome.verdict.state == SnapshotState.PARTIAL


def test_before_the_first_complete_snapshot_everything_is_read_even_what_a_partial_night_read() -> None:
    shelf = Shelf(*(a(n) for n in range(6)))
    before = remembered(*(known(n, 1, loaded=False) for n in range(6)))
    _, presence, _ = taken(shelf, SETTINGS.replace(refresh_nights=6), remembered=before)
    assert set(presence.values()) == {"read"}


def test_after_it_what_was_left_out_by_its_level_waits_for_the_rotation() -> None:
    shelf = Shelf(*(a(n) for n in range(6)))
    before = remembered(*(known(n, n, loaded=n > 0) for n in range(6)))
    _, presence, _ = taken(shelf, SETTINGS.replace(refresh_nights=6), remembered=before, baseline=True)
    assert shelf.read == ["id-005"]
    assert presence["1.000000"] == "filtered"


class Disagreeing(Shelf):
    """Its list calls everything published, whatever the record says."""

    def _item(self, key: str, each: Procedure) -> ListedItem:
        return replace(super()._item(key, each), state="ACTIVE")


@pytest.mark.parametrize("state", ["NGUNG", None])
def test_a_state_that_only_records_tell_is_drift_in_more_than_three_of_them(state: str | None) -> None:
    few = Disagreeing(*(a(n, state=state if n < 3 else "ACTIVE") for n in range(10)))
    outcome, presence, _ = taken(few)
    assert outcome.verdict.state == SnapshotState.COMPLETE
    assert presence["1.000000"] == ("unpublished" if state else "read")
    assert outcome.certificate.states == ({"ACTIVE": 7, state: 3} if state else {"ACTIVE": 10})
    many = Disagreeing(*(a(n, state=state if n < 4 else "ACTIVE") for n in range(10)))
    outcome, _, _ = taken(many)
    assert outcome.verdict.state == SnapshotState.FAILED
    assert (state or "rỗng") in (outcome.verdict.reason or "")


def test_an_unread_row_that_nobody_knows_may_be_the_one_that_seems_gone() -> None:
    shelf = Shelf(*(a(n) for n in range(99)), a(99, code=None))
    shelf.unread = {"id-099"}
    outcome, presence, _ = taken(shelf)
    assert presence["?id-099"] == "unread"
    assert outcome.verdict.state == SnapshotState.COMPLETE
    outcome, _, _ = taken(shelf, remembered=remembered(known(200, 1)))
    assert outcome.verdict.state == SnapshotState.PARTIAL
    assert "1 mục mới chưa đọc được" in (outcome.verdict.reason or "")
    assert shelf.asked == []


def test_a_held_listing_asks_no_thousand_questions_and_its_silence_counts_neither_way() -> None:
    shelf = Shelf(a(0))
    before = remembered(*(known(n, 1) for n in range(40)))
    outcome, _, sink = taken(
        shelf, SETTINGS.replace(expect=Expectation(min=1, max_drop=0.05)), remembered=before
    )
    assert outcome.verdict.state == SnapshotState.HELD
    assert shelf.asked == []
    assert len(sink.look_ups) == 39
    assert {each.outcome for each in sink.look_ups.values()} == {"error"}


def test_what_ended_a_source_is_told_even_when_other_threads_meet_trouble_of_their_own() -> None:
    class Ending(Shelf):
        def fetch(self, item: ListedItem) -> Answer | None:
            if item.source_id == "id-000":
                time.sleep(0.05)
                raise SourceBlocked("cổng từ chối")
            raise ArchiveError("bản ghi không có yêu cầu này")

    outcome, _, _ = taken(Ending(*(a(n) for n in range(6))))
    assert outcome.verdict.state == SnapshotState.BLOCKED
