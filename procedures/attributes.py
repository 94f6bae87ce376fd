"""The registry of attributes: all properties of each are declared here once and looked up elsewhere.

Functions are in the packages that need them, in tables keyed by `ValueType` (how a value is stored,
written and read) and by `Compare` (when two values mean the same). How to add an attribute:
`docs/development.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum

from procedures.finding_kinds import FindingKind, Severity


class ValueType(StrEnum):
    """What a value is. Lists are tuples; levels and ways are sets of codes."""

    TEXT = "text"
    DECISION = "decision"  # number of a decision
    DATE = "date"
    YES_NO = "yes_no"
    STATE = "state"
    LEVELS = "levels"
    ONLINE_LEVEL = "online_level"
    WAYS = "ways"
    DECENTRALISATION = "decentralisation"
    TEXTS = "texts"
    LINES = "lines"  # texts that may hold semicolons
    TIMES = "times"
    FEES = "fees"
    PAPERS = "papers"


class Compare(StrEnum):
    """When two values mean the same; each has one function in every package that compares."""

    VALUE = "value"
    NAME = "name"
    FIELD = "field"
    AGENCY = "agency"
    STATE = "state"
    NUMBER = "number"
    TEXT = "text"
    TEXTS = "texts"
    LEGAL_BASES = "legal_bases"
    STEPS = "steps"
    TIMES = "times"
    FEES = "fees"
    WAYS = "ways"
    PAPERS = "papers"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute, by the name of its field in `procedures.model.Procedure`.

    `column` is its place in the catalogue workbook, counted from the left in tens, with its `width` in
    characters; its `heading` is the label unless given; `always`: written even where no row states it.
    """

    name: str
    label: str
    type: ValueType
    compare: Compare
    _: KW_ONLY
    column: int
    width: int
    heading: str | None = None
    always: bool = False
    catalogue_only: bool = False
    """Only the department's own list has it."""
    mismatch: FindingKind | None = None
    """The kind of finding when two sides disagree on it; None: the sides are not compared on it."""
    own_rule: bool = False
    """A rule of its own finds that mismatch, not `attribute_mismatch` by `compare`."""
    severity: Severity | None = None
    """Of its `attribute_mismatch`; None: that of the kind."""
    raw: bool = False
    """Its text as received is kept beside the canonical one."""
    may_be_empty: bool = False
    """A source may state that there is none; one that suddenly does so for most procedures is held."""
    long: bool = False
    """A letter only names it, since its values are too long."""
    stored: bool = False
    """It has a column of its own in the warehouse and its views."""


