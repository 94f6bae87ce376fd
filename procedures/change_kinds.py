"""The kinds of changes of a source between two nights."""

from __future__ import annotations

from enum import StrEnum


class ChangeKind(StrEnum):
    """The kinds of `v_change`."""

    NEW = "new"
    CHANGED = "changed"
    COSMETIC = "cosmetic"
    MISSING = "missing"
    REPEALED = "repealed"
    REPLACED = "replaced"
    LEVEL_TRANSFER = "level_transfer"
    REINSTATED = "reinstated"
