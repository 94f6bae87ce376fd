"""Divisions are chosen from those known; adding one is a step of its own."""

from __future__ import annotations

import pytest

from settings.configuration import Configuration
from steps.database import engine_of
from steps.office import divisions
from tests.review.desk import DIVISIONS, Visitor
from warehouse.db.engine import reading
from warehouse.sources.runs import view_rows

DECISION = "/decisions/627/QĐ-BNV"
FORMS = {
    "/findings/1/assign": ("/findings/1", {}),
    DECISION: (DECISION, {"form": "owner"}),
    "/duties/rules": ("/duties/rules", {"about": "field", "value": "Hội, quỹ"}),
    "/registers/tasks/0": ("/registers/tasks/0", {"document": "12/KH-SNV", "content": "Rà soát"}),
}
"""Every form that gives something to a division, with its page and what else it asks."""


@pytest.fixture
def quan(visitor: Visitor) -> Visitor:
    """The admin."""
    assert visitor.sign_in("quan").status_code == 303
    return visitor


def test_no_form_makes_a_division(lan: Visitor, office: Configuration) -> None:
    before = divisions.known_divisions(office)
    assert set(before) == {*DIVISIONS, "Phòng Tổ chức", "Phòng Người có công"}
    for action, (page, said) in FORMS.items():
        slip = lan.send_form(page, action, **said, division="Phòng Tổ chúc")
        assert (slip.status_code, "gần giống: Phòng Tổ chức" in slip.text) == (400, True), action
        kept = lan.send_form(page, action, **said, division="phòng tổ chức")
        assert kept.status_code == 303, "another writing of the same name"
    assert divisions.known_divisions(office) == before


def test_adding_one_is_the_admin_s_and_ends_where_it_is_still_needed(
    quan: Visitor, site: str, office: Configuration
) -> None:
    with Visitor(site) as hoa:
        hoa.sign_in("hoa")
        page = hoa.get("/divisions").text
        assert "Phòng Người có công" in page
        assert '<form method="post" action="/divisions' not in page
        for action in ("/divisions", "/divisions/end"):
            assert hoa.send_form("/divisions", action, name="Phòng C", reason="x").status_code == 403
    for wrong in ("", "phòng TỔ CHỨC", "P" * 201):
        answer = quan.send_form("/divisions", "/divisions", name=wrong)
        assert (answer.status_code, 'aria-describedby="why-add-name"' in answer.text) == (400, True), wrong
    added = quan.send_form("/divisions", "/divisions", name=" Trung  tâm Lưu trữ ")
    assert added.status_code == 303
    assert "<option>Trung tâm Lưu trữ</option>" in quan.get("/findings/1").text
    quan.send_form("/findings/2", "/findings/2/assign", division="Trung tâm Lưu trữ")
    ending = {"name": "Trung tâm Lưu trữ", "reason": "sáp nhập"}
    busy = quan.send_form("/divisions", "/divisions/end", **ending)
    assert (busy.status_code, "còn 1 sai lệch chưa xong" in busy.text) == (400, True)
    quan.send_form("/findings/2", "/findings/2/assign", division="")
    without = quan.send_form("/divisions", "/divisions/end", **ending | {"reason": ""})
    assert (without.status_code, "cần ghi lý do" in without.text) == (400, True)
    assert quan.send_form("/divisions", "/divisions/end", **ending).status_code == 303
    assert "<option>Trung tâm Lưu trữ</option>" not in quan.get("/findings/1").text
    assert quan.send_form("/divisions", "/divisions/end", **ending).status_code == 404
    with reading(engine_of(office)) as connection:
        rows = view_rows(connection, "v_ledger_event", where={"subject": "Trung tâm Lưu trữ"})
    assert [(row["actor"], row["to_value"], row["reason"]) for row in rows] == [
        ("quan", "in_use", None),
        ("quan", "ended", "sáp nhập"),
    ]
