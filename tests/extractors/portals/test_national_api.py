"""The national portal's interface of 2026, from the bundled portal and from answers written down here."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from extractors.portals.audit.schema_audit import Audit
from extractors.portals.national_api import DETAIL, LIST, NationalApi, parse_item
from extractors.portals.national_record import parse_detail
from extractors.portals.read_source import read
from extractors.portals.source import ListedItem, NotFound, UnfitRecord, Unread, read_record
from portals.serve import Portals
from procedures.errors import SourceFailed
from procedures.model import from_record, to_record
from procedures.snapshot import ListedItemState, ReadingPlan, ReadingResult, SnapshotState
from reconciliation.findings.self_review import lacking_parts
from settings.sources import Expectation, SourceSettings
from steps.sources.recorded_reader import Memory
from tests.extractors.loopback import Asked, Loopback, Say

NIGHT = datetime.fromisoformat("2026-11-23T02:00:00+07:00")
GOLDEN = Path(__file__).parents[2] / "golden" / "national"
SAMPLE: dict[str, Any] = json.loads((GOLDEN / "detail_1.013703_noivu.json").read_bytes())


def settings(url: str, **said: Any) -> SourceSettings:
    values: dict[str, Any] = {
        "name": "national",
        "kind": "national-api",
        "role": "national",
        "base_url": url,
        "departments": ("G09",),
        "requests_per_second": 500.0,
        "timeout": 2.0,
        "retry_pause": 0.01,
        "expect": Expectation(min=1),
    }
    return SourceSettings(**values | said)


def reading(url: str, plan: ReadingPlan | None = None, **said: Any) -> tuple[ReadingResult, Memory]:
    memory = Memory()
    chosen = settings(url, **said)
    with closing(NationalApi(chosen, None)) as portal:
        return read(portal, chosen, plan or ReadingPlan(as_of=NIGHT), memory), memory


@pytest.fixture(scope="module")
def ministries() -> Iterator[Portals]:
    """The portal with Bộ Nội vụ's and Ngân hàng Nhà nước's records; nobody here edits them."""
    with Portals(departments=["G09", "G19"]) as running:
        yield running


@pytest.fixture
def asking(ministries: Portals) -> Iterator[NationalApi]:
    with closing(NationalApi(settings(ministries.national.base_url), None)) as portal:
        yield portal


# ---------------------------------------------------------------- a night


def test_a_night_reads_every_page_once_and_every_record_once(portals: Portals) -> None:
    outcome, memory = reading(portals.national.base_url)
    codes = set(portals.national.world.codes)
    assert outcome.verdict.state == SnapshotState.COMPLETE
    assert set(memory.observations) == codes
    seen = outcome.certificate
    assert (seen.declared_total, seen.listed, seen.distinct_codes) == (143, 143, 143)
    assert (seen.pages, seen.first_page_again, seen.leftovers, seen.notes) == (3, True, {}, ())
    # the home page for its cookies, three pages, the empty one that ends them, the first again, the records
    assert seen.requests == len(portals.national.requests) == 1 + 3 + 1 + 1 + 143
    assert seen.retries == 0


def test_each_agency_followed_is_a_list_of_its_own_and_totals_add_up(ministries: Portals) -> None:
    outcome, memory = reading(ministries.national.base_url, departments=("G09", "G19"))
    assert outcome.verdict.state == SnapshotState.COMPLETE
    assert outcome.certificate.declared_total == len(memory.observations) > 143
    everything, _ = reading(ministries.national.base_url, departments=())
    assert everything.certificate.declared_total == outcome.certificate.declared_total


def test_a_page_that_is_too_large_for_the_portal_is_asked_for_in_fifties(portals: Portals) -> None:
    portals.national.faults.order("limit_over_100")
    outcome, memory = reading(portals.national.base_url, page_size=150)
    assert outcome.verdict.state == SnapshotState.COMPLETE
    assert len(memory.observations) == 143
    assert outcome.certificate.notes == ("trang 150 mục không đọc được, đọc lại với 50 mục một trang",)


def test_what_the_detail_calls_unpublished_is_unpublished_whatever_the_list_says() -> None:
    with Loopback(Api(record(state="NGUNG"), listed_state="ACTIVE")) as web:
        outcome, memory = reading(web.url)
    (met,) = memory.observations.values()
    assert (met.presence, met.state) == ("unpublished", "NGUNG")
    assert outcome.certificate.states == {"NGUNG": 1}


# ---------------------------------------------------------------- direct questions


def test_a_code_of_another_ministry_is_found_with_its_agency(
    asking: NationalApi, ministries: Portals
) -> None:
    bank = next(
        each for each in ministries.national.world.ordered() if each["departmentPromulgateCode"] == "G19"
    )
    answer = asking.ask(bank["code"])
    assert answer is not None
    assert (answer.key, answer.outcome, answer.state) == (bank["code"], "published", bank["state"])
    assert answer.evidence["agency"] == bank["departmentPromulgateName"]
    assert answer.evidence["type"] == "STANDARD"


def test_a_code_that_only_begins_alike_is_another_one(asking: NationalApi) -> None:
    answer = asking.ask("1.01370")
    assert answer is not None
    assert answer.outcome == "not_found"


def test_an_absent_procedure_is_asked_for_by_id_and_then_by_code(portals: Portals) -> None:
    world = portals.national.world
    moved, dead, gone = (world.by_code(code) for code in ("1.013703", "1.012946", "1.009467"))
    world.edit("1.013703", id="019d2bfb-ffff-74c5-be8d-c902d128672d")
    world.edit("1.012946", state="NGUNG")
    world.drop("1.009467")
    chosen = settings(portals.national.base_url)
    with closing(NationalApi(chosen, None)) as portal:
        told = {
            each["code"]: portal.look_up(
                ListedItemState(key=each["code"], source_id=each["id"], code=each["code"], loaded=True)
            )
            for each in (moved, dead, gone)
        }
    assert {code: each.outcome for code, each in told.items()} == {
        "1.013703": "published",
        "1.012946": "dead",
        "1.009467": "not_found",
    }
    assert told["1.012946"].state == "NGUNG"
    assert told["1.013703"].evidence["asked"] == "code"


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (Say(b'{"code": "NOT_FOUND", "message": "x"}'), "not_found"),
        (Say(b'{"code": "NOT_FOUND", "message": "x"}', 400), "not_found"),
        (Say(b'{"code": "OK", "data": null}'), "not_found"),
        (Say(b"<html><h1>404 Not Found</h1></html>", 404, kind="text/html"), "not_found"),
        (Say(b'{"code": "SYSTEM_ERROR", "message": "x"}'), "error"),
        (Say(b'{"code": "SYSTEM_ERROR", "message": "x"}', 500), "error"),
        (Say(b'{"code": "OK", "data": {"id": "x", "code": "1.013703", "state": null}}'), "error"),
        (Say(b"[]"), "error"),
    ],
    ids=["word", "status 400", "no data", "web page 404", "failure", "500", "no state", "other shape"],
)
def test_only_a_clear_no_counts_as_not_found(said: Say, outcome: str) -> None:
    def answer(asked: Asked) -> Say:
        if asked.path == LIST:
            return listing([])
        return HOME if asked.path == "/" else said

    with Loopback(answer) as web, closing(NationalApi(settings(web.url), None)) as portal:
        told = portal.look_up(ListedItemState(key="1.013703", source_id="x", code="1.013703", loaded=True))
    assert told.outcome == outcome


# ---------------------------------------------------------------- odd answers


HOME = Say(b"<div id=root></div>", headers={"Set-Cookie": "S=1; Path=/"}, kind="text/html")


def listing(items: list[Mapping[str, Any]], **data: Any) -> Say:
    last = items[-1]["id"] if items else ""
    body = {"code": "OK", "data": {"items": items, "lastId": last, "total": len(items)} | data}
    return Say(json.dumps(body).encode(), 201)


def record(**said: Any) -> dict[str, Any]:
    return copy.deepcopy(SAMPLE) | said


class Api:
    """Lists these records on one page and tells their details; `change` spoils an answer's `data`."""

    def __init__(
        self,
        *records: dict[str, Any],
        listed_state: str | None = None,
        change: Callable[[str, dict[str, Any]], Any] | None = None,
    ) -> None:
        self.records = {each["id"]: each for each in records}
        self.listed_state = listed_state
        self.change = change or (lambda _path, data: data)

    def __call__(self, asked: Asked) -> Say:
        if asked.path == "/":
            return HOME
        body = json.loads(asked.body)
        data: dict[str, Any]
        if asked.path == DETAIL:
            data = self.records[body["id"]]
        else:
            items = [] if body["lastId"] else [self._item(each) for each in self.records.values()]
            last = items[-1]["id"] if items else ""
            data = {"items": items, "lastId": last, "total": len(self.records)}
        answer = {"code": "OK", "data": self.change(asked.path, copy.deepcopy(data))}
        return Say(json.dumps(answer).encode())

    def _item(self, each: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "id": each["id"],
            "name": each["name"],
            "code": each["code"],
            "state": self.listed_state or each["state"],
        }


