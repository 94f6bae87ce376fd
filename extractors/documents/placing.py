"""In which part, section and kind of list the present row of a decision stands.

Titles lie within each other (Phụ lục over Phần over Danh mục over "1."), and so do the section rows within a
table; the innermost that says something counts. A title without a kind lies in the kind of the one around it,
so that nothing under "bị bãi bỏ" is ever taken for a plain list.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from extractors.documents.columns import Columns
from extractors.documents.counting import Counted
from extractors.documents.titles import Title, declared_in, kinds_in
from extractors.workbooks.sections import Section, Sections, read_section
from procedures.office.documents import PartKind
from procedures.text import canonical

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
class _Known:
    """A section row in its words, with what it counts."""

    section: Section
    text: str
    kinds: Kinds
    counted: Counted | None


@dataclass(slots=True)
class Place:
    """Where the reader is. `turn` grows whenever what follows belongs to another part.

    `heads` are the sections that lines between tables began, `rows` those that rows of the tables did. The
    kind that a section names holds until another one names one, or a title ends it.
    """

    decision_kinds: Kinds
    titles: list[Title] = field(default_factory=list)
    heads: Sections = field(default_factory=Sections)
    rows: Sections = field(default_factory=Sections)
    counted: list[Counted] = field(default_factory=list)
    content: bool = False
    turn: int = 0
    _kind: _Known | None = None
    _known: dict[int, _Known] = field(default_factory=dict)

    def begin(self, title: Title) -> None:
        """A title over a table: of a part, or of a section of the present one."""
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
        self.heads.enter(_said_by_title(section, title.text, marker))

    def enter(self, section: Section, text: str) -> None:
        """A section row: its level, field or kind are those of the rows below."""
        kinds = kinds_in(text)
        section = replace(section, state=_KIND if kinds else None)
        declared = declared_in(text)
        counted = None if declared is None else Counted(canonical(text), declared)
        if kinds:
            section = self._enter_kind(section)
        else:
            self.rows.enter(section)
        known = _Known(section, canonical(text), kinds, counted)
        self._known[id(section)] = known
        if counted is not None:
            self.counted.append(counted)
        if kinds:
            self._kind = known
            self.turn += 1

    def _enter_kind(self, section: Section) -> Section:
        """Open a section with a kind in place of the one before; a field numbered like it lies within it."""
        before = next((at for at, one in enumerate(self.rows.open) if one.marker == _KIND), None)
        if before is not None:
            del self.rows.open[before:]
        self.rows.enter(section)
        self.rows.open[-1] = replace(section, marker=_KIND)
        return self.rows.open[-1]

    def count(self) -> None:
        """One more row stands in every section that is open."""
        for section in self.rows.open:
            known = self._known.get(id(section))
            if known and known.counted:
                known.counted.rows += 1

    @property
    def levels(self) -> frozenset[str] | None:
        """The innermost level said."""
        return self.heads.levels if self.rows.levels is None else self.rows.levels

    @property
    def field(self) -> str | None:
        """The innermost field said."""
        return self.rows.field or self.heads.field

    @property
    def title(self) -> str:
        """What heads the present part: the section that gives it its kind, else the innermost title."""
        if self._kind:
            return self._kind.text
        named = self._named()
        return named.text if named else ""

    @property
    def declared(self) -> int | None:
        """The count that this title prints, `None` where a section's own count tells it."""
        if self._kind:
            return self._kind.counted.declared if self._kind.counted else None
        named = self._named()
        return named.declared if named else None

    def kind(self, columns: Columns) -> tuple[PartKind | None, str | None]:
        """The kind of the present part; where it is not beyond doubt, `None` and why."""
        titled = next((one.kinds for one in reversed(self.titles) if one.kinds), _NO_KINDS)
        told = self._kind.kinds if self._kind else titled
        told = told or self.decision_kinds
        in_force = any(map(columns.has, ("time", "time:rule", "time:local", "place", "fee")))
        if len(told) == 1:
            return _only(next(iter(told)), columns, in_force)
        if not told:
            return _by_columns(columns), None
        if PartKind.REPEALED in told and columns.repeals:
            return PartKind.REPEALED, None
        if PartKind.REPLACED in told and columns.has("old:name"):
            return PartKind.REPLACED, None
        if None in told and told is self.decision_kinds and in_force and not columns.repeals:
            return PartKind.IN_FORCE, None
        words = ", ".join(_WORDS[kind] for kind in PartKind if kind in told)
        return None, f"tên phần ghi nhiều loại ({words}), không rõ mỗi thủ tục thuộc loại nào"

    def _nest(self, title: Title) -> None:
        """End the titles beside which the new one stands."""
        if title.outer:
            self.titles = [one for one in self.titles if one.outer and one.rank < title.rank]
        else:
            at = next(
                (n for n, one in enumerate(self.titles) if not one.outer and one.rank == title.rank), None
            )
            del self.titles[len(self.titles) if at is None else at :]
        self.titles.append(title)

    def _named(self) -> Title | None:
        """The innermost title with a kind, or the innermost of all."""
        return next(
            (one for one in reversed(self.titles) if one.kinds), self.titles[-1] if self.titles else None
        )


def _said_by_title(section: Section | None, text: str, marker: str) -> Section:
    """What a title says for all its rows: one level, or a field that it calls so."""
    levels = section.levels if section and section.levels and len(section.levels) == 1 else None
    named = section.field if section and "lĩnh vực" in text.casefold() else None
    return Section(marker, levels, named, _KIND)


def _only(kind: PartKind | None, columns: Columns, in_force: bool) -> tuple[PartKind | None, str | None]:
    if kind is not PartKind.REPEALED and columns.repeals:
        return None, "tên phần không nói bãi bỏ, nhưng tiêu đề cột nói bãi bỏ"
    if kind is PartKind.REPLACED and not columns.has("old:name") and not in_force:
        return None, "không rõ tên trong bảng là thủ tục thay thế hay thủ tục được thay thế"
    return kind, None


def _by_columns(columns: Columns) -> PartKind:
    if columns.repeals:
        return PartKind.REPEALED
    return PartKind.REPLACED if columns.has("old:name") else PartKind.IN_FORCE
