"""The archived bytes that prove a finding, as they were received."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from settings.configuration import Configuration
from steps.sources.archive import archive_of

_HASH = re.compile(r"[0-9a-f]{64}")


def stored_bytes(configuration: Configuration, digest: str) -> bytes:
    """Return the bytes with that SHA-256.

    Raises:
        ArchiveError: it is not a hash, or the bytes are missing or damaged.
    """
    return archive_of(configuration).get(digest)


def evidence_hashes(evidence: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name and the hash of every archived answer in a piece of evidence."""
    if isinstance(evidence, Mapping):
        for key, value in evidence.items():
            yield from evidence_hashes(value, str(key))
    elif isinstance(evidence, list):
        for value in evidence:
            yield from evidence_hashes(value, name)
    elif isinstance(evidence, str) and _HASH.fullmatch(evidence):
        yield name, evidence
