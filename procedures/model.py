"""The administrative procedure (thủ tục hành chính) as one source publishes it.

The attributes are those that decree 63/2010/NĐ-CP, article 8, asks of a procedure, with what the
portals add (levels, online service, decision) and what only a department's own list has.
`None` means that the source does not state it; an empty tuple or set that it states "none".
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any

import orjson

from procedures.attributes import ATTRIBUTES_BY_NAME, ValueType, attributes_of
from procedures.values.durations import ProcessingTime
from procedures.values.fees import Fee

PUBLISHED_STATES = frozenset({"ACTIVE", "UPDATED"})
"""States of the national portal in which a procedure is published (công khai)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper of the dossier (thành phần hồ sơ): its name, originals and copies asked for."""

    name: str
    originals: int | None = None
    copies: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """One procedure as one source publishes it. Texts are canonical; `raw` keeps three as received."""

    name: str
    code: str | None = None
    local_code: str | None = None
    field: str | None = None
    state: str | None = None
    executing_levels: frozenset[str] | None = None
    online_level: str | None = None
    agency: str | None = None
    promulgating_agency: str | None = None
    promulgating_agency_code: str | None = None
    kind: str | None = None
    decision_number: str | None = None
    decision_date: date | None = None
    processing_time: tuple[ProcessingTime, ...] | None = None
    fee: tuple[Fee, ...] | None = None
    ways: frozenset[str] | None = None
    subjects: tuple[str, ...] | None = None
    dossier: tuple[Paper, ...] | None = None
    legal_bases: tuple[str, ...] | None = None
    steps: tuple[str, ...] | None = None
    requirements: str | None = None
    results: tuple[str, ...] | None = None
    url: str | None = None
    # of the catalogue only
    division: str | None = None
    competent_authority: str | None = None
    province_decision_number: str | None = None
    province_decision_date: date | None = None
    eligible_full_online: bool | None = None
    online_reason: str | None = None
    online_basis: str | None = None
    online_plan: str | None = None
    online_level_text: str | None = None
    decentralisation_state: str | None = None
    decentralised_to: str | None = None
    decentralisation_basis: str | None = None
    decentralisation_texts: str | None = None
    decentralisation_reason: str | None = None
    delegated: bool | None = None
    # where it was read
    raw: tuple[tuple[str, str], ...] = ()
    row: str | None = None

    def raw_text(self, attribute: str) -> str | None:
        """Return the text as received, or the canonical one where nothing else was kept."""
        for key, text in self.raw:
            if key == attribute:
                return text
        value = getattr(self, attribute)
        return value if isinstance(value, str) else None


_FIELDS = tuple(f.name for f in fields(Procedure))
_values_of = attrgetter(*_FIELDS)


def merge_records(previous: Procedure, current: Procedure) -> Procedure:
    """Return `current`, with what its source did not state this time taken from `previous`.

    An export that has five columns never empties the attributes it lacks.
    """
    carried = {
        name: getattr(previous, name)
        for name in _FIELDS
        if getattr(current, name) is None and getattr(previous, name) is not None and name != "row"
    }
    if not carried:
        return current
    raw = {name: text for name, text in previous.raw if name in carried} | dict(current.raw)
    return replace(current, **carried, raw=tuple(sorted(raw.items())))


def json_value(value: Any) -> Any:
    """Return an attribute's value in the JSON shape of the warehouse views (sets as sorted arrays)."""
    shape = _SHAPES.get(type(value))
    return value if shape is None else shape(value)


_SHAPES: Mapping[type, Callable[[Any], Any]] = {
    Paper: lambda paper: {"copies": paper.copies, "name": paper.name, "originals": paper.originals},
    ProcessingTime: ProcessingTime.to_json,
    Fee: Fee.to_json,
    frozenset: sorted,
    tuple: lambda items: [json_value(item) for item in items],
    date: date.isoformat,
}


