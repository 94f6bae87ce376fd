"""The context of a comparison: what `compare` needs besides the two mappings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from procedures.changes import Arrival
from procedures.snapshot import LookUp


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonContext:
    """One snapshot of one source, and how far it may be trusted.

    `day` is the department's calendar day of `as_of`. `complete` is False for a partial snapshot.
    `baseline` says that the source had a baseline before tonight: while False, this snapshot is
    the baseline itself, or a silent one after the portal or the profile changed; versions open
    and end, no change is reported. `rescoped`: the agencies or levels followed have changed, so
    that what enters or leaves does so silently, and what stays is reported as ever. `silent` are
    single keys treated so. `reread`: last night's records read again under new rules; versions
    open, nothing ends or climbs the ladder, and nothing is reported. `ladder` is False for the catalogue,
    where an absent row ends at once. `look_ups` are tonight's answers to direct questions, by key.
    `recent_arrivals` are procedures by key that this source published since the oldest open absence
    began, each with its day: a successor arrives no earlier than the absence of what it replaces.
    `levels_of_file` are the levels that a catalogue file imported with `--level` covers. `amended` are
    keys whose record a person replaced: an attribute that it leaves out is removed, not merely unknown.
    """

    source: str
    as_of: datetime
    day: date
    complete: bool
    baseline: bool
    confirm_after: int = 2
    ladder: bool = True
    look_ups: Mapping[str, LookUp] = field(default_factory=dict)
    recent_new: Mapping[str, Arrival] = field(default_factory=dict)
    levels_of_file: frozenset[str] | None = None
    rescoped: bool = False
    reread: bool = False
    silent: frozenset[str] = frozenset()
    amended: frozenset[str] = frozenset()

    def is_silent(self, key: str) -> bool:
        """Return whether `key` enters or leaves without a change."""
        return not self.reports_changes or self.rescoped or key in self.silent

    @property
    def reports_changes(self) -> bool:
        """Return whether this night reports changes at all."""
        return self.baseline and not self.reread
