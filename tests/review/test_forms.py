"""A form of which something is wrong leads back to itself, and one that is sent twice is carried out once."""

from __future__ import annotations

import html
import re
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from fastapi.routing import APIRoute

from review.app import ROUTERS
from review.form_fields import FormRoute, form_page_of
from settings.configuration import Configuration
from steps.database import engine_of
from tests.review.desk import Visitor
from tests.review.test_doors import OF_ONE_S_OWN
from warehouse.db.engine import reading
from warehouse.db.run_lock import run_lock
from warehouse.sources.runs import view_rows

DECISION, RULES = "/decisions/627/QĐ-BNV", "/duties/rules"
ENTRY, ROW = "/registers/tasks/0", "/decentralisation/1.000001"
TASK = {"document": "12/KH-SNV", "content": "Rà soát", "division": "Phòng A", "state": "Chưa xong"}
TYPED = "gõ dở <b>"
"""A word in another field of the form, which must not be lost."""

OF_THEIR_OWN = {"/eligibility/{subject}", "/decentralisation/{subject}"}
"""A row's page, which also shows what others changed, says what is wrong by itself."""


def test_every_form_of_the_site_stands_on_a_page_to_which_it_can_lead_back() -> None:
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    assert {type(route) for route in routes} == {FormRoute}
    forms = {route.path: route.endpoint for route in routes if "POST" in route.methods}
    assert {path for path, endpoint in forms.items() if form_page_of(endpoint) is None} == (
        OF_ONE_S_OWN | OF_THEIR_OWN
    )


WRONG = {
    "assign": ("/findings/1", "/findings/1/assign", "wanted_by", "32/11/2026", "note"),
    "assign-division": ("/findings/1", "/findings/1/assign", "division", "Phòng Tổ chúc", "note"),
    "feedback": ("/findings/1", "/findings/1/feedback", "received", "hôm qua", "content"),
    "match": ("/findings/4", "/findings/4/match", "other", "1.12", None),
    "step": (DECISION, DECISION, "date", "32/11/2026", "reason"),
    "owner": (DECISION, DECISION, "division", "Phòng D", "reason"),
    "text-effective": (DECISION, DECISION, "effective", "sang năm", "repeals"),
    "text-repeals": (DECISION, DECISION, "repeals", "1.12", None),
    "add-code": (RULES, RULES, "value", "1.12", "reason"),
    "add-division": (RULES, RULES, "division", "Phòng D", "reason"),
    "entry-deadline": (ENTRY, ENTRY, "deadline", "32/11/2026", "result"),
    "entry-division": (ENTRY, ENTRY, "division", "Phòng D", "result"),
}
"""By the form's name: its page and address, the wrong field and what was typed in it, another field."""

REST = {
    "feedback": {"number": "15/PAKN"},
    "step": {"stage": "drafted", "code": "1.000002"},
    "add-code": {"about": "code", "division": "Phòng A"},
    "add-division": {"about": "field", "value": "Hội, quỹ"},
    "entry-deadline": TASK,
    "entry-division": TASK,
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_at_its_field_with_all_that_was_typed(lan: Visitor, name: str) -> None:
    page, action, field, typed, other = WRONG[name]
    form = name.partition("-")[0]
    said = REST.get(name, {}) | {field: typed} | ({other: TYPED} if other else {})
    answer = lan.send_form(page, action, form=form, **said)
    assert answer.status_code == 400, answer.headers.get("location")
    why = words_at(answer, form, field)
    assert typed in why
    assert f'<p class="message bad" role="alert">{why}</p>' in html.unescape(answer.text)
    its = form_of(answer, form)
    for value in said.values():
        assert (value == typed and field == "division") or shows(its, value), value
    again = lan.send_form(page, action, form=form, **said)
    assert again.status_code == 400, "what could not be carried out may be sent again"


def form_of(answer: httpx.Response, name: str) -> str:
    """The form of that name on the page."""
    forms = re.findall(r"<form.*?</form>", answer.text, re.DOTALL)
    return next(each for each in forms if f'name="form" value="{name}"' in each)


def words_at(answer: httpx.Response, form: str, field: str) -> str:
    """What is said at a field; a screen reader is led to it from the field itself."""
    found = re.search(rf'<span class="wrong" id="(why-{form}-{field})">(.*?)</span>', answer.text, re.DOTALL)
    assert found is not None, f"nothing is said at {field}"
    assert re.search(rf'name="{field}"[^>]*aria-invalid="true" aria-describedby="{found[1]}"', answer.text)
    return html.unescape(found[2])


def shows(form: str, value: str) -> bool:
    """Whether a field of the form holds the value: typed, ticked, chosen, or written."""
    its = re.escape(html.escape(value).replace("&#x27;", "&#39;"))
    return bool(
        re.search(rf'value="{its}"', form)
        or re.search(rf"<option selected>{its}</option>", form)
        or re.search(rf'<option value="{its}" selected>', form)
        or re.search(rf"<textarea[^>]*>\n?{its}</textarea>", form)
    )


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("/eligibility", {"day": "32/1/2026"}),
        ("/decentralisation", {"day": "32/1/2026"}),
        ("/registers/tasks", {"day": "hôm kia"}),
        ("/procedures/1.000001", {"since": "22/11/2026", "until": "mai"}),
    ],
)
def test_a_day_that_is_none_leads_back_to_the_question(lan: Visitor, page: str, said: dict[str, str]) -> None:
    answer = lan.get(page, params=said)
    assert answer.status_code == 400
    for name, value in said.items():
        assert f'name="{name}" value="{value}"' in answer.text
    assert f"{list(said.values())[-1]}&#39; không phải ngày" in answer.text
    assert answer.text.count('aria-invalid="true"') == 1


