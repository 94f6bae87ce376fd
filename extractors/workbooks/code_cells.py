"""Whose code a row says: the cell of its column, else its name.

What had to be restored, chosen or taken from elsewhere is told, so that a person sees it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.workbooks.formats.tables import Cell
from procedures.office.part_kinds import is_not_in_force
from procedures.values.codes import Code, codes_in, parse_code, parse_code_without_point, split_code
from procedures.values.text import canonical, matching_key
from procedures.wording.words import excerpt

_NO_CODE = frozenset(
    matching_key(text)
    for text in ("Không có", "Chưa có", "Không", "Chưa có mã", "Không có mã", "Chưa cấp mã", "Chưa cập nhật")
) | {""}
_SHORTENED = re.compile(r"[1-9][.,]\d{0,4}[1-9]")
"""A code as a number, its closing zeros lost; a .csv file, which knows no types, writes it so."""
_REPLACED = re.compile(
    r"\b(?:được |bị |đã )?(?:thay thế|thay|chuyển|đổi)(?: thế)?(?: bằng| bởi| thành| cho)?\b"
)
_LONGEST_REMARK = 60


@dataclass(frozen=True, slots=True)
class RowCode:
    """A row's code and its name without it. `text` is the cell as it stands where no code is read of it.

    `remark` says what was not plain, `ended` the words of the cell that end the procedure.
    """

    name: str
    code: Code | None = None
    text: str | None = None
    remark: str | None = None
    ended: str | None = None


def read_row_code(cell: Cell, shown: str, name: str, *, typeless: bool = False) -> RowCode:
    """The code of a row from its cell, `shown` as text, and its canonical name.

    `typeless`: the file knows no numbers, so a text may be one.
    """
    if cell is None or (isinstance(cell, str) and matching_key(cell) in _NO_CODE):
        return _from_name(name)
    if typeless and isinstance(cell, str) and _SHORTENED.fullmatch(canonical(cell)):
        cell = float(canonical(cell).replace(",", "."))
    code = parse_code(cell) if isinstance(cell, str | int | float) else None
    if code is not None:
        return RowCode(name, code, remark=_contradicted(code, name))
    restored = parse_code_without_point(cell) if isinstance(cell, str | int) else None
    if restored is not None:
        return RowCode(name, restored, remark=f'mã "{canonical(shown)}" mất dấu chấm, đọc là {restored.core}')
    return _among_words(canonical(shown), name)


def is_code_like(cell: Cell) -> bool:
    """Whether a cell of a column of codes holds one, with or without its point."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return False
    if parse_code(cell) is not None:
        return True
    return not isinstance(cell, float) and parse_code_without_point(cell) is not None


def wrong_code(text: str) -> str:
    """Why no code is read of a cell's text, in words."""
    codes = codes_in(text)
    if len(codes) > 1:
        return f"ô mã ghi nhiều mã ({', '.join(codes)}); hãy tách mỗi mã một dòng"
    return f'mã "{text}" không đúng dạng 1.012345'


def _from_name(name: str) -> RowCode:
    split = split_code(name)
    if split is None:
        return RowCode(name)
    code, rest = split
    return RowCode(rest, code, remark=f"mã {code.core} lấy từ tên thủ tục")


def _contradicted(code: Code, name: str) -> str | None:
    inside = split_code(name)
    if inside is None or inside[0].core == code.core:
        return None
    return f"tên ghi mã {inside[0].core}, khác mã {code.core} của dòng; dùng mã của dòng"


def _among_words(text: str, name: str) -> RowCode:
    """A code with a word beside it: "1.011516 (mới)", "1.011516 (được thay bằng 1.012345)"."""
    codes = codes_in(text)
    first = parse_code(codes[0]) if codes else None
    if first is None or len(text) > _LONGEST_REMARK + 13 * len(codes):
        return RowCode(name, text=text)
    at = text.find(first.core)
    aside = text[at + len(first.core) :].strip(" .,;:-–()[]")
    if len(codes) == 1 and at <= len("Mã số TTHC: "):
        ended = aside if is_not_in_force(aside) else None
        return RowCode(name, first, remark=f'ô mã ghi "{text}", đọc là {first.core}', ended=ended)
    if len(codes) == 2 and _REPLACED.search(matching_key(text[at:].partition(codes[1])[0])):
        return RowCode(name, first, remark=f'ô mã ghi "{excerpt(text)}", đọc là mã đứng trước {first.core}')
    return RowCode(name, text=text)
