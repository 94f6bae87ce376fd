"""Changes of one source between two nights (a row of `v_change` each)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from procedures.change_kinds import ChangeKind as ChangeKind
from procedures.model import Procedure


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row: `attribute`, `old_value` and `new_value` are filled for changed and cosmetic only.

    Values are texts as `procedures.model.value_text` gives them; of cosmetic ones the raw texts.
    """

    kind: ChangeKind
    key: str
    code: str | None
    attribute: str | None = None
    old_value: str | None = None
    new_value: str | None = None
    successor_code: str | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedChange:
    """An attribute of a procedure that a run found changed; values are texts as in `v_change`."""

    run_id: int
    day: date
    attribute: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """The position of a procedure on the ladder of absence.

    `nights`: complete snapshots of different local days without it, in a row. `evidence`: one
    entry a rung, oldest first.
    """

    since: date
    last_day: date
    nights: int = 1
    evidence: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProcedure:
    """What is stored of one procedure of a source before tonight.

    `retired`: it was repealed or replaced; `procedure` is then its last version.
    """

    procedure: Procedure
    absence: Absence | None = None
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """A procedure that a source published for the first time, and the local day on which it did."""

    procedure: Procedure
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionStep:
    """open: `procedure` becomes the current version of `key`; close: the current version ends."""

    action: Literal["open", "close"]
    key: str
    procedure: Procedure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceStep:
    """The ladder's new state for `key`; `None` takes it off the ladder."""

    key: str
    absence: Absence | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result of comparing one snapshot: rows for people, and steps for the warehouse."""

    changes: tuple[Change, ...] = ()
    versions: tuple[VersionStep, ...] = ()
    absences: tuple[AbsenceStep, ...] = ()
