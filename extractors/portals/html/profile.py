"""Profiles: the layouts of HTML portals, so that a province is added without code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from procedures.errors import SettingsError
from procedures.model import Procedure
from procedures.plain_files import parse_toml
from procedures.values.text import matching_key

ATTRIBUTES = frozenset(each.name for each in fields(Procedure)) - {"raw", "row", "local_code", "url"}
"""What a column or a label may mean; `code` fills `local_code` too."""

OF_CATEGORIES = frozenset({"field", "agency", "executing_levels"})
"""What a category's name may mean: attributes that can say two things at once ("A; B")."""

CATEGORY = "{category}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Categories:
    """The parts of a list that is spread over category pages.

    Either `values`, by name, or the elements `items` (links, options) of the page `url`, whose text is the
    name and whose `href` or `value` is the value; of that only what `pattern` matches, or its group. The
    value stands for `{category}` in the list's address or form. `attribute`: what the name says of a
    procedure.
    `empty`: CSS of what a category without procedures shows.
    """

    url: str = ""
    items: str | None = None
    pattern: re.Pattern[str] | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    attribute: str | None = None
    empty: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLayout:
    """The list: `url` with `{page}`, CSS of rows, of the link within a row, and of columns by attribute.

    A list that is asked by position has `{offset}` in its `url`: 0, then `step` more for each page. `counts`
    is a pattern of the part of a link that identifies the record: the rest may change with every answer.

    `current` shows the number of the page itself. `headings` are the cells above a table's columns, `labels`
    the attributes by a heading's matching key.

    With `method` "post" a page is asked for by the fields of `form`, in which `{page}` and `{offset}` stand
    as in `url`, and by the fields that `carry` finds on the page before. `first` is the method of the first
    page.
    """

    url: str
    rows: str
    link: str | None = None
    first_page: int = 1
    step: int = 0
    total: str | None = None
    next: str | None = None
    current: str | None = None
    counts: re.Pattern[str] | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    headings: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    method: Literal["get", "post"] = "get"
    first: Literal["get", "post"] = "get"
    form: Mapping[str, str] = field(default_factory=dict)
    carry: str | None = None
    categories: Categories | None = None

    def filled(self, template: str, number: int, category: str = "") -> str:
        """Return an address or a field for the `number`-th page of a category, counted from 1."""
        page, offset = self.first_page + number - 1, self.step * (number - 1)
        numbered = template.replace("{page}", str(page)).replace("{offset}", str(offset))
        return numbered.replace(CATEGORY, category)

    @property
    def templates(self) -> tuple[str, ...]:
        """The texts that are filled in for each page."""
        return (self.url, *self.form.values())


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


NO_DETAIL = DetailLayout(items="", label="", value="", labels={})
"""The layout of records that have no page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The profile of one make of portal; where `has_details` is False, the list's row is the record."""

    name: str
    list: ListLayout
    detail: DetailLayout = NO_DETAIL

    @property
    def has_details(self) -> bool:
        """Whether a record has a page of its own."""
        return self.detail is not NO_DETAIL

    def list_address(self, number: int, category: str = "") -> str:
        """Return the address of the `number`-th page of the list, counted from 1."""
        return self.list.filled(self.list.url, number, category)

    @property
    def has_pages(self) -> bool:
        """Whether the list is asked page by page."""
        return _paged(self.list.templates)

    @property
    def carries_codes(self) -> bool:
        """Whether records of this portal are expected to have a code."""
        return (
            "code" in self.list.columns
            or "code" in self.list.labels.values()
            or "code" in self.detail.labels.values()
            or "code" in self.detail.texts
        )


def built_in() -> list[str]:
    """Return the names of the profiles that come with the program."""
    folder = resources.files("extractors.portals.html.profiles")
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
        name, resources.files("extractors.portals.html.profiles").joinpath(f"{name}.toml").read_bytes()
    )


