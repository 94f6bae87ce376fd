"""Direct questions about what a whole listing lacks: what stood before, and the catalogue's other codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from extractors.portals.source import Extractor
from procedures.snapshot import LookUp, Presence, ReadingPlan, Remembered, Sink

FEW = 20
"""So many absences are asked for one by one, however large their share of the source is."""


def ask(
    extractor: Extractor,
    sink: Sink,
    plan: ReadingPlan,
    met: Mapping[str, Presence],
    keys: Mapping[str, str],
    *,
    max_drop: float,
) -> None:
    """Put the answers into `sink`. `met` is how each key of the listing was met tonight, `keys` are by id."""
    loaded = [each for each in plan.remembered.values() if each.loaded]
    absent = [each for each in loaded if each.key not in met]
    lacking = sum(1 for each in loaded if met.get(each.key, "unpublished") == "unpublished")
    flood = len(absent) > FEW and lacking > max_drop * len(loaded)
    for each in absent:
        sink.look_up(_not_asked(each) if flood else _look_up(extractor, plan, each, keys))
    stood = {each.key for each in absent}
    for code in sorted(plan.ask):
        if code not in met and code not in stood:
            answer = extractor.ask(code)
            if answer is not None:
                sink.look_up(answer)


def _look_up(extractor: Extractor, plan: ReadingPlan, absent: Remembered, keys: Mapping[str, str]) -> LookUp:
    """Its own page that is listed under another code, and tells that code, knows it no more."""
    answer = extractor.look_up(absent)
    instead = answer.evidence.get("code")
    if answer.outcome == "error" and instead and keys.get(absent.source_id or "") == instead:
        answer = replace(answer, outcome="not_found")
    if extractor.only_the_list and extractor.audit.shape == plan.last_shape:
        return replace(answer, outcome="error", evidence={"told": "vẫn là danh sách cũ"})
    return answer


def _not_asked(absent: Remembered) -> LookUp:
    """A listing that lacks so much is held anyway; an error counts neither way when a person releases it."""
    told = {"told": "vắng mặt quá nhiều, không hỏi từng thủ tục"}
    return LookUp(key=absent.key, outcome="error", evidence=told)
