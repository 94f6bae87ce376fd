"""The office's reports of a period, written by a flow, with a link in Prefect to each file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from prefect.artifacts import create_link_artifact

from procedures.dates.periods import PeriodKind
from settings.configuration import Configuration
from steps.office.periodic_reports import write_reports


def publish_reports(configuration: Configuration, kind: PeriodKind, as_of: datetime) -> list[Path]:
    """Write what `rasoat report KIND --as-of` writes, in the same place; return the files.

    Raises:
        InputError: nothing was compared yet at that time.
    """
    files = write_reports(configuration, kind, as_of, configuration.reports)
    for file in files:
        key = f"{kind}-report-{file.suffix[1:]}"
        create_link_artifact(key=key, link=file.as_uri(), link_text=file.name, description=f"`{file}`")
    return files
