"""One real procedure on its way: from the bytes of the portal to the line an official reads."""

from __future__ import annotations

import gzip
import hashlib
import json

from procedures.model import from_record, record_text
from tests.office import NIGHTS, Office

CODE = "1.013703"
"""Thành lập hội, of decision 627/QĐ-BNV; the sample catalogue still has it at the district."""


def test_one_real_procedure_walks_from_bytes_to_finding(office: Office) -> None:
    world = office.portals.national.world
    record = world.by_code(CODE)
    world.drop(CODE)
    office.take_in(office.sample_catalogue())
    office.night(NIGHTS[0])
    world.publish(record)
    end = office.night(NIGHTS[1])

    # the bytes: kept under their hash, before anyone parsed them
    with office.configuration.archive.joinpath(
        "requests", f"{end.sources['national'].snapshot_id}.jsonl"
    ).open(encoding="utf-8") as lines:
        exchanges = [json.loads(line) for line in lines]
    (asked,) = [
        each for each in exchanges if record["id"] in (each["body"] or "") and "limit" not in each["body"]
    ]
    packed = office.configuration.archive / asked["hash"][:2] / f"{asked['hash'][2:]}.gz"
    body = gzip.decompress(packed.read_bytes())
    assert hashlib.sha256(body).hexdigest() == asked["hash"]
    received = json.loads(body)["data"]
    assert (received["code"], received["name"]) == (CODE, "Thành lập hội")

    # the version: every attribute from that answer, current from the night on
    (version,) = office.rows("v_procedure_current", source="national", code=CODE)
    procedure = from_record(json.loads(version["record"]))
    assert record_text(procedure) == record_text(from_record(json.loads(record_text(procedure))))
    assert procedure.name == "Thành lập hội"
    assert procedure.executing_levels == {"commune"}
    assert procedure.decision_number == "627/QĐ-BNV"
    assert [(time.way, time.amount, time.unit) for time in procedure.processing_time or ()] == [
        ("online", 60, "working_day"),
        ("postal", 60, "working_day"),
        ("direct", 60, "working_day"),
    ]
    assert version["valid_from"] == "2026-11-22T19:00:00+00:00"

    # the change: new, once
    (change,) = office.rows("v_change", code=CODE)
    assert (change["kind"], change["run_id"]) == ("new", end.run_id)
    assert asked["hash"] in change["evidence"]

    # the finding: the district's row of the catalogue was replaced by it
    (finding,) = office.rows("v_finding", successor_code=CODE)
    assert finding["kind"] == "replaced_still_listed"
    assert finding["first_seen_run"] == end.run_id
    assert (finding["severity"], finding["status"]) == ("critical", "open")
    catalogue_row = office.rows("v_procedure_current", source="catalogue", code=finding["code"])[0]
    assert json.loads(catalogue_row["executing_levels"]) == ["district"]
    (event,) = office.rows("v_finding_event", finding_id=finding["finding_id"])
    assert event["to_status"] == "open"
