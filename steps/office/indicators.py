"""The figures that the department is judged by, as they stand or stood on any day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from extractors.workbooks.catalogue import read_catalogue
from procedures.findings import CATALOGUE
from procedures.model import Procedure
from reconciliation.indicators.decentralisation import (
    TARGET,
    Candidate,
    Decentralisation,
    candidates,
    decentralisation,
)
from reconciliation.indicators.eligibility import Doubt, Eligibility, doubts, eligibility
from settings.configuration import Configuration
from steps.database import reading_connection
from steps.nights.reconcile import services_of
from warehouse.sources import versions

GOAL = round(100 * TARGET)
"""Per cent of the province's procedures that are to be decentralised."""


def eligibility_figures(configuration: Configuration, as_of: datetime | None = None) -> Eligibility:
    """Full online service: eligible, done, not, and without a reason by division."""
    with reading_connection(configuration) as connection:
        return eligibility(versions.standing_at(connection, CATALOGUE, as_of).values())


def eligibility_doubts(configuration: Configuration) -> tuple[Doubt, ...]:
    """Where the list and the national portal disagree about full online service."""
    with reading_connection(configuration) as connection:
        rows = versions.current(connection, CATALOGUE).values()
        return doubts(rows, _national(configuration, connection), services_of(connection) or ())


def decentralisation_figures(configuration: Configuration, as_of: datetime | None = None) -> Decentralisation:
    """The share handed down, what is proposed, and how many are missing to the target."""
    with reading_connection(configuration) as connection:
        return decentralisation(versions.standing_at(connection, CATALOGUE, as_of).values())


def decentralisation_candidates(
    configuration: Configuration, lists: Mapping[str, Path]
) -> tuple[Candidate, ...]:
    """What could be handed down; `lists` are other provinces' workbooks by name.

    Raises:
        WorkbookError: one of them cannot be read.
    """
    elsewhere = {name: tuple(read_catalogue(file).procedures.values()) for name, file in lists.items()}
    with reading_connection(configuration) as connection:
        rows = versions.current(connection, CATALOGUE).values()
        return candidates(rows, _national(configuration, connection), elsewhere)


def _national(configuration: Configuration, connection: Connection) -> dict[str, Procedure]:
    """What the national portal shows, by code."""
    shown: dict[str, Procedure] = {}
    for source in configuration.sources:
        if source.role == "national":
            shown |= versions.current(connection, source.name)
    return shown
