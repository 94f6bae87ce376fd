"""The configuration: all settings, read and validated."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

from pydantic import Field

from procedures.wording.words import SIDE_LABELS, SOURCE_LABELS
from settings.alerts import AlertSettings
from settings.base import Settings
from settings.department import Department
from settings.mail_server import MailServer
from settings.monitoring import MonitoringSettings
from settings.reports import ReportSettings
from settings.retention import RetentionSettings
from settings.schedule import ScheduleSettings
from settings.site import SiteSettings
from settings.sources import SourceSettings


class Configuration(Settings):
    """Everything a run needs to know that is not in the warehouse.

    `papers` are the settings of reports. `secret_key` is the review site's. `archive_url`: the object
    storage of the raw archive. `keep_nights`: the number of last
    nights of each source kept in the raw archive. `purpose` is stored with the runs made under this
    configuration. `offices`: the folder with the settings of all offices of the server.
    """

    home: Path
    database_url: str = Field(repr=False)
    department: Department
    sources: tuple[SourceSettings, ...]
    alerts: AlertSettings = AlertSettings()
    mail: MailServer | None = None
    notify_urls: tuple[str, ...] = Field(default=(), repr=False)
    site: SiteSettings = SiteSettings()
    monitoring: MonitoringSettings = MonitoringSettings()
    secret_key: str | None = Field(default=None, repr=False)
    oidc_client_secret: str | None = Field(default=None, repr=False)
    papers: ReportSettings = ReportSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    retention: RetentionSettings = RetentionSettings()
    config_file: Path | None = None
    archive_url: str | None = None
    keep_nights: int = 400
    prune_archive: bool = True
    purpose: str | None = None
    offices: Path | None = None

    @property
    def archive(self) -> Path:
        """Return the folder of the raw archive, which is not used where there is an `archive_url`."""
        return self.home / "archive"

    @property
    def archive_name(self) -> str:
        """Return the place of the raw archive for people."""
        return self.archive_url or str(self.archive)

    @property
    def reports(self) -> Path:
        """Return the folder of reports."""
        return self.home / "reports"

    def source(self, name: str) -> SourceSettings | None:
        """Return the source of that name, if there is one."""
        return next((source for source in self.sources if source.name == name), None)

    def in_role(self, role: str) -> tuple[str, ...]:
        """Return the names of the sources of one role."""
        return tuple(source.name for source in self.sources if source.role == role)

    def source_name(self, name: str) -> str:
        """Return a source's name for people: its role, and its own name where several have that role."""
        source = self.source(name)
        if source is None:
            return SOURCE_LABELS.get(name, f"Nguồn không còn dùng ({name})")
        is_only_one = sum(each.role == source.role for each in self.sources) == 1
        return SIDE_LABELS[source.role] if is_only_one else f"{SIDE_LABELS[source.role]} ({name})"

    def local_day(self, moment: datetime) -> date:
        """Return the department's calendar day of an aware datetime."""
        return moment.astimezone(self.department.zone).date()

    def end_of_day(self, day: date) -> datetime:
        """Return the last moment of a calendar day of the department."""
        return datetime.combine(day, time.max, self.department.zone)
