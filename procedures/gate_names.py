"""Names that the gates and the warehouse share."""

from __future__ import annotations

from typing import Final

UNCHANGED: Final = "unchanged"
"""Name of the only outcome of a gate that was skipped because nothing changed."""