def _parse_profile(name: str, file: bytes) -> Profile:
    data = parse_toml(file, name)
    _check_keys(name, data, {"list", "detail", "record"})
    record = data.get("record", "page")
    if record not in ("page", "none"):
        raise SettingsError(f"{name}: record: {record!r}; chỉ có 'page' hoặc 'none'")
    listing = _list_layout(name, _table(name, data, "list", ListLayout))
    if record == "page":
        if listing.link is None:
            raise SettingsError(f"{name}: list.link: thiếu")
        return Profile(name=name, list=listing, detail=_detail_layout(name, data))
    if "detail" in data:
        raise SettingsError(f'{name}: detail: không dùng được cùng record = "none"')
    _check_rows_are_records(name, listing)
    return Profile(name=name, list=listing)


def _detail_layout(name: str, data: Mapping[str, Any]) -> DetailLayout:
    table = _table(name, data, "detail", DetailLayout)
    if not table.get("labels"):
        raise SettingsError(f"{name}: detail.labels: thiếu")
    return DetailLayout(**table | {"labels": _labels(name, "detail", table["labels"])})


def _list_layout(name: str, table: dict[str, Any]) -> ListLayout:
    _check_form(name, table)
    table = table | {"labels": _labels(name, "list", table.get("labels", {}))}
    table["first"] = table.get("first") or ("get" if table.get("carry") else table.get("method", "get"))
    table["categories"] = _categories(name, table)
    if "counts" in table:
        table["counts"] = _pattern(name, "list.counts", table["counts"])
    _check_paging(name, table)
    return ListLayout(**table)


def _check_rows_are_records(name: str, layout: ListLayout) -> None:
    """Check that rows have names, and that an empty page cannot be taken for the end of such a list."""
    if "name" not in layout.columns and "name" not in layout.labels.values():
        raise SettingsError(f"{name}: list.columns: thiếu name; dòng không có tên thì không phải bản ghi")
    if _paged(layout.templates) and not (layout.total or layout.next):
        raise SettingsError(
            f'{name}: list.total: thiếu; với record = "none" phải có total hoặc next, '
            "không thì không phân biệt được trang rỗng với hết danh sách"
        )


def _categories(name: str, table: Mapping[str, Any]) -> Categories | None:
    found = table.get("categories")
    used = any(CATEGORY in each for each in (table["url"], *table.get("form", {}).values()))
    if used != (found is not None):
        raise SettingsError(f"{name}: list.categories: {{category}} và [list.categories] phải đi cùng nhau")
    if found is None:
        return None
    where = "list.categories"
    if not isinstance(found, dict):
        raise SettingsError(f"{name}: {where}: phải là một bảng [{where}]")
    _check_keys(name, found, {each.name for each in fields(Categories)}, where)
    values = found.get("values", {})
    if isinstance(values, list):
        values = {each: each for each in values if isinstance(each, str)}
    if not isinstance(values, dict) or not all(isinstance(each, str) for each in values.values()):
        raise SettingsError(f"{name}: {where}.values: phải là danh sách chuỗi, hoặc bảng tên = giá trị")
    if bool(values) == bool(found.get("items")) or ("items" in found) != ("url" in found):
        raise SettingsError(f"{name}: {where}: phải có values, hoặc url cùng với items")
    if not isinstance(found.get("url", ""), str):
        raise SettingsError(f"{name}: {where}.url: {found['url']!r} không phải chuỗi")
    for key in ("items", "empty"):
        if key in found:
            _check_selector(name, f"{where}.{key}", found[key])
    if "attribute" in found and found["attribute"] not in OF_CATEGORIES:
        raise SettingsError(f"{name}: {where}.attribute: chỉ có {', '.join(sorted(OF_CATEGORIES))}")
    pattern = _pattern(name, f"{where}.pattern", found["pattern"]) if "pattern" in found else None
    return Categories(**found | {"values": values, "pattern": pattern})


