"""`rasoat doctor --live`: asks each portal for one page and one record, and compares with the contract.

The mail server is asked whether it lets us in.
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
"""So much of a value is shown."""


def ask_portals(configuration: Configuration, source: str | None) -> Iterator[Check]:
    """A check for each portal (or only `source`), asked a handful of requests at its own rate."""
    for settings in configuration.sources:
        if source not in (None, settings.name):
            continue
        with tempfile.TemporaryDirectory() as folder:
            way: tuple[str, ...] = ()
            try:
                way = _way_to(settings)
                asked = _ask(settings, Path(folder))
                yield replace(asked, details=(*way, *asked.details))
            except RasoatError as error:
                yield Check(f"cổng {settings.name}", False, str(error), way)


def ask_mail(configuration: Configuration) -> Iterator[Check]:
    """Whether the mail server answers and lets us in; no letter is sent."""
    from alerts.sending import Undelivered, ask_server

    if configuration.mail is None:
        return
    try:
        yield Check("máy chủ thư", True, ask_server(configuration.mail, configuration.alerts.ca_file))
    except Undelivered as error:
        yield Check("máy chủ thư", False, str(error))


def _way_to(settings: SourceSettings) -> tuple[str, ...]:
    """Whether the portal is asked through a proxy, and what says so; nothing of files that people bring."""
    if settings.base_url is None:
        return ()
    return (f"đường đi: {route_to(settings.base_url, settings.proxy, os.environ).words}",)


def _ask(settings: SourceSettings, folder: Path) -> Check:
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
        return Check(f"cổng {settings.name}", good, text, (*details, *_strange(extractor)))


def _one_record(extractor: Extractor, item: ListedItem) -> tuple[bool, list[str]]:
    try:
        procedure = item.procedure or extractor.detail(item, None).procedure
    except (Unread, Unfit) as error:
        return False, [f"chi tiết của «{excerpt(item.name, VALUE)}»: {error}"]
    return True, list(_attributes(procedure))


def _attributes(procedure: Procedure) -> Iterator[str]:
    """Each attribute that the portal's record says, and which it does not."""
    yield f"mã: {procedure.code or 'không có'}"
    silent = []
    for attribute in PUBLISHED:
        value = getattr(procedure, attribute)
        if value is None:
            silent.append(WORDS[attribute])
        else:
            yield f"{WORDS[attribute]}: {excerpt(readable(attribute, value_text(value)), VALUE)}"
    if silent:
        yield f"không thấy: {', '.join(silent)}"


def _strange(extractor: Extractor) -> Iterator[str]:
    for field, example in extractor.audit.leftovers.items():
        yield f"chưa biết: {field} (ví dụ: {excerpt(example, VALUE)})"
    yield from extractor.audit.notes
