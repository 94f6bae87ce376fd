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
    """Configure the log on standard error; secrets are masked."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
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
