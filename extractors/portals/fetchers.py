"""Threads that only wait for a portal: what they get is handed back to the thread that started them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Generic, Self, TypeAlias, TypeVar

Item = TypeVar("Item")
Fetched = TypeVar("Fetched")

Outcome: TypeAlias = tuple[Item, Fetched | None, BaseException | None]
"""An item with what was fetched, or with the error that came instead."""


class Fetchers(Generic[Item, Fetched]):
    """Some threads that fetch items; two queues are all that they share with the thread that started them.

    An executor would do, but its futures have a lock and a condition each, a twentieth of a record's cost.
    """

    def __init__(self, fetch: Callable[[Item], Fetched], threads: int) -> None:
        """`fetch` is called in each of the threads, which start at the block's beginning."""
        self._fetch = fetch
        self._items: SimpleQueue[Item | None] = SimpleQueue()
        self._outcomes: SimpleQueue[Outcome[Item, Fetched]] = SimpleQueue()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(threads)]
        self._stopped = False

    def __enter__(self) -> Self:
        """Start the threads."""
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop them."""
        self.stop()

    def fetch_all(self, items: Iterable[Item]) -> Iterator[Outcome[Item, Fetched]]:
        """Yield the outcome of each item, in the order in which they are there.

        No more items are under way than there are threads, the one just yielded included: so many answers
        are lost by a kill.
        """
        left = iter(items)
        under_way = 0
        for each in islice(left, len(self._threads)):
            self._items.put(each)
            under_way += 1
        while under_way:
            yield self._outcomes.get()
            following = next(left, None)
            if following is None:
                under_way -= 1
            else:
                self._items.put(following)

    def stop(self) -> list[BaseException]:
        """Fetch nothing more, wait for what is under way, and return the errors nobody was told of."""
        self._stopped = True
        for _ in self._threads:
            self._items.put(None)
        for each in self._threads:
            each.join()
        errors: list[BaseException] = []
        try:
            while True:
                _, _, error = self._outcomes.get_nowait()
                errors += [error] if error is not None else []
        except Empty:
            return errors

    def _work(self) -> None:
        while (item := self._items.get()) is not None:
            if self._stopped:
                continue
            try:
                self._outcomes.put((item, self._fetch(item), None))
            except BaseException as error:
                self._outcomes.put((item, None, error))
