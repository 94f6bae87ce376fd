"""What is kept of answers: found once for all who ask, as of a stamp."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import Engine

from warehouse.db.answers import Answers, answers_of
from warehouse.db.engine import reading, writing


def test_those_who_ask_at_once_are_told_what_one_of_them_finds() -> None:
    answers, all_ask, found = Answers(10), Barrier(8), []

    def ask(_: int) -> int:
        all_ask.wait(10)
        return answers.get("number", lambda: found.append(1) or len(found))

    with ThreadPoolExecutor(8) as people:
        assert list(people.map(ask, range(8))) == [1] * 8
    assert found == [1]


def test_nothing_and_none_are_answers_too() -> None:
    answers, found = Answers(10), []
    for value in (None, 0, ()):
        for _ in range(2):
            assert answers.get(repr(value), lambda value=value: found.append(value) or value) == value
    assert found == [None, 0, ()]


def test_of_another_stamp_an_answer_is_made_of_the_last_one() -> None:
    answers = Answers(10)
    told = [answers.renew("runs", lambda last: [*(last or ()), 1], stamp) for stamp in (1, 1, 2, 2, 1)]
    assert told == [[1], [1], [1, 1], [1, 1], [1, 1, 1]]
    assert answers.get("runs", lambda: [], 1) == [1, 1, 1]


def test_when_they_become_too_many_all_are_forgotten() -> None:
    answers = Answers(2)
    for key in ("a", "b", "c"):
        answers.get(key, lambda: 1)
    assert [answers.get(key, lambda: 2) for key in ("c", "a")] == [1, 2]


def test_who_writes_is_told_nothing_that_others_found_and_leaves_nothing_to_them(engine: Engine) -> None:
    with reading(engine) as connection:
        assert answers_of(connection).get("number", lambda: 1) == 1
    with writing(engine) as connection:
        assert answers_of(connection).get("number", lambda: 2) == 2
    with reading(engine) as connection:
        assert answers_of(connection).get("number", lambda: 3) == 1
