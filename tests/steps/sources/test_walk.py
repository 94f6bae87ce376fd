"""One real procedure on its way: from the bytes of the portal to the line an official reads, and back."""

from __future__ import annotations

import io
import json
from typing import Any

from python_calamine import CalamineWorkbook

from extractors.archive.raw_archive import Archive
from extractors.portals.national_record import parse_detail
from procedures.model import from_record, record_bytes
from tests.office import NIGHTS, Office

CODE = "1.013703"
"""Thành lập hội, of decision 627/QĐ-BNV; the sample catalogue still has it at the district."""


def test_one_real_procedure_walks_from_bytes_to_finding_and_back_to_the_bytes(office: Office) -> None:
    world = office.portals.national.world
    published = world.by_code(CODE)
    world.drop(CODE)
    office.first_nights()
    world.publish(published)
    end = office.night(NIGHTS[1])
    archive = Archive(office.configuration.archive)
    snapshot_id = end.sources["national"].snapshot_id

    # the bytes: kept under their hash as the portal sent them, the row of the list and the detail
    asked = [
        each
        for each in archive.recording(snapshot_id)
        if json.loads(each.body or "{}") == {"id": published["id"]}
    ]
    (exchange,) = asked
    assert exchange.hash is not None
    received: dict[str, Any] = json.loads(archive.get(exchange.hash))["data"]
    assert received == published

    # the record: what the warehouse holds is what those bytes say, attribute by attribute
    (version,) = office.rows("v_procedure_current", source="national", code=CODE)
    procedure = from_record(json.loads(version["record"]))
    read_again = parse_detail(received, office.portals.national.base_url)
    assert read_again is not None
    assert record_bytes(procedure) == record_bytes(read_again)
    assert (procedure.name, procedure.decision_number) == ("Thành lập hội", "627/QĐ-BNV")
    assert procedure.executing_levels == {"commune"}
    assert [(time.way, time.amount, time.unit) for time in procedure.processing_time or ()] == [
        ("online", 60, "working_day"),
        ("postal", 60, "working_day"),
        ("direct", 60, "working_day"),
    ]

    # the version: the only one, current from the night that first saw it
    (history,) = office.rows("v_procedure_history", source="national", code=CODE)
    assert (history["valid_from"], history["valid_to"]) == ("2026-11-22T19:00:00+00:00", None)
    assert history["record"] == version["record"]

    # the change: new, once; its evidence names the very bytes
    (change,) = office.rows("v_change", code=CODE)
    assert (change["source"], change["kind"], change["run_id"]) == ("national", "new", end.run_id)
    evidence = json.loads(change["evidence"])
    assert evidence["detail"] == exchange.hash
    listed = json.loads(archive.get(evidence["list"]))["data"]["items"]
    assert [item["code"] for item in listed if item["id"] == published["id"]] == [CODE]

    # the finding: the district's row of the catalogue was replaced by it
    (finding,) = office.rows("v_finding", successor_code=CODE)
    assert (finding["kind"], finding["severity"], finding["status"]) == (
        "replaced_still_listed",
        "critical",
        "open",
    )
    (event,) = office.rows("v_finding_event", finding_id=finding["finding_id"])
    assert event["to_status"] == "open"

    # and back: by its run and successor to the change and its bytes, by its row to the workbook's
    changes = office.rows("v_change", run_id=finding["first_seen_run"], code=finding["successor_code"])
    assert [json.loads(each["evidence"])["detail"] for each in changes] == [exchange.hash]
    sheet, _, row = json.loads(finding["evidence"])["catalogue"]["row"].partition("!")
    (kept,) = (office.configuration.archive / "files.jsonl").read_text(encoding="utf-8").splitlines()
    body = archive.get(json.loads(kept)["hash"])
    assert body == office.sample_catalogue().read_bytes()
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(body))
    cells = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)[int(row) - 1]
    assert finding["code"] in " ".join(map(str, cells))
    assert finding["name"] in cells
