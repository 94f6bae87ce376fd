"""What a run was begun for, and by whom: one value, and the text that the run keeps of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """All None where nobody said anything.

    `accepted` is the finding whose portal's value was taken into the catalogue, `undone` the run that was
    taken back, `released` the snapshot that was let through. `word` is what the settings say that runs are
    for, whoever began them; it is kept as a bare text where nothing else was said.
    """

    by: str | None = None
    accepted: int | None = None
    undone: int | None = None
    released: int | None = None
    word: str | None = None


NOBODYS = Errand()


def errand_text(errand: Errand) -> str | None:
    """The text that the run keeps; no name of a person can be taken for another errand."""
    said = {name: value for name, value in asdict(errand).items() if value is not None}
    if said.keys() <= {"word"}:
        return errand.word
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def parse_errand(text: str | None) -> Errand:
    """The inverse of `errand_text`."""
    said = _object(text) if text is not None else {}
    return Errand(word=text) if said is None else Errand(**said)


def _object(text: str) -> dict[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        said = json.loads(text)
    except ValueError:
        return None
    return said if said.keys() <= {each.name for each in fields(Errand)} else None
