"""The reader of a source, by its kind; that of another kind is not imported."""

from __future__ import annotations

import httpx

from extractors.archive.raw_archive import Recorder
from extractors.archive.replay import ReplayTransport
from extractors.archive.resume import EarlierAnswers, InterruptedAnswers
from extractors.portals.known_records import KnownRecords
from extractors.portals.source import Extractor
from procedures.errors import SettingsError
from settings.sources import SourceSettings


def open_source(
    settings: SourceSettings,
    recorder: Recorder | None,
    *,
    transport: httpx.BaseTransport | None = None,
    unfinished: InterruptedAnswers | None = None,
    earlier: EarlierAnswers | None = None,
    known: KnownRecords | None = None,
) -> Extractor:
    """Return the reader of a source, by its kind.

    `transport` answers in place of the network (a replay); `unfinished` are the answers of an interrupted
    reading, `earlier` those of a portal of pages on earlier nights, `known` what answers of the national
    portal became on the last complete one.

    Raises:
        SettingsError: the kind is not known, or its profile is invalid.
    """
    match settings.kind:
        case "national-api":
            from extractors.portals.national_api import NationalApi

            return NationalApi(settings, recorder, transport=transport, unfinished=unfinished, known=known)
        case "national-gateway":
            from extractors.portals.gateway import Gateway

            return Gateway(settings, recorder, transport=transport)
        case "html":
            from extractors.portals.html.portal import HtmlPortal

            return HtmlPortal(settings, recorder, transport=transport, unfinished=unfinished, earlier=earlier)
        case "export":
            from extractors.portals.export import ExportFiles

            return ExportFiles(
                settings, recorder, transport.files() if isinstance(transport, ReplayTransport) else None
            )
    known = "hiện có: national-api, national-gateway, html, export"
    raise SettingsError(f"sources.{settings.name}.kind: kiểu {settings.kind!r} chưa được xây dựng; {known}")