def test_a_duty_and_a_row_say_what_is_wrong_at_the_field(lan: Visitor) -> None:
    lan.send_form(DECISION, DECISION, form="owner", division="Phòng A")
    answer = lan.send_form("/duties", "/duties/1", form="extend-1", until="32/12/2026", reason="chờ <b>")
    assert answer.status_code == 400
    assert "32/12/2026" in words_at(answer, "extend-1", "until")
    assert shows(form_of(answer, "extend-1"), "chờ <b>")
    answer = lan.send_form(ROW, ROW, reason="rà soát", decentralisation_state="đang bàn")
    assert answer.status_code == 400
    assert 'aria-describedby="why-decentralisation_state"' in answer.text
    assert "đang bàn</option>" in answer.text


def test_nothing_that_was_typed_is_lost_while_a_night_is_under_way(
    lan: Visitor, office: Configuration
) -> None:
    with run_lock(engine_of(office)):
        answer = lan.send_form(DECISION, DECISION, form="owner", division="Phòng A", reason=TYPED)
    assert (answer.status_code, "đang giữ khóa" in answer.text) == (409, True)
    its = form_of(answer, "owner")
    assert shows(its, TYPED)
    assert shows(its, "Phòng A")


def test_many_findings_keep_their_ticks_and_the_reason(lan: Visitor) -> None:
    answer = lan.send_form("/findings", "/findings/bulk", chosen=["1:1", "3:1"], status="xong", note=TYPED)
    assert answer.status_code == 400
    assert re.findall(r'name="chosen" value="(\d+:\d+)"[^>]* checked', answer.text) == ["1:1", "3:1"]
    assert shows(form_of(answer, "list"), TYPED)


def test_one_press_too_many_is_answered_as_the_first(lan: Visitor, office: Configuration) -> None:
    sent = lan.hidden("/findings/1", "/findings/1/note") | {"note": "Đã hỏi phòng"}
    with ThreadPoolExecutor(4) as four:
        answers = list(four.map(lambda _: lan.post("/findings/1/note", data=sent), range(4)))
    assert {each.headers["location"] for each in answers} == {"/findings/1?told=noted"}
    other = lan.post("/findings/1/note", data=sent | {"note": "Phòng trả lời"})
    assert other.status_code == 303, "the way back in a browser, and another word"
    lan.send_form("/findings/1", "/findings/1/note", note="Đã hỏi phòng")
    with reading(engine_of(office)) as connection:
        notes = view_rows(connection, "v_finding_event", where={"action": "noted"}, order_by=("event_id",))
    assert [row["note"] for row in notes] == ["Đã hỏi phòng", "Phòng trả lời", "Đã hỏi phòng"]


def test_two_windows_make_no_second_rule_and_no_second_entry(lan: Visitor) -> None:
    rule = {"about": "field", "value": "Hội, quỹ", "division": "Phòng A"}
    for page, said in ((RULES, rule), (ENTRY, TASK)):
        first, second = (lan.send_form(page, page, **said) for _ in range(2))
        assert (first.status_code, second.status_code, "đã có" in second.text) == (303, 400, True)
    other = lan.send_form(ENTRY, ENTRY, **TASK | {"division": "Phòng B"})
    assert other.status_code == 303, "the same task of another division"