def _check_form(name: str, table: Mapping[str, Any]) -> None:
    for key in ("method", "first"):
        if table.get(key, "get") not in ("get", "post"):
            raise SettingsError(f"{name}: list.{key}: {table[key]!r}; chỉ có 'get' hoặc 'post'")
    form = table.get("form", {})
    for field_name, value in form.items():
        if not isinstance(value, str):
            raise SettingsError(f"{name}: list.form.{field_name}: {value!r} không phải chuỗi")
    posts = table.get("method") == "post"
    if posts != bool(form):
        raise SettingsError(f'{name}: list.form: method = "post" và [list.form] phải đi cùng nhau')
    for key in ("carry", "first"):
        if key in table and not posts:
            raise SettingsError(f'{name}: list.{key}: chỉ dùng với method = "post"')


def _table(name: str, data: Mapping[str, Any], title: str, shape: type[Any]) -> dict[str, Any]:
    table = data.get(title)
    if not isinstance(table, dict):
        raise SettingsError(f"{name}: thiếu bảng [{title}]")
    _check_keys(name, table, {each.name for each in fields(shape)}, title)
    for key in ("columns", "texts", "labels", "form"):
        if not isinstance(table.get(key, {}), dict):
            raise SettingsError(f"{name}: {title}.{key}: phải là một bảng [{title}.{key}]")
    for key in {"list": ("url", "rows"), "detail": ("items", "label", "value")}[title]:
        if not table.get(key):
            raise SettingsError(f"{name}: {title}.{key}: thiếu")
    if not isinstance(table.get("url", ""), str):
        raise SettingsError(f"{name}: list.url: {table['url']!r} không phải chuỗi")
    for key in _SELECTORS:
        if key in table:
            _check_selector(name, f"{title}.{key}", table[key])
    for key in ("columns", "texts"):
        for attribute, css in table.get(key, {}).items():
            _check_attribute(name, f"{title}.{key}", attribute)
            _check_selector(name, f"{title}.{key}.{attribute}", css)
    return dict(table)


_SELECTORS = (
    *("rows", "link", "total", "next", "current", "headings", "carry"),
    *("items", "label", "value"),
)
"""Keys of both tables that are CSS."""


def _labels(name: str, title: str, labels: Mapping[str, Any]) -> dict[str, str]:
    """Return attributes by the label's matching key; labels that read alike cannot mean two things."""
    by_key: dict[str, str] = {}
    for label, attribute in labels.items():
        _check_attribute(name, f"{title}.labels.{label}", attribute)
        if by_key.setdefault(matching_key(label), attribute) != attribute:
            raise SettingsError(f"{name}: {title}.labels.{label}: nhãn này đã đứng cho một thuộc tính khác")
    return by_key


def _paged(templates: tuple[str, ...]) -> bool:
    return any("{page}" in each or "{offset}" in each for each in templates)


def _check_paging(name: str, table: Mapping[str, Any]) -> None:
    templates = (table["url"], *table.get("form", {}).values())
    for key in ("first_page", "step"):
        number = table.get(key, 0)
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            raise SettingsError(f"{name}: list.{key}: {number!r} không phải số nguyên từ 0")
    if any("{offset}" in each for each in templates) != (table.get("step", 0) > 0):
        raise SettingsError(f"{name}: list.step: {{offset}} và step phải đi cùng nhau")
    if table.get("next") and not _paged(templates):
        raise SettingsError(f"{name}: list.url: thiếu {{page}}")
    if bool(table.get("headings")) != bool(table["labels"]):
        raise SettingsError(f"{name}: list.headings: headings và [list.labels] phải đi cùng nhau")


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
    import soupsieve  # a quarter of a second, which a night of other portals need not spend

    try:
        soupsieve.compile(css)
    except (soupsieve.SelectorSyntaxError, ValueError) as error:
        words = str(error).splitlines()[0]
        raise SettingsError(f"{name}: {where}: {css!r} không phải bộ chọn CSS ({words})") from error
