"""Threads fetch, their owner gets every outcome, and what is stopped is not fetched any more."""

from __future__ import annotations

import threading

import pytest

from extractors.portals.fetchers import Fetchers


def half(number: int) -> int:
    if number % 2:
        raise ValueError(number)
    return number // 2


@pytest.mark.parametrize("threads", [1, 3, 40])
def test_every_item_has_its_outcome_once(threads: int) -> None:
    with Fetchers(half, threads) as fetchers:
        told = {item: (fetched, repr(error)) for item, fetched, error in fetchers.fetch_all(range(20))}
    assert told == {
        number: (None, f"ValueError({number})") if number % 2 else (number // 2, "None")
        for number in range(20)
    }


def test_nothing_to_fetch_takes_no_thread() -> None:
    with Fetchers(half, 0) as fetchers:
        assert list(fetchers.fetch_all([])) == []


def test_no_more_is_under_way_than_there_are_threads() -> None:
    fetched: list[int] = []
    with Fetchers(fetched.append, 2) as fetchers:
        for done, _ in enumerate(fetchers.fetch_all(range(100))):
            assert len(fetched) <= done + 2
    assert sorted(fetched) == list(range(100))


def test_once_stopped_it_tells_the_errors_nobody_heard_of_and_fetches_nothing_more() -> None:
    both_there = threading.Barrier(2)
    asked: list[int] = []

    def fetch(number: int) -> int:
        asked.append(number)
        both_there.wait(timeout=10)
        if number:
            raise ValueError(number)
        return number

    with Fetchers(fetch, 2) as fetchers:
        outcomes = fetchers.fetch_all([0, 1, 2, 3, 4, 5])
        first = next(outcomes)
        both_there.abort()
        errors = fetchers.stop()
    assert {0, 1} <= set(asked)
    assert len(asked) < 6
    assert all(isinstance(error, (ValueError, threading.BrokenBarrierError)) for error in errors)
    assert first[0] in (0, 1)
