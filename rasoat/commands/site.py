"""`review` and `user`: the review site, and who may sign in to it."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated

import typer

from procedures.errors import InputError
from procedures.office.accounts import Role
from rasoat.commands.options import configured

app = typer.Typer()
user = typer.Typer(name="user", help="Tài khoản của trang web.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Tên đăng nhập.")]
FromInput = Annotated[bool, typer.Option("--password-stdin", help="Đọc mật khẩu từ đầu vào chuẩn.")]


@app.command()
def review(
    host: Annotated[str, typer.Option("--host", help="Địa chỉ mạng để nghe.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Cổng mạng.")] = 8000,
) -> None:
    """Mở trang web để rà, xử lý sai lệch; dừng bằng Ctrl-C."""
    from review.serve import serve
    from steps.office.accounts import list_users

    configuration = configured()
    if not list_users(configuration):
        print("Chưa có tài khoản nào; tạo bằng: rasoat user add TÊN --role admin", file=sys.stderr)
    print(f"Trang web: http://{host}:{port} — dừng bằng Ctrl-C", file=sys.stderr)
    serve(configuration, host, port)


@user.command("add")
def user_add(
    name: Name,
    role: Annotated[Role, typer.Option("--role", help="viewer (xem), analyst (xử lý), admin (quản trị).")],
    from_input: FromInput = False,
    by_proxy: Annotated[
        bool, typer.Option("--no-password", help="Chỉ đăng nhập qua máy chủ ủy nhiệm hoặc nơi cấp tài khoản.")
    ] = False,
) -> None:
    """Tạo một tài khoản."""
    from steps.office.accounts import add_user

    configuration = configured()
    stored_name = add_user(configuration, name, role, None if by_proxy else read_password(from_input))
    print(f"Đã tạo tài khoản {stored_name} ({role.value})")


@user.command("password")
def user_password(name: Name, from_input: FromInput = False) -> None:
    """Đổi mật khẩu; các phiên đang mở của tài khoản kết thúc."""
    from steps.office.accounts import change_password

    change_password(configured(), name, read_password(from_input))
    print(f"Đã đổi mật khẩu của {name}")


@user.command("remove")
def user_remove(name: Name) -> None:
    """Xóa quyền đăng nhập của một tài khoản; việc đã làm vẫn ghi tên người đó."""
    from steps.office.accounts import remove_user

    remove_user(configured(), name)
    print(f"Tài khoản {name} không đăng nhập được nữa")


@user.command("reset-second-factor")
def user_reset_second_factor(name: Name) -> None:
    """Tắt mã xác thực hai bước của người mất điện thoại; các phiên đang mở kết thúc."""
    from steps.office.second_factor import reset

    reset(configured(), name)
    print(f"Đã tắt mã xác thực hai bước của {name}; đăng nhập chỉ cần mật khẩu")


@user.command("list")
def user_list() -> None:
    """Các tài khoản."""
    from steps.office.accounts import list_protected, list_users

    configuration = configured()
    users = list_users(configuration)
    protected = list_protected(configuration)
    for each in users:
        print(f"{each.role.value:8} {each.name}{' (mã hai bước)' if each.name in protected else ''}")


def _decoded(line: bytes) -> str:
    """Decode a line of input as UTF-8, else in the terminal's code page."""
    for encoding in ("utf-8-sig", sys.stdin.encoding):
        try:
            return line.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise InputError("Mật khẩu: không đọc được; gửi vào bằng UTF-8")


def read_password(from_input: bool) -> str:
    """Return a password from standard input, or as a person types it twice."""
    if from_input:
        return _decoded(sys.stdin.buffer.readline()).rstrip("\r\n")
    if not sys.stdin.isatty():
        raise InputError("Mật khẩu: không có màn hình để hỏi; dùng --password-stdin")
    password = getpass.getpass("Mật khẩu: ")
    if getpass.getpass("Nhập lại: ") != password:
        raise InputError("Mật khẩu: hai lần nhập không giống nhau")
    return password
