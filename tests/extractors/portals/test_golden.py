"""Recorded answers of each wire format, and the records that are read from them.

`RASOAT_GOLDEN=write` writes the expected files anew; such a run fails, so that no one takes it for a test.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from extractors.http.classify import Answer
from extractors.portals.audit.schema_audit import Audit
from extractors.portals.html.page import page_of
from extractors.portals.html.portal import HtmlPortal, load_profile
from extractors.portals.html.record import parse_page
from extractors.portals.national_api import parse_item
from extractors.portals.national_record import parse_detail
from procedures.model import from_record, to_record
from settings.sources import SourceSettings
from tests.extractors.loopback import Loopback, pages

GOLDEN = Path(__file__).parents[2] / "golden"
WRITE = os.environ.get("RASOAT_GOLDEN") == "write"
"""Read here, before the tests' own environment is cleared of such variables."""

NATIONAL = "https://dichvucong.gov.vn"
DETAILS = ["detail_1.000358", "detail_1.013703_noivu", "detail_1.001193_group"]
"""The last one's agency is told as a group only (`unitGroupsExecuting`)."""

DETAIL_PAGES = [
    ("igate", "igate_detail_bocongan_26052.html"),
    ("portaldvc", "portaldvc_detail_1.012942.html"),
    ("portaldvc", "portaldvc_detail_1.013734.html"),
]
LIST_PAGES = [
    ("igate", "igate_list_bocongan.html", "/bocongan", "/bocongan/bothutuc/listThuTuc?per_page=50&page=1"),
    ("portaldvc", "portaldvc_list_2.html", "", "/portaldvc/KenhTin/thu-tuc-hanh-chinh.aspx?page=1"),
]


def check(sample: Path, read: Any) -> None:
    """Whether what was read is what the expected file beside the sample says."""
    expected = sample.with_suffix(".expected.json")
    if WRITE:
        expected.write_text(json.dumps(read, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{expected.name} was written; read it, and run again without RASOAT_GOLDEN")
    assert read == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", DETAILS)
def test_a_recorded_detail_of_the_national_portal_becomes_its_expected_record(name: str) -> None:
    sample = GOLDEN / "national" / f"{name}.json"
    procedure = parse_detail(json.loads(sample.read_bytes()), NATIONAL)
    assert procedure is not None
    assert from_record(to_record(procedure)) == procedure
    check(sample, to_record(procedure))


@pytest.mark.parametrize("name", DETAILS)
def test_no_field_of_a_recorded_detail_is_unknown(name: str) -> None:
    audit = Audit()
    parse_detail(json.loads((GOLDEN / "national" / f"{name}.json").read_bytes()), NATIONAL, audit)
    assert audit.leftovers == {}


@pytest.mark.parametrize("name", ["list_items_national", "list_items_noivu"])
def test_recorded_rows_of_the_national_list_become_their_expected_items(name: str) -> None:
    sample = GOLDEN / "national" / f"{name}.json"
    items = [parse_item(item) for item in json.loads(sample.read_bytes())]
    check(sample, [_without_bytes(asdict(item)) for item in items])


@pytest.mark.parametrize(("profile", "name"), DETAIL_PAGES, ids=[each[1] for each in DETAIL_PAGES])
def test_a_saved_page_of_a_record_becomes_its_expected_record(profile: str, name: str) -> None:
    sample = GOLDEN / profile / name
    procedure, leftovers = _record(sample, profile)
    check(sample, {"leftovers": leftovers, "record": to_record(procedure)})


@pytest.mark.parametrize(
    ("profile", "name", "base", "address"), LIST_PAGES, ids=[each[1] for each in LIST_PAGES]
)
def test_a_saved_list_page_becomes_its_expected_rows(
    profile: str, name: str, base: str, address: str
) -> None:
    sample = GOLDEN / profile / name
    with Loopback(pages({address: sample.read_bytes()})) as web:
        settings = SourceSettings(
            name="x", kind="html", role="provincial", base_url=web.url + base, profile=profile
        )
        portal = HtmlPortal(settings, None)
        page = portal.first_page("")
        portal.close()
    rows = [
        {"id": item.source_id, "name": item.name, **json.loads(item.received)["columns"]}
        for item in page.items
    ]
    check(sample, {"declared_total": page.declared_total, "rows": rows})


def _record(sample: Path, profile: str) -> tuple[Any, dict[str, str]]:
    answer = Answer(status=200, body=sample.read_bytes(), content_type="text/html; charset=utf-8")
    audit = Audit()
    procedure = parse_page(
        page_of(answer), load_profile(profile), {}, f"https://cong.example/{sample.stem}", audit
    )
    return procedure, audit.leftovers


def _without_bytes(item: dict[str, Any]) -> dict[str, Any]:
    """`received` repeats the sample, and only lists of web pages have categories."""
    unsaid = ("received", "procedure", "evidence", "categories")
    return {name: value for name, value in item.items() if name not in unsaid}
