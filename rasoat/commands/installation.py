"""`init`: the first settings of an installation."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from rasoat.commands.options import (
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

app = typer.Typer()


@app.command()
def init(
    department: Department = None,
    province: Province = None,
    ministry: Ministries = None,
    portal: Portal = None,
    profile: Profile = None,
    home: Annotated[str | None, typer.Option("--home", help="Thư mục để dữ liệu (mặc định: var).")] = None,
    database_url: Annotated[
        str | None,
        typer.Option("--database-url", help="postgresql+psycopg://…; mặc định: RASOAT_DATABASE_URL, SQLite."),
    ] = None,
    smtp_url: SmtpUrl = None,
    recipient: Recipients = None,
    skip_mail_test: SkipMailTest = False,
    admin: FirstAdmin = None,
    password_stdin: PasswordStdin = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Ghi đè rasoat.toml và các biến trong .env đã có.")
    ] = False,
    no_input: NoInput = False,
) -> None:
    """Hỏi những gì cần biết, thử nối, rồi ghi rasoat.toml và .env; không có màn hình thì theo tùy chọn."""
    from rasoat.commands.site import read_password
    from rasoat.interview import Interview
    from rasoat.new_installation import GivenAnswers, create_installation

    attended = sys.stdin.isatty() and not (no_input or password_stdin)
    create_installation(
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
            overwrite=overwrite,
        ),
        Interview(attended),
    )
