"""Assignment rules: which are in force, what each gives out, what none covers; added and ended."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from procedures.errors import InputError
from procedures.office.owners import ORDER, AssignmentRule, Owner
from procedures.wording.words import ASSIGNED_BY
from review.forms import FormRoute, stands_on
from review.security import Analyst, Form, Number, Viewer, configuration_of, field
from review.templating import page
from settings.configuration import Configuration
from steps.office import assignment, divisions, duties

router = APIRouter(route_class=FormRoute)

LISTED = 100
"""Findings without a division that the page names; it counts the rest."""

ADDRESS = "/duties/rules"


@router.get("/duties/rules")
def rules(request: Request, _person: Viewer) -> Response:
    """The rules in force, in the order in which they count."""
    return _rules(request)


def _rules(request: Request) -> Response:
    configuration = configuration_of(request)
    its = assignment.coverage(configuration)
    return page(
        request,
        "office/rules.html",
        its=its,
        shown=sorted(its.rules, key=lambda each: (ORDER.index(each.rule.about[0]), -each.number)),
        left=its.findings[:LISTED],
        abouts=ASSIGNED_BY,
        days=assignment.LATELY.days,
        divisions=divisions.known(configuration),
        told="Đã ghi; có hiệu lực từ lần chạy tới." if request.query_params.get("told") else None,
        value=request.query_params.get("field", "")[:200],
    )


@router.post("/duties/rules")
@stands_on(_rules)
def added(request: Request, person: Analyst, form: Form) -> Response:
    """Keep a rule."""
    configuration = configuration_of(request)
    names = ("about", "value", "division", "person", "leader", "reason")
    said = {name: field(form, name, 200) for name in names}
    rule = _rule(configuration, said)
    try:
        duties.add_rule(configuration, rule, person.name, said["reason"] or None)
    except InputError as error:
        raise InputError(str(error), "value") from error
    return RedirectResponse(f"{ADDRESS}?told=1", status_code=303)


@router.post("/duties/rules/{rule_id}/end")
@stands_on(_rules)
def ended(request: Request, person: Analyst, form: Form, rule_id: Number) -> Response:
    """A rule no longer holds; what it gave out stays where it is."""
    reason = field(form, "reason")
    if not reason:
        raise InputError("Thôi áp dụng: cần ghi lý do", "reason")
    duties.end_rule(configuration_of(request), rule_id, person.name, reason)
    return RedirectResponse(f"{ADDRESS}?told=1", status_code=303)


def _rule(configuration: Configuration, said: dict[str, str]) -> AssignmentRule:
    if said["about"] not in ORDER:
        raise InputError("Chưa chọn quy tắc theo mã, lĩnh vực hay cơ quan", "about")
    for name, words in (("value", "giá trị"), ("division", "phòng, ban, đơn vị")):
        if not said[name]:
            raise InputError(f"Quy tắc phân công: chưa ghi {words}", name)
    owner = Owner(
        division=divisions.choose(configuration, said["division"]),
        person=said["person"] or None,
        leader=said["leader"] or None,
    )
    return AssignmentRule(owner=owner, **{said["about"]: said["value"]})
