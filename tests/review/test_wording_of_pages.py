"""Pages speak to officials: of nothing that only who runs the machine knows, and in no machine's words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import review
from procedures.office.accounts import Role
from review import page_words
from review.serve import serving
from review.templating import _TEMPLATES
from settings.configuration import Configuration
from steps.office.accounts import add_user
from tests.office import Office
from tests.review.desk import PASSWORD, Visitor
from tests.review.test_whole_filter import fill_pages
from tests.review.visible_words import faults, walk

TEMPLATES = sorted(Path(review.__file__).parent.glob("templates/**/*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_no_page_tells_of_commands(template: Path) -> None:
    words = template.read_text(encoding="utf-8")
    assert "<code>" not in words
    assert "rasoat " not in words


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_a_form_has_one_primary_action(template: Path) -> None:
    words = template.read_text(encoding="utf-8")
    for form in re.findall(r"<form\b.*?</form>", words, re.DOTALL):
        outside = re.sub(r"\{% if .*?%\}|\{% endif %\}", "", form)
        primary = [each for each in re.findall(r"<button[^>]*>", outside) if "plain" not in each]
        assert len(primary) <= 1, primary


def test_what_to_do_about_a_source_is_for_officials() -> None:
    steps = [step for each in page_words.STEPS.values() for step in each]
    for words in [*page_words.WHAT_TO_DO.values(), *steps]:
        assert [each for each in ("rasoat", "docs/", "--") if each in words] == [], words


def test_what_the_program_did_is_told_as_the_program_s() -> None:
    template = _TEMPLATES.from_string("{{ 'rasoat'|actor }}, {{ 'lan'|actor }}")
    assert template.render() == "chương trình, lan"


def test_the_site_says_what_it_is_for(visitor: Visitor) -> None:
    page = visitor.get("/login").text
    assert "<title>Đăng nhập — Đối chiếu thủ tục hành chính</title>" in page
    assert "<strong>Đối chiếu thủ tục hành chính</strong>" in page


def test_pages_of_a_worked_on_office_are_in_an_official_s_words(
    office: Configuration, visitor: Visitor
) -> None:
    fill_pages(office)
    visitor.sign_in("quan")
    decision = "/decisions/627/QĐ-BNV"
    visitor.send_form("/findings/1", "/findings/1/assign", division="Phòng A", wanted_by="05/12/2026")
    visitor.send_form("/findings/1", "/findings/1/note", note="đã hỏi")
    for status in ("in_progress", "ignored"):
        visitor.send_form("/findings/2", "/findings/2/status", status=status, note="chờ Bộ")
    visitor.send_form(decision, decision, form="owner", division="Phòng A")
    visitor.send_form("/duties", "/duties/1", form="extend-1", until="20/12/2026", reason="chờ Bộ trả lời")
    pages = walk(visitor, decision, "/runs/decisions", "/quarantine", "/snapshots/1", "/decisions/documents")
    assert len(pages) > 60
    found = {address: each for address, page in pages.items() if (each := faults(page))}
    assert found == {}


def test_pages_of_real_nights_are_in_an_official_s_words(small_office: Office) -> None:
    small_office.first_nights(2)
    configuration = small_office.configuration
    add_user(configuration, "quan", Role.ADMIN, PASSWORD)
    with serving(configuration) as address, Visitor(address) as quan:
        quan.sign_in("quan")
        found = {address: each for address, page in walk(quan).items() if (each := faults(page))}
    assert found == {}


@pytest.mark.parametrize(
    "wrong",
    [
        "hạn 2026-12-05",
        "missing_code",
        "None",
        "{'code': 1}",
        "Danh mục!31",
        "Bản chụp 5",
        "trạng thái: open",
        '</p><input placeholder="in_progress"><p>',
    ],
)
def test_a_machine_s_words_would_be_found(wrong: str) -> None:
    assert faults(f"<p>{wrong}</p>")
    assert not faults("<p>Hạn 05/12/2026, sheet Danh mục, dòng 31; thông tin: 2026 – 12</p>")
