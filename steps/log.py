"""The log: structlog on standard error, for people (`console`) or machines (`json`).

The library is loaded with the first line: most commands write none.
"""

from __future__ import annotations

import importlib
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from procedures.absent_modules import without_modules

if TYPE_CHECKING:
    import structlog

Style = Literal["console", "json"]

_SECRET = re.compile(r"password|secret|cookie|token|authorization", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s/@:]*:)[^\s/]*@", re.IGNORECASE)


class Log:
    """What the steps have to say while they work: an event in words, and its facts by name."""

    def __init__(self) -> None:
        self._style: Style | None = None

    def configure(self, style: Style) -> None:
        """Write from the next line on in this style."""
        self._style = style

    def info(self, event: str, **facts: Any) -> None:
        """Write a line about what happened."""
        self._logger().info(event, **facts)

    def warning(self, event: str, **facts: Any) -> None:
        """Write a line about what somebody should look at."""
        self._logger().warning(event, **facts)

    def error(self, event: str, **facts: Any) -> None:
        """Write a line about what failed."""
        self._logger().error(event, **facts)

    def _logger(self) -> structlog.typing.FilteringBoundLogger:
        _load_library()
        import structlog

        if self._style is not None:
            _configure(self._style)
            self._style = None
        logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
        return logger


@cache
def _load_library() -> None:
    """Load it without what draws traces of exceptions, which is most of it, and of which no line has one."""
    with without_modules("rich", "structlog.twisted"):
        importlib.import_module("structlog")


log = Log()
"""The log of this process."""


_facts: ContextVar[Mapping[str, Any]] = ContextVar("facts", default=MappingProxyType({}))


@contextmanager
def log_facts(**facts: Any) -> Iterator[None]:
    """Have each line that is written within carry these facts, beside those of the contexts around it."""
    token = _facts.set({**_facts.get(), **facts})
    try:
        yield
    finally:
        _facts.reset(token)


def configure(style: Style) -> None:
    """Configure the log on standard error; secrets are masked."""
    log.configure(style)


def _configure(style: Style) -> None:
    import structlog

    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            _with_facts,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            _mask_secrets,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def _with_facts(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return {**_facts.get(), **event}


def _mask_secrets(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    masked: structlog.typing.EventDict = _without_secrets(dict(event))
    return masked


def _without_secrets(value: Any) -> Any:
    """Mask values named like secrets, nested ones too, and passwords in addresses."""
    if isinstance(value, dict):
        return {
            key: "***" if _SECRET.search(str(key)) else _without_secrets(item) for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_without_secrets(item) for item in value]
    if isinstance(value, BaseException):
        value = str(value)
    return _IN_ADDRESS.sub(r"\1***@", value) if isinstance(value, str) else value
