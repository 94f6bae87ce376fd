"""Column mappings: a person's roles for headings and meanings of values in files of one shape.

The shape of a file is that of its row of headings, whatever their spacing, case or stars, so that the next
file of the same form is read like the last one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from procedures.errors import InputError
from procedures.values.levels import LEVELS, ONLINE_LEVELS, level_label, online_label
from procedures.values.text import canonical, matching_key
from procedures.wording.words import ATTRIBUTE_LABELS
from procedures.workbook_layout.catalogue_columns import COLUMNS

SKIP = "skip"
"""In place of a role: the column is not read, without a remark."""

COLUMN_ROLES: Mapping[str, str] = {
    "stt": "Số thứ tự",
    **{column.role: ATTRIBUTE_LABELS.get(column.role, column.heading) for column in COLUMNS},
    "decision": "Quyết định công bố (của Bộ hoặc tỉnh, theo ký hiệu)",
    "decision:date": "Ngày của quyết định công bố",
    "fee:charge": "Phí",
    "fee:fee": "Lệ phí",
    "time:rule": "Thời hạn theo quy định",
    "time:local": "Thời hạn sau cắt giảm",
    "note": "Ghi chú (chỉ xem có ghi bãi bỏ không)",
    **{f"online:{level}": f"Đánh dấu: {online_label(level)}" for level in ONLINE_LEVELS[1:]},
    **{f"level:{level}": f"Đánh dấu: {level_label(level)}" for level in LEVELS[:4]},
    "way:direct": "Đánh dấu: nộp trực tiếp",
    "way:online": "Đánh dấu: nộp trực tuyến",
    "way:postal": "Đánh dấu: nộp qua bưu chính",
}
"""The roles of a column, with their names for people."""
_CHOICES = ", ".join((SKIP, *COLUMN_ROLES))


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """A person's mapping of files of one shape; `version` counts its changes, 0 for none yet.

    `headings` are those of the file, as they read. `roles` and `values` are by key of a heading; a value's
    meaning is by the value's key.
    """

    shape: str
    headings: tuple[str, ...]
    version: int = 0
    roles: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def role(self, heading: str) -> str | None:
        """Return the role that a person gave, `SKIP` for none, `None` where not mapped."""
        return self.roles.get(heading_key(heading))

    def meaning(self, heading: str, text: str) -> str:
        """Return what a cell means, line by line; the cell itself where not mapped."""
        meanings = self.values.get(heading_key(heading))
        if not meanings:
            return text
        return "\n".join(meanings.get(_value_key(line), line) for line in text.splitlines())

    def with_role(self, heading: str, role: str) -> ColumnMapping:
        """Return the mapping with that role for a column of that heading.

        Raises:
            InputError: there is no such role.
        """
        if role != SKIP and role not in COLUMN_ROLES:
            raise InputError(f"cột {heading!r}: không có nội dung {role!r}; chọn một trong {_CHOICES}")
        return replace(self, roles={**self.roles, heading_key(heading): role})

    def with_meaning(self, heading: str, value: str, meaning: str) -> ColumnMapping:
        """Return the mapping with the meaning of a value under that heading, in words or as a code."""
        key = heading_key(heading)
        meanings = {**self.values.get(key, {}), _value_key(value): _meaning_words(meaning)}
        return replace(self, values={**self.values, key: meanings})

    def without_heading(self, heading: str) -> ColumnMapping:
        """Return the mapping without that heading."""
        key = heading_key(heading)
        return replace(
            self,
            roles={name: role for name, role in self.roles.items() if name != key},
            values={name: meanings for name, meanings in self.values.items() if name != key},
        )

    def to_json(self) -> dict[str, Any]:
        """Return what is stored of it, without shape and version."""
        return {"roles": dict(self.roles), "values": {key: dict(words) for key, words in self.values.items()}}


@dataclass(frozen=True, slots=True)
class SeenColumn:
    """One column of a file, with some of its values and what it is taken for.

    `how` is `known` by its heading, `person` or `skip` by a person's word, `aside` for what is known and not
    kept, `unknown` for the rest; of these `guess` is the role that heading or content make likely, which
    nothing is read by.
    """

    sheet: str
    letters: str
    heading: str
    samples: tuple[str, ...]
    role: str | None
    how: str
    guess: str | None = None

    def to_json(self) -> dict[str, Any]:
        """An item of `columns`."""
        return {
            "sheet": self.sheet,
            "column": self.letters,
            "heading": self.heading,
            "samples": list(self.samples),
            "role": self.role,
            "how": self.how,
            "guess": self.guess,
        }

    @property
    def said(self) -> str:
        """What it is taken for, in words for people."""
        if self.how == "skip":
            return "Bỏ qua (đã chọn)"
        if self.how == "aside":
            return "Không lưu"
        if self.role:
            return COLUMN_ROLES.get(self.role, self.role) + (" (đã chọn)" if self.how == "person" else "")
        return f"Chưa đọc; đoán: {COLUMN_ROLES[self.guess]}" if self.guess else "Chưa đọc"


@dataclass(frozen=True, slots=True)
class FileShape:
    """One table of a file: its shape, its headings, and its columns as they are seen."""

    shape: str
    headings: tuple[str, ...]
    columns: tuple[SeenColumn, ...]


Mappings = Mapping[str, ColumnMapping]
"""By shape."""
NO_MAPPINGS: Mappings = {}


def heading_key(heading: str) -> str:
    """Return a heading without stars, blanks and case: what two files of one form share."""
    return matching_key(re.sub(r"\*|\(\s*\*\s*\)", " ", canonical(heading)))


def headings_shape(headings: Iterable[str]) -> str:
    """Return the shape of a row of headings, empty ones left out."""
    keys = [key for heading in headings if (key := heading_key(heading))]
    return hashlib.blake2b("\x1f".join(keys).encode(), digest_size=8).hexdigest()


def role_named(words: str) -> str:
    """The role that a person means: its name, its label, `skip`.

    Raises:
        InputError: there is none.
    """
    said = canonical(words)
    if said == SKIP or said in COLUMN_ROLES:
        return said
    by_label = {matching_key(label): role for role, label in reversed(list(COLUMN_ROLES.items()))}
    by_label["bỏ qua"] = SKIP
    role = by_label.get(matching_key(said))
    if role is None:
        raise InputError(f"{said!r}: cột không đọc thành nội dung này được; chọn một trong {_CHOICES}")
    return role


def _value_key(text: str) -> str:
    return matching_key(text) or canonical(text)


def _meaning_words(meaning: str) -> str:
    """Return a code of the interface in the words that the cell reader knows."""
    text = canonical(meaning)
    if text in ONLINE_LEVELS:
        return online_label(text)
    return level_label(text) if text in LEVELS else text
