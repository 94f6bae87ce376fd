"""`division`: the divisions that work is assigned to."""

from __future__ import annotations

from typing import Annotated

import typer

from rasoat.commands.options import By, configured

division = typer.Typer(name="division", help="Phòng, ban, đơn vị trực thuộc.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Tên phòng, ban, đơn vị.")]


@division.command("list")
def division_list() -> None:
    """Các phòng, ban, đơn vị đang dùng."""
    from steps.office.divisions import known_divisions

    for name in known_divisions(configured()):
        print(name)


@division.command("add")
def division_add(name: Name, by: By) -> None:
    """Thêm một phòng, ban, đơn vị."""
    from steps.office.divisions import add_division

    print(f"Đã thêm {add_division(configured(), name, by)}")


@division.command("end")
def division_end(
    name: Name, by: By, reason: Annotated[str, typer.Option("--reason", help="Vì sao thôi dùng.")]
) -> None:
    """Thôi dùng một phòng, ban, đơn vị không còn việc gì."""
    from steps.office.divisions import end_division

    end_division(configured(), name, by, reason)
    print(f"Đã thôi dùng {name}")
