"""What a run was begun for, and by whom: one value, and the text that the run keeps of it."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

_OF_BEFORE = re.compile(r"(accepted|undone) (\d{1,9}) (.+)", re.DOTALL)
"""How runs of before kept it, beside a snapshot's bare number (a release) and a person's bare name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """All None where nobody said anything.

    `accepted` is the finding whose portal's value was taken into the catalogue, `undone` the run that was
    taken back, `released` the snapshot that was let through. `word` is what the settings say that runs are
    for, whoever began them; it is kept as a bare text where nothing else was said, and runs of before also
    kept the name of a person so.
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


def parse_errand(kind: str, text: str | None) -> Errand:
    """The inverse of `errand_text` for a run of that kind; also reads what runs of before kept."""
    if text is None:
        return Errand()
    said = _object(text)
    if said is not None:
        return Errand(**said)
    if kind == "release" and text.isdecimal():
        return Errand(released=int(text))
    before = _OF_BEFORE.fullmatch(text)
    if kind == "import" and before is not None:
        what, number, by = before.groups()
        whose = Errand(by=by)
        done = int(number)
        return replace(whose, accepted=done) if what == "accepted" else replace(whose, undone=done)
    return Errand(word=text)


def _object(text: str) -> dict[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        said = json.loads(text)
    except ValueError:
        return None
    return said if said.keys() <= {each.name for each in fields(Errand)} else None
