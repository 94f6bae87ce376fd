"""What a held snapshot would do is named before it is let through, and is what then happens."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from procedures.errors import NotFoundError
from procedures.snapshot import SnapshotState
from rasoat.held_tables import print_preview
from settings.configuration import Configuration
from settings.sources import SourceSettings
from steps.database import engine_of
from steps.sources.release import release_snapshot
from steps.sources.release_preview import AffectedProcedure, changes_of, preview_release
from tests.review.desk import configuration
from tests.warehouse.nights import Nights, at, met, procedure, read
from warehouse.db.engine import reading
from warehouse.db.schema import upgrade
from warehouse.sources import runs

NATIONAL = SourceSettings(name="national", kind="national-api", role="national", confirm_after=2)
MANY = 600
"""More than are compared at a time."""


def nights_with_one_held(home: Path) -> tuple[Configuration, int]:
    """An office whose third night is held; the snapshot's id."""
    office = configuration(home, sources=(NATIONAL,))
    upgrade(engine_of(office))
    many = [procedure(f"2.{number:06d}") for number in range(MANY)]
    one, two, three, four, five = (procedure(f"1.00000{number}") for number in range(1, 6))
    portal = Nights(engine_of(office))
    portal.night(at(20), one, two, three, four, five, *many)
    portal.night(at(21), one, two, three, four, *many)
    held = portal.take(
        at(22),
        replace(one, agency="UBND tỉnh Hà Tĩnh"),
        two,
        met("1.000004", "unpublished", state="INACTIVE"),
        five,
        *(replace(each, url=f"{each.url}/2") for each in many),
        replace(procedure("3.000001", name=four.name), executing_levels=frozenset({"commune"})),
        state=SnapshotState.HELD,
        reason="mất quá nhiều",
    )
    return office, held


def named(
    listed: tuple[AffectedProcedure, ...],
) -> list[tuple[str | None, str | None, str | None, tuple[str, ...]]]:
    return [(each.code, each.kind, each.successor_code, each.attributes) for each in listed]


@pytest.fixture
def desk(tmp_path: Path) -> tuple[Configuration, int]:
    return nights_with_one_held(tmp_path)


def test_what_is_named_is_what_letting_it_through_does(desk: tuple[Configuration, int]) -> None:
    office, held = desk
    preview = preview_release(office, held)
    assert preview.refused is None
    assert named(preview.go) == [
        ("1.000003", "missing", None, ()),
        ("1.000004", "level_transfer", "3.000001", ()),
    ]
    assert named(preview.come) == [("1.000005", "reinstated", None, ()), ("3.000001", "new", None, ())]
    assert named(preview.change) == [("1.000001", "changed", None, ("agency",))]
    ((change,),) = changes_of(office, held, ["1.000001"]).values()
    assert (change.old_value, change.new_value) == ("Sở Nội vụ", "UBND tỉnh Hà Tĩnh")
    done = release_snapshot(office, held, "Lan", "cổng gộp thủ tục thật")
    with reading(engine_of(office)) as connection:
        rows = runs.view_rows(connection, "v_change", where={"run_id": done.run_id})
    happened = {(row["code"], row["kind"], row["successor_code"], row["attribute"]) for row in rows}
    assert happened == {
        (code, kind, successor, attribute)
        for part in (preview.go, preview.come, preview.change)
        for code, kind, successor, attributes in named(part)
        for attribute in attributes or (None,)
    }
    after = preview_release(office, held)
    assert (after.go, after.come, after.change) == ((), (), ())
    assert "không ở trạng thái tạm giữ" in (after.refused or "")


def test_it_says_why_one_cannot_be_let_through(desk: tuple[Configuration, int]) -> None:
    office, held = desk
    Nights(engine_of(office)).night(at(23), procedure("1.000001"), state=SnapshotState.PARTIAL)
    assert "cũ hơn lần đã đưa vào gần nhất" in (preview_release(office, held).refused or "")
    with pytest.raises(NotFoundError, match="77"):
        preview_release(office, 77)


def test_it_is_told_for_people_and_as_one_document(
    desk: tuple[Configuration, int], capsys: pytest.CaptureFixture[str]
) -> None:
    office, held = desk
    preview = preview_release(office, held)
    print_preview(office, preview, as_json=False)
    told = capsys.readouterr().out
    for words in (
        "Cổng DVC quốc gia: mất quá nhiều",
        "Sẽ mất: 02 thủ tục\n  1.000003     Cấp giấy phép số 1.000003 (không thấy trên cổng đêm nay)",
        "(thay đổi cấp thực hiện bằng 3.000001)",
        "Sẽ thêm: 02 thủ tục",
        "Sẽ đổi: 01 thủ tục\n  1.000001     Cấp giấy phép số 1.000001\n"
        "      Cơ quan thực hiện: Sở Nội vụ → UBND tỉnh Hà Tĩnh",
    ):
        assert words in told, told
    print_preview(office, preview, as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert {name: document[name] for name in ("snapshot_id", "source", "state", "refused")} == {
        "snapshot_id": held, "source": "national", "state": "held", "refused": None,
    }  # fmt: skip
    assert [each["code"] for each in document["go"]] == ["1.000003", "1.000004"]
    assert document["change"] == [
        {
            "code": "1.000001",
            "name": "Cấp giấy phép số 1.000001",
            "kind": "changed",
            "successor_code": None,
            "changes": [{"attribute": "agency", "old_value": "Sở Nội vụ", "new_value": "UBND tỉnh Hà Tĩnh"}],
        }
    ]


def test_a_first_reading_that_is_held_brings_all_that_it_read(tmp_path: Path) -> None:
    office = configuration(tmp_path, sources=(NATIONAL,))
    upgrade(engine_of(office))
    held = Nights(engine_of(office)).take(
        at(20), read(procedure("1.000001")), state=SnapshotState.HELD, reason="quá ít"
    )
    preview = preview_release(office, held)
    assert (named(preview.come), preview.go, preview.change) == ([("1.000001", None, None, ())], (), ())
