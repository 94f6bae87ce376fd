"""Places in a file as people say them: "sheet Danh mục, dòng 31"."""

from __future__ import annotations

import re

_PLACE = re.compile(r"(?:(?P<sheet>[^!;]+)!)?(?P<column>[A-Z]{1,3})?(?P<row>\d+)")


def place_words(place: str) -> str:
    """Return places ("Danh mục!31", "31", "Danh mục!B31", several after ";") in words; others as they are."""
    return "; ".join(_one(each.strip()) for each in place.split(";"))


def _one(place: str) -> str:
    match = _PLACE.fullmatch(place)
    if match is None:
        return place
    where = f"ô {match['column']}{match['row']}" if match["column"] else f"dòng {match['row']}"
    return f"sheet {match['sheet']}, {where}" if match["sheet"] else where
