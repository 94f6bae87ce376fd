"""`rasoat doctor --live`: one page and one record of each portal, compared with the contract.

The log-in to the mail server is checked too.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from extractors.archive.raw_archive import Archive
from extractors.portals.open_source import open_source
from extractors.portals.source import Extractor, ListedItem, UnfitRecord, Unread, read_record
from procedures.attributes import PUBLISHED_ATTRIBUTES
from procedures.errors import RasoatError
from procedures.model import Procedure, value_text
from procedures.proxies import find_route
from procedures.wording.readable_values import value_in_words
from procedures.wording.words import ATTRIBUTE_LABELS as WORDS
from procedures.wording.words import count, excerpt
from rasoat.doctor_check import DoctorCheck
from settings.configuration import Configuration
from settings.sources import SourceSettings

MAX_VALUE_LENGTH = 90
"""Characters shown of a value."""


def check_portals(configuration: Configuration, source: str | None) -> Iterator[DoctorCheck]:
    """Yield a check for each portal (or only `source`), with a few requests at its own rate."""
    for settings in configuration.sources:
        if source not in (None, settings.name):
            continue
        with tempfile.TemporaryDirectory() as folder:
            route: tuple[str, ...] = ()
            try:
                route = _route_of(settings)
                check = _check_portal(settings, Path(folder))
                yield replace(check, details=(*route, *check.details))
            except RasoatError as error:
                yield DoctorCheck(f"cổng {settings.name}", False, str(error), route)


def check_mail(configuration: Configuration) -> Iterator[DoctorCheck]:
    """Check that the mail server answers and accepts the log-in; no letter is sent."""
    from alerts.delivery import DeliveryError, check_server

    if configuration.mail is None:
        return
    try:
        yield DoctorCheck("máy chủ thư", True, check_server(configuration.mail, configuration.alerts.ca_file))
    except DeliveryError as error:
        yield DoctorCheck("máy chủ thư", False, str(error))


def _route_of(settings: SourceSettings) -> tuple[str, ...]:
    """Return whether a proxy is used and by which setting; nothing for sources read from files."""
    if settings.base_url is None:
        return ()
    return (f"đường đi: {find_route(settings.base_url, settings.proxy, os.environ).words}",)


def _check_portal(settings: SourceSettings, folder: Path) -> DoctorCheck:
    with (
        Archive(folder).recorder("doctor") as recorder,
        closing(open_source(settings, recorder)) as extractor,
    ):
        page = next((each for each in extractor.pages() if each.lost is not None or each.items), None)
        if page is not None and page.lost is not None:
            return DoctorCheck(f"cổng {settings.name}", False, page.lost)
        if page is None:
            return DoctorCheck(f"cổng {settings.name}", False, "trang đầu không có thủ tục nào")
        declared = "không rõ" if page.declared_total is None else count(page.declared_total)
        text = f"trang đầu có {count(len(page.items))} thủ tục, cổng báo tổng số {declared}"
        good, details = _one_record(extractor, page.items[0])
        return DoctorCheck(f"cổng {settings.name}", good, text, (*details, *_unknown_fields(extractor)))


def _one_record(extractor: Extractor, item: ListedItem) -> tuple[bool, list[str]]:
    try:
        procedure = item.procedure or read_record(extractor, item).procedure
    except (Unread, UnfitRecord) as error:
        return False, [f"chi tiết của «{excerpt(item.name, MAX_VALUE_LENGTH)}»: {error}"]
    return True, list(_attributes(procedure))


def _attributes(procedure: Procedure) -> Iterator[str]:
    """Yield each attribute of the portal's record, then those that it lacks."""
    yield f"mã: {procedure.code or 'không có'}"
    missing = []
    for attribute in PUBLISHED_ATTRIBUTES:
        value = getattr(procedure, attribute)
        if value is None:
            missing.append(WORDS[attribute])
        else:
            shown = value_in_words(attribute, value_text(value))
            yield f"{WORDS[attribute]}: {excerpt(shown, MAX_VALUE_LENGTH)}"
    if missing:
        yield f"không thấy: {', '.join(missing)}"


def _unknown_fields(extractor: Extractor) -> Iterator[str]:
    for field, example in extractor.audit.leftovers.items():
        yield f"chưa biết: {field} (ví dụ: {excerpt(example, MAX_VALUE_LENGTH)})"
    yield from extractor.audit.notes
