"""`office`: the offices of one server, each with settings, a database and a schedule of its own."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from rasoat.commands.options import (
    AsJson,
    Department,
    FirstAdmin,
    Ministries,
    NoInput,
    PasswordStdin,
    Portal,
    Profile,
    Province,
    Recipients,
    SkipMailTest,
    SmtpUrl,
)
from steps.terminal import json_text

office = typer.Typer(name="office", help="Các đơn vị chạy chung trên máy chủ này.", no_args_is_help=True)


@office.command("add")
def office_add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Tên ngắn không dấu, như ha-tinh.")],
    department: Department = None,
    province: Province = None,
    ministry: Ministries = None,
    portal: Portal = None,
    profile: Profile = None,
    home: Annotated[
        str | None, typer.Option("--home", help="Thư mục dữ liệu (mặc định: RASOAT_HOME/offices/NAME).")
    ] = None,
    database_url: Annotated[
        str | None,
        typer.Option(
            "--database-url",
            help="PostgreSQL chung, có lược đồ riêng; mặc định: RASOAT_DATABASE_URL, SQLite riêng.",
        ),
    ] = None,
    smtp_url: SmtpUrl = None,
    recipient: Recipients = None,
    skip_mail_test: SkipMailTest = False,
    share: Annotated[
        str | None,
        typer.Option("--share", help="Kho chung bản ghi cổng quốc gia; none: không (RASOAT_HOME/shared)."),
    ] = None,
    start: Annotated[
        str | None, typer.Option("--start", metavar="HH:MM", help="Giờ bắt đầu mỗi đêm (mặc định: so le).")
    ] = None,
    admin: FirstAdmin = None,
    password_stdin: PasswordStdin = False,
    deploy: Annotated[
        bool | None,
        typer.Option("--deploy/--no-deploy", help="Đặt lịch trên Prefect; mặc định: khi có PREFECT_API_URL."),
    ] = None,
    no_input: NoInput = False,
) -> None:
    """Thêm một đơn vị: thiết lập, cơ sở dữ liệu, tài khoản, lịch; bị ngắt thì chạy lại để làm nốt."""
    from rasoat.commands.site import read_password
    from rasoat.interview import Interview
    from rasoat.new_installation import GivenAnswers
    from rasoat.new_office import OfficeAnswers, add_office
    from settings.environment import read_environment
    from steps.log import configure

    attended = sys.stdin.isatty() and not (no_input or password_stdin)
    environment = read_environment()
    configure(environment.log)
    add_office(
        name,
        environment,
        GivenAnswers(
            department=department,
            province=province,
            ministries=ministry,
            portal=portal,
            profile=profile,
            home=home,
            database_url=database_url,
            smtp_url=smtp_url,
            recipients=recipient,
            skip_mail_test=skip_mail_test,
            admin=admin,
            admin_password=read_password(from_input=True) if password_stdin else None,
        ),
        OfficeAnswers(share=share, start=start, deploy=deploy),
        Interview(attended),
    )


@office.command("list")
def office_list(as_json: AsJson = False) -> None:
    """Đêm gần nhất của từng đơn vị; mã thoát 3 khi có đơn vị cần xem."""
    from rasoat.office_table import print_offices
    from settings.environment import read_environment
    from steps.log import configure
    from steps.nights.offices import last_nights

    environment = read_environment()
    configure(environment.log)
    nights = last_nights(environment.offices)
    if as_json:
        print(json_text({"offices": [each.document() for each in nights]}))
    else:
        print_offices(nights)
    raise typer.Exit(3 if any(each.needs_a_look for each in nights) else 0)
