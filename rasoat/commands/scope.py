"""`scope`: exclusions of what is not this department's business."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from rasoat.commands.options import AsJson, By, configured
from steps.terminal import json_text

app = typer.Typer(name="scope", help="Phạm vi: gì không thuộc việc của Sở.", no_args_is_help=True)


Code = Annotated[str | None, typer.Option("--code", help="Mã thủ tục.")]
Agency = Annotated[
    str | None, typer.Option("--agency", help="Cơ quan ban hành, hoặc cơ quan một mình thực hiện.")
]
Field = Annotated[str | None, typer.Option("--field", help="Lĩnh vực.")]


@app.command("exclude")
def scope_exclude(
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="Vì sao không thuộc việc của Sở.")],
    code: Code = None,
    agency: Agency = None,
    field: Field = None,
) -> None:
    """Không đối chiếu, không cảnh báo về mã, cơ quan hoặc lĩnh vực này nữa."""
    from steps.findings.exclusions import exclude, parse_exclusion, similar_names

    configuration, what = configured(), parse_exclusion(code, agency, field)
    exclude(configuration, what, by, reason)
    name = what.code or what.agency or what.field
    print(f"Đã loại trừ {name}, từ lần chạy tới")
    like = similar_names(configuration, what)
    if like is not None:
        offer = f"; gần giống: {', '.join(like)}" if like else ""
        print(f"{name}: hiện không thủ tục nào trong kho khớp{offer}", file=sys.stderr)


@app.command("include")
def scope_include(by: By, code: Code = None, agency: Agency = None, field: Field = None) -> None:
    """Đối chiếu trở lại."""
    from steps.findings.exclusions import include, parse_exclusion

    what = parse_exclusion(code, agency, field)
    include(configured(), what, by)
    print(f"Đối chiếu trở lại {what.code or what.agency or what.field}, từ lần chạy tới")


@app.command("list")
def scope_list(as_json: AsJson = False) -> None:
    """Những gì đang được loại trừ."""
    from rasoat.console_tables import print_exclusions
    from steps.findings.exclusions import list_exclusions

    rows = list_exclusions(configured())
    if as_json:
        print(json_text(rows))
    else:
        print_exclusions(rows)
