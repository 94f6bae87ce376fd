"""The preview of a release, for people and as JSON: written as it is read."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from procedures.changes import Change
from procedures.wording.readable_values import change_in_words
from procedures.wording.words import ATTRIBUTE_LABELS, CHANGE_KINDS, count
from settings.configuration import Configuration
from steps.sources.release_preview import AffectedProcedure, ReleasePreview, changes_of
from steps.terminal import json_text
from warehouse.db.bulk import chunks

_PARTS: Mapping[str, str] = {"go": "Sẽ mất", "come": "Sẽ thêm", "change": "Sẽ đổi"}


def print_preview(configuration: Configuration, preview: ReleasePreview, *, as_json: bool) -> None:
    """Print each procedure that would go, come or change, by code and name; changes with both values."""
    if as_json:
        _print_document(configuration, preview)
        return
    row = preview.row
    print(
        f"Lần lấy dữ liệu {row.snapshot_id} của {configuration.source_name(row.source)}: {row.reason or '…'}"
    )
    if preview.refused:
        print(f"Không cho qua được: {preview.refused}")
    for part, words in _PARTS.items():
        procedures: Sequence[AffectedProcedure] = getattr(preview, part)
        print(f"\n{words}: {count(len(procedures))} thủ tục")
        for affected, changes in _with_changes(configuration, row.snapshot_id, procedures):
            print(f"  {affected.code or '…':12} {affected.name}{_kind_words(affected)}")
            for change in changes:
                old, new = change_in_words(change.attribute, change.old_value, change.new_value)
                print(
                    f"      {ATTRIBUTE_LABELS.get(change.attribute or '', change.attribute)}: {old} → {new}"
                )


def _print_document(configuration: Configuration, preview: ReleasePreview) -> None:
    """Write one JSON document, one procedure per line, never all twenty thousand in memory at once."""
    row = preview.row
    head = {
        "snapshot_id": row.snapshot_id,
        "source": row.source,
        "state": row.state,
        "reason": row.reason,
        "refused": preview.refused,
    }
    write = sys.stdout.write
    write(json_text(head)[:-2])
    for part in _PARTS:
        write(f',\n "{part}": [')
        listed: Sequence[AffectedProcedure] = getattr(preview, part)
        for number, (each, changes) in enumerate(_with_changes(configuration, row.snapshot_id, listed)):
            write(("," if number else "") + "\n  " + json_text(_document(each, changes), indent=None))
        write("\n ]" if listed else "]")
    write("\n}\n")


def _with_changes(
    configuration: Configuration, snapshot_id: int, listed: Sequence[AffectedProcedure]
) -> Iterator[tuple[AffectedProcedure, Sequence[Change]]]:
    for chunk in chunks(listed):
        keys = [each.key for each in chunk if each.attributes]
        changes = changes_of(configuration, snapshot_id, keys) if keys else {}
        for each in chunk:
            yield each, changes.get(each.key, ())


def _document(affected: AffectedProcedure, changes: Sequence[Change]) -> dict[str, Any]:
    document: dict[str, Any] = {
        "code": affected.code,
        "name": affected.name,
        "kind": affected.kind,
        "successor_code": affected.successor_code,
    }
    if changes:
        document["changes"] = [
            {"attribute": change.attribute, "old_value": change.old_value, "new_value": change.new_value}
            for change in changes
        ]
    return document


def _kind_words(affected: AffectedProcedure) -> str:
    if affected.kind is None or affected.attributes:
        return ""
    successor = f" bằng {affected.successor_code}" if affected.successor_code else ""
    return f" ({CHANGE_KINDS[affected.kind].lower()}{successor})"
