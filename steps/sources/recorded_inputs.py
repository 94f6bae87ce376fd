"""Keeps what a reader was told and what was compared, so that a run can be rebuilt from its bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, TypeAdapter, ValidationError
from pydantic_core import to_json

from procedures.changes import StoredProcedure
from procedures.errors import ArchiveError
from procedures.services import Service
from procedures.snapshot import LookUp, ReadingPlan
from procedures.workbook_layout.column_mapping import ColumnMapping
from reconciliation import ComparisonContext
from settings.configuration import Configuration
from settings.sources import Expectation, SourceSettings
from steps.sources.archive import archive_of


def _without_stated(settings: Any) -> Any:
    """Nights recorded before an expectation knew by itself what was set have a list of it."""
    if isinstance(settings, dict) and "stated" in settings.get("expect", {}):
        return settings | {"expect": {name: settings["expect"][name] for name in Expectation.model_fields}}
    return settings


@dataclass(frozen=True, slots=True)
class Told:
    """What a source's reader was told before its first request."""

    settings: Annotated[SourceSettings, BeforeValidator(_without_stated)]
    plan: ReadingPlan


@dataclass(frozen=True, slots=True)
class Handed:
    """The file that an import was handed, by the hash of its bytes; `columns`: what people had said of it."""

    name: str
    digest: str
    level: str | None
    columns: tuple[ColumnMapping, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """What a snapshot was compared with, and in which run. `keys` differed from what stood; `answers` are
    those that stood to questions for what a listing lacks, None in what was kept before they were.
    """

    run_id: int
    night: ComparisonContext
    previous: Mapping[str, StoredProcedure]
    keys: frozenset[str]
    answers: Mapping[str, LookUp] | None = None


@dataclass(frozen=True, slots=True)
class ServicesBefore:
    """The online services that stood before a run listed them anew, and the run that had listed them."""

    run_id: int | None
    services: tuple[Service, ...]


Kept = TypeVar("Kept", Told, Handed, Compared, ServicesBefore)


def keep(
    configuration: Configuration, snapshot_id: int, what: Told | Handed | Compared | ServicesBefore
) -> None:
    """Keep `what` beside the snapshot's requests; one of each kind a snapshot."""
    text = to_json(what)  # what its adapter would write, but that takes longer to make
    archive_of(configuration).store_document(snapshot_id, type(what).__name__.lower(), text)


def kept(configuration: Configuration, snapshot_id: int, kind: type[Kept]) -> Kept:
    """What was kept of that kind.

    Raises:
        ArchiveError: nothing was, or it can no longer be read.
    """
    text = archive_of(configuration).document(snapshot_id, kind.__name__.lower())
    try:
        read: Kept = _adapter(kind).validate_json(text)
    except ValidationError as error:
        raise ArchiveError(
            f"Kho lưu: {kind.__name__.lower()} của lần lấy dữ liệu {snapshot_id} bị hỏng"
        ) from error
    return read


_adapters: dict[type, TypeAdapter[Any]] = {}
"""What reads each kind; made once a process, which takes 20 ms of processor time."""


def _adapter(kind: type) -> TypeAdapter[Any]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]
