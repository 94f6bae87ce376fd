"""What the pages name in the code exists: files, modules and what is defined in them."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(str(page.relative_to(ROOT)) for page in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")))
PACKAGES = {path.parent.name for path in ROOT.glob("*/__init__.py")}
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
FILE = re.compile(r"[\w/]+\.py")
DOTTED = re.compile(rf"(?:{'|'.join(sorted(PACKAGES))})(?:\.(?!(?:toml|db|local|service|timer)$)\w+)+")


def named(page: str) -> list[str]:
    return CODE.findall((ROOT / page).read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES)
def test_every_file_of_the_code_that_a_page_names_exists(page: str) -> None:
    """A bare name is a file in the folder of the path before it."""
    folder = ROOT
    for name in named(page):
        if not FILE.fullmatch(name):
            continue
        path = ROOT / name if "/" in name else folder / name
        assert path.is_file(), f"{page} names {name}, which is not in {path.parent.relative_to(ROOT) or '.'}"
        folder = path.parent


@pytest.mark.parametrize("page", PAGES)
def test_every_module_and_definition_that_a_page_names_exists(page: str) -> None:
    for name in filter(DOTTED.fullmatch, named(page)):
        assert exists(name), f"{page} names {name}, which does not exist"


def exists(name: str) -> bool:
    module, rest = name, list[str]()
    while not is_module(module):
        module, _, last = module.rpartition(".")
        if not module:
            return False
        rest.insert(0, last)
    value: object = import_module(module)
    for each in rest:
        if not hasattr(value, each):
            return False
        value = getattr(value, each)
    return True


def is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def test_the_pages_name_many_files() -> None:
    assert sum(bool(FILE.fullmatch(name)) for page in PAGES for name in named(page)) > 30
