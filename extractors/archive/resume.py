"""Answers of interrupted and earlier readings, so that a portal is not asked for them twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from extractors.archive.raw_archive import SETTLED, UNCHANGED, Archive, Exchange, Recording
from procedures.errors import ArchiveError

TAKE_OVER_WITHIN = timedelta(hours=12)
"""The oldest answer that is taken over: as old as the first record of one long night is at its end."""

REVALIDATE_WITHIN = timedelta(days=7)
"""The oldest whole answer about which a portal is asked whether it is unchanged: a portal that wrongly says
yes hides a change no longer than this."""


class InterruptedAnswers:
    """Answers that interrupted readings made records of, by their request and their row of the listing.

    The listing itself is always read anew: an answer counts only while the row that led to it is unchanged.
    Later recordings come first.
    """

    within = TAKE_OVER_WITHIN
    """The oldest answer that counts."""

    def __init__(
        self, archive: Archive, recordings: Iterable[Recording], now: datetime | None = None
    ) -> None:
        self._archive = archive
        self._answers: dict[tuple[tuple[str, str, str], str], Exchange] = {}
        oldest = (now or datetime.now(UTC)) - self.within
        for recording in recordings:
            self._add(recording, oldest)

    def is_usable(self, exchange: Exchange) -> bool:
        """Whether an answer may be taken over."""
        return exchange.hash is not None

    def __len__(self) -> int:
        """Return the number of answers."""
        return len(self._answers)

    def answer(self, method: str, url: str, body: str | None, row: str) -> tuple[Exchange, bytes] | None:
        """Return the answer to take over, if there is one whose bytes are whole."""
        request = Exchange(method=method, url=url, body=body)
        exchange = self._answers.get((request.question, row))
        if exchange is None or exchange.hash is None:
            return None
        try:
            return exchange, self._archive.get(exchange.hash)
        except ArchiveError:
            return None  # the portal can send it again

    def _add(self, recording: Recording, oldest: datetime) -> None:
        """Add a recording up to its first damaged line; what follows is asked for anew."""
        by_hash: dict[str, list[Exchange]] = {}
        try:
            for exchange in recording:
                if exchange.hash is None:
                    continue
                if exchange.method != SETTLED:
                    if self.is_usable(exchange):
                        by_hash.setdefault(exchange.hash, []).append(exchange)
                    continue
                for answer in by_hash.get(exchange.hash, ()):
                    if datetime.fromisoformat(answer.at) >= oldest:
                        self._answers.setdefault((answer.question, exchange.url), answer)
        except (ArchiveError, ValueError):
            return


class EarlierAnswers(InterruptedAnswers):
    """Whole answers of earlier nights with a validator, so that the portal can call them unchanged."""

    within = REVALIDATE_WITHIN

    def is_usable(self, exchange: Exchange) -> bool:
        """Whether it is a whole answer with a validator (ETag or date)."""
        whole = exchange.status is not None and exchange.status != UNCHANGED and exchange.status < 300
        return whole and exchange.method == "GET" and bool(conditions(exchange))


def conditions(exchange: Exchange) -> dict[str, str]:
    """Return the headers that ask whether an answer is unchanged; none where it has no validator."""
    validators = {"If-None-Match": "etag", "If-Modified-Since": "last-modified"}
    return {
        name: exchange.headers[header] for name, header in validators.items() if exchange.headers.get(header)
    }
