"""A record beside the one before it: what a source leaves unsaid stands, what it says anew replaces."""

from __future__ import annotations

from procedures.model import Procedure, merge_records


def test_what_a_source_does_not_say_is_kept_with_its_text_as_received() -> None:
    before = Procedure(name="Thành lập hội", agency="Sở Nội vụ", raw=(("agency", "Sở Nội  vụ"),))
    now = merge_records(before, Procedure(name="Thành lập hội"))
    assert now.agency == "Sở Nội vụ"
    assert now.raw_text("agency") == "Sở Nội  vụ"


def test_a_text_that_was_mended_is_not_shown_as_it_was_typed_before() -> None:
    before = Procedure(name="Thành lập hội", agency="Sở Nội vụ", raw=(("name", "Thành  lập hội"),))
    now = merge_records(before, Procedure(name="Thành lập hội"))
    assert now.raw_text("name") == "Thành lập hội"


def test_an_empty_list_is_said_and_empties_what_stood() -> None:
    before = Procedure(name="Thành lập hội", results=("Quyết định",), steps=("Nộp hồ sơ",))
    assert merge_records(before, Procedure(name="Thành lập hội", results=())).results == ()
    assert merge_records(before, Procedure(name="Thành lập hội", results=())).steps == ("Nộp hồ sơ",)
