"""`[reports]`: templates, criteria and periods of the office's reports."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from settings.base import BesideFile, Settings


class ReportSettings(Settings):
    """The office's own templates and criteria, and facts that only it knows.

    `first_day`: of monthly and quarterly periods. `place_province`, `place_commune`: where dossiers of that
    level are received, as annexes write it; None leaves the cell empty.
    """

    templates: BesideFile | None = None
    criteria: BesideFile | None = None
    first_day: Annotated[int, Field(ge=1, le=28)] = 15
    place_province: str | None = None
    place_commune: str | None = None
