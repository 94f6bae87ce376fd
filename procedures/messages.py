"""Messages: what is sent to one recipient on one channel, by way of the outbox."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message; the same `dedupe_key` is never sent twice.

    `attachment` is the name of the workbook that goes with it, made of `finding_ids` when it is sent.
    `fingerprints`: those of all its findings and changes; the outbox does not keep them.
    """

    dedupe_key: str
    kind: str
    channel: str
    recipient: str
    subject: str
    text: str
    html: str | None = None
    finding_ids: tuple[int, ...] = ()
    attachment: str | None = None
    fingerprints: tuple[str, ...] = ()
