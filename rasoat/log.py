"""The log: structlog on standard error, for people (`console`) or machines (`json`)."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any, Literal

import structlog

_SECRET = re.compile(r"password|secret|cookie|token|authorization", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s/@:]*:)[^\s/]*@", re.IGNORECASE)


def configure(style: Literal["console", "json"]) -> None:
    """Send everything that is no result to standard error. Secrets are masked."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            _mask_secrets,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )


def _mask_secrets(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    masked: structlog.typing.EventDict = _without_secrets(dict(event))
    return masked


def _without_secrets(value: Any) -> Any:
    """The value, nested ones too, without what is named like a secret and without passwords in addresses."""
    if isinstance(value, dict):
        return {
            key: "***" if _SECRET.search(str(key)) else _without_secrets(each) for key, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [_without_secrets(each) for each in value]
    if isinstance(value, BaseException):
        value = str(value)
    return _IN_ADDRESS.sub(r"\1***@", value) if isinstance(value, str) else value
