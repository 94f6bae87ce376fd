"""Takes over what an interrupted reading had read already, so that a portal is not asked for it twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from extractors.archive.store import SETTLED, UNCHANGED, Archive, Exchange, Recording
from procedures.errors import ArchiveError

TAKEN_OVER_WITHIN = timedelta(hours=12)
"""How old an answer may be that is taken over: as old as the first record of one long night is at its end."""

READ_WHOLE_WITHIN = timedelta(days=7)
"""How old a whole answer may be about which a portal is asked whether it still holds: one that says so
wrongly hides a change no longer than that."""


class Unfinished:
    """Answers that interrupted readings had made records of, by their question and their row of the listing.

    The listing itself is always read anew: an answer counts only for as long as the row that led to it
    says what it said then. Later recordings come first.
    """

    within = TAKEN_OVER_WITHIN
    """How old an answer may be."""

    def __init__(
        self, archive: Archive, recordings: Iterable[Recording], now: datetime | None = None
    ) -> None:
        self._archive = archive
        self._answers: dict[tuple[tuple[str, str, str], str], Exchange] = {}
        oldest = (now or datetime.now(UTC)) - self.within
        for recording in recordings:
            self._add(recording, oldest)

    def counts(self, exchange: Exchange) -> bool:
        """Whether an answer is one to take over."""
        return exchange.hash is not None

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
                    if self.counts(exchange):
                        answered.setdefault(exchange.hash, []).append(exchange)
                    continue
                for answer in answered.get(exchange.hash, ()):
                    if datetime.fromisoformat(answer.at) >= oldest:
                        self._answers.setdefault((answer.question, exchange.url), answer)
        except (ArchiveError, ValueError):
            return


class Earlier(Unfinished):
    """Whole answers of the nights before that the portal marked, so that it can say that they still hold."""

    within = READ_WHOLE_WITHIN

    def counts(self, exchange: Exchange) -> bool:
        """Whether the portal gave a whole answer a mark."""
        whole = exchange.status is not None and exchange.status != UNCHANGED and exchange.status < 300
        return whole and exchange.method == "GET" and bool(conditions(exchange))


def conditions(exchange: Exchange) -> dict[str, str]:
    """The headers by which a portal is asked whether an answer still holds; none where it gave no mark."""
    asked = {"If-None-Match": "etag", "If-Modified-Since": "last-modified"}
    return {name: exchange.headers[mark] for name, mark in asked.items() if exchange.headers.get(mark)}
