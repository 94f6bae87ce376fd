"""Questions on a terminal: each is asked until its answer is valid, or answered by an option."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from procedures.errors import InputError, RasoatError

T = TypeVar("T")

YES, NO = ("c", "có", "co", "y", "yes"), ("k", "không", "khong", "n", "no")


@dataclass(frozen=True, slots=True)
class Interview:
    """Whoever answers; `attended`: somebody sits at the terminal.

    Without, an option that is missing or wrong is an InputError that names it.
    """

    attended: bool

    def ask(
        self,
        question: str,
        option: str,
        given: str | None,
        check: Callable[[str], T],
        *,
        default: str | None = None,
    ) -> T:
        """Return the checked answer: of the option if `given`, else of the person, else the default.

        `check` returns the value of an answer, or raises RasoatError with one line that says what is wrong.
        """
        if not self.attended and given is None and default is None:
            raise InputError(f"thiếu ({question.lower()})", option)
        answer = given
        if answer is None:
            answer = self._read(question, default) if self.attended else default or ""
        while True:
            try:
                return check(answer.strip())
            except RasoatError as error:
                if not self.attended:
                    raise InputError(str(error), option) from error
                print(f"  Chưa được: {error}", file=sys.stderr)
            answer = self._read(question, default)

    def confirm(self, question: str, *, default: bool) -> bool:
        """Return whether the person agrees; the default where nobody is there."""
        if not self.attended:
            return default
        while True:
            answer = _line(f"{question} [{'C/k' if default else 'c/K'}]: ").lower()
            if answer in ("", *YES, *NO):
                return answer in YES or (default and not answer)
            print("  Chưa được: trả lời c (có) hoặc k (không)", file=sys.stderr)

    def secret(self, question: str) -> str:
        """Return what the person types unseen; empty where nobody is there."""
        return getpass.getpass(f"{question}: ") if self.attended else ""

    def _read(self, question: str, default: str | None) -> str:
        hint = "" if default is None else f" [{default or 'để trống'}]"
        return _line(f"{question}{hint}: ") or default or ""


def _line(prompt: str) -> str:
    try:
        return input(prompt).strip()
    except EOFError:
        raise KeyboardInterrupt from None
