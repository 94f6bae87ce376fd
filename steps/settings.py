"""Reads `rasoat.toml` and the environment into `procedures.configuration.Configuration`.

A setting that is misspelt, missing or out of range gives one line that names the file and the
setting. Nothing here asks a network.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    IPvAnyAddress,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from procedures.calendar import SwappedDays
from procedures.configuration import (
    Configuration,
    Department,
    Kind,
    RetentionSettings,
    Role,
    SiteSettings,
    SourceSettings,
)
from procedures.errors import SettingsError
from procedures.findings import CATALOGUE
from procedures.hours_of_day import Hours
from procedures.plain_files import encoding_of, toml_of
from procedures.proxies import DIRECT, parse_proxy
from procedures.snapshot import Expectation
from steps.mail_settings import STRICT, Alerts, To, hours_of, mail_server, notify_addresses
from steps.paper_settings import Reports
from steps.schedule_settings import Schedule
from steps.setting_words import problem_words, value_words

Level = Literal["ministry", "province", "district", "commune", "other"]
Positive = Annotated[int, Field(ge=1, le=1_000_000)]


def _window(value: Any) -> Any:
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(f"viết như '22:00-05:30', không phải {value_words(value)}")
    hours = hours_of(value)
    if hours[0] == hours[1]:
        raise ValueError(f"{value!r}: giờ đầu và giờ cuối trùng nhau")
    return hours


Window = Annotated[Hours | None, BeforeValidator(_window)]
"""Hours such as "22:00-05:30", in the department's time."""


class Environment(BaseSettings):
    """The `RASOAT_*` variables, also read from `.env`."""

    model_config = SettingsConfigDict(
        env_prefix="RASOAT_", env_file=".env", env_ignore_empty=True, extra="ignore"
    )

    home: Path = Path("var")
    database_url: str | None = None
    config: Path = Path("rasoat.toml")
    log: Literal["console", "json"] = "console"
    smtp_url: SecretStr | None = None
    notify_urls: SecretStr | None = None
    secret_key: SecretStr | None = None


class _Strict(BaseModel):
    model_config = STRICT


class _Swapped(_Strict):
    off: list[date] = []
    on: list[date] = []


class _Department(_Strict):
    name: str = "Sở Nội vụ"
    province: Annotated[str, Field(pattern=r"^H\d{2}$")] = "H27"
    timezone: str = "Asia/Ho_Chi_Minh"
    announce_within: Annotated[int, Field(ge=1, le=365)] = 10
    agency_code: str | None = None
    legal_days: Literal["days", "working_days"] = "days"
    swapped_days: _Swapped = _Swapped()
    night: Window = None

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"không có múi giờ {value!r}") from error
        return value


class _Expect(_Strict):
    min: Annotated[int, Field(ge=0, le=1_000_000)] = 1
    max: Positive = 1_000_000
    max_drop: Annotated[float, Field(gt=0, le=1)] = 0.05


class _Source(_Strict):
    kind: Kind
    role: Role | None = None
    base_url: str | None = None
    path: Path | None = None
    profile: str | None = None
    departments: list[str] = []
    levels: list[Level] = []
    page_size: Annotated[int, Field(ge=1, le=1000)] = 50
    refresh_nights: Positive = 1
    requests_per_second: Annotated[float, Field(gt=0, le=1000)] = 2.0
    concurrency: Annotated[int, Field(ge=1, le=16)] = 2
    expect: _Expect = _Expect()
    confirm_after: Positive = 2
    timeout: Annotated[float, Field(gt=0, le=60)] = 20.0
    answer_within: Annotated[float, Field(gt=0, le=60)] = 60.0
    retry_pause: Annotated[float, Field(ge=0, le=60)] = 1.0
    ca_file: Path | None = None
    volatile: list[str] = []
    robots: bool = True
    cool_down: Annotated[float, Field(ge=0, le=24 * 14)] = 6.0
    share: Path | None = None
    window: Window = None
    proxy: str | None = None

    @field_validator("proxy")
    @classmethod
    def _a_proxy(cls, value: str | None) -> str | None:
        if value is not None and value != DIRECT:
            parse_proxy(value)
        return value

    @field_validator("base_url")
    @classmethod
    def _whole_address(cls, value: str | None) -> str | None:
        if value is not None:
            parts = urlsplit(value)
            if "@" in parts.netloc:
                raise ValueError("địa chỉ cổng không được chứa tên đăng nhập hay mật khẩu (phần trước @)")
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError(
                    f"phải là địa chỉ đầy đủ như https://dichvucong.gov.vn, không phải {value!r}"
                )
        return value.rstrip("/") if value else value


