"""Imports of a library as where something is not installed."""

from __future__ import annotations

import importlib
import json
import sys
import threading

import pytest

from procedures.absent_modules import without_modules

SELDOM = "xml.dom.pulldom"
"""A module that nobody here imports."""


def test_a_module_is_absent_within_and_there_afterwards() -> None:
    sys.modules.pop(SELDOM, None)
    with without_modules(SELDOM), pytest.raises(ImportError):
        importlib.import_module(SELDOM)
    assert importlib.import_module(SELDOM).__name__ == SELDOM


def test_a_module_is_absent_for_no_other_thread() -> None:
    finders = list(sys.meta_path)
    found: list[str] = []
    with without_modules(SELDOM):
        sys.modules.pop(SELDOM, None)
        other = threading.Thread(target=lambda: found.append(importlib.import_module(SELDOM).__name__))
        other.start()
        other.join()
    assert found == [SELDOM]
    assert sys.meta_path == finders


def test_a_module_that_is_loaded_stays() -> None:
    with without_modules("json"):
        assert importlib.import_module("json") is json
