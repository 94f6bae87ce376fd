"""Links to the pages of ministry decisions: wherever a page names one, its number leads to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from urllib.parse import quote

from markupsafe import Markup, escape

from procedures.values.decision_numbers import DECISION_NUMBER, may_hold_number, number_key


def decision_address(number: str) -> str:
    """Return the address of a decision's page."""
    return f"/decisions/{quote(number)}"


class DecisionLinks:
    """The decisions that one page may link to; the ledger is asked when the first number stands on it.

    `load_numbers` returns the numbers of the ledger.
    """

    def __init__(self, load_numbers: Callable[[], list[str]]) -> None:
        self._load_numbers = load_numbers

    @cached_property
    def _by_key(self) -> Mapping[str, str]:
        return {number_key(number): number for number in self._load_numbers()}

    def link(self, number: str | None) -> Markup:
        """Return a decision's number as a link where the ledger knows it, else as text; "…" without one."""
        if not number:
            return Markup("…")
        known = self._by_key.get(number_key(number))
        if known is None:
            return escape(number)
        return Markup('<a href="{}">{}</a>').format(decision_address(known), number)

    def in_text(self, text: str | None) -> Markup:
        """Return a text in which every number that the ledger knows is a link."""
        said = text or ""
        if not may_hold_number(said):
            return escape(said)
        parts, end = [Markup()], 0
        for found in DECISION_NUMBER.finditer(said):
            parts += [escape(said[end : found.start()]), self.link(found[0])]
            end = found.end()
        return Markup().join([*parts, escape(said[end:])])
