"""Assignment rules: those in force, what each assigns, what none covers; adding and ending them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from procedures.errors import InputError
from procedures.office.owners import RULE_ATTRIBUTES, AssignmentRule, Owner
from procedures.wording.words import ASSIGNED_BY
from review.form_fields import FormRoute, form_page
from review.security import Analyst, Form, Number, Viewer, configuration_of, field
from review.templating import render_page
from settings.configuration import Configuration
from steps.office import assignment, divisions, duties

router = APIRouter(route_class=FormRoute)

MAX_LISTED = 100
"""Findings without a division that the page lists; it counts the rest."""

ADDRESS = "/duties/rules"


@router.get("/duties/rules")
def show_rules(request: Request, _person: Viewer) -> Response:
    """Show the rules in force, in the order in which they apply."""
    return _rules_page(request)


def _rules_page(request: Request) -> Response:
    configuration = configuration_of(request)
    coverage = assignment.coverage(configuration)
    return render_page(
        request,
        "office/rules.html",
        coverage=coverage,
        rules=sorted(
            coverage.rules, key=lambda each: (RULE_ATTRIBUTES.index(each.rule.about[0]), -each.number)
        ),
        unassigned=coverage.findings[:MAX_LISTED],
        criteria=ASSIGNED_BY,
        days=assignment.RECENT.days,
        divisions=divisions.known_divisions(configuration),
        message="Đã ghi; có hiệu lực từ lần chạy tới." if request.query_params.get("told") else None,
        value=request.query_params.get("field", "")[:200],
    )


@router.post("/duties/rules")
@form_page(_rules_page)
def add_rule(request: Request, person: Analyst, form: Form) -> Response:
    """Add a rule."""
    configuration = configuration_of(request)
    names = ("about", "value", "division", "person", "leader", "reason")
    values = {name: field(form, name, 200) for name in names}
    rule = _parse_rule(configuration, values)
    try:
        duties.add_rule(configuration, rule, person.name, values["reason"] or None)
    except InputError as error:
        raise InputError(str(error), "value") from error
    return RedirectResponse(f"{ADDRESS}?told=1", status_code=303)


@router.post("/duties/rules/{rule_id}/end")
@form_page(_rules_page)
def end_rule(request: Request, person: Analyst, form: Form, rule_id: Number) -> Response:
    """End a rule; what it assigned stays assigned."""
    reason = field(form, "reason")
    if not reason:
        raise InputError("Thôi áp dụng: cần ghi lý do", "reason")
    duties.end_rule(configuration_of(request), rule_id, person.name, reason)
    return RedirectResponse(f"{ADDRESS}?told=1", status_code=303)


def _parse_rule(configuration: Configuration, values: dict[str, str]) -> AssignmentRule:
    if values["about"] not in RULE_ATTRIBUTES:
        raise InputError("Chưa chọn quy tắc theo mã, lĩnh vực hay cơ quan", "about")
    for name, words in (("value", "giá trị"), ("division", "phòng, ban, đơn vị")):
        if not values[name]:
            raise InputError(f"Quy tắc phân công: chưa ghi {words}", name)
    owner = Owner(
        division=divisions.choose_division(configuration, values["division"]),
        person=values["person"] or None,
        leader=values["leader"] or None,
    )
    return AssignmentRule(owner=owner, **{values["about"]: values["value"]})
