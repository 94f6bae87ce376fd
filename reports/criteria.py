"""The criteria of PAR INDEX, read from a file that the office edits, with the figure that proves each.

The wording and the points that are built in are UNVERIFIED against the ministry's decision, so the file
has no points: those come from the office's own file or its register of criteria.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from procedures.errors import SettingsError
from procedures.plain_files import parse_toml
from procedures.wording.words import count, count_text, part_text
from procedures.workbook_layout.registers import Values
from reconciliation.indicators.decentralisation import Decentralisation
from reconciliation.indicators.eligibility import Eligibility
from reconciliation.indicators.indexes import Index
from reports.figures import UNKNOWN, Criterion

BUILT_IN = Path(__file__).with_name("templates") / "par-index.toml"

_KEYS = frozenset({"number", "content", "maximum", "figure"})


def named_figures(
    indexes: Sequence[Index], online: Eligibility, decentralisation: Decentralisation, overdue: int
) -> dict[str, str]:
    """Return the figures that a criterion may name, in words: the indexes by number, and four more.

    A criterion concerns the office as a whole: its rate of full service is over the eligible of all levels.
    """
    figures = {index.number: part_text(index.numerator, index.denominator) for index in indexes}
    return figures | {
        "toan_trinh": part_text(online.done, online.eligible),
        "phan_cap": part_text(decentralisation.decided, decentralisation.procedures),
        "qua_han_cong_bo": f"{count(overdue)} quyết định quá hạn công bố",
        "chua_neu_ly_do": f"{count_text(online.without_reason)} thủ tục dưới toàn trình, chưa nêu lý do",
    }


def read_criteria(
    path: Path | None, figures: Mapping[str, str], register: Sequence[Values]
) -> list[Criterion]:
    """Read the criteria of a file (the built-in one where None), with the entries of the office's register.

    An entry that the file lacks is added at the end; the register's points and evidence win.

    Raises:
        SettingsError: the file cannot be read, or a criterion names a figure that does not exist.
    """
    file = path or BUILT_IN
    try:
        data = parse_toml(file.read_bytes(), str(file))
    except OSError as error:
        raise SettingsError(f"{file}: không mở được ({error.strerror})") from error
    rows = data.get("criteria")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SettingsError(f"{file}: thiếu các mục [[criteria]]")
    criteria = {
        each.number: each for each in (_criterion(file, at, row, figures) for at, row in enumerate(rows, 1))
    }
    for values in register:
        known = criteria.get(values["criterion"], Criterion(number=values["criterion"], content=""))
        criteria[known.number] = replace(
            known,
            content=values.get("content") or known.content,
            maximum=_points(values, "maximum", known.maximum),
            own_score=_points(values, "own_score", known.own_score),
            evidence=values.get("evidence"),
            cause=values.get("cause"),
            division=values.get("division"),
        )
    return list(criteria.values())


def _criterion(file: Path, position: int, row: Mapping[str, Any], figures: Mapping[str, str]) -> Criterion:
    where = f"{file}: [[criteria]] thứ {position}"
    for key in sorted(row.keys() - _KEYS):
        raise SettingsError(f"{where}: không có mục {key!r}, chỉ có {', '.join(sorted(_KEYS))}")
    number, content, figure, maximum = (row.get(key) for key in ("number", "content", "figure", "maximum"))
    if not isinstance(number, str) or not isinstance(content, str) or not number or not content:
        raise SettingsError(f"{where}: cần number và content là chữ")
    if figure is not None and figure not in figures:
        raise SettingsError(f"{where}: figure {figure!r} không có, chỉ có {', '.join(figures)}")
    if maximum is not None and (isinstance(maximum, bool) or not isinstance(maximum, int | float)):
        raise SettingsError(f"{where}: maximum phải là số")
    return Criterion(
        number=number, content=content, maximum=maximum, figure=figures[figure] if figure else UNKNOWN
    )


def _points(values: Values, name: str, default: float | None) -> float | None:
    return float(values[name]) if values.get(name) else default