_MISMATCH = FindingKind.ATTRIBUTE_MISMATCH

ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute("name", "Tên thủ tục", ValueType.TEXT, Compare.NAME, column=20, width=60,
              heading="Tên thủ tục hành chính", always=True, mismatch=_MISMATCH, severity=Severity.LOW,
              raw=True, stored=True),
    Attribute("field", "Lĩnh vực", ValueType.TEXT, Compare.FIELD, column=30, width=26, always=True,
              mismatch=_MISMATCH, severity=Severity.LOW, raw=True, stored=True),
    Attribute("state", "Tình trạng", ValueType.STATE, Compare.STATE, column=270, width=16),
    Attribute("executing_levels", "Cấp thực hiện", ValueType.LEVELS, Compare.VALUE, column=40, width=18,
              always=True, mismatch=FindingKind.EXECUTING_LEVEL_MISMATCH, own_rule=True, stored=True),
    Attribute("online_level", "Mức độ DVC trực tuyến", ValueType.ONLINE_LEVEL, Compare.VALUE, column=70,
              width=22, always=True, mismatch=FindingKind.ONLINE_LEVEL_MISMATCH, own_rule=True, stored=True),
    Attribute("agency", "Cơ quan thực hiện", ValueType.TEXT, Compare.AGENCY, column=50, width=28, always=True,
              mismatch=_MISMATCH, raw=True, stored=True),
    Attribute("promulgating_agency", "Cơ quan ban hành", ValueType.TEXT, Compare.TEXT, column=280, width=22,
              stored=True),
    Attribute("decision_number", "Số quyết định công bố", ValueType.DECISION, Compare.NUMBER, column=140,
              width=22, heading="Quyết định công bố của Bộ", mismatch=_MISMATCH, stored=True),
    Attribute("decision_date", "Ngày quyết định công bố", ValueType.DATE, Compare.VALUE, column=150, width=14,
              heading="Ngày quyết định công bố của Bộ", mismatch=_MISMATCH, own_rule=True, stored=True),
    Attribute("processing_time", "Thời hạn giải quyết", ValueType.TIMES, Compare.TIMES, column=80, width=26,
              always=True, mismatch=_MISMATCH, own_rule=True, may_be_empty=True, stored=True),
    Attribute("fee", "Phí, lệ phí", ValueType.FEES, Compare.FEES, column=90, width=22, always=True,
              mismatch=_MISMATCH, severity=Severity.HIGH, may_be_empty=True, stored=True),
    Attribute("ways", "Cách thức thực hiện", ValueType.WAYS, Compare.WAYS, column=100, width=22,
              mismatch=_MISMATCH, severity=Severity.LOW, may_be_empty=True, stored=True),
    Attribute("subjects", "Đối tượng thực hiện", ValueType.TEXTS, Compare.TEXTS, column=310, width=28,
              mismatch=_MISMATCH, may_be_empty=True),
    Attribute("dossier", "Thành phần hồ sơ", ValueType.PAPERS, Compare.PAPERS, column=320, width=40,
              mismatch=_MISMATCH, may_be_empty=True, long=True),
    Attribute("legal_bases", "Căn cứ pháp lý", ValueType.TEXTS, Compare.LEGAL_BASES, column=330, width=40,
              mismatch=_MISMATCH, may_be_empty=True),
    Attribute("steps", "Trình tự thực hiện", ValueType.LINES, Compare.STEPS, column=340, width=40,
              may_be_empty=True, long=True),
    Attribute("requirements", "Yêu cầu, điều kiện", ValueType.TEXT, Compare.TEXT, column=350, width=32,
              mismatch=_MISMATCH, may_be_empty=True, long=True),
    Attribute("results", "Kết quả thực hiện", ValueType.TEXTS, Compare.TEXTS, column=360, width=28,
              mismatch=_MISMATCH, may_be_empty=True, long=True),
    Attribute("division", "Phòng, ban, đơn vị trực thuộc", ValueType.TEXT, Compare.TEXT, column=60, width=24,
              heading="Phòng chuyên môn", always=True, catalogue_only=True, stored=True),
    Attribute("competent_authority", "Cơ quan có thẩm quyền", ValueType.TEXT, Compare.TEXT, column=260,
              width=28, catalogue_only=True),
    Attribute("province_decision_number", "Quyết định công bố của tỉnh", ValueType.DECISION, Compare.NUMBER,
              column=120, width=22, catalogue_only=True),
    Attribute("province_decision_date", "Ngày quyết định công bố của tỉnh", ValueType.DATE, Compare.VALUE,
              column=130, width=14, catalogue_only=True),
    Attribute("eligible_full_online", "Đủ điều kiện toàn trình", ValueType.YES_NO, Compare.VALUE, column=160,
              width=14, catalogue_only=True),
    Attribute("online_reason", "Lý do chưa toàn trình", ValueType.TEXT, Compare.TEXT, column=170, width=32,
              catalogue_only=True),
    Attribute("online_basis", "Căn cứ chưa toàn trình", ValueType.TEXT, Compare.TEXT, column=180, width=28,
              catalogue_only=True),
    Attribute("online_plan", "Lộ trình", ValueType.TEXT, Compare.TEXT, column=190, width=20,
              catalogue_only=True),
    Attribute("decentralisation_state", "Trạng thái phân cấp", ValueType.DECENTRALISATION, Compare.VALUE,
              column=200, width=18, catalogue_only=True),
    Attribute("decentralised_to", "Phân cấp cho", ValueType.TEXT, Compare.TEXT, column=210, width=22,
              catalogue_only=True),
    Attribute("decentralisation_basis", "Căn cứ phân cấp", ValueType.TEXT, Compare.TEXT, column=220, width=28,
              catalogue_only=True),
    Attribute("decentralisation_texts", "Văn bản phải sửa", ValueType.TEXT, Compare.TEXT, column=230,
              width=28, catalogue_only=True),
    Attribute("decentralisation_reason", "Lý do chưa phân cấp", ValueType.TEXT, Compare.TEXT, column=240,
              width=28, catalogue_only=True),
    Attribute("delegated", "Ủy quyền", ValueType.YES_NO, Compare.VALUE, column=250, width=10,
              catalogue_only=True),
)  # fmt: skip
"""Every attribute whose differences are reported, in the order people read them."""

ATTRIBUTES_BY_NAME: Mapping[str, Attribute] = {each.name: each for each in ATTRIBUTES}

ATTRIBUTE_NAMES: tuple[str, ...] = tuple(ATTRIBUTES_BY_NAME)

PUBLISHED_ATTRIBUTES: tuple[str, ...] = tuple(each.name for each in ATTRIBUTES if not each.catalogue_only)
"""Attributes that any source may publish."""

RAW_ATTRIBUTES: tuple[str, ...] = tuple(each.name for each in ATTRIBUTES if each.raw)
"""Attributes whose text as received is kept beside the canonical one."""

STORED_ATTRIBUTES: tuple[str, ...] = tuple(each.name for each in ATTRIBUTES if each.stored)
"""Attributes with a column of their own in the warehouse."""


def attributes_of(*types: ValueType) -> frozenset[str]:
    """Return the names of the attributes of these types."""
    return frozenset(each.name for each in ATTRIBUTES if each.type in types)
