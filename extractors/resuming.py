"""Takes over what an interrupted reading had read already, so that a portal is not asked for it twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from extractors.archive import SETTLED, Archive, Exchange, Recording
from procedures.errors import ArchiveError

TAKEN_OVER_WITHIN = timedelta(hours=12)
"""How old an answer may be that is taken over: as old as the first record of one long night is at its end."""


class Unfinished:
    """Answers that interrupted readings had made records of, by their question and their row of the listing.

    The listing itself is always read anew: an answer counts only for as long as the row that led to it
    says what it said then. Later recordings come first.
    """

    def __init__(
        self, archive: Archive, recordings: Iterable[Recording], now: datetime | None = None
    ) -> None:
        self._archive = archive
        self._answers: dict[tuple[tuple[str, str, str], str], Exchange] = {}
        oldest = (now or datetime.now(UTC)) - TAKEN_OVER_WITHIN
        for recording in recordings:
            self._add(recording, oldest)

    def __len__(self) -> int:
        """How many answers there are."""
        return len(self._answers)

    def answer(self, method: str, url: str, body: str | None, row: str) -> tuple[Exchange, bytes] | None:
        """The answer to take over, if there is one whose bytes are whole."""
        asked = Exchange(method=method, url=url, body=body)
        exchange = self._answers.get((asked.question, row))
        if exchange is None or exchange.hash is None:
            return None
        try:
            return exchange, self._archive.get(exchange.hash)
        except ArchiveError:
            return None  # the portal still has it

    def _add(self, recording: Recording, oldest: datetime) -> None:
        """A line that is damaged ends a recording: what follows it is asked for anew."""
        answered: dict[str, list[Exchange]] = {}
        try:
            for exchange in recording:
                if exchange.hash is None:
                    continue
                if exchange.method != SETTLED:
                    answered.setdefault(exchange.hash, []).append(exchange)
                    continue
                for answer in answered.get(exchange.hash, ()):
                    if datetime.fromisoformat(answer.at) >= oldest:
                        self._answers.setdefault((answer.question, exchange.url), answer)
        except (ArchiveError, ValueError):
            return
