"""Shared parts of the commands: options, the settings, and the report of a run."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from procedures.errors import InputError
from procedures.values.limits import MAX_ID
from steps.terminal import json_text

if TYPE_CHECKING:
    from settings.configuration import Configuration
    from steps.nights.reporting.run_summary import Summary


class Format(StrEnum):
    """Output format of a table."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


class Level(StrEnum):
    """A level that a catalogue file may be limited to."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    OTHER = "other"


AsOf = Annotated[str | None, typer.Option("--as-of", metavar="ISO", help="Thời điểm (mặc định: bây giờ).")]
Ahead = Annotated[bool, typer.Option("--anyway", help="Nhận cả thời điểm chưa tới.")]
AsJson = Annotated[bool, typer.Option("--json", help="In một tài liệu JSON.")]
By = Annotated[str, typer.Option("--by", help="Người thực hiện.")]

Department = Annotated[str | None, typer.Option("--department", help="Tên Sở.")]
Province = Annotated[str | None, typer.Option("--province", help="Mã định danh của tỉnh, như H27.")]
Ministries = Annotated[
    list[str] | None, typer.Option("--ministry", help="Mã một bộ cần theo dõi, như G09 (lặp lại được).")
]
Portal = Annotated[
    str | None, typer.Option("--portal", help="Địa chỉ cổng của tỉnh; none: chỉ đọc cổng quốc gia.")
]
Profile = Annotated[
    str | None, typer.Option("--profile", help="Khuôn đọc cổng tỉnh: portaldvc, igate, liferay, tệp.")
]
SmtpUrl = Annotated[
    str | None,
    typer.Option("--smtp-url", help="smtp+starttls://…; none: chưa gửi; mặc định: RASOAT_SMTP_URL."),
]
Recipients = Annotated[list[str] | None, typer.Option("--recipient", help="Địa chỉ nhận thư (lặp lại được).")]
SkipMailTest = Annotated[bool, typer.Option("--skip-mail-test", help="Không thử nối máy chủ gửi thư.")]
FirstAdmin = Annotated[str | None, typer.Option("--admin", help="Tạo tài khoản quản trị này cho trang web.")]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Đọc mật khẩu của --admin từ đầu vào chuẩn.")
]
NoInput = Annotated[bool, typer.Option("--no-input", help="Không hỏi: điều không nêu thì lấy mặc định.")]


def numbered(metavar: str, help_text: str | None = None) -> Any:
    """Return the argument for the number of a run, finding or entry."""
    return typer.Argument(metavar=metavar, min=0, max=MAX_ID, help=help_text)


def configured() -> Configuration:
    """Return the settings of this process, with its log configured."""
    from settings.environment import read_environment
    from settings.reading import load_configuration
    from steps.log import configure

    environment = read_environment()
    configure(environment.log)
    return load_configuration(environment)


def check_source(name: str | None, known: Sequence[str]) -> None:
    """Refuse a `--source` that is not one of `known`."""
    if name is not None and name not in known:
        raise InputError(
            f"--source {name}: không có nguồn này, các nguồn là: {', '.join(known) or 'chưa có'}"
        )


def division_of(configuration: Configuration, name: str | None) -> str | None:
    """Return the division that `--division` means; report a new one, refuse a mistyped one."""
    if name is None:
        return None
    from steps.office.divisions import choose_or_name

    division, is_new = choose_or_name(configuration, name)
    if is_new:
        print(f"{division}: phòng, ban, đơn vị mới", file=sys.stderr)
    return division


def moment_of(configuration: Configuration, as_of: str | None) -> datetime:
    """Return `--as-of` as an aware time; without an offset it is the department's local time."""
    zone = configuration.department.zone
    if as_of is None:
        return datetime.now(zone).replace(microsecond=0)
    try:
        moment = datetime.fromisoformat(as_of)
    except ValueError as error:
        raise InputError(
            f"--as-of {as_of}: không phải thời điểm ISO 8601 như 2026-11-23T02:00:00+07:00"
        ) from error
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


def moment_of_run(configuration: Configuration, as_of: str | None, *, anyway: bool) -> datetime:
    """Return `--as-of` for a run; refuse one more than a day ahead of the clock."""
    from steps.nights.run_dates import refuse_ahead

    moment = moment_of(configuration, as_of)
    refuse_ahead(configuration, moment, anyway=anyway)
    return moment


def report(summary: Summary, as_json: bool) -> None:
    """Print what a run did, its last line being the whole in one, and exit with its code."""
    if as_json:
        document: dict[str, Any] = summary.document()
        print(json_text(document))
    else:
        from rasoat.console_tables import print_summary

        print_summary(summary)
    raise typer.Exit(summary.exit_code)
