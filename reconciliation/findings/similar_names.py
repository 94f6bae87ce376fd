"""Similar names: how alike two are, which ones resemble a given one, and in what they differ.

Likeness is never identity: among 1,736 real procedures 387 pairs that differ by one verb ("cấp", "cấp
lại") or one agency are 0.90 to 0.99 alike. It only selects what a person is shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from types import ModuleType

MIN_LIKENESS = 0.9
"""Likeness from which a name is shown as a candidate."""

RARE_WORDS = 8
"""The number of a name's rarest words by which similar names are looked for."""

MAX_COMPARED = 400
"""The most names sharing rare words whose likeness is computed."""

_ACTIONS = """
cấp lại đổi bổ sung gia hạn thu hồi sửa điều chỉnh xác nhận công giải quyết đăng ký khai thay hủy bãi tạm
dừng đình chấm dứt tiếp tục hưởng mở rộng chia tách hợp nhất sáp nhập thành lập tự thể không chưa xét tuyển
thi tặng truy phục khám lần cuối hỗ trợ chuyển
"""

_OWNERS = """
bộ tỉnh thành phố huyện xã phường trung ương sở ban ngành quản lý nội vụ thẩm quyền chủ tịch
"""

ACTIONS = frozenset(_ACTIONS.split())
"""Words that tell one action from another; "không" and "chưa" turn one into its opposite."""

OWNERS = frozenset(_OWNERS.split())
"""Words that tell whose procedure it is."""


def likeness(one: str, other: str) -> float:
    """Return 0 to 1 for two matching keys: equal characters, or words when one name contains the other."""
    fuzz = _fuzz()
    return float(max(fuzz.ratio(one, other), fuzz.token_set_ratio(one, other)) / 100)


def character_likeness(one: str, other: str) -> float:
    """Return 0 to 1 for two matching keys by their characters in order alone."""
    return float(_fuzz().ratio(one, other) / 100)


@cache
def _fuzz() -> ModuleType:
    """Return the library of likeness, for which most nights have no use."""
    from rapidfuzz import fuzz

    return fuzz


def describe_difference(one: str, other: str) -> str:
    """Describe in what two matching keys differ, for people (Vietnamese)."""
    left, right = Counter(one.split()), Counter(other.split())
    only_left, only_right = list((left - right).elements()), list((right - left).elements())
    if not only_left and not only_right:
        return "cùng các từ, khác thứ tự" if one != other else "cùng tên"
    words = set(only_left) | set(only_right)
    kind = "khác chữ"
    if any(any(char.isdigit() for char in word) for word in words):
        kind = "khác số"
    elif words & ACTIONS:
        kind = "khác hành động"
    elif words & OWNERS:
        kind = "khác cơ quan"
    return f"{kind}: “{' '.join(only_left[:8])}” / “{' '.join(only_right[:8])}”"


class SimilarNames:
    """An index of names by their words, to find similar ones without comparing each pair."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        """Index `keys`: the matching key of each name by the id that is returned."""
        self._keys = keys
        self._ids: defaultdict[str, list[str]] = defaultdict(list)
        for id_, key in keys.items():
            for word in set(key.split()):
                self._ids[word].append(id_)

    def similar(self, key: str, *, at_least: float = MIN_LIKENESS, most: int = 5) -> list[tuple[str, float]]:
        """Return the ids with their likeness to `key`, the most alike first."""
        scored = [(id_, likeness(key, self._keys[id_])) for id_ in self._ids_sharing_words(key)]
        alike = [(id_, score) for id_, score in scored if score >= at_least]
        alike.sort(key=lambda pair: (-pair[1], -character_likeness(key, self._keys[pair[0]]), pair[0]))
        return alike[:most]

    def _ids_sharing_words(self, key: str) -> Iterable[str]:
        words = sorted((word for word in set(key.split()) if word in self._ids), key=self._rarity)
        shared: Counter[str] = Counter()
        for word in words[:RARE_WORDS]:
            if shared and len(self._ids[word]) > 20 * MAX_COMPARED:
                break
            shared.update(self._ids[word])
        return [id_ for id_, _ in shared.most_common(MAX_COMPARED)]

    def _rarity(self, word: str) -> tuple[int, str]:
        return len(self._ids[word]), word
