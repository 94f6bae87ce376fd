"""Assignment rules: which are in force, what each gives out, what none covers; added and ended."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from procedures.errors import InputError, UnknownThingError
from procedures.owners import ORDER, AssignmentRule, Owner
from procedures.words import ASSIGNED_BY
from review.doors import Analyst, Form, Number, Viewer, configuration_of, field
from review.render import page
from steps import duties, ownership

router = APIRouter()

LISTED = 100
"""Findings without a division that the page names; it counts the rest."""

ADDRESS = "/duties/rules"


@router.get("/duties/rules")
def rules(request: Request, _person: Viewer) -> Response:
    """The rules in force, in the order in which they count."""
    told = "Đã ghi; có hiệu lực từ lần chạy tới." if request.query_params.get("told") else None
    asked = request.query_params.get("field", "")[:200]
    return _rules(request, told=told, said={"about": "field", "value": asked} if asked else {})


@router.post("/duties/rules")
def added(request: Request, person: Analyst, form: Form) -> Response:
    """Keep a rule."""
    names = ("about", "value", "division", "person", "leader", "reason")
    said = {name: field(form, name, 200) for name in names}
    try:
        duties.add_rule(configuration_of(request), _rule(said), person.name, said["reason"] or None)
    except InputError as error:
        return _rules(request, 400, wrong=str(error), said=said)
    return RedirectResponse(f"{ADDRESS}?told=1", status_code=303)


@router.post("/duties/rules/{rule_id}/end")
def ended(request: Request, person: Analyst, form: Form, rule_id: Number) -> Response:
    """A rule no longer holds; what it gave out stays where it is."""
    reason = field(form, "reason")
    try:
        if not reason:
            raise InputError("Thôi áp dụng: cần ghi lý do")
        duties.end_rule(configuration_of(request), rule_id, person.name, reason)
    except UnknownThingError:
        raise
    except InputError as error:
        return _rules(request, 400, wrong=str(error))
    return RedirectResponse(f"{ADDRESS}?told=1", status_code=303)


def _rule(said: dict[str, str]) -> AssignmentRule:
    if said["about"] not in ORDER:
        raise InputError("Chưa chọn quy tắc theo mã, lĩnh vực hay cơ quan")
    if not said["value"] or not said["division"]:
        raise InputError("Chưa ghi giá trị hoặc phòng, ban, đơn vị")
    owner = Owner(division=said["division"], person=said["person"] or None, leader=said["leader"] or None)
    return AssignmentRule(owner=owner, **{said["about"]: said["value"]})


def _rules(request: Request, status: int = 200, **said: Any) -> Response:
    configuration = configuration_of(request)
    its = ownership.coverage(configuration)
    return page(
        request,
        "rules.html",
        status,
        its=its,
        shown=sorted(its.rules, key=lambda each: (ORDER.index(each.rule.about[0]), -each.number)),
        left=its.findings[:LISTED],
        abouts=ASSIGNED_BY,
        days=ownership.LATELY.days,
        divisions=duties.known_divisions(configuration),
        **{"told": None, "wrong": None, "said": {}} | said,
    )
