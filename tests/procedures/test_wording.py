"""Values of the views as an official reads them."""

from __future__ import annotations

import pytest

from procedures.model import Paper, value_text
from procedures.values.durations import ProcessingTime
from procedures.values.fees import Fee
from procedures.wording.readable_values import change_in_words, side_value_in_words, value_in_words


@pytest.mark.parametrize(
    ("attribute", "value", "words"),
    [
        ("processing_time", (ProcessingTime("direct", 7, "working_day"),), "Trực tiếp: 07 ngày làm việc"),
        ("fee", (Fee("online", "fee", 10_000), Fee(None, "fee", 0)), "Trực tuyến: 10.000 đồng; Không"),
        ("executing_levels", frozenset({"commune"}), "Cấp xã"),
        ("online_level", "full", "Toàn trình"),
        ("dossier", (Paper(name="Đơn", originals=1, copies=0),), "Đơn (Bản chính: 1; Bản sao: 0)"),
        ("legal_bases", ("126/2024/NĐ-CP", "129/2025/NĐ-CP"), "126/2024/NĐ-CP; 129/2025/NĐ-CP"),
        ("name", "Thành lập hội", "Thành lập hội"),
        ("eligible_full_online", True, "Có"),
        ("delegated", False, "Không"),
        ("decentralisation_state", "proposed", "Đề xuất phân cấp"),
        ("executing_levels", ("1.999411", "1.999412"), "1.999411; 1.999412"),
    ],
)  # fmt: skip
def test_a_value_is_told_in_words(attribute: str, value: object, words: str) -> None:
    assert value_in_words(attribute, value_text(value)) == words


def test_of_two_lists_only_what_differs_is_told() -> None:
    old, new = value_text(("a", "b")), value_text(("a", "b", "c"))
    assert change_in_words("legal_bases", old, new) == ("—", "c")


def test_a_value_that_is_none_of_its_attribute_is_told_as_it_is() -> None:
    assert value_in_words("fee", "không rõ") == "không rõ"
    assert value_in_words("decision_date", "20/6/2025") == "20/6/2025"
    assert value_in_words("fee", None) == ""


def test_sides_of_findings_that_speak_of_an_attribute_without_naming_it() -> None:
    assert side_value_in_words("partial_without_reason", None, "partial") == "Một phần"
    assert side_value_in_words("incomplete_record", None, '["agency"]') == "thiếu: Cơ quan thực hiện"
    assert side_value_in_words("incomplete_record", None, None) == ""
    assert side_value_in_words("new_from_ministry", None, "Thành lập hội") == "Thành lập hội"
