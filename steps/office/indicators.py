"""The figures that the department is judged by, as of any day."""

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
    Decentralisation,
    DecentralisationCandidate,
    decentralisation,
)
from reconciliation.indicators.decentralisation import decentralisation_candidates as candidates
from reconciliation.indicators.eligibility import Contradiction, Eligibility, eligibility, find_contradictions
from settings.configuration import Configuration
from steps.database import reading_connection
from steps.nights.reconcile import load_services
from warehouse.sources import versions

TARGET_PERCENT = round(100 * TARGET)
"""Percentage of the province's procedures that are to be decentralised."""


def eligibility_figures(configuration: Configuration, as_of: datetime | None = None) -> Eligibility:
    """Count full online services: eligible, done, not done, and without a reason by division."""
    with reading_connection(configuration) as connection:
        return eligibility(versions.procedures_at(connection, CATALOGUE, as_of).values())


def eligibility_doubts(configuration: Configuration) -> tuple[Contradiction, ...]:
    """Return where the catalogue and the national portal disagree about full online service."""
    with reading_connection(configuration) as connection:
        rows = versions.current_procedures(connection, CATALOGUE).values()
        return find_contradictions(
            rows, _national_procedures(configuration, connection), load_services(connection) or ()
        )


def decentralisation_figures(configuration: Configuration, as_of: datetime | None = None) -> Decentralisation:
    """Return the decentralised share, the proposals, and how many are missing to the target."""
    with reading_connection(configuration) as connection:
        return decentralisation(versions.procedures_at(connection, CATALOGUE, as_of).values())


def decentralisation_candidates(
    configuration: Configuration, lists: Mapping[str, Path]
) -> tuple[DecentralisationCandidate, ...]:
    """Return what could be decentralised; `lists` are other provinces' workbooks by name.

    Raises:
        WorkbookError: one of them cannot be read.
    """
    elsewhere = {name: tuple(read_catalogue(file).procedures.values()) for name, file in lists.items()}
    with reading_connection(configuration) as connection:
        rows = versions.current_procedures(connection, CATALOGUE).values()
        return candidates(rows, _national_procedures(configuration, connection), elsewhere)


def _national_procedures(configuration: Configuration, connection: Connection) -> dict[str, Procedure]:
    """Return the procedures of the national portal, by code."""
    procedures: dict[str, Procedure] = {}
    for source in configuration.sources:
        if source.role == "national":
            procedures |= versions.current_procedures(connection, source.name)
    return procedures
