"""Numbers of legal documents (số ký hiệu văn bản) as lists of legal bases name them."""

from __future__ import annotations

import re
from collections.abc import Iterable

LEGAL_NUMBER = re.compile(r"\d+/(?:\d{4}/)?[A-ZĐ][A-ZĐƯ\d]*(?:-[A-ZĐƯ\d]+)*")
"""The number of a legal document: 63/2010/NĐ-CP, 05/2012/UBTVQH13, 627/QĐ-BNV."""


def document_numbers(items: Iterable[str]) -> frozenset[str]:
    """Return the numbers of all documents that the items name."""
    return frozenset(number for item in items for number in LEGAL_NUMBER.findall(item.upper()))
