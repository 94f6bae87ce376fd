"""Names and fields as the rules compare them across procedures and sources."""

from __future__ import annotations

from functools import lru_cache

from procedures.model import Procedure
from procedures.values.agencies import field_key
from procedures.values.text import NameIdentity, matching_key, name_identity, squeezed_key

MISSPELLINGS = (("sát nhập", "sáp nhập"), ("liệt sỹ", "liệt sĩ"))
"""Spellings that official lists mix up without meaning another procedure (decision 963/QĐ-TTPVHCC of Hà Nội
announces "chia, tách; sát nhập; hợp nhất hội" for the procedure that it repeals as "sáp nhập")."""

CACHE_SIZE = 32_768


LONG_TEXT = 400
"""Characters beyond which a text seldom recurs and would only fill the cache."""


def key_of(text: str) -> str:
    """Return the matching key, cached: the same wording occurs in many records."""
    return matching_key(text) if len(text) > LONG_TEXT else _key_of(text)


@lru_cache(maxsize=CACHE_SIZE)
def _key_of(text: str) -> str:
    return matching_key(text)


@lru_cache(maxsize=CACHE_SIZE)
def identity_of(name: str) -> NameIdentity:
    """Return the key and named levels of a name, cached."""
    return name_identity(name)


@lru_cache(maxsize=CACHE_SIZE)
def spelling_key(name: str) -> str:
    """Return the name's key with the known misspellings corrected: equal for one procedure at any level."""
    key = identity_of(name).key
    for wrong, right in MISSPELLINGS:
        key = key.replace(wrong, right)
    return key


@lru_cache(maxsize=CACHE_SIZE)
def unspaced_key(name: str) -> str:
    """Return the name's key without blanks, for words that a PDF tore apart ("Cấp gi ấy ch ứng nh ận")."""
    return squeezed_key(spelling_key(name)).removeprefix("thủtục")


def levels_of(procedure: Procedure) -> frozenset[str]:
    """Return the executing levels that are known, else those that the name states; empty for unknown."""
    return procedure.executing_levels or identity_of(procedure.name).levels


@lru_cache(maxsize=1 << 12)
def field_parts(text: str) -> frozenset[str]:
    """Return the keys of the fields in one cell ("A; B"), each without its "(Bộ …)"."""
    return frozenset(filter(None, (field_key(part) for part in text.replace("\n", ";").split(";"))))


@lru_cache(maxsize=1 << 14)
def same_field(one: str | None, other: str | None) -> bool:
    """Return whether two cells name a field in common. Unknown against known is not the same."""
    if one is None or other is None:
        return one is other
    return not field_parts(one).isdisjoint(field_parts(other))


@lru_cache(maxsize=1 << 14)
def related_fields(one: str | None, other: str | None) -> bool:
    """Return whether one field may be the other under a wider wording; unknown may be any.

    "Quản lý nhà nước về hội" became "Quản lý nhà nước về hội, quỹ" when two fields were joined.
    """
    if one is None or other is None or same_field(one, other):
        return True
    pairs = ((set(a.split()), set(b.split())) for a in field_parts(one) for b in field_parts(other))
    return any(a <= b or b <= a for a, b in pairs)


def same_promulgator(one: Procedure, other: Procedure) -> bool:
    """Return whether the same agency promulgates both, by code where both have one."""
    if one.promulgating_agency_code and other.promulgating_agency_code:
        return one.promulgating_agency_code == other.promulgating_agency_code
    return key_of(one.promulgating_agency or "") == key_of(other.promulgating_agency or "")
