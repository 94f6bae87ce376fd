"""`sheet`, `register`, `figures`: sheets of divisions, registers, and the figures of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from procedures.errors import InputError
from procedures.wording.words import count, share_text
from rasoat.commands.options import (
    Ahead,
    AsJson,
    AsOf,
    By,
    configured,
    division_of,
    moment_of,
    moment_of_run,
    numbered,
)
from steps.terminal import json_text

if TYPE_CHECKING:
    from procedures.workbook_layout.registers import Register
    from settings.configuration import Configuration

sheet = typer.Typer(name="sheet", help="Tệp cho các phòng điền, và nhận lại.", no_args_is_help=True)
register = typer.Typer(
    name="register",
    help="Sổ: nhiệm vụ (tasks), tiêu chí (criteria), rà soát (reviews), phản ánh (feedback).",
    no_args_is_help=True,
)
figures = typer.Typer(name="figures", help="Số liệu, kể cả tại một ngày đã qua.", no_args_is_help=True)

Division = Annotated[str, typer.Option("--division", help="Phòng, ban, đơn vị trực thuộc.")]
Out = Annotated[Path, typer.Option("--out", help="Tệp .xlsx sẽ ghi.")]
Which = Annotated[str, typer.Argument(metavar="REGISTER", help="tasks, criteria, reviews hoặc feedback.")]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="CỘT=GIÁ TRỊ", help="Lặp lại được.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Chỉ xem sẽ thay đổi gì.")]
INCOMPLETE = 3
"""Exit code when a sheet was applied in part: conflicts or refused rows are named."""


def _make(kind: str, division: str, out: Path) -> None:
    from steps.office.division_sheets import make_sheet, sheet_kind

    rows = make_sheet(configured(), sheet_kind(kind), division, out)
    print(f"Đã ghi {count(rows)} dòng vào {out}")


@sheet.command("eligibility")
def sheet_eligibility(division: Division, out: Out) -> None:
    """Tệp điền điều kiện trực tuyến toàn trình của một phòng."""
    _make("eligibility", division, out)


@sheet.command("decentralisation")
def sheet_decentralisation(division: Division, out: Out) -> None:
    """Tệp điền đề xuất phân cấp của một phòng."""
    _make("decentralisation", division, out)


@sheet.command("tasks")
def sheet_tasks(division: Division, out: Out) -> None:
    """Tệp điền kết quả nhiệm vụ của một phòng."""
    _make("tasks", division, out)


@sheet.command("read")
def sheet_read(
    file: Annotated[Path, typer.Argument(help="Tệp phòng gửi lại.")],
    by: By,
    dry_run: DryRun = False,
    as_of: AsOf = None,
    as_json: AsJson = False,
    anyway: Ahead = False,
) -> None:
    """Nhận lại một tệp đã điền: chỉ những ô đã sửa; ô có giá trị mới hơn được nêu tên."""
    from rasoat.ledger_tables import print_intake
    from steps.office.division_sheets import apply_sheet

    configuration = configured()
    moment = moment_of_run(configuration, as_of, anyway=anyway)
    result = apply_sheet(configuration, file, by, moment, dry_run=dry_run)
    if as_json:
        changes = result.difference
        document: dict[str, Any] = {
            "kind": result.kind.name,
            "changes": [asdict(edit) for edit in changes.edits],
            "conflicts": [asdict(conflict) for conflict in changes.conflicts],
            "locked": [asdict(edit) for edit in changes.touched],
            "refused": [{"place": place, "reason": reason} for place, reason in changes.refused],
            "added": result.added,
            "unmentioned": changes.unmentioned,
            "written": result.written,
        }
        print(json_text(document))
    else:
        print_intake(result)
    raise typer.Exit(0 if result.whole else INCOMPLETE)


@register.command("list")
def register_list(
    which: Which,
    division: Annotated[str | None, typer.Option("--division", help="Phòng, ban, đơn vị.")] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Các mục của một sổ, như đang có hoặc như tại một thời điểm."""
    from procedures.workbook_layout.registers import find_register as register_of
    from rasoat.ledger_tables import print_entries
    from steps.office.registers import list_entries

    configuration, register_ = configured(), register_of(which)
    entries = list_entries(configuration, register_, division, _past(configuration, as_of))
    if as_json:
        print(json_text([{"id": e.entry_id, **e.values} for e in entries]))
    else:
        print_entries(register_, entries)


@register.command("add")
def register_add(which: Which, by: By, values: Set = None) -> None:
    """Thêm một mục."""
    from procedures.workbook_layout.registers import find_register as register_of
    from steps.office.registers import add_entry

    configuration, register_ = configured(), register_of(which)
    number = add_entry(configuration, register_, _with_division(configuration, register_, values), by)
    print(f"Đã thêm mục {number}")


