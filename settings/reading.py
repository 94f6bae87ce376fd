"""The reader of `rasoat.toml` and the environment, into `settings.configuration.Configuration`.

A setting that is misspelt, missing or out of range gives one line that names the file and the
setting. Nothing here uses the network.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote

from pydantic import Field, SecretStr, ValidationError

from procedures.dates.hours_of_day import Hours
from procedures.errors import SettingsError
from procedures.plain_files import parse_toml
from settings.alerts import AlertSettings
from settings.base import Settings
from settings.configuration import Configuration
from settings.department import Department
from settings.environment import Environment, read_environment
from settings.error_messages import problem_words
from settings.mail_server import mail_server, notify_addresses
from settings.monitoring import MonitoringSettings
from settings.reports import ReportSettings
from settings.retention import ArchiveSettings, RetentionSettings
from settings.schedule import ScheduleSettings
from settings.site import SiteSettings
from settings.sources import SourceSettings, SourceTable


class SettingsFile(Settings):
    """The tables of `rasoat.toml`."""

    department: Department = Department()
    sources: dict[str, SourceTable] = Field(default_factory=dict)
    alerts: AlertSettings = AlertSettings()
    site: SiteSettings = SiteSettings()
    monitoring: MonitoringSettings = MonitoringSettings()
    reports: ReportSettings = ReportSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    archive: ArchiveSettings = ArchiveSettings()
    retention: RetentionSettings = RetentionSettings()


def load_configuration(environment: Environment | None = None) -> Configuration:
    """Return the configuration of this process.

    Raises:
        SettingsError: naming the file or variable, the setting, and what is wrong with it.
    """
    environment = environment or read_environment()
    home = environment.home.absolute()
    file = environment.config
    tables = read_file(file)
    if tables.site.all_offices and environment.offices is None:
        raise SettingsError(f"{file}: site.all_offices: cần RASOAT_OFFICES cho biết các đơn vị ở đâu")
    return Configuration(
        home=home,
        database_url=environment.database_url or sqlite_address(home / "rasoat.db"),
        department=tables.department,
        sources=tuple(_sources(file, tables.sources, tables.department.night)),
        alerts=tables.alerts,
        mail=mail_server(_text(environment.smtp_url)),
        notify_urls=notify_addresses(_text(environment.notify_urls)),
        site=tables.site,
        monitoring=tables.monitoring,
        secret_key=_text(environment.secret_key) or None,
        oidc_client_secret=_text(environment.oidc_client_secret) or None,
        papers=tables.reports,
        schedule=tables.schedule,
        retention=tables.retention,
        config_file=file.absolute() if file.exists() else None,
        archive_url=tables.archive.url,
        keep_nights=tables.archive.keep_nights,
        prune_archive=tables.archive.prune,
        offices=environment.offices,
    )


def read_file(file: Path) -> SettingsFile:
    """Return the tables of `rasoat.toml`; its paths are relative to it.

    Raises:
        SettingsError: naming the file, the setting, and what is wrong with it.
    """
    try:
        return SettingsFile.model_validate(_read_toml(file), context={"folder": file.absolute().parent})
    except ValidationError as error:
        problem = error.errors()[0]
        setting = ".".join(str(part) for part in problem["loc"])
        known = names_beside(problem["loc"])
        raise SettingsError(f"{file}: {setting}: {problem_words(problem, known)}") from error


def sqlite_address(file: Path) -> str:
    """Return the address of a SQLite file, even with a question mark, which would otherwise start options."""
    if "?" not in str(file):
        return f"sqlite:///{file}"
    return f"sqlite:///file:{quote(os.fsencode(file))}?uri=true"


def _read_toml(file: Path) -> Mapping[str, Any]:
    if not file.exists():
        raise SettingsError(
            f"Không thấy tệp cấu hình {file}; đặt RASOAT_CONFIG hoặc chạy ở thư mục có rasoat.toml"
        )
    try:
        return parse_toml(file.read_bytes(), str(file))
    except OSError as error:
        raise SettingsError(f"{file}: không mở được ({error.strerror})") from error


def _sources(file: Path, tables: Mapping[str, SourceTable], night: Hours | None) -> Iterator[SourceSettings]:
    for name, table in tables.items():
        if problem := table.problem(name):
            raise SettingsError(f"{file}: sources.{name}{problem}")
        overrides = {"name": name, "role": table.role or name, "window": table.window or night}
        yield SourceSettings(**dict(table) | overrides)


def names_beside(loc: tuple[int | str, ...]) -> tuple[str, ...]:
    """Return the settings of the table with the problem."""
    table: Any = SettingsFile
    for part in loc[:-1]:
        table = _type_of_part(table, str(part))
    if is_dataclass(table):
        return tuple(field.name for field in fields(table))
    return tuple(table.model_fields) if _is_table(table) else ()


def _type_of_part(table: Any, part: str) -> Any:
    """Return the type of a table's setting, or of the items of a mapping or list."""
    if _is_table(table):
        field = table.model_fields.get(part)
        return None if field is None else field.annotation
    return next((each for each in reversed(get_args(table)) if isinstance(each, type)), None)


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Settings)


def _text(secret: SecretStr | None) -> str:
    return "" if secret is None else secret.get_secret_value().strip()