def several(number: int) -> list[dict[str, Any]]:
    return [record(id=f"id-{n}", code=f"1.{n:06d}") for n in range(number)]


@pytest.mark.parametrize("gone", ["items", "total", "lastId"])
def test_a_list_without_what_proves_it_whole_is_a_failure_that_names_the_field(gone: str) -> None:
    def without(path: str, data: dict[str, Any]) -> Any:
        if path == LIST:
            data["total"] = 9
            del data[gone]
        return data

    with Loopback(Api(*several(5), change=without)) as web:
        outcome, _ = reading(web.url)
    assert outcome.verdict.state == SnapshotState.FAILED
    assert gone in (outcome.verdict.reason or "")


@pytest.mark.parametrize("shape", [None, [], "x", 7, {"result": {}}], ids=str)
def test_one_record_of_another_shape_is_unread_and_ends_nothing(shape: Any) -> None:
    def spoil(path: str, data: dict[str, Any]) -> Any:
        return shape if path == DETAIL and data["id"] == "id-0" else data

    with Loopback(Api(*several(60), change=spoil)) as web:
        outcome, memory = reading(web.url, page_size=100)
    assert outcome.verdict.state == SnapshotState.COMPLETE
    assert memory.observations["1.000000"].presence in ("unread", "quarantined")
    assert sum(each.presence == "read" for each in memory.observations.values()) == 59


