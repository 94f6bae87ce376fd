"""`[reports]` of `rasoat.toml`: templates, criteria and periods of the office's papers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from procedures.configuration import ReportSettings
from steps.mail_settings import STRICT


class Reports(BaseModel):
    """Paths are relative to the folder of `rasoat.toml`."""

    model_config = STRICT

    templates: Path | None = None
    criteria: Path | None = None
    first_day: Annotated[int, Field(ge=1, le=28)] = 15
    place_province: str | None = None
    place_commune: str | None = None

    def settings(self, folder: Path) -> ReportSettings:
        """The settings as values."""
        return ReportSettings(
            templates=None if self.templates is None else folder / self.templates,
            criteria=None if self.criteria is None else folder / self.criteria,
            first_day=self.first_day,
            place_province=self.place_province,
            place_commune=self.place_commune,
        )
