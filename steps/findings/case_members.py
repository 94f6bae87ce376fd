"""Acts on a case are acts on its findings, as they were when somebody saw the case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from settings.configuration import Configuration
from steps.database import reading_connection
from steps.findings.triage import SeenVersion
from warehouse.findings import case_queries
from warehouse.findings.filters import Filter

NEVER = 0
"""A version that no finding has: what is done to it is refused, and says who changed it meanwhile."""


@dataclass(frozen=True, slots=True)
class SeenCase:
    """A case as somebody saw it: when the last event was `event`."""

    case_id: str
    event: int


def seen_findings(
    configuration: Configuration, cases: Iterable[SeenCase], wanted: Filter, today: date
) -> list[SeenVersion]:
    """Return the findings of the cases that the filter selected, at the versions that were seen.

    One that was changed since is among them at a version that it does not have.
    """
    with reading_connection(configuration) as connection:
        return [
            SeenVersion(finding_id, NEVER if version is None else version)
            for each in cases
            for finding_id, version in case_queries.members_seen(
                connection, wanted, today, each.case_id, each.event
            )
        ]
