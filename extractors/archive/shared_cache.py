"""The shared archive, by which offices that follow the same portal read each record only once.

What an office read on a complete night is copied to a folder that all of them see. The next office still
reads the whole listing itself, so that its certificate and its absences rest on its own reading; a record is
taken from the folder only where the office's own row of the listing is identical, byte for byte. Offices need
no lock: each writes files of its own name, whole or not at all, and bytes lie under their hash.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from extractors.archive.raw_archive import SETTLED, Archive, Exchange, Recording
from extractors.archive.resume import InterruptedAnswers
from extractors.archive.store import write_atomically
from procedures.errors import ArchiveError
from procedures.wording.system_reasons import system_reason

LENT = ".lent.json"
LOAN_DAYS = 3
"""Local days for which the lists of lent records stay; a record is taken over for half a day at most."""


@dataclass(frozen=True, slots=True)
class Loan:
    """The records that one office lent of one portal on one local day."""

    office: str
    day: str
    url: str
    recording: str


class SharedAnswers(InterruptedAnswers):
    """Answers of this office's own broken readings, and after them those that other offices lent.

    `lenders` counts the answers taken, by office. Their bytes are stored in this office's archive as well, so
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
            (loan.office, InterruptedAnswers(shared, shared.recordings(loan.recording)))
            for loan in _loans(folder)
            if loan.url == url and loan.day == day.isoformat() and loan.office != office
        ]

    def answer(self, method: str, url: str, body: str | None, row: str) -> tuple[Exchange, bytes] | None:
        """Return the answer to take over, if there is one whose bytes are whole."""
        own = super().answer(method, url, body, row)
        if own is not None:
            return own
        for office, lent in self._others:
            answer = lent.answer(method, url, body, row)
            if answer is not None:
                self._archive.put(answer[1])
                with self._lock:
                    self.lenders[office] = self.lenders.get(office, 0) + 1
                return answer
        return None


def lend_records(recording: Recording, folder: Path, url: str, day: date, office: str) -> int:
    """Copy a complete night's records for other offices, and return their number.

    Only what the portal itself answered this office is lent, never what was taken over, so that an answer's
    age is always its own.

    Raises:
        ArchiveError: the folder cannot be written, or the archive is damaged.
    """
    settled = [each for each in recording if each.method == SETTLED]
    settled_hashes = {each.hash for each in settled}
    answers = [
        each
        for each in recording
        if each.method != SETTLED and each.hash in settled_hashes and not each.taken_over
    ]
    lent = {each.hash for each in answers}
    if not answers:
        return 0
    shared = Archive(folder)
    lines = []
    for exchange in answers:
        if exchange.hash is not None:
            shared.put(recording.archive.get(exchange.hash))
        lines.append(exchange.line)
    lines += [each.line for each in settled if each.hash in lent]
    name = f"{day.isoformat()}-{hashlib.blake2b(f'{office} {url}'.encode(), digest_size=8).hexdigest()}"
    loan = {"office": office, "day": day.isoformat(), "url": url, "recording": name}
    try:
        write_atomically(
            folder / "requests" / f"{name}.jsonl", "".join(f"{line}\n" for line in lines).encode()
        )
        write_atomically(
            folder / f"{name}{LENT}", json.dumps(loan, ensure_ascii=False, sort_keys=True).encode()
        )
        _remove_old_loans(folder, day)
    except OSError as error:
        raise ArchiveError(f"Không ghi được kho chung {folder}: {system_reason(error)}") from error
    return len(lent)


def _loans(folder: Path) -> Iterator[Loan]:
    """Yield the loans, the latest day's first; those that cannot be read are skipped."""
    for path in sorted(folder.glob(f"*{LENT}"), reverse=True):
        try:
            yield Loan(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            continue


def _remove_old_loans(folder: Path, day: date) -> None:
    for path in folder.glob(f"*{LENT}"):
        lent_on = _day_of(path)
        if lent_on is not None and (day - lent_on).days >= LOAN_DAYS:
            (folder / "requests" / f"{path.name.removesuffix(LENT)}.jsonl").unlink(missing_ok=True)
            path.unlink(missing_ok=True)


def _day_of(path: Path) -> date | None:
    """Return the day that a loan's name begins with; `None` for a file that somebody else put there."""
    try:
        return date.fromisoformat(path.name[:10])
    except ValueError:
        return None
