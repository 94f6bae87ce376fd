"""`report`: the office's papers, written as files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rasoat.commands.options import AsOf, configured, moment_of

app = typer.Typer()


class ReportKind(StrEnum):
    """Period of a report."""

    NIGHTLY = "nightly"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


class PaperName(StrEnum):
    """The office's other papers."""

    NOT_ELIGIBLE = "not-eligible"
    DECENTRALISATION_PLAN = "decentralisation-plan"
    REMINDER = "reminder"
    PAR_INDEX = "par-index"
    FORM_II07B = "form-ii07b"
    FORM_06 = "form-06"


@app.command()
def report(
    kind: Annotated[ReportKind, typer.Argument(help="Kỳ báo cáo.")],
    as_of: AsOf = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Thư mục ghi (mặc định: RASOAT_HOME/reports).")
    ] = None,
) -> None:
    """Báo cáo Excel và Word của đêm, tuần, tháng hoặc quý có thời điểm --as-of."""
    from steps.office.periodic_reports import write_reports

    configuration = configured()
    moment = moment_of(configuration, as_of)
    for file in write_reports(configuration, kind.value, moment, out or configuration.reports):
        print(file)


@app.command("draft-decision")
def draft_decision(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Số quyết định của Bộ, như 627/QĐ-BNV.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.docx", help="Tệp Word sẽ ghi.")],
) -> None:
    """Dự thảo Tờ trình, Quyết định của Chủ tịch UBND tỉnh và các phụ lục theo một quyết định của Bộ."""
    from procedures.wording.words import count
    from steps.announcements.draft_decision import draft_decision as draft

    done = draft(configured(), number, out)
    print(
        f"{out}: {count(done.new)} mới ban hành, {count(done.changed)} sửa đổi, bổ sung, "
        f"{count(done.repealed)} bị bãi bỏ"
    )
    for code, reason in sorted(done.left_out.items()):
        typer.echo(f"Không đưa vào: {code}, {reason}", err=True)


@app.command()
def paper(
    name: Annotated[PaperName, typer.Argument(help="Văn bản nào.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Tệp .docx hoặc .xlsx sẽ ghi.")],
    division: Annotated[
        str | None, typer.Option("--division", help="Chỉ của phòng, ban, đơn vị này.")
    ] = None,
    as_of: AsOf = None,
) -> None:
    """Danh sách, phương án, thông báo đôn đốc, bảng tự chấm điểm, biểu mẫu của văn phòng."""
    from procedures.wording.words import count
    from steps.office.office_papers import make_paper

    configuration = configured()
    rows = make_paper(configuration, name.value, out, division, moment_of(configuration, as_of))
    print(f"{out}: {count(rows)} dòng")
