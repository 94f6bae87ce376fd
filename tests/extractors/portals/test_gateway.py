"""The older gateway: its list is the record, its Excel file the stand-in and the witness."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from extractors.archive.raw_archive import Archive
from extractors.archive.replay import ReplayTransport
from extractors.portals.audit.schema_audit import Audit
from extractors.portals.gateway import AGENCIES, EXPORT, SERVICES, SESSION, Gateway
from extractors.portals.gateway_record import GatewayPart, item_of_row, read_workbook
from extractors.portals.read_source import read
from portals.gateway import list_row, workbook
from portals.serve import Portals
from procedures.errors import SettingsError
from procedures.snapshot import ListedItemState, QuarantinedRecord, ReadingPlan, ReadingResult
from procedures.values.agencies import split_agencies
from rasoat.live import check_portals
from settings.sources import SourceSettings
from steps.sources.recorded_reader import Memory
from steps.sources.replay import replay_run
from tests.extractors.loopback import Asked, Loopback, Say
from tests.office import NIGHTS, Office

NIGHT = datetime.fromisoformat(NIGHTS[0])
PART = GatewayPart("G09", "7", "0", connected=False)
ROW = {
    "ID": "432777",
    "PROCEDURE_CODE": "1.015045",
    "PROCEDURE_NAME": "Thành lập hội ",
    "PUBLISHED_AGENCY": "Bộ Nội vụ",
    "IMPLEMENTATION_AGENCY": "Ủy ban nhân dân cấp xã;Sở Nội vụ;Sở Nội vụ",
    "QDCBID": "123376",
    "FIELD_NAME": "Tổ chức phi chính phủ",
    "AMOUNT": "1",
    "ROW_STT": "1",
}


class Kept(Memory):
    """A sink that keeps what goes to quarantine, too."""

    def __init__(self) -> None:
        super().__init__()
        self.quarantined: list[QuarantinedRecord] = []

    def quarantine(self, record: QuarantinedRecord) -> None:
        self.quarantined.append(record)


def settings(url: str, **said: Any) -> SourceSettings:
    values: dict[str, Any] = {
        "name": "national",
        "kind": "national-gateway",
        "role": "national",
        "base_url": url,
        "departments": ("G09",),
        "requests_per_second": 500.0,
        "timeout": 2.0,
        "retry_pause": 0.01,
    }
    return SourceSettings(**values | said)


def night(url: str, plan: ReadingPlan | None = None, **said: Any) -> tuple[ReadingResult, Kept]:
    memory, chosen = Kept(), settings(url, **said)
    with closing(Gateway(chosen, None)) as gateway:
        return read(gateway, chosen, plan or ReadingPlan(as_of=NIGHT), memory), memory


def knowing(*codes: str) -> ReadingPlan:
    """A plan that remembers these codes as loaded."""
    known = {code: ListedItemState(key=code, source_id=code, code=code, loaded=True) for code in codes}
    return ReadingPlan(as_of=NIGHT, remembered=known, baseline=True)


def asked_for(portals: Portals, path: str) -> int:
    return sum(1 for each in portals.gateway.requests if each.path.startswith(path))


class Answers:
    """A gateway made of rows by `is_connected`; the Excel file is an error page."""

    def __init__(self, rows: Mapping[int, list[dict[str, str]]]) -> None:
        self.rows = rows

    def __call__(self, asked: Asked) -> Say:
        if asked.path != SERVICES:
            return Say(b"<html></html>", kind="text/html")
        params = json.loads(dict(parse_qsl(asked.body.decode()))["params"])
        if params["service"] == AGENCIES:
            return said([{"ID": "7", "NAME": "Bộ Nội vụ", "CODE": "000.00.00.G09"}])
        return said(self.rows.get(params["is_connected"], []) if params["pageIndex"] == 1 else [])


def said(payload: Any) -> Say:
    return Say(json.dumps(payload, ensure_ascii=False).encode())


# ---------------------------------------------------------------- the list


def test_a_night_asks_for_the_pages_and_one_look_more(portals: Portals) -> None:
    outcome, memory = night(portals.gateway.base_url)
    seen = outcome.certificate
    assert outcome.verdict.state == "complete", outcome.verdict.reason
    assert set(memory.observations) == set(portals.national.world.codes)
    assert (seen.declared_total, seen.listed, seen.pages, seen.leftovers, seen.notes) == (143, 143, 4, {}, ())
    # three pages and the empty one of the interconnected, the agencies, both first pages again
    assert asked_for(portals, SERVICES) == 3 + 1 + 1 + 2
    assert asked_for(portals, SESSION) == 1
    assert asked_for(portals, EXPORT) == 0


def test_agencies_are_followed_by_their_code_and_all_where_none_is_named() -> None:
    with Portals(departments=["G09", "G19"]) as portals:
        url = portals.gateway.base_url
        one, two, everything = (night(url, departments=each) for each in (("G19",), ("G09", "G19"), ()))
    assert one[0].certificate.listed + 143 == two[0].certificate.listed == everything[0].certificate.listed
    assert {each.procedure.promulgating_agency_code for each in one[1].observations.values()} == {"G19"}
    assert {each.procedure.promulgating_agency_code for each in everything[1].observations.values()} == {None}


def test_an_agency_that_the_gateway_does_not_know_ends_the_source_by_its_code(portals: Portals) -> None:
    outcome, _ = night(portals.gateway.base_url, departments=("G99",))
    assert outcome.verdict.state == "failed"
    assert "G99" in (outcome.verdict.reason or "")
    assert "G09" in (outcome.verdict.reason or "")


def test_what_is_interconnected_is_listed_too_and_known_as_such(portals: Portals) -> None:
    code = portals.national.world.codes[3]
    portals.national.world.edit(code, type="INTERCONNECTED")
    outcome, memory = night(portals.gateway.base_url)
    assert outcome.certificate.declared_total == len(memory.observations) == 143
    kinds = {each.code for each in memory.observations.values() if each.procedure.kind == "INTERCONNECTED"}
    assert kinds == {code}


def test_a_procedure_that_stands_in_both_lists_counts_once() -> None:
    other = ROW | {"ID": "5", "PROCEDURE_CODE": "1.000005", "AMOUNT": "2"}
    with Loopback(Answers({0: [ROW], 1: [ROW | {"AMOUNT": "2"}, other]})) as web:
        outcome, memory = night(web.url)
    assert outcome.verdict.state == "complete", outcome.verdict.reason
    assert set(memory.observations) == {"1.015045", "1.000005"}
    assert outcome.certificate.declared_total == 2
    assert memory.quarantined == []


# ---------------------------------------------------------------- the record


def test_a_row_says_six_things_and_no_more() -> None:
    record = item_of_row(ROW, PART, Audit(), None).procedure
    assert record is not None
    assert (record.code, record.name, record.field) == ("1.015045", "Thành lập hội", "Tổ chức phi chính phủ")
    assert record.agency == "Sở Nội vụ; Ủy ban nhân dân cấp xã"
    assert (record.promulgating_agency, record.promulgating_agency_code) == ("Bộ Nội vụ", "G09")
    assert record.raw == (("name", "Thành lập hội "),)
    assert {record.executing_levels, record.online_level, record.processing_time, record.fee} == {None}
    assert {record.state, record.decision_number, record.url} == {None}


def test_another_decision_is_news_and_another_place_in_the_list_is_none() -> None:
    digest = item_of_row(ROW, PART, Audit(), None).list_digest
    moved = item_of_row(ROW | {"AMOUNT": "9", "ROW_STT": "8"}, PART, Audit(), None)
    decided = item_of_row(ROW | {"QDCBID": "123377"}, PART, Audit(), None)
    assert moved.list_digest == digest != decided.list_digest


def test_the_list_and_the_excel_file_make_the_same_records(portals: Portals) -> None:
    records = portals.national.world.ordered()
    book = read_workbook(workbook(records), PART, None)
    listed = [
        item_of_row(list_row(each, total=1, place=1), PART, Audit(), None).procedure for each in records
    ]
    assert book.rows == len(records)
    assert [each for each in listed if each and each != book.records.get(each.code or "")] == []


@pytest.mark.parametrize(
    ("fields", "rule"),
    [({"PROCEDURE_CODE": "TTHC-1"}, "code_malformed"), ({"PROCEDURE_NAME": " "}, "name_missing")],
)
def test_a_row_that_makes_no_record_goes_to_quarantine(fields: Mapping[str, str], rule: str) -> None:
    good = [ROW | {"ID": str(n), "PROCEDURE_CODE": f"1.00000{n}", "AMOUNT": "3"} for n in (1, 2)]
    with Loopback(Answers({0: [*good, ROW | fields | {"AMOUNT": "3"}]})) as web:
        outcome, memory = night(web.url)
    assert outcome.verdict.state == "complete", outcome.verdict.reason
    assert [each.rule for each in memory.quarantined] == [rule]


@pytest.mark.parametrize("payload", [{}, None, "x", [[]], [1, 2], {"error": "x"}])
def test_another_answer_than_an_array_of_rows_ends_the_source(payload: Any) -> None:
    with Loopback(lambda asked: said(payload)) as web:
        outcome, _ = night(web.url, departments=())
    assert outcome.verdict.state == "failed"
    assert "cấu trúc" in (outcome.verdict.reason or "")


# ---------------------------------------------------------------- the Excel file


def test_the_excel_file_stands_in_for_a_page_that_broke_and_says_so(portals: Portals) -> None:
    portals.gateway.faults.order("error_500", where="list", page=2)
    outcome, memory = night(portals.gateway.base_url)
    assert outcome.verdict.state == "complete", outcome.verdict.reason
    assert set(memory.observations) == set(portals.national.world.codes)
    assert outcome.certificate.notes == (
        "50 thủ tục của G09 lấy từ bản Excel của cổng, thay trang không đọc được",
    )


def test_nothing_stands_in_for_a_page_that_was_refused(portals: Portals) -> None:
    portals.gateway.faults.order("not_acceptable_406", where="list", page=2)
    outcome, _ = night(portals.gateway.base_url)
    assert outcome.verdict.state == "partial"
    assert asked_for(portals, EXPORT) == 0


@pytest.mark.parametrize(
    "fault",
    [{"name": "total_shrinks"}, {"name": "error_500"}, {"name": "bad_gzip"}],
    ids=lambda each: each["name"],
)
def test_an_excel_file_that_does_not_agree_or_is_none_stands_in_for_nothing(
    portals: Portals, fault: Mapping[str, str]
) -> None:
    portals.gateway.faults.order("error_500", where="list", page=2)
    portals.gateway.faults.order(**fault, where="export")
    outcome, _ = night(portals.gateway.base_url)
    assert outcome.verdict.state == "partial"
    assert "trang 2" in (outcome.verdict.reason or "")
    assert any("bản Excel" in each or "không đủ" in each for each in outcome.certificate.notes)


def test_the_excel_file_is_the_witness_of_what_the_list_lacks(portals: Portals) -> None:
    bank = "2.001538"
    plan = knowing(*portals.national.world.codes[:100], "1.999999")
    outcome, memory = night(portals.gateway.base_url, plan)
    assert outcome.verdict.state == "complete"
    assert memory.look_ups["1.999999"].outcome == "not_found"
    with Portals(departments=["G09", "G19"]) as both:
        _, memory = night(both.gateway.base_url, knowing("1.999999", bank))
    assert memory.look_ups[bank].outcome == "published"
    assert memory.look_ups[bank].evidence["agency"] == "Ngân hàng Nhà nước Việt Nam"
    assert asked_for(both, EXPORT) == 2


@pytest.mark.parametrize("fault", ["error_500", "total_shrinks", "wrong_charset"])
def test_a_witness_that_cannot_be_trusted_leaves_the_question_open(portals: Portals, fault: str) -> None:
    if fault != "wrong_charset":
        portals.gateway.faults.order(fault, where="export")
        _, memory = night(portals.gateway.base_url, knowing("1.999999"))
    else:  # an error page with status 200, where a workbook is due
        with Loopback(Answers({0: [ROW]})) as web:
            _, memory = night(web.url, knowing("1.999999"))
    assert memory.look_ups["1.999999"].outcome == "error"


# ---------------------------------------------------------------- nights


@pytest.fixture
def office(tmp_path: Path, portals: Portals) -> Office:
    """An office that reads the gateway in place of the national portal."""
    made = Office(tmp_path, portals)
    made.configure(national=gateway_settings(portals))
    return made


def gateway_settings(portals: Portals) -> dict[str, Any]:
    return {"kind": "national-gateway", "base_url": portals.gateway.base_url, "retry_pause": 0.01}


def test_the_bytes_of_a_night_tell_the_same_again(portals: Portals, tmp_path: Path) -> None:
    portals.gateway.faults.order("error_500", where="list", page=2)
    chosen, told, again = settings(portals.gateway.base_url), Kept(), Kept()
    plan = knowing("1.999999")
    with Archive(tmp_path).recorder(1) as recorder, closing(Gateway(chosen, recorder)) as gateway:
        first = read(gateway, chosen, plan, told)
    portals.stop()
    transport = ReplayTransport(Archive(tmp_path).recording(1))
    with closing(Gateway(chosen, None, transport=transport)) as gateway:
        second = read(gateway, chosen, plan, again)
    assert second.verdict == first.verdict
    assert (again.look_ups, again.quarantined) == (told.look_ups, told.quarantined)
    records = [{key: each.procedure for key, each in met.observations.items()} for met in (told, again)]
    assert records[0] == records[1]
    assert second.certificate.shape == first.certificate.shape


def test_what_is_gone_from_list_and_excel_file_is_missing_then_repealed(office: Office) -> None:
    code = office.portals.national.world.codes[5]
    office.night(NIGHTS[0], "national")
    office.portals.national.world.drop(code)
    states = [office.night(each, "national").sources["national"] for each in NIGHTS[1:3]]
    assert [(each.missing, each.repealed) for each in states] == [(1, 0), (0, 1)]
    assert all(replay_run(office.configuration, run_id).equal for run_id in (1, 2, 3))


def test_going_over_to_the_gateway_empties_nothing_and_only_sorts_the_agencies(office: Office) -> None:
    gateway = gateway_settings(office.portals)
    office.configure()
    office.night(NIGHTS[0], "national")
    before = {row["code"]: row for row in office.rows("v_procedure_current")}
    office.configure(national=gateway)
    end = office.night(NIGHTS[1], "national").sources["national"]
    assert (end.state, end.new, end.missing, end.repealed) == ("complete", 0, 0, 0)
    changes = office.rows("v_change")
    assert {each["attribute"] for each in changes} == {"agency"}
    for each in changes:
        old, new = (sorted(split_agencies(each[side])) for side in ("old_value", "new_value"))
        assert old == new
    after = {row["code"]: row for row in office.rows("v_procedure_current")}
    kept = ("executing_levels", "online_level", "decision_number", "processing_time", "fee", "ways")
    assert {code: [row[name] for name in kept] for code, row in after.items()} == {
        code: [row[name] for name in kept] for code, row in before.items()
    }


def test_doctor_shows_what_the_first_page_says(office: Office) -> None:
    (check,) = check_portals(office.configuration, "national")
    assert check.passed, check
    assert "143" in check.text
    assert any(line.startswith("tên thủ tục") or "Bộ Nội vụ" in line for line in check.details)


def test_the_gateway_s_address_has_to_be_given(office: Office) -> None:
    office.settings.write_text('[sources.national]\nkind = "national-gateway"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"sources\.national\.base_url"):
        assert office.configuration