class _Site(_Strict):
    trusted_proxies: list[IPvAnyAddress] = []
    user_header: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]*$")] | None = None

    @model_validator(mode="after")
    def _whom_to_trust(self) -> _Site:
        if self.user_header and not self.trusted_proxies:
            raise ValueError("user_header cần trusted_proxies cho biết tin địa chỉ nào")
        return self


class _Archive(_Strict):
    keep_nights: Positive = 400


Days = Annotated[int, Field(ge=0, le=36_500)]


class _Retention(_Strict):
    checks_days: Days = 400
    quarantine_days: Days = 400
    letters_days: Days = 400


class _File(_Strict):
    department: _Department = _Department()
    sources: dict[str, _Source] = {}
    alerts: Alerts = Alerts()
    site: _Site = _Site()
    reports: Reports = Reports()
    schedule: Schedule = Schedule()
    archive: _Archive = _Archive()
    retention: _Retention = _Retention()


def load(environment: Environment | None = None) -> Configuration:
    """The configuration of this process.

    Raises:
        SettingsError: naming the file or variable, the setting, and what is wrong with it.
    """
    environment = environment or read_environment()
    home = environment.home.absolute()
    file = environment.config
    data = _read_toml(file)
    try:
        parsed = _File.model_validate(data)
    except ValidationError as error:
        raise SettingsError(_first_problem(file, error)) from error
    folder = file.absolute().parent
    return Configuration(
        home=home,
        database_url=environment.database_url or sqlite_address(home / "rasoat.db"),
        department=_department(parsed.department),
        sources=tuple(
            _source(file, folder, name, source, parsed.department.night)
            for name, source in parsed.sources.items()
        ),
        alerts=parsed.alerts.settings(folder),
        mail=mail_server(_said(environment.smtp_url)),
        notify_urls=notify_addresses(_said(environment.notify_urls)),
        site=SiteSettings(
            trusted_proxies=tuple(str(each) for each in parsed.site.trusted_proxies),
            user_header=parsed.site.user_header,
            secret_key=_said(environment.secret_key) or None,
        ),
        papers=parsed.reports.settings(folder),
        schedule=parsed.schedule.settings(),
        retention=RetentionSettings(**parsed.retention.model_dump()),
        config_file=file.absolute() if file.exists() else None,
        keep_nights=parsed.archive.keep_nights,
    )


def sqlite_address(file: Path) -> str:
    """The address of a SQLite file whatever its name: after a question mark there would stand options."""
    if "?" not in str(file):
        return f"sqlite:///{file}"
    return f"sqlite:///file:{quote(os.fsencode(file))}?uri=true"


def read_environment() -> Environment:
    """The environment's settings; SettingsError names a variable that is wrong."""
    try:
        encoding: dict[str, Any] = {"_env_file_encoding": _encoding_of_env_file()}
        return Environment(**encoding)
    except ValidationError as error:
        problem = error.errors()[0]
        name = "RASOAT_" + str(problem["loc"][0]).upper()
        raise SettingsError(f"Biến môi trường {name}: {problem_words(problem)}") from error
    except OSError as error:
        raise SettingsError(f"{error.filename}: không mở được ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise SettingsError(
            ".env: không phải văn bản UTF-8; mở bằng Notepad, chọn Save as, Encoding: UTF-8 rồi lưu lại"
        ) from error


def _encoding_of_env_file() -> str:
    """Notepad puts a mark before a text; with it the first variable would have another name."""
    file = Path(".env")
    return encoding_of(file.read_bytes()) if file.is_file() else "utf-8"


