"""One procedure of the gateway: a row of its list, or a row of its Excel file.

Both hold the same six things (code, name, field, two agencies, and whether it is liên thông), so both make
the same record, and a procedure that is read from the other one tonight has not changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from extractors.portals.audit.schema_audit import Audit, Fields
from extractors.portals.export import read_list
from extractors.portals.source import ListedItem, Unread
from extractors.portals.strip_html import visible_text
from extractors.workbooks.catalogue_file import NoRows
from procedures.errors import WorkbookError
from procedures.model import Procedure
from procedures.values.agencies import split_agencies
from procedures.values.codes import parse_code

NEEDED = ("ID", "PROCEDURE_CODE", "PROCEDURE_NAME", "AMOUNT")
"""Fields without which a page is not a list of procedures."""

POSITION_FIELDS = ("AMOUNT", "ROW_STT")
"""Fields about a row's position in the list, which say nothing of the procedure."""

INTERCONNECTED = "INTERCONNECTED"
"""Kind of the procedures that several agencies settle together (liên thông)."""

FILE_NAME = "danh-sach-tthc.xlsx"


@dataclass(frozen=True, slots=True)
class GatewayPart:
    """One part of the gateway's list, requested by itself: a section of the listing.

    `agency` is the code followed, empty for all; `agency_id` and `agency_type` are the gateway's own names
    for it.
    """

    agency: str
    agency_id: str
    agency_type: str
    connected: bool

    @property
    def name(self) -> str:
        """The section's name."""
        return f"{self.agency} liên thông".strip() if self.connected else self.agency

    @property
    def words(self) -> str:
        """The end of a Vietnamese sentence about this part."""
        return (f" của {self.agency}" if self.agency else "") + (" (liên thông)" if self.connected else "")


@dataclass(frozen=True, slots=True)
class GatewayWorkbook:
    """The Excel file of one part: records by code; `rows` counts all, repeated and codeless ones too."""

    records: Mapping[str, Procedure]
    rows: int
    digest: str | None


def item_of_row(row: Mapping[str, Any], part: GatewayPart, audit: Audit, listed_in: str | None) -> ListedItem:
    """Return one row of the list. Without a name or a well-formed code it has no record."""
    fields = Fields(row, "list", audit)
    code, name = fields.text("PROCEDURE_CODE"), fields.text("PROCEDURE_NAME")
    record = _record(
        part,
        code=code,
        name=name,
        field=fields.text("FIELD_NAME"),
        agencies=fields.text("IMPLEMENTATION_AGENCY"),
        published_by=fields.text("PUBLISHED_AGENCY"),
    )
    decision = fields.text("QDCBID")
    fields.leave(("ID", *POSITION_FIELDS))
    fields.done()
    values = {name: value for name, value in row.items() if name not in POSITION_FIELDS}
    text = json.dumps(values, ensure_ascii=False, sort_keys=True)
    return ListedItem(
        source_id=str(row["ID"]),
        name=record.name,
        code=record.code or record.local_code,
        list_digest=hashlib.blake2b(text.encode(), digest_size=12).hexdigest(),
        procedure=record if record.code and record.name else None,
        received=text,
        evidence={"list": listed_in, "decision_id": decision},
    )


def item_of_workbook_record(record: Procedure, part: GatewayPart, digest: str | None) -> ListedItem:
    """Return a procedure that only the Excel file listed tonight."""
    return ListedItem(
        source_id=f"{FILE_NAME}{part.words}#{record.code}",
        name=record.name,
        code=record.code,
        procedure=record,
        evidence={"file": digest},
    )


def read_workbook(body: bytes, part: GatewayPart, digest: str | None) -> GatewayWorkbook:
    """Return the Excel file's rows.

    Raises:
        Unread: it is not a workbook (an error page), or has other headings.
    """
    if not body.startswith(b"PK"):
        raise Unread("bản Excel của cổng là một trang báo lỗi")
    try:
        catalogue = read_list(FILE_NAME, body)
    except NoRows:
        return GatewayWorkbook({}, 0, digest)
    except WorkbookError as error:
        raise Unread(f"bản Excel của cổng: {error}") from error
    records = (
        _record(
            part,
            code=each.local_code,
            name=dict(each.raw).get("name", each.name),
            field=dict(each.raw).get("field", each.field),
            agencies=dict(each.raw).get("agency", each.agency),
            published_by=each.promulgating_agency,
        )
        for each in catalogue.procedures.values()
    )
    return GatewayWorkbook(
        {each.code: each for each in records if each.code and each.name}, catalogue.rows, digest
    )


def _record(
    part: GatewayPart,
    *,
    code: str | None,
    name: str | None,
    field: str | None,
    agencies: str | None,
    published_by: str | None,
) -> Procedure:
    """Return the record; its executing agencies come unordered and repeated: each once, sorted."""
    parsed = parse_code(code)
    raw = (("field", field), ("name", name))
    return Procedure(
        name=visible_text(name or ""),
        code=parsed.core if parsed else None,
        local_code=parsed.local if parsed else visible_text(code or "") or None,
        field=visible_text(field or "") or None,
        agency="; ".join(sorted(set(split_agencies(agencies or "")))) or None,
        promulgating_agency=visible_text(published_by or "") or None,
        promulgating_agency_code=part.agency or None,
        kind=INTERCONNECTED if part.connected else None,
        raw=tuple((attribute, text) for attribute, text in raw if text and text != visible_text(text)),
    )
