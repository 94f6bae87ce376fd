"""A progress bar on standard error, when somebody is watching."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int, int], None]


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Yield a function of (source, done, total) that draws a bar if standard error is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _source, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {}

        def advance(source: str, done: int, total: int) -> None:
            if source not in tasks:
                tasks[source] = bars.add_task(f"đọc {source}", total=total)
            bars.update(tasks[source], completed=done, total=total)

        yield advance
