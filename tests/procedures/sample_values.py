"""Values of every type that an attribute can have, and procedures that say every attribute."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from procedures.attributes import ATTRIBUTES, ValueType
from procedures.model import Paper, Procedure
from procedures.values.durations import ProcessingTime
from procedures.values.fees import Fee
from procedures.workbook_layout.catalogue_columns import DECENTRALISATION_LABELS

SAMPLES: Mapping[ValueType, Callable[[int], Any]] = {
    ValueType.TEXT: lambda n: f"Nội dung số {n}",
    ValueType.DECISION: lambda n: f"{n + 1}/QĐ-BNV",
    ValueType.DATE: lambda n: date(2026, 1, 1) + timedelta(days=n % 300),
    ValueType.YES_NO: lambda n: n % 2 == 0,
    ValueType.STATE: lambda n: ("ACTIVE", "INACTIVE")[n % 2],
    ValueType.LEVELS: lambda n: frozenset({("province", "commune")[n % 2]}),
    ValueType.ONLINE_LEVEL: lambda n: ("none", "partial", "full")[n % 3],
    ValueType.WAYS: lambda n: frozenset({"direct", ("online", "postal")[n % 2]}),
    ValueType.DECENTRALISATION: lambda n: tuple(DECENTRALISATION_LABELS)[n % len(DECENTRALISATION_LABELS)],
    ValueType.TEXTS: lambda n: (f"Mục một {n}", "Mục hai"),
    ValueType.LINES: lambda n: ("Nộp hồ sơ; chờ", "Nhận kết quả")[:: -1 if n % 2 else 1],
    ValueType.TIMES: lambda n: (ProcessingTime("direct", n % 90 + 1, "working_day"),),
    ValueType.FEES: lambda n: (Fee("direct", "fee", 1000 * (n + 1)),),
    ValueType.PAPERS: lambda n: (Paper(name=f"Đơn đề nghị mẫu {n}", originals=1, copies=0),),
}


def sample_value(name: str, number: int) -> Any:
    """Return the value of that number of the attribute; two numbers beside each other differ."""
    attribute = next(each for each in ATTRIBUTES if each.name == name)
    if name == "province_decision_number":
        return f"{number + 1}/QĐ-UBND"
    return SAMPLES[attribute.type](number)


def with_catalogue_values(procedure: Procedure, number: int) -> Procedure:
    """The procedure with every attribute that only the department's own list has."""
    own = [each.name for each in ATTRIBUTES if each.catalogue_only]
    return replace(procedure, **{name: sample_value(name, number) for name in own})
