"""The origin of a run: why and by whom it was started, as a value and as the stored text."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOrigin:
    """Why and by whom a run was started; all None where unknown.

    `accepted` is the finding whose portal value the catalogue took, `undone` the withdrawn run, `released`
    the snapshot that was let through. `word` is the purpose of runs in the settings, whoever starts them; it
    is stored as a bare text where nothing else is known.
    """

    by: str | None = None
    accepted: int | None = None
    undone: int | None = None
    released: int | None = None
    word: str | None = None


UNKNOWN_ORIGIN = RunOrigin()


def origin_text(errand: RunOrigin) -> str | None:
    """Return the text that the run stores; no person's name can be mistaken for another origin."""
    values = {name: value for name, value in asdict(errand).items() if value is not None}
    if values.keys() <= {"word"}:
        return errand.word
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def parse_origin(text: str | None) -> RunOrigin:
    """Return the inverse of `origin_text`."""
    values = _parse_object(text) if text is not None else {}
    return RunOrigin(word=text) if values is None else RunOrigin(**values)


def _parse_object(text: str) -> dict[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        values = json.loads(text)
    except ValueError:
        return None
    return values if values.keys() <= {each.name for each in fields(RunOrigin)} else None
