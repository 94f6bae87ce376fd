"""Lets offices that follow the same portal read a record once between them: the shared archive.

What an office read on a complete night is left in a folder that all of them see. The next office still reads
the whole listing itself, so that its certificate and its absences rest on what it saw; a record is taken from
the folder only where the office's own row of the listing says, to the digit, what it said then.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from extractors.archive.resume import Unfinished
from extractors.archive.store import SETTLED, Archive, Exchange, Recording, write_whole
from procedures.errors import ArchiveError

LENT = ".lent.json"
KEPT_DAYS = 3
"""So many local days the lists of what was lent stay; a record is taken over for half a day at most."""


@dataclass(frozen=True, slots=True)
class Loan:
    """What one office left of one portal on one local day."""

    office: str
    day: str
    url: str
    recording: str


class Shared(Unfinished):
    """Answers that this office's own broken readings had, and before them those that others left.

    `lenders` counts the answers taken, by office. Their bytes are kept in this office's archive as well, so
    that its nights can be rebuilt when the folder is gone.
    """

    def __init__(
        self, archive: Archive, own: Iterable[Recording], folder: Path, url: str, day: date, office: str
    ) -> None:
        super().__init__(archive, own)
        self.lenders: dict[str, int] = {}
        self._lock = threading.Lock()
        shared = Archive(folder)
        self._others = [
            (loan.office, Unfinished(shared, shared.recordings(loan.recording)))
            for loan in _loans(folder)
            if loan.url == url and loan.day == day.isoformat() and loan.office != office
        ]

    def answer(self, method: str, url: str, body: str | None, row: str) -> tuple[Exchange, bytes] | None:
        """The answer to take over, if there is one whose bytes are whole."""
        own = super().answer(method, url, body, row)
        if own is not None:
            return own
        for office, others in self._others:
            found = others.answer(method, url, body, row)
            if found is not None:
                self._archive.put(found[1])
                with self._lock:
                    self.lenders[office] = self.lenders.get(office, 0) + 1
                return found
        return None


def lend(recording: Recording, folder: Path, url: str, day: date, office: str) -> int:
    """Leave a complete night's records for other offices; gives their number.

    Only what the portal itself answered this office is left, never what was taken over, so that an answer's
    age is always its own.

    Raises:
        ArchiveError: the folder cannot be written, or the archive is damaged.
    """
    settled = [each for each in recording if each.method == SETTLED]
    wanted = {each.hash for each in settled}
    asked = [
        each for each in recording if each.method != SETTLED and each.hash in wanted and not each.taken_over
    ]
    heard = {each.hash for each in asked}
    if not asked:
        return 0
    shared = Archive(folder)
    lines = []
    for exchange in asked:
        if exchange.hash is not None:
            shared.put(recording.archive.get(exchange.hash))
        lines.append(exchange.line)
    lines += [each.line for each in settled if each.hash in heard]
    name = f"{day.isoformat()}-{hashlib.blake2b(f'{office} {url}'.encode(), digest_size=8).hexdigest()}"
    loan = {"office": office, "day": day.isoformat(), "url": url, "recording": name}
    try:
        write_whole(folder / "requests" / f"{name}.jsonl", "".join(f"{line}\n" for line in lines).encode())
        write_whole(folder / f"{name}{LENT}", json.dumps(loan, ensure_ascii=False, sort_keys=True).encode())
        _forget(folder, day)
    except OSError as error:
        raise ArchiveError(f"Không ghi được kho chung {folder}: {error.strerror or error}") from error
    return len(heard)


def _loans(folder: Path) -> Iterator[Loan]:
    """What was left, the latest day's first; what cannot be read was not left."""
    for path in sorted(folder.glob(f"*{LENT}"), reverse=True):
        try:
            yield Loan(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            continue


def _forget(folder: Path, day: date) -> None:
    for path in folder.glob(f"*{LENT}"):
        if (day - date.fromisoformat(path.name[:10])).days >= KEPT_DAYS:
            (folder / "requests" / f"{path.name.removesuffix(LENT)}.jsonl").unlink(missing_ok=True)
            path.unlink(missing_ok=True)
