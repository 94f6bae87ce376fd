"""An attribute is declared once, and is then known everywhere."""

from __future__ import annotations

from tests.procedures.half_done import attributes_lacking


def test_every_attribute_is_read_kept_told_and_compared() -> None:
    lacking = attributes_lacking()
    assert not lacking, "\n".join(lacking)
