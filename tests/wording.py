"""Words that are no official's Vietnamese, wherever officials read: pages, letters, workbooks, papers."""

from __future__ import annotations

import re

FORBIDDEN = {
    "a date for machines": r"\b\d{4}-\d{2}-\d{2}\b",
    "a name of the code": r"\b[a-z]+_[a-z_]+\b",
    "JSON or Python": r"""\bNone\b|\bTrue\b|\bFalse\b|\bnull\b|\{['"]|['"]\}|\[['"]|\[\]""",
    "a place for machines": r"\b[^\s!]+!\$?[A-Z]{0,2}\d+\b",
    "jargon": r"(?i)\bbản chụp\b|\bsnapshot\b|\bcrawl\w*|\bJSON\b|\bNaN\b|\bundefined\b",
    "a raw state": (
        r"\b(?:open|opened|confirmed|resolved|ignored|held|blocked|partial|complete|degraded|failed|withdrawn|"
        r"released|dismissed|waiting|missing|changed|repealed|replaced|reinstated|cosmetic|overdue|pending|"
        r"announced|catalogue|national|provincial|province|commune|ministry|direct|postal)\b"
    ),
}
"""What nothing shows, by what is wrong with it."""


def faults_in(text: str) -> list[str]:
    """What of the forbidden a text has, with the words around it."""
    return [
        f"{wrong}: …{text[max(0, found.start() - 40) : found.end() + 40]}…"
        for wrong, pattern in FORBIDDEN.items()
        for found in re.finditer(pattern, text)
    ]
