"""Look-ups of what a whole listing lacks: procedures listed before, and the catalogue's other codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from extractors.portals.source import Extractor
from procedures.snapshot import ListedItemState, LookUp, Presence, ReadingPlan, Sink

FEW = 20
"""Absences that are always asked for one by one, however large their share of the source is."""


def look_up_missing(
    extractor: Extractor,
    sink: Sink,
    plan: ReadingPlan,
    met: Mapping[str, Presence],
    keys: Mapping[str, str],
    *,
    max_drop: float,
) -> None:
    """Put the answers into `sink`. `met` is each listed key's presence tonight, `keys` are the keys by id."""
    loaded = [each for each in plan.remembered.values() if each.loaded]
    absent = [each for each in loaded if each.key not in met]
    lacking = sum(1 for each in loaded if met.get(each.key, "unpublished") == "unpublished")
    too_many = len(absent) > FEW and lacking > max_drop * len(loaded)
    for each in absent:
        sink.look_up(_not_asked(each) if too_many else _look_up(extractor, plan, each, keys))
    absent_keys = {each.key for each in absent}
    for code in sorted(plan.ask):
        if code not in met and code not in absent_keys:
            answer = extractor.ask(code)
            if answer is not None:
                sink.look_up(answer)


def _look_up(
    extractor: Extractor, plan: ReadingPlan, absent: ListedItemState, keys: Mapping[str, str]
) -> LookUp:
    """Look one procedure up; its own page, now listed under another code, means that it is gone."""
    answer = extractor.look_up(absent)
    other_code = answer.evidence.get("code")
    if answer.outcome == "error" and other_code and keys.get(absent.source_id or "") == other_code:
        answer = replace(answer, outcome="not_found")
    if extractor.only_the_list and extractor.audit.shape == plan.last_shape:
        return replace(answer, outcome="error", evidence={"told": "vẫn là danh sách cũ"})
    return answer


def _not_asked(absent: ListedItemState) -> LookUp:
    """Return an error: the listing is held anyway, and an error counts neither way on release."""
    evidence = {"told": "vắng mặt quá nhiều, không hỏi từng thủ tục"}
    return LookUp(key=absent.key, outcome="error", evidence=evidence)
