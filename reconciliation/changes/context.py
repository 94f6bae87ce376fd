"""What `compare` has to know of the night besides the two mappings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from procedures.changes import Arrival
from procedures.snapshot import LookUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """One snapshot of one source, and how far it may be trusted.

    `day` is the department's calendar day of `as_of`. `complete` is False for a partial snapshot.
    `baseline` says that the source had a baseline before tonight: while False, this snapshot is
    the baseline itself, or a silent one after the portal or the profile changed; versions open
    and end, no change is spoken of. `rescoped`: the agencies or levels followed have changed, so
    that what enters or leaves does so silently, and what stays speaks as ever. `silent` are
    single keys of that sort. `reread`: last night's records read again under new rules; versions
    open, nobody leaves or climbs, and nothing is spoken of. `ladder` is False for the catalogue,
    where an absent row ends at once. `look_ups` are tonight's answers to direct questions, by key.
    `recent_new` are procedures by key that this source published since the oldest running absence
    began, each with its day: a successor came no earlier than the absence of what it replaces.
    `levels_of_file` are the levels that a catalogue file imported with `--level` speaks of. `amended` are
    keys whose record a person changed as it stands: what it leaves out is taken away, not merely unsaid.
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
        """Whether `key` may enter or leave without a word."""
        return not self.speaks or self.rescoped or key in self.silent

    @property
    def speaks(self) -> bool:
        """Whether anything of this night is spoken of."""
        return self.baseline and not self.reread
