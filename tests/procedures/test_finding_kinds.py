"""A kind of finding is declared once, and is then known everywhere."""

from __future__ import annotations

from tests.procedures.half_done import kinds_lacking


def test_every_kind_of_finding_has_its_words_and_a_rule() -> None:
    lacking = kinds_lacking()
    assert not lacking, "\n".join(lacking)