@register.command("change")
def register_change(
    which: Which,
    entry_id: Annotated[int, numbered("ID")],
    by: By,
    values: Set = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Vì sao sửa.")] = None,
) -> None:
    """Sửa một mục (giá trị để trống: xóa)."""
    from procedures.workbook_layout.registers import find_register as register_of
    from steps.office.registers import change_entry

    configuration, register_ = configured(), register_of(which)
    change_entry(
        configuration, register_, entry_id, _with_division(configuration, register_, values), by, reason
    )
    print(f"Đã sửa mục {entry_id}")


@register.command("import")
def register_import(
    which: Which,
    file: Annotated[Path, typer.Argument(help="Tệp .xlsx, .xls hoặc .csv.")],
    by: By,
    dry_run: DryRun = False,
) -> None:
    """Nhập các mục từ một bảng; mục đã có được giữ nguyên."""
    from procedures.workbook_layout.registers import find_register as register_of
    from steps.office.registers import import_entries

    done = import_entries(configured(), register_of(which), file, by, dry_run=dry_run)
    verb = "Sẽ thêm" if dry_run else "Đã thêm"
    print(f"{verb} {count(done.added)} mục; {count(done.known)} mục đã có")


@register.command("propose")
def register_propose(finding_id: Annotated[int, numbered("FINDING_ID")], by: By, values: Set = None) -> None:
    """Từ một sai lệch trùng lặp đã xác nhận, lập kiến nghị sửa văn bản trong sổ rà soát."""
    from procedures.workbook_layout.registers import REVIEWS
    from steps.office.registers import propose_amendment

    configuration = configured()
    pairs = _with_division(configuration, REVIEWS, values)
    number = propose_amendment(configuration, finding_id, pairs, by)
    print(f"Đã lập kiến nghị, mục {number}")


@figures.command("eligibility")
def figures_eligibility(as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Điều kiện trực tuyến toàn trình theo cấp: đủ, đã làm, chưa đủ, chưa nêu lý do theo phòng."""
    from rasoat.ledger_tables import eligibility_json, print_eligibility
    from steps.office.indicators import eligibility_doubts, eligibility_figures

    configuration = configured()
    moment = _past(configuration, as_of)
    online = eligibility_figures(configuration, moment)
    doubts = () if moment else eligibility_doubts(configuration)
    if as_json:
        document = eligibility_json(online) | {"doubts": [asdict(doubt) for doubt in doubts]}
        print(json_text(document))
    else:
        print_eligibility(online, doubts)


@figures.command("decentralisation")
def figures_decentralisation(as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Phân cấp: đã quyết định, đề xuất, còn thiếu bao nhiêu so với 20 %."""
    from rasoat.ledger_tables import print_decentralisation
    from steps.office.indicators import decentralisation_figures

    configuration = configured()
    shares = decentralisation_figures(configuration, _past(configuration, as_of))
    if as_json:
        document = asdict(shares) | {
            "needed": shares.needed,
            "missing": shares.missing,
            "share": share_text(shares.decided, shares.procedures),
        }
        print(json_text(document))
    else:
        print_decentralisation(shares)


@figures.command("candidates")
def figures_candidates(
    other: Annotated[
        list[str] | None,
        typer.Option("--list", metavar="TÊN=TỆP", help="Danh mục của tỉnh khác; lặp lại được."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Thủ tục có thể đề xuất phân cấp, và vì sao."""
    from rasoat.ledger_tables import print_candidates
    from steps.office.indicators import decentralisation_candidates

    lists = {}
    for pair in other or ():
        name, equals, file = pair.partition("=")
        if not equals or not name or not file:
            raise InputError(f"--list {pair}: cần dạng TÊN=TỆP")
        lists[name] = Path(file)
    candidates = decentralisation_candidates(configured(), lists)
    if as_json:
        print(json_text([asdict(each) for each in candidates]))
    else:
        print_candidates(candidates)


def _past(configuration: Any, as_of: str | None) -> datetime | None:
    return None if as_of is None else moment_of(configuration, as_of)


def _with_division(
    configuration: Configuration, register_: Register, values: Sequence[str] | None
) -> Sequence[str]:
    """Return the values with the division written as it is stored."""
    pairs = []
    for pair in values or ():
        name, equals, text = pair.partition("=")
        column = register_.column(name.strip())
        if equals and text.strip() and column is not None and column.attribute == "division":
            try:
                pair = f"{name}={division_of(configuration, text)}"
            except InputError as error:
                raise InputError(str(error), "values") from error
        pairs.append(pair)
    return pairs
