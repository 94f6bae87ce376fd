"""`findings`: the discrepancy table, and decisions on its rows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from procedures.findings import FindingKind, FindingStatus
from rasoat.commands.options import AsOf, By, Format, configured, moment_of, numbered

app = typer.Typer(name="findings", help="Bảng sai lệch.", invoke_without_command=True)


@app.callback()
def findings(
    context: typer.Context,
    kind: Annotated[FindingKind | None, typer.Option("--kind", help="Loại sai lệch.")] = None,
    status: Annotated[FindingStatus | None, typer.Option("--status", help="Trạng thái.")] = None,
    division: Annotated[str | None, typer.Option("--division", help="Phòng, ban, đơn vị.")] = None,
    form: Annotated[Format, typer.Option("--format", help="Dạng kết quả.")] = Format.TABLE,
    out: Annotated[Path | None, typer.Option("--out", help="Ghi vào tệp này.")] = None,
    as_of: AsOf = None,
) -> None:
    """Bảng sai lệch (mặc định: mọi sai lệch chưa xử lý)."""
    if context.invoked_subcommand is not None:
        return
    from rasoat.console_tables import write_findings
    from steps.findings.finding_queries import list_findings

    configuration = configured()
    moment = None if as_of is None else moment_of(configuration, as_of)
    rows = list_findings(configuration, kind=kind, status=status, division=division, as_of=moment)
    write_findings(configuration, rows, form.value, out)


@app.command("match")
def findings_match(
    finding_id: Annotated[int, numbered("FINDING_ID")],
    code: Annotated[str, typer.Argument(metavar="CODE")],
    by: By,
) -> None:
    """Xác nhận mã cho một dòng chưa có mã; được ghi nhớ."""
    from steps.findings.code_matches import confirm_match

    confirm_match(configured(), finding_id, code, by)
    print(f"Đã ghi nhớ: sai lệch {finding_id} là thủ tục {code}")