def test_records_that_are_all_of_another_shape_are_a_failure() -> None:
    with Loopback(Api(*several(6), change=lambda path, data: {"x": 1} if path == DETAIL else data)) as web:
        outcome, _ = reading(web.url)
    assert outcome.verdict.state == SnapshotState.FAILED
    assert "6/6" in (outcome.verdict.reason or "")


def test_a_refused_page_is_not_asked_for_in_another_size() -> None:
    def answer(asked: Asked) -> Say:
        return HOME if asked.path == "/" else Say(status=406)

    with Loopback(answer) as web:
        outcome, _ = reading(web.url, page_size=100)
        asked = web.paths
    assert outcome.verdict.state == SnapshotState.BLOCKED
    assert asked == ["/", LIST]


def test_half_a_letter_in_a_name_is_mended_and_kept() -> None:
    odd = record(name="Thành lập hội \ud83d")
    with Loopback(Api(odd)) as web:
        outcome, memory = reading(web.url)
    assert outcome.verdict.state == SnapshotState.COMPLETE
    (met,) = memory.observations.values()
    assert met.procedure is not None
    assert met.procedure.name == "Thành lập hội \ufffd"


# ---------------------------------------------------------------- one record


def parsed(**said: Any) -> Any:
    procedure = parse_detail(record(**said), "https://cong.vn")
    assert procedure is not None
    return procedure


def test_the_decision_is_the_first_number_that_is_told() -> None:
    proposal = SAMPLE["procedureProposal"]
    assert parsed(decisionNo="1/QĐ-BNV").decision_number == "1/QĐ-BNV"
    told = parsed(procedureProposal=proposal | {"decisionNumber": "2/QĐ-BNV"})
    assert told.decision_number == "2/QĐ-BNV"
    assert parsed().decision_number == "627/QĐ-BNV"
    assert parsed(procedureProposal=None).decision_number is None


