"""Rows into procedures by code: several levels and several cases of a code are one procedure.

What cannot be one is named: a repeated row, a row of a wrong code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from extractors.workbooks.case_rows import are_cases, as_one
from extractors.workbooks.catalogue_file import Ended, Unread
from extractors.workbooks.catalogue_rows import CatalogueRow
from extractors.workbooks.code_cells import wrong_code
from extractors.workbooks.national_export import PartSheet, join_parts
from extractors.workbooks.row_procedure import read_row
from extractors.workbooks.sheet_cells import place_of
from procedures.attributes import ATTRIBUTE_NAMES
from procedures.errors import WorkbookError
from procedures.findings import FindingKind, RowProblem
from procedures.model import Procedure, merge_records, to_record, value_text
from procedures.values.keys import codeless_key
from procedures.values.levels import LEVELS, level_label
from procedures.wording.words import ATTRIBUTE_LABELS as ATTRIBUTE_WORDS
from procedures.wording.words import excerpt

_MARK_COLUMNS = {"fee:charge": "Phí", "fee:fee": "Lệ phí"}


@dataclass(slots=True)
class Collected:
    """Procedures by key, as the rows come. `repealed`: rows that are not in force are kept as they are."""

    file: str
    repealed: bool = False
    procedures: dict[str, Procedure] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    invalid: dict[str, list[tuple[str, Procedure]]] = field(default_factory=dict)
    repeated: dict[str, list[tuple[str, Procedure]]] = field(default_factory=dict)
    cases: dict[str, list[tuple[str, Procedure]]] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)
    ended: list[Ended] = field(default_factory=list)
    marked: dict[str, None] = field(default_factory=dict)
    doubtful: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    rows: int = 0

    def add(self, row: CatalogueRow, level: str | None) -> None:
        """Take in one row of a sheet."""
        place = place_of(self.file, row.sheet, row.number)
        read = read_row(row, place)
        procedure = read.procedure
        self.rows += 1
        if read.ended and not self.repealed:
            shown = procedure.code or f'"{excerpt(procedure.name, 60)}"'
            of_sheet = place.rpartition(", dòng ")[0]
            self.ended.append(Ended(of_sheet, row.number, shown, read.ended, procedure.code))
            return
        if level is not None:
            procedure = _at_level(procedure, level, place)
        if row.doubtful:
            self.doubtful.setdefault(row.doubtful, place)
        self.marked |= dict.fromkeys(read.marked)
        self.remarks += [f"{place}: {remark}" for remark in read.remarks]
        self.unread += read.unread
        self.unread += [Unread(place, role, text, column=at) for at, role, text in row.faulty]
        self.columns |= _spoken(procedure)
        self._put(procedure, place)

    def _put(self, procedure: Procedure, place: str) -> None:
        key = procedure.code or codeless_key(procedure.name, procedure.executing_levels, procedure.field)
        if procedure.code is None and procedure.local_code is not None:
            self.invalid.setdefault(key, []).append((place, procedure))
        first = self.procedures.get(key)
        if first is None:
            self.procedures[key] = procedure
            self.places[key] = place
        elif procedure.code and self._is_case(key, first, procedure):
            self.cases.setdefault(key, [(self.places[key], first)]).append((place, procedure))
        elif procedure.code and _apart(first, procedure):
            self._join(key, first, procedure, place)
        else:
            self.repeated.setdefault(key, []).append((place, procedure))

    def _is_case(self, key: str, first: Procedure, procedure: Procedure) -> bool:
        """Whether a row is one more case of its code; once there are some, one of another level is, too."""
        rows = self.cases.get(key)
        if rows is None:
            return are_cases([first.name], procedure.name)
        return _apart(first, procedure) or are_cases([one.name for _, one in rows], procedure.name)

    def finish(self) -> None:
        """Make one procedure of the cases of each code."""
        for key, rows in self.cases.items():
            one = as_one([procedure for _, procedure in rows])
            self.procedures[key] = one.procedure
            self.unread += [
                Unread(rows[at][0], attribute, text, contradicts=True) for at, attribute, text in one.dropped
            ]
            places = "; ".join(place for place, _ in rows[1:])
            varying = ", ".join(ATTRIBUTE_WORDS[attribute].lower() for attribute in one.varying)
            varies = f"; {varying} khác nhau theo trường hợp, không đem so" if varying else ""
            self.remarks.append(
                f"{rows[0][0]}: mã {key} có {len(rows)} trường hợp (cũng ở {places}), "
                f"đọc là một thủ tục{varies}"
            )

    def join(self, parts: Iterable[PartSheet]) -> None:
        """Add what the sheets of parts of a national export say."""
        joined = join_parts(self.file, self.procedures, parts)
        for key, procedure in joined.procedures.items():
            if procedure is not self.procedures[key]:
                self.procedures[key] = procedure
                self.columns |= _spoken(procedure)
        self.remarks += joined.remarks

    def notes(self) -> Iterator[str]:
        """Remarks about rows and columns, one line each."""
        yield from self.remarks
        for title, place in self.doubtful.items():
            yield (
                f'{place}: phần "{excerpt(title, 120)}" ghi bãi bỏ hoặc thay thế lẫn loại khác, '
                "không rõ dòng nào; các dòng của phần vẫn đọc như đang còn hiệu lực"
            )
        for row in self.ended:
            if row.code in self.procedures:
                yield (
                    f"{row.place}, dòng {row.number}: mã {row.code} ghi không còn hiệu lực theo {row.why}, "
                    f"nhưng còn hiệu lực ở {self.places[row.code]}; đọc là còn hiệu lực"
                )
        for role in self.marked:
            name = _MARK_COLUMNS.get(role) or ATTRIBUTE_WORDS.get(role, role)
            yield f"{self.file}: cột {name} chỉ đánh dấu, không nói nội dung nên không dùng để so"

    def _join(self, key: str, first: Procedure, other: Procedure, place: str) -> None:
        """The same code in the sections of two levels is one procedure at both; the first words stand."""
        for name in ATTRIBUTE_NAMES:
            mine, theirs = getattr(first, name), getattr(other, name)
            if name != "executing_levels" and None not in (mine, theirs) and mine != theirs:
                self.unread.append(Unread(place, name, value_text(theirs) or "", contradicts=True))
        levels = (first.executing_levels or frozenset()) | (other.executing_levels or frozenset())
        joined = merge_records(other, first)
        self.procedures[key] = replace(joined, executing_levels=levels, row=f"{first.row}; {other.row}")

    def all_problems(self) -> tuple[RowProblem, ...]:
        """One a subject, wrong codes first."""
        problems = [
            _problem(FindingKind.INVALID_CODE, key, rows, _invalid_reason(rows), self.places[key])
            for key, rows in self.invalid.items()
        ]
        problems += [
            _problem(
                FindingKind.DUPLICATE_CODE,
                key,
                rows,
                _repeated_reason(key, self.places[key]),
                self.places[key],
            )
            for key, rows in self.repeated.items()
        ]
        return tuple(problems)


def _at_level(procedure: Procedure, level: str, place: str) -> Procedure:
    levels = procedure.executing_levels
    if not levels:
        return replace(procedure, executing_levels=frozenset({level}))
    if level not in levels:
        said = ", ".join(level_label(one) for one in LEVELS if one in levels)
        raise WorkbookError(
            f"{place}: dòng này ghi {said}, nhưng tệp được nhập riêng cho {level_label(level)}",
            "level",
        )
    return procedure


def _apart(first: Procedure, other: Procedure) -> bool:
    """Whether two rows of one code are about different levels; unknown levels may meet."""
    mine, theirs = first.executing_levels, other.executing_levels
    return bool(mine) and bool(theirs) and not (mine or frozenset()) & (theirs or frozenset())


def _spoken(procedure: Procedure) -> set[str]:
    spoken = {name for name in ATTRIBUTE_NAMES if getattr(procedure, name) is not None}
    if procedure.ways == frozenset({"postal"}):
        spoken.discard("ways")
    return spoken


def _invalid_reason(rows: list[tuple[str, Procedure]]) -> str:
    return "; ".join(dict.fromkeys(wrong_code(procedure.local_code or "") for _, procedure in rows))


def _repeated_reason(key: str, first: str) -> str:
    if key.startswith("~"):
        return f"trùng tên, cấp và lĩnh vực với {first}"
    return f"mã {key} đã có ở {first}"


def _problem(
    rule: FindingKind, key: str, rows: list[tuple[str, Procedure]], reason: str, first: str
) -> RowProblem:
    """One problem a subject, however many rows: it is one discrepancy for as long as it holds."""
    procedure = rows[0][1]
    return RowProblem(
        rule=rule,
        subject=key,
        code=procedure.code,
        name=procedure.name or None,
        place="; ".join(place for place, _ in rows),
        reason=reason,
        division=procedure.division,
        evidence={
            "first": first,
            "rows": [place for place, _ in rows],
            "records": [to_record(one) for _, one in rows],
        },
    )
