"""One detail record of the national portal as a `Procedure`; missing numbers are `None`, never 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from extractors.portals.audit.schema_audit import Audit, Fields, objects_in, text_in
from extractors.portals.strip_html import visible_text
from procedures.model import Paper, Procedure
from procedures.values import durations, fees
from procedures.values.codes import parse_code
from procedures.values.durations import ProcessingTime
from procedures.values.fees import Fee

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
"""The portal writes dates as midnights in Vietnam."""

WAYS: Mapping[str, str] = {"DIRECT": "direct", "ONLINE": "online", "POSTAL": "postal"}
LEVELS: Mapping[str, str] = {
    "isMinistry": "ministry",
    "isProvince": "province",
    "isWard": "commune",
    "isOtherAgency": "other",
}
NEEDED: Mapping[str, type] = {
    **dict.fromkeys(("id", "code", "name", "state"), str),
    "executionMethods": list,
    **dict.fromkeys((*LEVELS, "isFullProcess"), bool),
}
"""Fields without which most records would be emptied rather than read, and their types."""

OLDEST_DAY = date(1976, 1, 1)
"""An earlier date is not real: a zero that fills an empty field, or seconds in place of milliseconds."""

KNOWN_AND_NOT_NEEDED = (
    "id", "codeNotation", "description", "formalityTargetType", "formalityType", "isInternal",
    "isUndetermined", "isVertical", "isSharedService", "isOfflineOnly", "isNonTerritorial", "note",
    "keywords", "categoryIds", "serviceGroupIds", "legalBasisIds", "resultIds", "subjectTypeIds",
    "departmentExecutingIds", "departmentAuthorityIds", "departmentAuthorizedIds",
    "departmentCoordinatingIds", "departmentDetails", "departmentsAuthority", "departmentsAuthorized",
    "departmentsCoordinating", "unitGroupExecutingIds", "unitGroupAuthorityIds",
    "unitGroupAuthorizedIds", "unitGroupCoordinatingIds", "unitGroupsAuthority",
    "unitGroupsAuthorized", "unitGroupsCoordinating", "serviceGroupsDetails", "departmentPromulgateId",
    "cases", "fees", "createdAt", "updatedAt", "profileComponents", "targetObjects",
    "authorizedAgencies", "dossierReceivingAddresses", "delegatedAgencies", "coordinatingAgencies",
    "procedureRelatedGroup", "returningMethods", "authority",
)  # fmt: skip


_LARGEST_EXACT = 2**53
"""From here on JSON (1e999 too) no longer holds one exact number."""


def parse_detail(data: Mapping[str, Any], base_url: str, audit: Audit | None = None) -> Procedure | None:
    """Return the record; `None` where it has no name. Unknown fields are added to `audit`."""
    record = Fields(data, "detail", audit)
    name = record.text("name")
    raw_code = record.text("code")
    code = parse_code(raw_code)
    methods = _methods(record)
    raw_field, raw_agency = _joined(record, "categoriesDetails"), _agency(record)
    shown_name, field, agency = visible_text(name or ""), _canonical(raw_field), _canonical(raw_agency)
    proposal = record.object("procedureProposal")
    number, decided = _decision(record, proposal)
    procedure = Procedure(
        name=shown_name,
        code=code.core if code else None,
        local_code=visible_text(raw_code) if raw_code else None,
        field=field,
        state=record.text("state"),
        executing_levels=_levels(record),
        online_level=_online_level(record, methods),
        agency=agency,
        promulgating_agency=_canonical(record.text("departmentPromulgateName")),
        promulgating_agency_code=record.text("departmentPromulgateCode"),
        kind=record.text("type"),
        decision_number=number,
        decision_date=decided,
        processing_time=None if methods is None else _unique(each.time for each in methods if each.time),
        fee=None if methods is None else _unique(fee for each in methods for fee in each.fees),
        ways=None if methods is None else frozenset(each.way for each in methods if each.way),
        subjects=_names(record, "subjectTypesDetails"),
        dossier=_dossier(record),
        legal_bases=_legal_bases(record),
        steps=_steps(record),
        requirements=_requirements(record),
        results=_names(record, "resultsDetails"),
        url=f"{base_url}/thu-tuc-hanh-chinh/{data.get('id')}",
        raw=_raw(("agency", raw_agency, agency), ("field", raw_field, field), ("name", name, shown_name)),
    )
    record.leave(KNOWN_AND_NOT_NEEDED)
    record.done()
    return procedure if name else None


class _Method(NamedTuple):
    """A way of submission, `None` where it is not one that is known, with its time and fees."""

    way: str | None
    time: ProcessingTime | None
    fees: tuple[Fee, ...]


def _methods(record: Fields) -> list[_Method] | None:
    methods = record.objects("executionMethods")
    return None if methods is None else [_method(each) for each in methods]


def _method(fields: Fields) -> _Method:
    way = WAYS.get(fields.text("submissionMethod") or "")
    method = _Method(way, _time(fields, way), tuple(_fees(fields, way)))
    fields.leave(("id", "attachments"))
    fields.done()
    return method


def _time(method: Fields, way: str | None) -> ProcessingTime | None:
    amount, unit = _number(method.take("processingTime")), method.text("processingTimeUnit")
    text = _canonical(method.text("description"))
    measured = amount is not None and unit in PORTAL_UNITS
    if amount is None and text is None:
        return None
    return durations.time_from_portal(way, amount, unit, None if measured else text)


PORTAL_UNITS = frozenset({"WORKING_DAY", "DAY", "MONTH", "HOUR", "YEAR"})


def _fees(method: Fields, way: str | None) -> Iterable[Fee]:
    for fee in method.objects("fees") or ():
        value, text = _number(fee.take("value")), _canonical(fee.text("description"))
        fee.leave(("currencyId", "attachment", "id", "currency"))
        kind = fee.text("type")
        fee.done()
        if value is not None or text is not None:
            yield fees.fee_from_portal(kind, value, way, text)


def _online_level(record: Fields, methods: list[_Method] | None) -> str | None:
    full_process = record.take("isFullProcess")
    if full_process is True:
        return "full"
    if methods is None or full_process is not False:
        return None
    return "partial" if any(each.way == "online" for each in methods) else "none"


def _levels(record: Fields) -> frozenset[str] | None:
    """Return the levels whose flag is set; none set, or a missing flag, means that they are unknown."""
    flags = {level: record.take(flag) for flag, level in LEVELS.items()}
    if not all(isinstance(value, bool) for value in flags.values()):
        return None
    return frozenset(level for level, value in flags.items() if value) or None


def _decision(record: Fields, proposal: Fields) -> tuple[str | None, date | None]:
    numbers = (record.text("decisionNo"), proposal.text("decisionNumber"), proposal.text("proposalNumber"))
    decided = _day(proposal.take("decisionDate"))
    proposal.leave(("id", "publicationDate", "issuingAgency", "proposalType", "name", "state"))
    proposal.done()
    return _canonical(next(filter(None, numbers), None)), decided


def _agency(record: Fields) -> str | None:
    """Return the agencies picked, else those typed, else a group ("Ủy ban nhân dân cấp xã")."""
    picked = _joined(record, "departmentsExecuting")
    typed = record.text("executingAgencies")
    group = _joined(record, "unitGroupsExecuting")
    return picked or typed or group


def _dossier(record: Fields) -> tuple[Paper, ...] | None:
    cases = record.plain_objects("executionCases")
    if cases is None:
        return None
    papers = []
    for case in cases:
        for paper in objects_in(case, "profileComponents") or ():
            name = _canonical(text_in(paper, "name"))
            if name:
                papers.append(
                    Paper(
                        name=name,
                        originals=_count(paper.get("originalQty")),
                        copies=_count(paper.get("copyQty")),
                    )
                )
    return _unique(papers)


def _legal_bases(record: Fields) -> tuple[str, ...] | None:
    bases = record.plain_objects("legalBasisesDetails")
    if bases is None:
        return None
    texts = (" - ".join(filter(None, (text_in(base, "code"), text_in(base, "name")))) for base in bases)
    return _unique(visible_text(text) for text in texts if text)


def _steps(record: Fields) -> tuple[str, ...] | None:
    steps = record.plain_objects("executionSteps")
    if steps is None:
        return None
    texts = (": ".join(filter(None, (text_in(step, "name"), text_in(step, "description")))) for step in steps)
    return tuple(visible_text(text) for text in texts if text)


def _requirements(record: Fields) -> str | None:
    value = record.take("requirementsAndConditions")
    return visible_text(value) if isinstance(value, str) else None


def _names(record: Fields, field: str) -> tuple[str, ...] | None:
    objects = record.plain_objects(field)
    if objects is None:
        return None
    return _unique(visible_text(name) for each in objects if (name := text_in(each, "name")))


def _joined(record: Fields, field: str) -> str | None:
    names = [name for each in record.plain_objects(field) or () if (name := text_in(each, "name"))]
    return "; ".join(dict.fromkeys(names)) or None


def _raw(*texts: tuple[str, str | None, str | None]) -> tuple[tuple[str, str], ...]:
    """Return the texts as received, by attribute, that are shown otherwise."""
    return tuple((attribute, text) for attribute, text, shown in texts if text and text != shown)


def _unique(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))


def _canonical(text: str | None) -> str | None:
    return visible_text(text) or None if text else None


def readable_fields(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the needed fields that have a value: null or another type counts as missing."""
    return {name: data[name] for name, kind in NEEDED.items() if isinstance(data.get(name), kind)}


def _number(value: object) -> float | None:
    """Return a number, also one that is written as text ("15")."""
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) >= _LARGEST_EXACT:
        return None
    return value


def _count(value: object) -> int | None:
    number = _number(value)
    return None if number is None else int(number)


def _day(value: object) -> date | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        day = datetime.fromtimestamp(value / 1000, UTC).astimezone(VIETNAM).date()
    except (OverflowError, ValueError, OSError):
        return None
    return day if day >= OLDEST_DAY else None
