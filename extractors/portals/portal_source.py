"""What the readers of portals have in common."""

from __future__ import annotations

from extractors.http.classify import Answer
from extractors.http.client import PoliteClient
from extractors.portals.audit.schema_audit import Audit
from extractors.portals.source import ListedItem, RecalledRecord, RequestCounts


class PortalSource:
    """The base of an `Extractor` that asks by a `PoliteClient` and keeps an audit of what it saw."""

    has_states = False
    only_the_list = False

    def __init__(self, client: PoliteClient) -> None:
        self._client = client
        self._audit = Audit()

    @property
    def audit(self) -> Audit:
        """Shape, leftovers and notes of what was read so far."""
        return self._audit

    @property
    def counts(self) -> RequestCounts:
        """The requests so far."""
        return self._client.counts

    def recall(self, item: ListedItem, answer: Answer | None) -> RecalledRecord | None:  # noqa: ARG002 - see above
        """Return nothing: every answer is read."""
        return None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
