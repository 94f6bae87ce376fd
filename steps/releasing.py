"""Lets a held snapshot through, on a person's word."""

from __future__ import annotations

from procedures.configuration import Configuration
from procedures.errands import Errand
from procedures.errors import InputError
from procedures.words import SNAPSHOT_STATES
from steps.comparing import apply
from steps.concluding import conclude
from steps.opening import begin, opened
from steps.running import closing_what_breaks
from steps.summary import RELEASE, Summary
from warehouse import runs, snapshots
from warehouse.engine import reading, writing


def release_snapshot(configuration: Configuration, snapshot_id: int, by: str, reason: str) -> Summary:
    """Apply a held snapshot at once, as if it had been complete; a run of its own.

    Raises:
        UnknownThingError: there is no such snapshot.
        InputError: it is not held; or a newer one, even a partial one, was made current since, and what that
            read would be overwritten; or what stands has been read under newer rules since.
    """
    if not reason.strip():
        raise InputError("Cần nêu lý do cho qua", "reason")
    with opened(configuration) as engine, closing_what_breaks(configuration):
        with reading(engine) as connection:
            row = snapshots.get_snapshot(connection, snapshot_id)
            newer = snapshots.overtaken_by(connection, row)
            past_rules = runs.read_under_past_rules(connection, row)
        if row.state != "held":
            state = "đang đọc" if row.state is None else SNAPSHOT_STATES[row.state].lower()
            raise InputError(f"Bản chụp {snapshot_id} không ở trạng thái tạm giữ ({state})")
        if newer is not None:
            raise InputError(
                f"Bản chụp {snapshot_id} cũ hơn bản chụp đã đưa vào gần nhất ({newer.snapshot_id}) "
                f"của {configuration.source_name(row.source)}; hãy cho qua bản mới nhất bị tạm giữ, "
                "hoặc chờ đêm sau"
            )
        if past_rules:
            raise InputError(
                f"Bản chụp {snapshot_id} được đọc theo quy tắc của phiên bản trước, không so được với dữ liệu"
                " hiện hành; hãy cho qua bản của đêm sau (danh mục: nhập lại tệp)"
            )
        run_id = begin(configuration, row.as_of, RELEASE, errand=Errand(released=snapshot_id, by=by))
        with writing(engine) as connection:
            snapshots.mark_released(connection, snapshot_id, by=by, reason=reason)
            released = snapshots.get_snapshot(connection, snapshot_id)
            apply(configuration, connection, released, run_id)
        return conclude(configuration, run_id)
