"""Profiles: the layouts of HTML portals, so that a province is added without code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from importlib import resources
from pathlib import Path
from typing import Any

import soupsieve

from procedures.errors import SettingsError
from procedures.model import Procedure
from procedures.plain_files import toml_of
from procedures.text import matching_key

ATTRIBUTES = frozenset(each.name for each in fields(Procedure)) - {"raw", "row", "local_code", "url"}
"""What a column or a label may mean; `code` fills `local_code` too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLayout:
    """The list: `url` with `{page}`, CSS of rows, of the link within a row, and of columns by attribute.

    A list that is asked by position has `{offset}` in its `url`: 0, then `step` more for each page. `counts`
    is a pattern of the part of a link that identifies the record: the rest may change with every answer.
    """

    url: str
    rows: str
    link: str
    first_page: int = 1
    step: int = 0
    total: str | None = None
    next: str | None = None
    counts: re.Pattern[str] | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailLayout:
    """The record's page: CSS of a label/value pair and of its parts; attributes by label's matching key.

    `texts` are CSS of single attributes outside the pairs (a title).
    """

    items: str
    label: str
    value: str
    labels: Mapping[str, str]
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The profile of one make of portal."""

    name: str
    list: ListLayout
    detail: DetailLayout

    def list_address(self, number: int) -> str:
        """Return the address of the `number`-th page of the list, counted from 1."""
        page, offset = self.list.first_page + number - 1, self.list.step * (number - 1)
        return self.list.url.replace("{page}", str(page)).replace("{offset}", str(offset))

    @property
    def has_pages(self) -> bool:
        """Whether the list is asked page by page."""
        return "{page}" in self.list.url or "{offset}" in self.list.url

    @property
    def carries_codes(self) -> bool:
        """Whether records of this portal are expected to have a code."""
        return (
            "code" in self.list.columns
            or "code" in self.detail.labels.values()
            or "code" in self.detail.texts
        )


def built_in() -> list[str]:
    """Return the names of the profiles that come with the program."""
    folder = resources.files("extractors.portals.profiles")
    return sorted(each.name.removesuffix(".toml") for each in folder.iterdir() if each.name.endswith(".toml"))


def load_profile(name: str) -> Profile:
    """Return a built-in profile by its name, or one from a file.

    Raises:
        SettingsError: there is none, or it is invalid; names the file and the key.
    """
    if name.endswith(".toml"):
        path = Path(name)
        try:
            return _parse_profile(str(path), path.read_bytes())
        except OSError as error:
            raise SettingsError(f"{path}: không đọc được khuôn ({error.strerror})") from error
    if name not in built_in():
        known = ", ".join(built_in())
        raise SettingsError(
            f"profile: không có khuôn {name!r}; có sẵn: {known}, hoặc đường dẫn tới một tệp .toml"
        )
    return _parse_profile(
        name, resources.files("extractors.portals.profiles").joinpath(f"{name}.toml").read_bytes()
    )


def _parse_profile(name: str, file: bytes) -> Profile:
    data = toml_of(file, name)
    _check_keys(name, data, {"list", "detail"})
    return Profile(
        name=name,
        list=ListLayout(**_table(name, data, "list", ListLayout)),
        detail=DetailLayout(**_table(name, data, "detail", DetailLayout)),
    )


def _table(name: str, data: Mapping[str, Any], title: str, shape: type[Any]) -> dict[str, Any]:
    table = data.get(title)
    if not isinstance(table, dict):
        raise SettingsError(f"{name}: thiếu bảng [{title}]")
    _check_keys(name, table, {each.name for each in fields(shape)}, title)
    for key in ("columns", "texts", "labels"):
        if not isinstance(table.get(key, {}), dict):
            raise SettingsError(f"{name}: {title}.{key}: phải là một bảng [{title}.{key}]")
    needed = {"list": ("url", "rows", "link"), "detail": ("items", "label", "value", "labels")}[title]
    for key in needed:
        if not table.get(key):
            raise SettingsError(f"{name}: {title}.{key}: thiếu")
    for key in ("rows", "link", "total", "next", "items", "label", "value"):
        if key in table:
            _check_selector(name, f"{title}.{key}", table[key])
    for key in ("columns", "texts"):
        for attribute, css in table.get(key, {}).items():
            _check_attribute(name, f"{title}.{key}", attribute)
            _check_selector(name, f"{title}.{key}.{attribute}", css)
    if title == "list":
        _check_paging(name, table)
        return (
            table | {"counts": _pattern(name, "list.counts", table["counts"])} if "counts" in table else table
        )
    return table | {"labels": _labels(name, table["labels"])}


def _labels(name: str, labels: Mapping[str, Any]) -> dict[str, str]:
    """Return attributes by the label's matching key; labels that read alike cannot mean two things."""
    by_key: dict[str, str] = {}
    for label, attribute in labels.items():
        _check_attribute(name, f"detail.labels.{label}", attribute)
        if by_key.setdefault(matching_key(label), attribute) != attribute:
            raise SettingsError(f"{name}: detail.labels.{label}: nhãn này đã đứng cho một thuộc tính khác")
    return by_key


def _check_paging(name: str, table: Mapping[str, Any]) -> None:
    url = table["url"]
    if not isinstance(url, str):
        raise SettingsError(f"{name}: list.url: {url!r} không phải chuỗi")
    for key in ("first_page", "step"):
        number = table.get(key, 0)
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            raise SettingsError(f"{name}: list.{key}: {number!r} không phải số nguyên từ 0")
    if ("{offset}" in url) != (table.get("step", 0) > 0):
        raise SettingsError(f"{name}: list.step: {{offset}} và step phải đi cùng nhau")
    if table.get("next") and "{page}" not in url and "{offset}" not in url:
        raise SettingsError(f"{name}: list.url: thiếu {{page}}")


def _pattern(name: str, where: str, text: object) -> re.Pattern[str]:
    try:
        pattern = re.compile(text) if isinstance(text, str) and text else None
    except re.error as error:
        raise SettingsError(f"{name}: {where}: {text!r} không phải biểu thức chính quy ({error})") from error
    if pattern is None or pattern.groups > 1:
        raise SettingsError(
            f"{name}: {where}: {text!r} không phải biểu thức chính quy có nhiều nhất một nhóm"
        )
    return pattern


def _check_keys(name: str, table: Mapping[str, Any], known: set[str], title: str = "") -> None:
    for key in table:
        if key not in known:
            where = f"{title}.{key}" if title else key
            raise SettingsError(f"{name}: {where}: không có mục này; có: {', '.join(sorted(known))}")


def _check_attribute(name: str, where: str, attribute: object) -> None:
    if not isinstance(attribute, str) or attribute not in ATTRIBUTES:
        raise SettingsError(f"{name}: {where}: {attribute!r} không phải thuộc tính của thủ tục")


def _check_selector(name: str, where: str, css: object) -> None:
    if not isinstance(css, str) or not css.strip():
        raise SettingsError(f"{name}: {where}: {css!r} không phải bộ chọn CSS")
    try:
        soupsieve.compile(css)
    except (soupsieve.SelectorSyntaxError, ValueError) as error:
        words = str(error).splitlines()[0]
        raise SettingsError(f"{name}: {where}: {css!r} không phải bộ chọn CSS ({words})") from error
