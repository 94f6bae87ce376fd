"""Records that an earlier night made of answers: the same bytes under the same program make the same record.

An answer that is known, byte for byte, need not be parsed, built and hashed once more. What counts is
remembered with it: what the reader decides by, the hash of its record, and the fields it was seen to have. An
answer of one other byte, another program, other settings or a record that is no longer current is read as if
nothing had ever been known of it. Only what became a record is remembered: no challenge, no refusal, no
record that was put aside.
"""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

import extractors
import procedures
from extractors.portals.audit.examples import Examples
from extractors.portals.audit.field_traces import FieldTrace, read_traces, write_traces
from extractors.portals.audit.known_examples import NightExamples
from procedures.model import Procedure
from settings.sources import SourceSettings

READERS = (Path(procedures.__file__).parent, Path(extractors.__file__).parent)
"""The packages whose code makes records of answers, whole."""

ABOUT_THE_WAY = {"expect", "proxy"}
"""Settings that make no record another: by what a snapshot is judged, and the way that bytes take."""


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """What a reader needs of a record. `digest` is the record's hash; empty until it is known."""

    code: str
    name: str
    state: str | None
    executing_levels: frozenset[str] | None
    updated_at: int
    digest: str
    trace: FieldTrace


class KnownRecords:
    """Records of one source by their answer's hash, and those that tonight's reading adds."""

    def __init__(self, settings: SourceSettings, document: bytes | None = None) -> None:
        """Take what a night stored. What another program, other settings or a fault made is as nothing."""
        self._fingerprint = fingerprint(settings)
        self._known: dict[str, KnownRecord] = {}
        self._met: dict[str, KnownRecord] = {}
        self._traces: dict[FieldTrace, FieldTrace] = {}
        self.examples = NightExamples()
        if document is not None:
            self._take(document)

    def __len__(self) -> int:
        """Return the number of records known from the earlier night."""
        return len(self._known)

    def __contains__(self, answer: str | None) -> bool:
        """Whether the answer of that hash is known."""
        return answer in self._known

    def keep_current(self, is_current: Callable[[str, str], bool]) -> None:
        """Forget records that are not current; `is_current` is asked by code and hash of the record."""
        self._known = {
            answer: each for answer, each in self._known.items() if is_current(each.code, each.digest)
        }

    def recall(self, answer: str | None, code: str | None) -> KnownRecord | None:
        """Return the record of an answer to the question for the procedure of that code."""
        known = None if answer is None else self._known.get(answer)
        if answer is None or known is None or known.code != code:
            return None
        self._met[answer] = known
        return known

    def learn(self, answer: str | None, procedure: Procedure, updated_at: int, trace: FieldTrace) -> None:
        """Remember what an answer became."""
        if answer is None or procedure.code is None:
            return
        self._met[answer] = KnownRecord(
            code=procedure.code,
            name=procedure.name,
            state=procedure.state,
            executing_levels=procedure.executing_levels,
            updated_at=updated_at,
            digest="",
            trace=self._traces.setdefault(trace, trace),
        )

    def document(self, digests: Mapping[str, str], examples: NightExamples) -> bytes:
        """Return what tonight's reading knows, for the next night.

        `digests` are the hashes of the records stored tonight, by code. Of others nothing is remembered, and
        of a code that two answers claim neither.
        """
        rows: list[list[Any]] = []
        traces: dict[FieldTrace, int] = {}
        answers = Counter(each.code for each in self._met.values())
        for answer, each in self._met.items():
            digest = digests.get(each.code)
            if digest is None or each.digest not in ("", digest) or answers[each.code] > 1:
                continue
            levels = None if each.executing_levels is None else sorted(each.executing_levels)
            trace = traces.setdefault(each.trace, len(traces))
            rows.append([answer, each.code, each.name, each.state, levels, each.updated_at, digest, trace])
        return orjson.dumps(
            {
                "fingerprint": self._fingerprint,
                "records": rows,
                "traces": write_traces(traces),
                "examples": {path: each.written for path, each in examples.fields.items()},
                "leftovers": {path: each.written for path, each in examples.leftovers.items()},
            }
        )

    def _take(self, document: bytes) -> None:
        try:
            stored = orjson.loads(document)
            if stored["fingerprint"] != self._fingerprint:
                return
            traces = read_traces(stored["traces"])
            known = {
                answer: KnownRecord(
                    code=code,
                    name=name,
                    state=state,
                    executing_levels=None if levels is None else frozenset(levels),
                    updated_at=updated_at,
                    digest=digest,
                    trace=traces[trace],
                )
                for answer, code, name, state, levels, updated_at, digest, trace in stored["records"]
            }
            self.examples = NightExamples(_read(stored["examples"]), _read(stored["leftovers"]))
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            return  # damaged: everything is read
        self._known = known


def fingerprint(settings: SourceSettings) -> str:
    """Return a hash of everything but the answer that a record is made of: the program and the settings."""
    told = settings.model_dump_json(exclude=ABOUT_THE_WAY)
    return hashlib.blake2b(f"{_program()} {told}".encode(), digest_size=16).hexdigest()


@cache
def _program() -> str:
    """Return a hash of all files of the packages that read, and of what they run on."""
    seen = hashlib.blake2b(f"{sys.version} {orjson.__version__}".encode(), digest_size=16)
    for folder in READERS:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                seen.update(f"{path.relative_to(folder.parent)}\0{path.stat().st_size}\0".encode())
                seen.update(path.read_bytes())
    return seen.hexdigest()


def _read(written: Mapping[str, Any]) -> dict[str, Examples]:
    return {path: Examples.read(each) for path, each in written.items()}