def test_dates_are_midnights_in_vietnam_and_an_absurd_one_is_none() -> None:
    proposal = SAMPLE["procedureProposal"]
    assert parsed().decision_date == date(2025, 6, 20)
    for absurd in (None, "2025", 10**30, True, -(10**30), 0, 1_750_352_400):
        assert parsed(procedureProposal=proposal | {"decisionDate": absurd}).decision_date is None


def test_full_online_service_is_told_by_its_flag_and_partial_by_the_way() -> None:
    direct = [SAMPLE["executionMethods"][2]]
    assert parsed(isFullProcess=True).online_level == "full"
    assert parsed().online_level == "partial"
    assert parsed(executionMethods=direct).online_level == "none"
    assert parsed(executionMethods=None).online_level is None


def test_a_record_with_no_level_flag_has_unknown_levels() -> None:
    assert parsed(isWard=False).executing_levels is None
    assert parsed(isProvince=True).executing_levels == {"province", "commune"}


@pytest.mark.parametrize(
    ("amount", "unit", "text", "expected"),
    [
        (7, "WORKING_DAY", "kể từ ngày nhận hồ sơ", [("direct", 7, "working_day", None)]),
        (2.5, "HOUR", "", [("direct", 2.5, "hour", None)]),
        (7, "OTHER", "trong tuần", [("direct", 7, None, "trong tuần")]),
        (None, None, "Không quy định", [("direct", None, None, "Không quy định")]),
        (None, None, "", []),
        ("7", "DAY", "", [("direct", 7, "day", None)]),
        ("bảy", "DAY", "", []),
        (float("inf"), "DAY", "", []),
    ],
)
def test_missing_numbers_are_none_and_an_unknown_unit_is_no_unit(
    amount: Any, unit: Any, text: str, expected: list[tuple[Any, ...]]
) -> None:
    method = {
        "submissionMethod": "DIRECT",
        "processingTime": amount,
        "processingTimeUnit": unit,
        "description": text,
        "fees": [],
    }
    times = parsed(executionMethods=[method]).processing_time
    assert [(time.way, time.amount, time.unit, time.text) for time in times] == expected


def test_fees_keep_their_kind_and_zero_is_zero() -> None:
    method = SAMPLE["executionMethods"][2] | {
        "fees": [
            {"type": "FEE", "value": 0},
            {"type": "SERVICE_FEE", "value": 30000.0},
            {"type": "PRICE_LEVEL", "value": None, "description": "Theo quy định"},
            {"type": "FEE", "value": None, "description": ""},
        ]
    }
    fees = parsed(executionMethods=[method]).fee
    assert [(fee.way, fee.type, fee.amount, fee.text) for fee in fees] == [
        ("direct", "fee", 0, None),
        ("direct", "charge", 30000, None),
        ("direct", "price", None, "Theo quy định"),
    ]


def test_nulls_and_repeats_in_lists_are_left_out() -> None:
    base = SAMPLE["legalBasisesDetails"][0]
    agencies = [None, {"name": "Sở Nội Vụ"}, {"name": "Sở Nội Vụ"}, {"name": "UBND cấp xã"}]
    odd = parsed(legalBasisesDetails=[base, None, base], departmentsExecuting=agencies)
    assert len(odd.legal_bases) == 1
    assert odd.agency == "Sở Nội Vụ; UBND cấp xã"


@pytest.mark.parametrize(
    ("picked", "typed", "agency"),
    [
        ([], "", "Ủy ban nhân dân cấp xã"),
        (None, None, "Ủy ban nhân dân cấp xã"),
        ([None, {"name": None}], " ", "Ủy ban nhân dân cấp xã"),
        ([{"name": "Sở Nội vụ"}], "", "Sở Nội vụ"),
        ([], "Sở Tư pháp", "Sở Tư pháp"),
    ],
)
def test_an_agency_that_is_told_as_a_group_alone_is_the_agency(picked: Any, typed: Any, agency: str) -> None:
    group = [None, {"name": ""}, {"name": "Ủy ban nhân dân cấp xã"}]
    told = parsed(departmentsExecuting=picked, executingAgencies=typed, unitGroupsExecuting=group)
    assert told.agency == agency
    assert "agency" not in (lacking_parts(told) or ())


