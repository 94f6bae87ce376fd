"""What answers of the national portal became, kept beside a night's requests for the night after it."""

from __future__ import annotations

from sqlalchemy import Engine

from extractors.archive.raw_archive import Archive
from extractors.portals.audit.schema_audit import Audit
from extractors.portals.known_records import KnownRecords
from procedures.errors import ArchiveError
from settings.sources import SourceSettings
from steps.log import log
from warehouse.db.engine import reading
from warehouse.sources.staging import StagingSink, staged_digests

DOCUMENT = "known"
"""Kind of the document in the archive."""


def known_records(
    archive: Archive, settings: SourceSettings, last: int | None, stage: StagingSink
) -> KnownRecords | None:
    """Return what the answers of the snapshot `last` became, as far as it is current; `None` for other kinds.

    What is missing or damaged is read as if it were new.
    """
    if settings.kind != "national-api":
        return None
    try:
        document = None if last is None else archive.document(last, DOCUMENT)
    except ArchiveError:
        document = None
    known = KnownRecords(settings, document)
    known.keep_current(stage.is_current)
    return known


def remember_records(
    archive: Archive, engine: Engine, snapshot_id: int, known: KnownRecords, audit: Audit
) -> None:
    """Keep what the answers of this reading became; a failure costs the next night time, and nothing else."""
    with reading(engine) as connection:
        digests = staged_digests(connection, snapshot_id)
    try:
        archive.store_document(snapshot_id, DOCUMENT, known.document(digests, audit.night_examples))
    except ArchiveError as error:
        log.warning("không ghi nhớ được các trả lời của đêm", reason=str(error))
