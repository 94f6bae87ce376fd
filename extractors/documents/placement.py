"""The place of the present row of a decision: its part, its section and its kind of list.

Titles are nested (Phụ lục over Phần over Danh mục over "1."), and so are the section rows within a table; the
innermost one with a value counts. A title without a kind has the kind of the one around it, so that nothing
under "bị bãi bỏ" is ever read as a plain list.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from extractors.documents.column_roles import DocumentColumns
from extractors.documents.declared_counts import CountedSection
from extractors.documents.titles import Title, declared_in
from extractors.workbooks.sections import Section, Sections, read_section
from procedures.office.documents import PartKind
from procedures.office.part_kinds import part_kinds_of
from procedures.values.text import canonical

Kinds = frozenset[PartKind | None]
_KIND = "kind"
_NO_KINDS: Kinds = frozenset()
_WORDS = {
    PartKind.NEW: "mới ban hành",
    PartKind.CHANGED: "sửa đổi, bổ sung",
    PartKind.REPLACED: "thay thế",
    PartKind.REPEALED: "bãi bỏ",
    PartKind.DECENTRALISED: "phân cấp",
    PartKind.IN_FORCE: "danh mục",
}


@dataclass(frozen=True, slots=True)
class _SectionRow:
    """A section row with its text, its kinds and its count."""

    section: Section
    text: str
    kinds: Kinds
    counted: CountedSection | None


@dataclass(slots=True)
class DocumentPlace:
    """The place of the reader. `turn` grows whenever a new part begins.

    `heads` are the sections begun by lines between tables, `rows` those begun by rows of the tables. The kind
    of a section lasts until another section with a kind, or a title.
    """

    decision_kinds: Kinds
    titles: list[Title] = field(default_factory=list)
    heads: Sections = field(default_factory=Sections)
    rows: Sections = field(default_factory=Sections)
    counted: list[CountedSection] = field(default_factory=list)
    content: bool = False
    turn: int = 0
    _kind: _SectionRow | None = None
    _section_rows: dict[int, _SectionRow] = field(default_factory=dict)

    def begin(self, title: Title) -> None:
        """Begin a title over a table: of a part, or of a section of the present one."""
        if title.content:
            self.content = True
            self.turn += 1
            return
        if self.content and not (title.outer and (title.kinds or title.lists)):
            return
        section = read_section(title.text, heading_like=True)
        if not title.outer and not title.kinds:
            if section is not None:
                self.heads.enter(replace(section, state=None))
                self.enter(section, title.text)
            return
        self.content = False
        self._nest(title)
        self._kind = None
        self.turn += 1
        self.rows = Sections()
        if title.outer:
            self.heads = Sections()
        marker = "base" if title.outer else section.marker if section else ""
        self.heads.enter(_section_of_title(section, title.text, marker))

    def enter(self, section: Section, text: str) -> None:
        """Enter a section row: its level, field or kind apply to the rows below."""
        kinds = part_kinds_of(text)
        section = replace(section, state=_KIND if kinds else None)
        declared = declared_in(text)
        counted = None if declared is None else CountedSection(canonical(text), declared)
        if kinds:
            section = self._enter_kind(section)
        else:
            self.rows.enter(section)
        known = _SectionRow(section, canonical(text), kinds, counted)
        self._section_rows[id(section)] = known
        if counted is not None:
            self.counted.append(counted)
        if kinds:
            self._kind = known
            self.turn += 1

    def _enter_kind(self, section: Section) -> Section:
        """Open a section with a kind in place of the one before; a field numbered like it is inside it."""
        before = next((at for at, one in enumerate(self.rows.open) if one.marker == _KIND), None)
        if before is not None:
            del self.rows.open[before:]
        self.rows.enter(section)
        self.rows.open[-1] = replace(section, marker=_KIND)
        return self.rows.open[-1]

    def count(self) -> None:
        """Count one more row in every open section."""
        for section in self.rows.open:
            known = self._section_rows.get(id(section))
            if known and known.counted:
                known.counted.rows += 1

    @property
    def levels(self) -> frozenset[str] | None:
        """The innermost levels given."""
        return self.heads.levels if self.rows.levels is None else self.rows.levels

    @property
    def field(self) -> str | None:
        """The innermost field given."""
        return self.rows.field or self.heads.field

    @property
    def title(self) -> str:
        """The heading of the present part: the section with its kind, else the innermost title."""
        if self._kind:
            return self._kind.text
        named = self._innermost_title()
        return named.text if named else ""

    @property
    def declared(self) -> int | None:
        """The count that this title prints, `None` where it has none."""
        if self._kind:
            return self._kind.counted.declared if self._kind.counted else None
        named = self._innermost_title()
        return named.declared if named else None

    def kind(self, columns: DocumentColumns) -> tuple[PartKind | None, str | None]:
        """Return the kind of the present part; where it is doubtful, `None` and the reason."""
        title_kinds = next((title.kinds for title in reversed(self.titles) if title.kinds), _NO_KINDS)
        kinds = self._kind.kinds if self._kind else title_kinds
        kinds = kinds or self.decision_kinds
        in_force = any(map(columns.has, ("time", "time:rule", "time:local", "place", "fee")))
        if len(kinds) == 1:
            return _check_kind(next(iter(kinds)), columns, in_force)
        if not kinds:
            return _by_columns(columns), None
        if PartKind.REPEALED in kinds and columns.repeals:
            return PartKind.REPEALED, None
        if PartKind.REPLACED in kinds and columns.has("old:name"):
            return PartKind.REPLACED, None
        if None in kinds and kinds is self.decision_kinds and in_force and not columns.repeals:
            return PartKind.IN_FORCE, None
        words = ", ".join(_WORDS[kind] for kind in PartKind if kind in kinds)
        return None, f"tên phần ghi nhiều loại ({words}), không rõ mỗi thủ tục thuộc loại nào"

    def _nest(self, title: Title) -> None:
        """End the titles that the new one does not belong to."""
        if title.outer:
            self.titles = [one for one in self.titles if one.outer and one.rank < title.rank]
        else:
            at = next(
                (n for n, one in enumerate(self.titles) if not one.outer and one.rank == title.rank), None
            )
            del self.titles[len(self.titles) if at is None else at :]
        self.titles.append(title)

    def _innermost_title(self) -> Title | None:
        """Return the innermost title with a kind, or the innermost of all."""
        return next(
            (one for one in reversed(self.titles) if one.kinds), self.titles[-1] if self.titles else None
        )


def _section_of_title(section: Section | None, text: str, marker: str) -> Section:
    """Return what a title sets for all its rows: one level, or a field that it names."""
    levels = section.levels if section and section.levels and len(section.levels) == 1 else None
    named = section.field if section and "lĩnh vực" in text.casefold() else None
    return Section(marker, levels, named, _KIND)


def _check_kind(
    kind: PartKind | None, columns: DocumentColumns, in_force: bool
) -> tuple[PartKind | None, str | None]:
    if kind is not PartKind.REPEALED and columns.repeals:
        return None, "tên phần không nói bãi bỏ, nhưng tiêu đề cột nói bãi bỏ"
    if kind is PartKind.REPLACED and not columns.has("old:name") and not in_force:
        return None, "không rõ tên trong bảng là thủ tục thay thế hay thủ tục được thay thế"
    return kind, None


def _by_columns(columns: DocumentColumns) -> PartKind:
    if columns.repeals:
        return PartKind.REPEALED
    return PartKind.REPLACED if columns.has("old:name") else PartKind.IN_FORCE
