"""`rasoat`: a thin shell over the steps. Results go to standard output, everything else to error.

Exit codes: 0 done; 1 failed; 2 wrong use or bad input; 3 done, but a source was partial, blocked or
held; 4 another run holds the lock. What is slow to import is imported where it is used.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from procedures.errors import InputError, RasoatError
from procedures.findings import FindingKind, Status

if TYPE_CHECKING:
    from procedures.configuration import Configuration
    from steps.summary import Summary

INTERRUPTED = 130
"""What typer makes of Ctrl-C."""

WRONG_USE = tuple(
    each
    for each in typer.BadParameter.__mro__
    if issubclass(each, Exception) and hasattr(each, "format_message")
)
"""An unknown option, a missing argument, a value that is none of the choices."""

app = typer.Typer(
    name="rasoat",
    help="Rà soát, đối chiếu thủ tục hành chính giữa các cổng dịch vụ công và danh mục của Sở.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
catalogue_app = typer.Typer(help="Danh mục thủ tục hành chính của Sở.", no_args_is_help=True)
findings_app = typer.Typer(help="Bảng sai lệch.", invoke_without_command=True)
scope_app = typer.Typer(help="Phạm vi: gì không thuộc việc của Sở.", no_args_is_help=True)
db_app = typer.Typer(help="Cơ sở dữ liệu.", no_args_is_help=True)
app.add_typer(catalogue_app, name="catalogue")
app.add_typer(findings_app, name="findings")
app.add_typer(scope_app, name="scope")
app.add_typer(db_app, name="db")


class Format(StrEnum):
    """How a table is given out."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


class Level(StrEnum):
    """A level that a catalogue file may speak of alone."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    OTHER = "other"


AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="ISO", help="Thời điểm của lần chạy (mặc định: bây giờ).")
]
AsJson = Annotated[bool, typer.Option("--json", help="In một tài liệu JSON.")]
By = Annotated[str, typer.Option("--by", help="Người thực hiện.")]


def main() -> None:
    """Run the command line; anything of ours that goes wrong becomes one line and an exit code."""
    try:
        code = app(prog_name="rasoat", standalone_mode=False)
        if code == INTERRUPTED:
            raise KeyboardInterrupt
        sys.exit(code)
    except RasoatError as error:
        _complain(str(error))
        sys.exit(error.exit_code)
    except WRONG_USE as error:
        _complain(f"{error.format_message()} (xem --help)")
        sys.exit(2)
    except (KeyboardInterrupt, typer.Abort):
        _complain("Đã dừng theo yêu cầu; dữ liệu của đêm trước được giữ nguyên")
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


@app.command()
def demo(
    keep_serving: Annotated[
        bool, typer.Option("--keep-serving", help="Giữ các cổng mẫu chạy sau khi xong.")
    ] = False,
) -> None:
    """Chạy thử trọn hai đêm trên các cổng mẫu với dữ liệu thật."""
    from rasoat.demo import run_demo

    raise typer.Exit(run_demo(keep_serving=keep_serving))


@app.command()
def sync(
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Chỉ đọc nguồn này (lặp lại được).")
    ] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    prefect: Annotated[bool, typer.Option("--prefect", help="Chạy như luồng Prefect.")] = False,
) -> None:
    """Đọc các cổng, đối chiếu với danh mục, ghi sai lệch."""
    configuration = _configuration()
    names = tuple(source or ())
    known = [each.name for each in configuration.sources]
    for name in names:
        if name not in known:
            raise InputError(
                f"--source {name}: không có nguồn này, các nguồn là: {', '.join(known) or 'chưa có'}"
            )
    if not known:
        raise InputError(f"{configuration.config_file}: chưa có nguồn nào ([sources.…])")
    moment = _moment(configuration, as_of)
    if prefect:
        from rasoat.prefect_run import sync_with_prefect

        summary = sync_with_prefect(configuration, moment, names)
    else:
        from rasoat.progress import watched
        from steps.night import Order
        from steps.running import sync_now

        with watched() as progress:
            summary = sync_now(configuration, Order(moment, names), progress)
    _report(summary, as_json)


@catalogue_app.command("import")
def catalogue_import(
    file: Annotated[Path, typer.Argument(help="Tệp .xlsx, .xls hoặc .csv.")],
    level: Annotated[Level | None, typer.Option("--level", help="Tệp chỉ nói về cấp này.")] = None,
    as_of: AsOf = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem sẽ thay đổi gì.")] = False,
    as_json: AsJson = False,
) -> None:
    """Nhập danh mục của Sở."""
    from steps.importing import import_catalogue
    from steps.previewing import preview_import

    configuration = _configuration()
    take = preview_import if dry_run else import_catalogue
    _report(take(configuration, file, level.value if level else None, _moment(configuration, as_of)), as_json)


@catalogue_app.command("export")
def catalogue_export(file: Annotated[Path, typer.Argument(help="Tệp .xlsx sẽ ghi.")]) -> None:
    """Xuất danh mục hiện hành, nhập lại được không mất gì."""
    from steps.exporting import export_catalogue

    count = export_catalogue(_configuration(), file)
    print(f"Đã ghi {count} thủ tục vào {file}")


@findings_app.callback()
def findings(
    context: typer.Context,
    kind: Annotated[FindingKind | None, typer.Option("--kind", help="Loại sai lệch.")] = None,
    status: Annotated[Status | None, typer.Option("--status", help="Trạng thái.")] = None,
    division: Annotated[str | None, typer.Option("--division", help="Phòng, ban, đơn vị.")] = None,
    form: Annotated[Format, typer.Option("--format", help="Dạng kết quả.")] = Format.TABLE,
    out: Annotated[Path | None, typer.Option("--out", help="Ghi vào tệp này.")] = None,
) -> None:
    """Bảng sai lệch (mặc định: mọi sai lệch chưa xử lý)."""
    if context.invoked_subcommand is not None:
        return
    from rasoat.tables import give_out
    from steps.listing import list_findings

    configuration = _configuration()
    rows = list_findings(configuration, kind=kind, status=status, division=division)
    give_out(configuration, rows, form.value, out)


@findings_app.command("match")
def findings_match(
    finding_id: Annotated[int, typer.Argument(metavar="FINDING_ID")],
    code: Annotated[str, typer.Argument(metavar="CODE")],
    by: By,
) -> None:
    """Xác nhận mã cho một dòng chưa có mã; được ghi nhớ."""
    from steps.deciding import match

    match(_configuration(), finding_id, code, by)
    print(f"Đã ghi nhớ: sai lệch {finding_id} là thủ tục {code}")


Code = Annotated[str | None, typer.Option("--code", help="Mã thủ tục.")]
Agency = Annotated[str | None, typer.Option("--agency", help="Cơ quan ban hành hoặc thực hiện.")]
Field = Annotated[str | None, typer.Option("--field", help="Lĩnh vực.")]


@scope_app.command("exclude")
def scope_exclude(
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="Vì sao không thuộc việc của Sở.")],
    code: Code = None,
    agency: Agency = None,
    field: Field = None,
) -> None:
    """Không đối chiếu, không cảnh báo về mã, cơ quan hoặc lĩnh vực này nữa."""
    from steps.scoping import exclude, exclusion_of

    what = exclusion_of(code, agency, field)
    exclude(_configuration(), what, by, reason)
    print(f"Đã loại trừ {what.code or what.agency or what.field}, từ lần chạy tới")


@scope_app.command("include")
def scope_include(by: By, code: Code = None, agency: Agency = None, field: Field = None) -> None:
    """Đối chiếu trở lại."""
    from steps.scoping import exclusion_of, include

    what = exclusion_of(code, agency, field)
    include(_configuration(), what, by)
    print(f"Đối chiếu trở lại {what.code or what.agency or what.field}, từ lần chạy tới")


@scope_app.command("list")
def scope_list(as_json: AsJson = False) -> None:
    """Những gì đang được loại trừ."""
    from rasoat.tables import print_exclusions
    from steps.scoping import excluded

    rows = excluded(_configuration())
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        print_exclusions(rows)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Từng nguồn: bản chụp đủ gần nhất, tuổi, gì đang bị giữ."""
    from rasoat.tables import print_status
    from steps.listing import current_status

    report = current_status(_configuration())
    if as_json:
        print(json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True))
    else:
        print_status(report)


