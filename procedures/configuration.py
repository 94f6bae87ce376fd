"""The settings as values: what `rasoat.toml` says, once it was read and found sound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from procedures.calendar import SwappedDays
from procedures.snapshot import Expectation
from procedures.wording.words import SIDES, SOURCES

Role = Literal["national", "provincial"]
Audience = Literal["office", "division", "administrator", "leader"]
Kind = Literal["national-api", "national-gateway", "html", "export"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """Whose list is compared; `agency_code` is the department's own code on the national portal."""

    name: str = "Sở Nội vụ"
    province: str = "H27"
    timezone: str = "Asia/Ho_Chi_Minh"
    announce_within: int = 10
    agency_code: str | None = None
    legal_days: Literal["days", "working_days"] = "days"
    swapped_days: SwappedDays = field(default_factory=SwappedDays)
    night: tuple[time, time] | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The department's time zone; a local day begins at its midnight."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """One source of published lists. Times are in seconds, rates in requests a second.

    `volatile` are fields of its answers (labels and columns of a portal of pages) that move by themselves
    and are dropped before anything is read. `robots`: the portal's robots.txt is read and obeyed, as
    `rasoat.toml` has it unless told; nights recorded before that was so have none. `cool_down`: hours for
    which a portal that said no is left alone. `window`: when the schedule may ask it, in local time. `share`:
    the folder through which offices read a record of the same portal once between them. `proxy`: through
    which the portal is asked, or "direct"; None: as the environment says.
    """

    name: str
    kind: Kind
    role: Role
    base_url: str | None = None
    path: Path | None = None
    profile: str | None = None
    departments: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    page_size: int = 50
    refresh_nights: int = 1
    requests_per_second: float = 2.0
    concurrency: int = 2
    expect: Expectation = field(default_factory=Expectation)
    confirm_after: int = 2
    timeout: float = 20.0
    answer_within: float = 60.0
    retry_pause: float = 1.0
    ca_file: Path | None = None
    volatile: tuple[str, ...] = ()
    robots: bool = False
    cool_down: float = 6.0
    share: Path | None = None
    window: tuple[time, time] | None = None
    proxy: str | None = field(default=None, repr=False)

    @property
    def scope(self) -> Mapping[str, Any]:
        """What this source follows; when it moves, the next complete snapshot is a silent baseline."""
        return {
            "kind": self.kind,
            "url": self.base_url or str(self.path),
            "profile": self.profile,
            "departments": sorted(self.departments),
            "levels": sorted(self.levels),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who is written to, and of what; empty `kinds` and `fields` mean all of what the role hears.

    `role` `office` hears of everything, `division` of what is its own, `administrator` of sources and
    nights in trouble, `leader` of what stays undone after two reminders.
    """

    address: str
    role: Audience = "office"
    division: str | None = None
    kinds: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    severity_at_least: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSettings:
    """Who hears of what is new, and from how many findings on it becomes one digest.

    `quiet_hours` (from, to; local, may pass midnight) and days that are no working days where
    `working_days_only`: mail waits. `trouble_nights`: nights without complete data of a source before
    that is told. `due_soon`: working days before a deadline in which it is near.
    """

    recipients: tuple[str, ...] = ()
    to: tuple[Recipient, ...] = ()
    digest_over: int = 20
    sender: str | None = None
    site_url: str | None = None
    templates: Path | None = None
    quiet_hours: tuple[time, time] | None = None
    working_days_only: bool = False
    trouble_nights: int = 2
    due_soon: int = 3
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed in (`RASOAT_SMTP_URL`); `timeout` is in seconds."""

    host: str
    port: int
    security: Literal["plain", "starttls", "tls"]
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """The review site: whose word about addresses and names is trusted (`[site]`), and its secret key.

    Without `user_header` nobody is signed in by a reverse proxy; without `trusted_proxies` no header of one
    is read.
    """

    trusted_proxies: tuple[str, ...] = ()
    user_header: str | None = None
    secret_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSettings:
    """The office's papers (`[reports]`): its own templates and criteria, and what only it knows.

    `first_day`: of monthly and quarterly periods. `place_province`, `place_commune`: where dossiers of that
    level are taken in, as annexes write it; None leaves the cell open.
    """

    templates: Path | None = None
    criteria: Path | None = None
    first_day: int = 15
    place_province: str | None = None
    place_commune: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleSettings:
    """What the Prefect flows do when something goes wrong (`[schedule]`).

    `tries`: in all, of a step whose trouble may pass, `pause` seconds apart. `time_out` ends a night.
    `at_once`: nights that the work pool carries out together. `dead_after`: a run without a sign of life
    for so long has crashed.
    """

    tries: int = 2
    pause: float = 20.0
    time_out: timedelta = timedelta(hours=5)
    at_once: int = 4
    dead_after: timedelta = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSettings:
    """For how many days the warehouse keeps what no history rests on (`[retention]`); 0: for ever.

    `checks_days`: what gates had nothing against, and the pages of those nights. `quarantine_days`: records
    thrown out and overtaken since. `letters_days`: the wording of letters.
    """

    checks_days: int = 400
    quarantine_days: int = 400
    letters_days: int = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Everything a run needs to know that is not in the warehouse.

    `keep_nights`: of each source, so many of its last nights stay in the raw archive. `purpose` is written
    on the runs made under this configuration.
    """

    home: Path
    database_url: str
    department: Department
    sources: tuple[SourceSettings, ...]
    alerts: AlertSettings = field(default_factory=AlertSettings)
    mail: MailServer | None = None
    notify_urls: tuple[str, ...] = field(default=(), repr=False)
    site: SiteSettings = field(default_factory=SiteSettings)
    papers: ReportSettings = field(default_factory=ReportSettings)
    schedule: ScheduleSettings = field(default_factory=ScheduleSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    config_file: Path | None = None
    keep_nights: int = 400
    purpose: str | None = None

    @property
    def archive(self) -> Path:
        """Where raw bytes are kept."""
        return self.home / "archive"

    @property
    def reports(self) -> Path:
        """Where reports are written."""
        return self.home / "reports"

    def source(self, name: str) -> SourceSettings | None:
        """The source of that name, if there is one."""
        return next((source for source in self.sources if source.name == name), None)

    def in_role(self, role: str) -> tuple[str, ...]:
        """The names of the sources of one role."""
        return tuple(source.name for source in self.sources if source.role == role)

    def source_name(self, name: str) -> str:
        """A source as people know it: by its role, with its own name only where several have that role."""
        source = self.source(name)
        if source is None:
            return SOURCES.get(name, f"Nguồn không còn dùng ({name})")
        alone = sum(each.role == source.role for each in self.sources) == 1
        return SIDES[source.role] if alone else f"{SIDES[source.role]} ({name})"

    def local_day(self, moment: Any) -> date:
        """The department's calendar day of an aware datetime."""
        day: date = moment.astimezone(self.department.zone).date()
        return day

    def end_of_day(self, day: date) -> datetime:
        """The last moment of a calendar day of the department's."""
        return datetime.combine(day, time.max, self.department.zone)
