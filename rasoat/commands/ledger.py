"""`decision NUMBER`, `baseline`, `assign`, `duties`: from a ministry's decision to a published procedure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from procedures.errors import InputError
from rasoat.commands.documents import LINE
from rasoat.commands.documents import app as decisions
from rasoat.commands.options import AsJson, By, configured, division_of, numbered
from steps.terminal import json_text

if TYPE_CHECKING:
    from procedures.office.owners import Owner

app = typer.Typer()
assign = typer.Typer(name="assign", help="Quy tắc phân công: việc mới thuộc phòng nào.", no_args_is_help=True)
duties = typer.Typer(name="duties", help="Việc đã giao: hạn, gia hạn, trả lời.", no_args_is_help=True)

Division = Annotated[str | None, typer.Option("--division", help="Phòng, ban, đơn vị trực thuộc.")]
Person = Annotated[str | None, typer.Option("--person", help="Người được giao.")]
Leader = Annotated[str | None, typer.Option("--leader", help="Lãnh đạo phụ trách.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Vì sao.")]
Who = Annotated[str | None, typer.Option("--by", help="Người thực hiện.")]


@decisions.command(LINE)
def decision(
    number: Annotated[str | None, typer.Argument(metavar="NUMBER", help="Số quyết định của Bộ.")] = None,
    division: Division = None,
    person: Person = None,
    leader: Leader = None,
    stage: Annotated[
        str | None, typer.Option("--stage", help="assigned, drafted, submitted, announced, published.")
    ] = None,
    paper: Annotated[
        str | None, typer.Option("--number", help="Số Tờ trình, hoặc số Quyết định của tỉnh.")
    ] = None,
    day: Annotated[str | None, typer.Option("--date", help="Ngày của bước đó.")] = None,
    code: Annotated[list[str] | None, typer.Option("--code", help="Chỉ các mã này.")] = None,
    repeals: Annotated[list[str] | None, typer.Option("--repeals", help="Mã bị quyết định bãi bỏ.")] = None,
    effective: Annotated[
        str | None, typer.Option("--effective", help="Ngày văn bản có hiệu lực, để tính hạn theo luật.")
    ] = None,
    confirm: Annotated[bool, typer.Option("--confirm", help="Xác nhận các đề xuất đang chờ.")] = False,
    reason: Reason = None,
    by: Who = None,
    as_json: AsJson = False,
) -> None:
    """Sổ theo dõi công bố: xem một quyết định của Bộ, hoặc ghi bước tiếp theo (không có số: cả sổ)."""
    from procedures.office.stages import StageChange
    from procedures.workbook_layout.registers import parse_day
    from rasoat.ledger_tables import print_decision, print_ledger
    from steps.announcements import ledger

    configuration = configured()
    if number is None:
        decisions = ledger.list_decisions(configuration)
        if as_json:
            print(json_text([ledger.decision_json(each) for each in decisions]))
        else:
            print_ledger(decisions)
        return
    entry = ledger.LedgerEntry(
        move=StageChange(
            stage=stage, number=paper, date=parse_day(day, "--date") if day else None, reason=reason
        ),
        owner=_owner(division_of(configuration, division), person, leader),
        codes=tuple(code or ()),
        repeals=tuple(repeals or ()),
        effective=parse_day(effective, "--effective") if effective else None,
        confirm=confirm,
    )
    if entry.is_empty:
        view = ledger.load_decision(configuration, number)
    else:
        view = ledger.store_entry(configuration, number, entry, _required_actor(by))
    if as_json:
        print(json_text(ledger.decision_json(view)))
    else:
        print_decision(view, configuration)


@app.command()
def baseline(
    handled_before: Annotated[
        str, typer.Option("--handled-before", metavar="DATE", help="Quyết định trước ngày này đã xử lý xong.")
    ],
    by: By,
) -> None:
    """Mốc bắt đầu theo dõi: các quyết định cũ coi như đã xong."""
    from procedures.workbook_layout.registers import parse_day
    from steps.announcements.ledger import set_handled_before

    day = parse_day(handled_before, "--handled-before")
    set_handled_before(configured(), day, by)
    print(f"Quyết định trước ngày {day:%d/%m/%Y} coi như đã xử lý xong")


@assign.command("add")
def assign_add(
    division: Annotated[str, typer.Option("--division", help="Phòng, ban, đơn vị trực thuộc.")],
    by: By,
    person: Person = None,
    leader: Leader = None,
    code: Annotated[str | None, typer.Option("--code", help="Mã thủ tục.")] = None,
    field: Annotated[str | None, typer.Option("--field", help="Lĩnh vực.")] = None,
    agency: Annotated[str | None, typer.Option("--agency", help="Cơ quan thực hiện.")] = None,
    ministry: Annotated[str | None, typer.Option("--ministry", help="Cơ quan ban hành.")] = None,
) -> None:
    """Từ lần chạy tới, việc chưa có ai nhận sẽ thuộc phòng này."""
    from procedures.office.owners import AssignmentRule, Owner
    from steps.office.duties import add_rule

    configuration = configured()
    owner = Owner(division=division_of(configuration, division) or "", person=person, leader=leader)
    rule = AssignmentRule(owner=owner, code=code, field=field, agency=agency, ministry=ministry)
    number = add_rule(configuration, rule, by)
    print(f"Đã thêm quy tắc phân công {number}")


@assign.command("end")
def assign_end(rule_id: Annotated[int, numbered("RULE_ID")], by: By) -> None:
    """Thôi áp dụng một quy tắc."""
    from steps.office.duties import end_rule

    end_rule(configured(), rule_id, by)
    print(f"Quy tắc {rule_id} không còn áp dụng")


@assign.command("list")
def assign_list() -> None:
    """Các quy tắc đang áp dụng."""
    from rasoat.ledger_tables import print_rules
    from steps.office.duties import assignment_rules

    print_rules(assignment_rules(configured()))


@duties.command("list")
def duties_list(division: Division = None) -> None:
    """Việc đang mở, và các quyết định chưa có phòng nào nhận."""
    from rasoat.ledger_tables import print_duties
    from steps.office.duties import overview

    print_duties(overview(configured(), division))


@duties.command("extend")
def duties_extend(
    duty_id: Annotated[int, numbered("DUTY_ID")],
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="Hạn mới.")],
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="Vì sao gia hạn.")],
) -> None:
    """Gia hạn một việc."""
    from procedures.workbook_layout.registers import parse_day
    from steps.office.duties import extend

    extend(configured(), duty_id, parse_day(until, "--until"), by, reason)
    print(f"Đã gia hạn việc {duty_id}")


@duties.command("reply")
def duties_reply(
    duty_id: Annotated[int, numbered("DUTY_ID")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Nội dung trả lời.")],
    by: By,
) -> None:
    """Trả lời của phòng về một việc."""
    from steps.office.duties import reply

    reply(configured(), duty_id, text, by)
    print(f"Đã ghi trả lời cho việc {duty_id}")


def _owner(division: str | None, person: str | None, leader: str | None) -> Owner | None:
    from procedures.office.owners import Owner

    if division is None:
        if person or leader:
            raise InputError("--person, --leader: cần cả --division")
        return None
    return Owner(division=division, person=person, leader=leader)


def _required_actor(by: str | None) -> str:
    if not by:
        raise InputError("--by: thiếu tên người thực hiện")
    return by