def test_the_texts_as_received_are_kept_beside_the_canonical_ones() -> None:
    told = parsed(name="1.\tTHÀNH  LẬP HỘI .")
    assert told.raw_text("name") == "1.\tTHÀNH  LẬP HỘI ."
    assert told.name == "1. THÀNH LẬP HỘI ."


def test_a_new_field_is_named_with_an_example() -> None:
    audit = Audit()
    spoilt = record(resultDate=5)
    spoilt["executionMethods"][0]["kiosk"] = "Có"
    parse_detail(spoilt, "https://cong.vn", audit)
    assert audit.leftovers == {"detail.executionMethods[].kiosk": "Có", "detail.resultDate": "5"}


JUNK = (
    None,
    True,
    -1,
    0,
    10**400,
    float("inf"),
    2.5,
    "",
    " ",
    "x\x00",
    "\u202e",
    [],
    [None],
    [[1]],
    {},
    {"a": []},
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a payload."""
    if path:
        yield path
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, child in children:
        yield from places(child, (*path, key))


def put(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    spoilt = copy.deepcopy(value)
    target = spoilt
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = junk
    return spoilt


@pytest.mark.parametrize("name", ["detail_1.000358", "detail_1.013703_noivu"])
def test_no_junk_anywhere_in_a_record_breaks_its_reader(name: str) -> None:
    sample = json.loads((GOLDEN / f"{name}.json").read_bytes())
    spoilt = [put(sample, path, junk) for path in places(sample) for junk in JUNK]
    assert len(spoilt) > 1000
    for each in spoilt:
        procedure = parse_detail(each, "https://cong.vn")
        if procedure is not None:
            assert from_record(json.loads(json.dumps(to_record(procedure)))) == procedure


def test_no_junk_anywhere_in_a_row_breaks_its_reader() -> None:
    (row, *_) = json.loads((GOLDEN / "list_items_noivu.json").read_bytes())
    for path in places(row):
        for junk in JUNK:
            if path != ("id",):
                assert parse_item(put(row, path, junk)).source_id == row["id"]


def test_a_row_moves_its_hash_with_anything_that_the_list_says() -> None:
    (row, *_) = json.loads((GOLDEN / "list_items_noivu.json").read_bytes())
    digest = parse_item(row).list_digest
    assert parse_item(dict(reversed(row.items()))).list_digest == digest
    for name in row.keys() - {"id"}:
        assert parse_item(row | {name: "khác"}).list_digest != digest


def test_a_record_of_another_code_is_never_the_one_that_was_asked_for() -> None:
    asked = ListedItem(source_id=SAMPLE["id"], name="Thành lập hội", code="1.013704")
    with Loopback(Api(record())) as web, closing(NationalApi(settings(web.url), None)) as portal:
        with pytest.raises(UnfitRecord, match=r"1\.013704.*1\.013703") as told:
            read_record(portal, asked, None)
    assert told.value.rule == "wrong_code"
    assert told.value.record["code"] == "1.013703"


def test_a_failure_in_words_is_unread_and_keeps_the_words() -> None:
    def answer(asked: Asked) -> Say:
        return HOME if asked.path == "/" else Say(b'{"code": "BUSY", "message": "Qu\xc3\xa1 t\xe1\xba\xa3i"}')

    item = ListedItem(source_id="x", name="x", code="1.013703")
    with Loopback(answer) as web, closing(NationalApi(settings(web.url), None)) as portal:
        with pytest.raises(Unread, match="BUSY: Quá tải") as told:
            read_record(portal, item, None)
    assert not isinstance(told.value, NotFound)


def test_pages_end_by_a_failure_of_the_contract_and_not_by_a_guess() -> None:
    with Loopback(
        lambda asked: HOME if asked.path == "/" else Say(b'{"code": "OK", "data": {"items": {}}}')
    ) as web:
        with (
            closing(NationalApi(settings(web.url), None)) as portal,
            pytest.raises(SourceFailed, match="items"),
        ):
            list(portal.pages())
