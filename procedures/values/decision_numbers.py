"""Numbers of decisions (số quyết định), and whether a ministry or the province signed them.

They are kept as written: a portal and a list repeat the same typing error ("3713/QD-BTP").
"""

from __future__ import annotations

import re

from procedures.values.levels import parse_levels
from procedures.values.text import canonical

_NUMBER = r"\d+[A-Za-z]?"
_SIGN = r"[A-ZĐ][A-ZĐ&]*[a-z]?(?:\s*-\s*[A-ZĐ]+)?"
DECISION_NUMBER = re.compile(
    rf"{_NUMBER}\s*\.?\s*/\s*(?:\d{{4}}\s*/\s*)?Q[ĐD]\s*-\s*(?P<sign>{_SIGN})"
    rf"|\bQ[ĐD]\s*/?\s*{_NUMBER}\s*-\s*(?P<sign_after>{_SIGN})"
)
"""627/QĐ-BNV, and as people type it: 3713/QD-BTP, 2267./QĐ-BXD, QĐ/0001-BTP, QĐ2338-BTP."""

_MINISTRY_SIGNS = frozenset(
    [
        "NHNN",
        "VPCP",
        "TTCP",
        "UBDT",
        "UBDTTG",
        "TTG",
        "CP",
        "BHXH",
        "KTNN",
        "TANDTC",
        "VKSNDTC",
        "LĐTBXH",
        "LĐTB&XH",
        "GDĐT",
        "GD&ĐT",
        "GTVT",
        "NNPTNT",
        "NN&PTNT",
        "TNMT",
        "TN&MT",
        "TTTT",
        "TT&TT",
        "KHĐT",
        "KH&ĐT",
        "KHCN",
        "KH&CN",
        "VHTTDL",
        "UBCKNN",
        "TCHQ",
    ]
)
"""Abbreviations of ministries and bodies of their rank that do not begin with B, former ones included."""
_NOT_MINISTRIES = ("BQL", "BCĐ", "BTCTU", "BTĐ")
"""Provincial bodies whose abbreviation also begins with B (Ban quản lý, Ban chỉ đạo ...)."""


def may_hold_number(text: str) -> bool:
    """Return False of a text in which no `DECISION_NUMBER` is: told in a tenth of what the pattern takes."""
    return "QĐ" in text or "QD" in text


def decision_numbers(text: str) -> tuple[list[str], list[str]]:
    """Return the ministry's and the province's decision numbers in a text, in that order.

    A number ending QĐ-UBND or of another provincial body (QĐ-TTPVHCC, QĐ-SNV) is never the ministry's.
    """
    ministry: list[str] = []
    province: list[str] = []
    for found in DECISION_NUMBER.finditer(canonical(text)):
        number = compact_number(found)
        numbers = ministry if _is_ministry(_sign(found)) else province
        if number not in numbers:
            numbers.append(number)
    return ministry, province


def compact_number(found: re.Match[str]) -> str:
    """Return the number that `DECISION_NUMBER` found, without blanks."""
    return re.sub(r"\s+", "", found[0])


def number_key(text: str) -> str:
    """Return a number's key, however typed: "SỐ 64/QĐ-NHNN", "2267./QĐ-BXD", "QĐ2338-BTP", "3713/QD-BTP"."""
    found = DECISION_NUMBER.search(canonical(text))
    if found is None:
        return re.sub(r"\s+", "", text).casefold()
    digits = "/".join(re.findall(_NUMBER, re.split(r"Q[ĐD]\s*-", found[0])[0]))
    return f"{digits}/{_sign(found)}".casefold()


def names_ministry(text: str) -> bool:
    """Return whether a wording without an abbreviation names a ministry: "QĐ số 627 của Bộ Nội vụ"."""
    return parse_levels(text) == {"ministry"}


def _sign(found: re.Match[str]) -> str:
    return re.sub(r"\s+", "", found["sign"] or found["sign_after"])


def _is_ministry(sign: str) -> bool:
    body = sign.upper()
    return body.partition("-")[0] in _MINISTRY_SIGNS or (
        body.startswith("B") and len(body) > 1 and not body.startswith(_NOT_MINISTRIES)
    )