def _read_toml(file: Path) -> Mapping[str, Any]:
    if not file.exists():
        raise SettingsError(
            f"Không thấy tệp cấu hình {file}; đặt RASOAT_CONFIG hoặc chạy ở thư mục có rasoat.toml"
        )
    try:
        return toml_of(file.read_bytes(), str(file))
    except OSError as error:
        raise SettingsError(f"{file}: không mở được ({error.strerror})") from error


def _first_problem(file: Path, error: ValidationError) -> str:
    problem = error.errors()[0]
    path = ".".join(str(part) for part in problem["loc"])
    return f"{file}: {path}: {problem_words(problem, _neighbours(problem['loc']))}"


def _neighbours(loc: tuple[int | str, ...]) -> tuple[str, ...]:
    model: type[BaseModel] = _File
    for part in loc[:-1]:
        if model is _File and part == "sources":
            model = _Source
            continue
        if model is Alerts and part == "to":
            model = To
            continue
        field = model.model_fields.get(str(part))
        if (
            field is not None
            and isinstance(field.annotation, type)
            and issubclass(field.annotation, BaseModel)
        ):
            model = field.annotation
    return tuple(model.model_fields)


def _said(secret: SecretStr | None) -> str:
    return "" if secret is None else secret.get_secret_value().strip()


def _department(parsed: _Department) -> Department:
    values = parsed.model_dump(exclude={"swapped_days"})
    swapped = SwappedDays(off=frozenset(parsed.swapped_days.off), on=frozenset(parsed.swapped_days.on))
    return Department(**values, swapped_days=swapped)


def _source(file: Path, folder: Path, name: str, parsed: _Source, night: Hours | None) -> SourceSettings:
    where = f"{file}: sources.{name}"
    if name == CATALOGUE:
        raise SettingsError(f"{where}: tên 'catalogue' dành cho danh mục của Sở")
    if parsed.role is None and name not in ("national", "provincial"):
        raise SettingsError(f"{where}.role: thiếu (national hoặc provincial), vì tên nguồn không cho biết")
    if parsed.kind == "export":
        if parsed.path is None:
            raise SettingsError(f"{where}.path: thiếu tệp hoặc thư mục của nguồn kiểu export")
    elif parsed.base_url is None:
        raise SettingsError(f"{where}.base_url: thiếu địa chỉ cổng")
    if parsed.kind == "html" and parsed.profile is None:
        raise SettingsError(f"{where}.profile: thiếu (portaldvc, igate, … hoặc đường dẫn tới một tệp)")
    if parsed.expect.min > parsed.expect.max:
        raise SettingsError(f"{where}.expect: min {parsed.expect.min} lớn hơn max {parsed.expect.max}")
    return SourceSettings(
        name=name,
        kind=parsed.kind,
        role=parsed.role or ("national" if name == "national" else "provincial"),
        base_url=parsed.base_url,
        path=_beside(folder, parsed.path),
        profile=_profile(folder, parsed.profile),
        departments=tuple(parsed.departments),
        levels=tuple(parsed.levels),
        page_size=parsed.page_size,
        refresh_nights=parsed.refresh_nights,
        requests_per_second=parsed.requests_per_second,
        concurrency=parsed.concurrency,
        expect=Expectation(**parsed.expect.model_dump(), stated=frozenset(parsed.expect.model_fields_set)),
        confirm_after=parsed.confirm_after,
        timeout=parsed.timeout,
        answer_within=parsed.answer_within,
        retry_pause=parsed.retry_pause,
        ca_file=_beside(folder, parsed.ca_file),
        volatile=tuple(parsed.volatile),
        robots=parsed.robots,
        cool_down=parsed.cool_down,
        share=_beside(folder, parsed.share),
        window=parsed.window or night,
        proxy=parsed.proxy,
    )


def _beside(folder: Path, path: Path | None) -> Path | None:
    return None if path is None else folder / path


def _profile(folder: Path, profile: str | None) -> str | None:
    """A built-in profile by its name, or a file's path beside the settings."""
    return str(folder / profile) if profile is not None and profile.endswith(".toml") else profile
