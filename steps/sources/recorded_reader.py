"""Reads a snapshot again from what was recorded of it: the archived bytes, without the network."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from extractors.archive.raw_archive import Archive
from extractors.archive.replay import ReplayTransport, UnrecordedRequest
from extractors.portals.open_source import open_source
from extractors.portals.read_source import read
from procedures.findings import CATALOGUE
from procedures.snapshot import Certificate, LookUp, Observation, QuarantinedRecord, SnapshotState
from settings.configuration import Configuration
from steps.sources.archive import archive_of
from steps.sources.recorded_inputs import Handed, Told, kept
from warehouse.sources.snapshots import SnapshotRow

ENDED_MIDWAY = (SnapshotState.BLOCKED, SnapshotState.FAILED)
"""Which question was the last one hung on the order of that night's threads, which nobody recorded; asking
on beyond it contradicts nothing."""


@dataclass(slots=True)
class Memory:
    """A sink that keeps what a reader meets."""

    observations: dict[str, Observation] = field(default_factory=dict)
    look_ups: dict[str, LookUp] = field(default_factory=dict)

    def observe(self, observation: Observation) -> None:
        """Keep one item of the listing; of the same key the last one stands."""
        self.observations[observation.key] = observation

    def quarantine(self, record: QuarantinedRecord) -> None:
        """What may not enter has no version to be compared with."""

    def look_up(self, look_up: LookUp) -> None:
        """Keep the answer to a direct question."""
        self.look_ups[look_up.key] = look_up


@dataclass(frozen=True, slots=True)
class Again:
    """What was met, and what followed; of an import, and of what broke off, there is no `certificate`."""

    observations: Mapping[str, Observation]
    state: SnapshotState
    certificate: Certificate | None = None


def read_again(configuration: Configuration, row: SnapshotRow) -> Again:
    """What today's reader makes of that night's bytes, and the verdict that follows.

    Raises:
        ArchiveError: bytes are missing or damaged, or something was never asked that night.
    """
    if row.source == CATALOGUE:
        return Again(_import_again(configuration, row), row.state or SnapshotState.COMPLETE)
    told = kept(configuration, row.snapshot_id, Told)
    settings = told.settings.replace(concurrency=1)
    cut = row.certificate is not None and row.certificate.unfinished
    recording = archive_of(configuration).recording(row.snapshot_id)
    memory = Memory()
    with tempfile.TemporaryDirectory() as folder:
        recorder = Archive(Path(folder)).recorder(row.snapshot_id)
        extractor = open_source(settings, recorder, transport=ReplayTransport(recording, unfinished=cut))
        try:
            outcome = read(extractor, settings, told.plan, memory)
        except UnrecordedRequest:
            if row.state not in ENDED_MIDWAY:
                raise
            return Again(memory.observations, row.state)
        finally:
            extractor.close()
    return Again(memory.observations, outcome.verdict.state, outcome.certificate)


def _import_again(configuration: Configuration, row: SnapshotRow) -> dict[str, Observation]:
    from extractors.workbooks.catalogue import read_catalogue  # most nights read no workbook

    handed = kept(configuration, row.snapshot_id, Handed)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / handed.name
        file.write_bytes(archive_of(configuration).get(handed.digest))
        mappings = {each.shape: each for each in handed.columns}
        content = read_catalogue(file, level=handed.level, mappings=mappings)
    return {
        key: Observation(key=key, presence="read", code=procedure.code, procedure=procedure)
        for key, procedure in content.procedures.items()
    }