def value_text(value: Any) -> str | None:
    """Return an attribute's value as the text of a view's column: JSON for lists, plain for the rest."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return _set_text(value) if isinstance(value, frozenset) else _JSON.encode(json_value(value))


_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True)


@lru_cache(maxsize=256)
def _set_text(values: frozenset[str]) -> str:
    """Return the text of levels or ways, of which there are few."""
    return _JSON.encode(sorted(values))


def attribute_value(attribute: str, text: str | None) -> Any:
    """Return the inverse of `value_text`; None for a text that is not a value of that attribute."""
    if text is None:
        return None
    try:
        value = json.loads(text) if attribute in _AS_JSON else text
        return getattr(from_record({"name": "", attribute: value}), attribute)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


_AS_JSON = attributes_of(
    ValueType.YES_NO,
    ValueType.LEVELS,
    ValueType.WAYS,
    ValueType.TEXTS,
    ValueType.LINES,
    ValueType.TIMES,
    ValueType.FEES,
    ValueType.PAPERS,
)
"""Attributes whose values `value_text` writes as JSON."""


def to_record(procedure: Procedure) -> dict[str, Any]:
    """Return every attribute as JSON values; attributes that the source does not state are left out."""
    record: dict[str, Any] = {}
    for name in _FIELDS:
        value = getattr(procedure, name)
        if value is None or (name == "raw" and not value):
            continue
        record[name] = dict(value) if name == "raw" else json_value(value)
    return record


def from_record(record: Mapping[str, Any]) -> Procedure:
    """Return the inverse of `to_record`. Unknown keys are ignored, so old rows stay readable.

    The fields are set one by one, in two thirds of a constructor's time: a night reads every record anew.

    Raises:
        TypeError: it has no name.
    """
    if "name" not in record:
        raise TypeError("a record without a name")
    procedure = _new_procedure(Procedure)
    for name, put, read, absent in _SLOTS:
        if name not in record:
            put(procedure, absent)
        else:
            put(procedure, record[name] if read is None else read(record[name]))
    return procedure


_new_procedure = object.__new__


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@lru_cache(maxsize=256)
def _shared_set(values: tuple[str, ...]) -> frozenset[str]:
    return frozenset(values)


_shared_paper = lru_cache(maxsize=16_384, typed=True)(Paper)
"""Papers of a record: each is asked for by many procedures, and by the same one on every side."""

_FROM_JSON: Mapping[ValueType, Callable[[Any], Any]] = {
    ValueType.LEVELS: lambda codes: _shared_set(tuple(codes)),
    ValueType.WAYS: lambda codes: _shared_set(tuple(codes)),
    ValueType.DATE: date.fromisoformat,
    ValueType.TIMES: lambda times: tuple(map(ProcessingTime.from_json, times)),
    ValueType.FEES: lambda fees: tuple(map(Fee.from_json, fees)),
    ValueType.PAPERS: lambda papers: tuple(_shared_paper(**paper) for paper in papers),
}
"""Texts are in a record what they are in a `Procedure`, and lists of texts are tuples."""

_READERS: Mapping[str, Callable[[Any], Any] | None] = {
    **dict.fromkeys(_FIELDS),
    **{
        name: _FROM_JSON.get(ATTRIBUTES_BY_NAME[name].type, _as_tuple)
        for name in _FIELDS
        if name in ATTRIBUTES_BY_NAME
    },
    "raw": lambda texts: tuple(sorted(texts.items())),
}
"""By field, how its value is made of that of a record; None where they are the same."""

_SLOTS = tuple(
    (each.name, getattr(Procedure, each.name).__set__, _READERS[each.name], each.default)
    for each in fields(Procedure)
)
"""By field, how it is set, how its value is read, and what it is where a record does not state it."""


def record_bytes(procedure: Procedure) -> bytes:
    """Return the record as JSON in UTF-8 with sorted keys: the same record always gives the same bytes.

    Half of a surrogate pair, which UTF-8 cannot hold, becomes "?".
    """
    data = {
        name: value for name, value in zip(_FIELDS, _values_of(procedure), strict=True) if value is not None
    }
    if raw := data.pop("raw"):
        data["raw"] = dict(raw)
    try:
        return orjson.dumps(data, json_value, _JSON_OPTIONS)
    except orjson.JSONEncodeError:
        text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=json_value)
        return text.encode("utf-8", "replace")


_JSON_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
"""orjson writes only texts, numbers and arrays itself; `json_value` determines the form of all else."""


def record_digest(record: bytes) -> str:
    """Return a short content hash (128 bits, hex) of a record's bytes."""
    return hashlib.blake2b(record, digest_size=16).hexdigest()