@app.command()
def release(
    snapshot_id: Annotated[int, typer.Argument(metavar="SNAPSHOT_ID")],
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="Vì sao cho qua.")],
    as_json: AsJson = False,
) -> None:
    """Cho một bản chụp đang tạm giữ có hiệu lực."""
    from steps.releasing import release_snapshot

    _report(release_snapshot(_configuration(), snapshot_id, by, reason), as_json)


@app.command()
def replay(run_id: Annotated[int, typer.Argument(metavar="RUN_ID")]) -> None:
    """Dựng lại bản ghi và thay đổi của một lần chạy từ kho lưu, không cần mạng."""
    from steps.replaying import replay_run

    outcome = replay_run(_configuration(), run_id)
    print(outcome.text)
    raise typer.Exit(0 if outcome.equal else 1)


@app.command()
def simulate(
    scenario: Annotated[Path | None, typer.Option("--scenario", help="Kịch bản của các cổng mẫu.")] = None,
    port: Annotated[int, typer.Option("--port", help="Cổng mạng (0: còn trống).")] = 0,
) -> None:
    """Chỉ chạy các cổng mẫu, trên máy này."""
    from portals.serve import serve_forever

    serve_forever(port=port, scenario=scenario)


@app.command()
def doctor(
    live: Annotated[bool, typer.Option("--live", help="Hỏi mỗi cổng một trang và so với hợp đồng.")] = False,
    source: Annotated[str | None, typer.Option("--source", help="Chỉ nguồn này.")] = None,
) -> None:
    """Kiểm tra thiết lập, cơ sở dữ liệu, đĩa; với --live cả các cổng."""
    from rasoat.doctor import examine

    raise typer.Exit(examine(live=live, source=source))


@db_app.command("upgrade")
def db_upgrade() -> None:
    """Đưa cơ sở dữ liệu lên phiên bản hiện hành."""
    from steps.opening import upgrade_database

    version = upgrade_database(_configuration())
    print(f"Cơ sở dữ liệu ở phiên bản {version}")


def _configuration() -> Configuration:
    from rasoat.log import configure
    from steps.settings import load, read_environment

    environment = read_environment()
    configure(environment.log)
    return load(environment)


def _moment(configuration: Configuration, as_of: str | None) -> datetime:
    """`--as-of` as an aware time; without an offset it is the department's local time."""
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


def _report(summary: Summary, as_json: bool) -> None:
    from rasoat.tables import print_summary

    if as_json:
        document: dict[str, Any] = summary.document()
        print(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        print_summary(summary)
    raise typer.Exit(summary.exit_code)


def _complain(text: str) -> None:
    print("rasoat: " + " ".join(text.split()), file=sys.stderr)
