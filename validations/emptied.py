"""Does a field say nothing any more in most records that said something? Then the portal lost it, not they.

A ministry empties a field of some procedures; a portal whose service of papers or of legal bases is down
empties it of all of them in one night, and fills it again in another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from procedures.findings import Severity
from procedures.model import Procedure
from procedures.snapshot import SnapshotState, Verdict
from procedures.wording.words import count
from validations.gate import Outcome

SUITE: Final = "records"

NO_FIELD_EMPTIED: Final = "no_field_emptied"

EMPTIED_SHARE: Final = 0.5
"""Share of the records that said something of a field; if more of them say nothing now, the field is lost."""

EMPTIED_FROM: Final = 10
"""Records from which on that share says something."""

FIELDS: Final[Mapping[str, str]] = {
    "processing_time": "thời hạn giải quyết",
    "ways": "cách thức thực hiện",
    "fee": "phí, lệ phí",
    "dossier": "thành phần hồ sơ",
    "legal_bases": "căn cứ pháp lý",
    "steps": "trình tự thực hiện",
    "requirements": "yêu cầu, điều kiện",
    "results": "kết quả thực hiện",
    "subjects": "đối tượng thực hiện",
}
"""What a source may say nothing of, as people call it."""


class Emptied:
    """Watches the records of one night pass, beside what stands."""

    def __init__(self, standing: Mapping[str, Procedure]) -> None:
        """`standing`: what stands of the records that are not as they were; others count as they come."""
        self._standing = standing
        self._said: Counter[str] = Counter()
        self._silent: Counter[str] = Counter()

    def passing(self, records: Iterable[tuple[str, Procedure]]) -> Iterator[tuple[str, Procedure]]:
        """The same records, looked at on their way."""
        for key, record in records:
            before = self._standing.get(key, record)
            for field in FIELDS:
                now = getattr(record, field)
                if _says(field, getattr(before, field)) and now is not None:
                    self._said[field] += 1
                    self._silent[field] += not _says(field, now)
            yield key, record

    def judge(self, *, complete: bool) -> tuple[Outcome, Verdict | None]:
        """Held until a person says that it is so; a partial snapshot, which nobody can let through, fails."""
        lost = {
            field: f"{count(self._silent[field])} trên {count(self._said[field])} thủ tục đã có"
            for field in FIELDS
            if self._silent[field] >= EMPTIED_FROM and self._silent[field] > EMPTIED_SHARE * self._said[field]
        }
        outcome = Outcome(
            suite=SUITE,
            expectation=NO_FIELD_EMPTIED,
            severity=Severity.CRITICAL,
            success=not lost,
            observed={
                "rows": len(FIELDS),
                "unexpected": len(lost),
                "examples": [{"key": field, "value": told} for field, told in lost.items()],
            },
        )
        if not lost:
            return outcome, None
        named = "; ".join(f"{FIELDS[field]} ({told})" for field, told in lost.items())
        state = SnapshotState.HELD if complete else SnapshotState.FAILED
        return outcome, Verdict(state, f"Cổng bỗng để trống quá nửa: {named}")


def _says(field: str, value: Any) -> bool:
    if field == "processing_time":
        return any(time.amount is not None and time.unit is not None for time in value or ())
    return bool(value)
