"""Numbers of decisions in texts become links where the ledger knows them, and nothing else does."""

from __future__ import annotations

import pytest

from review.decision_links import DecisionLinks

LINKS = DecisionLinks(lambda: ["627/QĐ-BNV", "3713/QD-BTP"])
LINK = '<a href="/decisions/627/Q%C4%90-BNV">627/QĐ-BNV</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("theo 627/QĐ-BNV, hạn 04/07/2025", f"theo {LINK}, hạn 04/07/2025"),
        ("627/QĐ-BNV và 862/QĐ-BNV", f"{LINK} và 862/QĐ-BNV"),
        ("<b>627/QĐ-BNV</b>", f"&lt;b&gt;{LINK}&lt;/b&gt;"),
        ("1404/QĐ-UBND", "1404/QĐ-UBND"),
        ("3713/QĐ-BTP", '<a href="/decisions/3713/QD-BTP">3713/QĐ-BTP</a>'),
        ("", ""),
    ],
)
def test_a_number_in_a_text_is_a_link_where_the_ledger_knows_it(text: str, html: str) -> None:
    assert str(LINKS.in_text(text)) == html


def test_the_ledger_is_asked_once_a_page_and_only_when_a_number_stands_on_it() -> None:
    asked: list[int] = []

    def numbers() -> list[str]:
        asked.append(1)
        return ["627/QĐ-BNV"]

    links = DecisionLinks(numbers)
    links.in_text("không có số nào")
    assert (str(links.link(None)), asked) == ("…", [])
    assert str(links.link("627/QĐ-BNV")) == LINK
    assert (str(links.link("862/QĐ-BNV")), str(links.in_text("627/QĐ-BNV")), asked) == (
        "862/QĐ-BNV",
        LINK,
        [1],
    )
