"""`init`: the first settings of an installation."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def init(
    department: Annotated[str | None, typer.Option("--department", help="Tên Sở.")] = None,
    province: Annotated[
        str | None, typer.Option("--province", help="Mã định danh của tỉnh, như H27.")
    ] = None,
    ministry: Annotated[
        list[str] | None, typer.Option("--ministry", help="Mã một bộ cần theo dõi, như G09 (lặp lại được).")
    ] = None,
    portal: Annotated[
        str | None, typer.Option("--portal", help="Địa chỉ cổng của tỉnh; none: chỉ đọc cổng quốc gia.")
    ] = None,
    profile: Annotated[
        str | None, typer.Option("--profile", help="Khuôn đọc cổng tỉnh: portaldvc, igate, liferay, tệp.")
    ] = None,
    home: Annotated[str | None, typer.Option("--home", help="Thư mục để dữ liệu (mặc định: var).")] = None,
    database_url: Annotated[
        str | None,
        typer.Option("--database-url", help="postgresql+psycopg://…; mặc định: RASOAT_DATABASE_URL, SQLite."),
    ] = None,
    smtp_url: Annotated[
        str | None,
        typer.Option("--smtp-url", help="smtp+starttls://…; none: chưa gửi; mặc định: RASOAT_SMTP_URL."),
    ] = None,
    recipient: Annotated[
        list[str] | None, typer.Option("--recipient", help="Địa chỉ nhận thư (lặp lại được).")
    ] = None,
    skip_mail_test: Annotated[
        bool, typer.Option("--skip-mail-test", help="Không thử nối máy chủ gửi thư.")
    ] = False,
    admin: Annotated[
        str | None, typer.Option("--admin", help="Tạo tài khoản quản trị này cho trang web.")
    ] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Đọc mật khẩu của --admin từ đầu vào chuẩn.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Ghi đè rasoat.toml và các biến trong .env đã có.")
    ] = False,
    no_input: Annotated[
        bool, typer.Option("--no-input", help="Không hỏi: điều không nêu thì lấy mặc định.")
    ] = False,
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
