"""One procedure as the gateway tells it: a row of its list, or a row of its Excel file.

Both say the same six things (code, name, field, two agencies, and whether it is liên thông), so both make the
same record, and a procedure that is read from the other one tonight has not changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from extractors.portals.export import read_list
from extractors.portals.schema_audit import Audit, Fields
from extractors.portals.source import ListedItem, Unread
from extractors.portals.strip_html import seen
from extractors.workbooks.catalogue import NoRows
from procedures.agencies import split_agencies
from procedures.codes import parse_code
from procedures.errors import WorkbookError
from procedures.model import Procedure

NEEDED = ("ID", "PROCEDURE_CODE", "PROCEDURE_NAME", "AMOUNT")
"""Fields without which a page is no list of procedures."""

PLACES = ("AMOUNT", "ROW_STT")
"""Where a row stands among the others: no news of the procedure."""

INTERCONNECTED = "INTERCONNECTED"
"""Kind of the procedures that several agencies settle together (liên thông)."""

FILE_NAME = "danh-sach-tthc.xlsx"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the gateway's list that is asked for by itself, and a section of the listing.

    `agency` is the code followed, empty for all; `agency_id` and `agency_type` are what the gateway calls it.
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
        """How a sentence goes on that is about this part."""
        return (f" của {self.agency}" if self.agency else "") + (" (liên thông)" if self.connected else "")


@dataclass(frozen=True, slots=True)
class Workbook:
    """The Excel file of one part: records by code; `rows` counts all, repeated and codeless ones too."""

    records: Mapping[str, Procedure]
    rows: int
    digest: str | None


def item_of(row: Mapping[str, Any], part: Part, audit: Audit, listed_in: str | None) -> ListedItem:
    """One row of the list. Without a name or a well-formed code it has no record."""
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
    fields.leave(("ID", *PLACES))
    fields.done()
    told = {name: value for name, value in row.items() if name not in PLACES}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return ListedItem(
        source_id=str(row["ID"]),
        name=record.name,
        code=record.code or record.local_code,
        list_digest=hashlib.blake2b(text.encode(), digest_size=12).hexdigest(),
        procedure=record if record.code and record.name else None,
        received=text,
        evidence={"list": listed_in, "decision_id": decision},
    )


def item_of_the_file(record: Procedure, part: Part, digest: str | None) -> ListedItem:
    """A procedure that only the Excel file told tonight."""
    return ListedItem(
        source_id=f"{FILE_NAME}{part.words}#{record.code}",
        name=record.name,
        code=record.code,
        procedure=record,
        evidence={"file": digest},
    )


def read_workbook(body: bytes, part: Part, digest: str | None) -> Workbook:
    """The Excel file's rows.

    Raises:
        Unread: it is no workbook (an error page), or not one with the known headings.
    """
    if not body.startswith(b"PK"):
        raise Unread("bản Excel của cổng là một trang báo lỗi")
    try:
        read = read_list(FILE_NAME, body)
    except NoRows:
        return Workbook({}, 0, digest)
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
        for each in read.procedures.values()
    )
    return Workbook({each.code: each for each in records if each.code and each.name}, read.rows, digest)


def _record(
    part: Part,
    *,
    code: str | None,
    name: str | None,
    field: str | None,
    agencies: str | None,
    published_by: str | None,
) -> Procedure:
    """The executing agencies stand in no certain order, and repeat: each once, in the order of letters."""
    parsed = parse_code(code)
    raw = (("field", field), ("name", name))
    return Procedure(
        name=seen(name or ""),
        code=parsed.core if parsed else None,
        local_code=parsed.local if parsed else seen(code or "") or None,
        field=seen(field or "") or None,
        agency="; ".join(sorted(set(split_agencies(agencies or "")))) or None,
        promulgating_agency=seen(published_by or "") or None,
        promulgating_agency_code=part.agency or None,
        kind=INTERCONNECTED if part.connected else None,
        raw=tuple((which, text) for which, text in raw if text and text != seen(text)),
    )
