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

from extractors import open_source
from extractors.archive.store import Archive
from extractors.portals.source import Extractor, ListedItem, Unfit, Unread
from procedures.attributes import PUBLISHED
from procedures.errors import RasoatError
from procedures.model import Procedure, value_text
from procedures.proxies import route_to
from procedures.text import excerpt
from procedures.wording.values import readable
from procedures.wording.words import ATTRIBUTES as WORDS
from procedures.wording.words import count
from rasoat.checks import Check
from settings.configuration import Configuration
from settings.sources import SourceSettings

VALUE = 90
"""Characters shown of a value."""


def ask_portals(configuration: Configuration, source: str | None) -> Iterator[Check]:
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
                yield Check(f"cổng {settings.name}", False, str(error), route)


def ask_mail(configuration: Configuration) -> Iterator[Check]:
    """Check that the mail server answers and accepts the log-in; no letter is sent."""
    from alerts.sending import Undelivered, ask_server

    if configuration.mail is None:
        return
    try:
        yield Check("máy chủ thư", True, ask_server(configuration.mail, configuration.alerts.ca_file))
    except Undelivered as error:
        yield Check("máy chủ thư", False, str(error))


def _route_of(settings: SourceSettings) -> tuple[str, ...]:
    """Return whether a proxy is used and by which setting; nothing for sources read from files."""
    if settings.base_url is None:
        return ()
    return (f"đường đi: {route_to(settings.base_url, settings.proxy, os.environ).words}",)


def _check_portal(settings: SourceSettings, folder: Path) -> Check:
    with (
        Archive(folder).recorder("doctor") as recorder,
        closing(open_source(settings, recorder)) as extractor,
    ):
        page = next(extractor.pages())
        if page.lost is not None:
            return Check(f"cổng {settings.name}", False, page.lost)
        if not page.items:
            return Check(f"cổng {settings.name}", False, "trang đầu không có thủ tục nào")
        declared = "không rõ" if page.declared_total is None else count(page.declared_total)
        text = f"trang đầu có {count(len(page.items))} thủ tục, cổng báo tổng số {declared}"
        good, details = _one_record(extractor, page.items[0])
        return Check(f"cổng {settings.name}", good, text, (*details, *_unknown_fields(extractor)))


def _one_record(extractor: Extractor, item: ListedItem) -> tuple[bool, list[str]]:
    try:
        procedure = item.procedure or extractor.detail(item, None).procedure
    except (Unread, Unfit) as error:
        return False, [f"chi tiết của «{excerpt(item.name, VALUE)}»: {error}"]
    return True, list(_attributes(procedure))


def _attributes(procedure: Procedure) -> Iterator[str]:
    """Yield each attribute of the portal's record, then those that it lacks."""
    yield f"mã: {procedure.code or 'không có'}"
    missing = []
    for attribute in PUBLISHED:
        value = getattr(procedure, attribute)
        if value is None:
            missing.append(WORDS[attribute])
        else:
            yield f"{WORDS[attribute]}: {excerpt(readable(attribute, value_text(value)), VALUE)}"
    if missing:
        yield f"không thấy: {', '.join(missing)}"


def _unknown_fields(extractor: Extractor) -> Iterator[str]:
    for field, example in extractor.audit.leftovers.items():
        yield f"chưa biết: {field} (ví dụ: {excerpt(example, VALUE)})"
    yield from extractor.audit.notes
