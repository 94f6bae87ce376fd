"""What the gates put aside is seen by people, let through, or set aside for as long as it stays the same."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from portals.world import World
from procedures.errors import InputError, NotFoundError
from steps.sources.quarantine import dismiss_record, list_quarantined, release_record
from steps.sources.replay import replay_run
from tests.addresses import bundled
from tests.office import NIGHTS, Office

BAD, OTHER = "1.013747", "1.009467"
BY = "Nguyễn Thị Lan"
LONG = "Cấp giấy phép " * 60


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Office]:
    """An office whose national portal lists thirty procedures and a few that are asked for by name."""
    with bundled() as portals:
        national = portals.national
        wanted = [national.world.by_code(code) for code in (BAD, OTHER)]
        national.world = World([*national.world.ordered()[:30], *wanted])
        yield Office(
            tmp_path, portals, national={"expect": {"min": 1, "max": 400, "max_drop": 0.5}, "levels": []}
        )


def spoil(office: Office, code: str, name: str = LONG) -> None:
    office.portals.national.world.edit(code, name=name)


def names(office: Office) -> dict[str, str]:
    return {row["code"]: row["name"] for row in office.rows("v_procedure_current", source="national")}


def test_a_record_that_a_person_lets_through_loads_on_the_next_run_and_stays(small: Office) -> None:
    spoil(small, BAD)
    first = small.night(NIGHTS[0], "national")
    assert first.sources["national"].quarantined == 1
    assert BAD not in names(small)
    (row,) = list_quarantined(small.configuration, "national")
    assert (row["code"], row["rule"], row["stage"], row["state"]) == (
        BAD,
        "name_length",
        "records",
        "waiting",
    )
    assert row["record"]["code"] == BAD
    release_record(small.configuration, row["quarantine_id"], BY, "tên thật trong nghị định")
    (row,) = list_quarantined(small.configuration)
    assert (row["state"], row["decided_by"], row["decided_reason"]) == (
        "released",
        BY,
        "tên thật trong nghị định",
    )
    run = small.night(NIGHTS[1], "national")
    second = run.sources["national"]
    assert (second.quarantined, second.new) == (0, 1)
    assert replay_run(small.configuration, run.run_id).equal
    assert names(small)[BAD] == LONG.strip()
    assert list_quarantined(small.configuration) == []
    assert [each["state"] for each in small.rows("v_quarantine", code=BAD)] == ["released"]
    third = small.night(NIGHTS[2], "national").sources["national"]
    assert (third.quarantined, third.new, third.changed) == (0, 0, 0)


def test_a_released_record_that_changes_and_is_still_bad_waits_again(small: Office) -> None:
    spoil(small, BAD)
    small.night(NIGHTS[0], "national")
    (row,) = list_quarantined(small.configuration)
    release_record(small.configuration, row["quarantine_id"], BY, "đúng là như vậy")
    spoil(small, BAD, LONG + "xây dựng")
    assert small.night(NIGHTS[1], "national").sources["national"].quarantined == 1
    (row,) = list_quarantined(small.configuration)
    assert row["state"] == "waiting"


def test_a_dismissed_record_is_not_shown_again_until_it_changes(small: Office) -> None:
    spoil(small, BAD)
    small.night(NIGHTS[0], "national")
    (row,) = list_quarantined(small.configuration)
    dismiss_record(small.configuration, row["quarantine_id"], BY, "bản ghi thử của Bộ")
    assert list_quarantined(small.configuration) == []
    small.night(NIGHTS[1], "national")
    assert list_quarantined(small.configuration) == []
    (again,) = list_quarantined(small.configuration, dismissed=True)
    assert again["quarantine_id"] > row["quarantine_id"]
    assert (again["state"], again["decided_by"]) == ("dismissed", BY)
    spoil(small, BAD, LONG + "khác")
    small.night(NIGHTS[2], "national")
    assert [each["state"] for each in list_quarantined(small.configuration)] == ["waiting"]


def test_what_the_portal_has_put_right_leaves_the_list_by_itself(small: Office) -> None:
    spoil(small, BAD)
    small.night(NIGHTS[0], "national")
    spoil(small, BAD, "Thành lập tổ chức")
    small.night(NIGHTS[1], "national")
    assert list_quarantined(small.configuration) == []
    assert names(small)[BAD] == "Thành lập tổ chức"


def test_a_record_of_another_procedure_can_be_dismissed_and_never_let_through(small: Office) -> None:
    small.portals.national.faults.order("detail_wrong_code", where="detail", times=1)
    small.night(NIGHTS[0], "national")
    (row,) = list_quarantined(small.configuration)
    assert row["rule"] == "wrong_code"
    with pytest.raises(InputError, match="không cho qua được"):
        release_record(small.configuration, row["quarantine_id"], BY, "x")
    dismiss_record(small.configuration, row["quarantine_id"], BY, "lỗi của cổng")
    assert list_quarantined(small.configuration) == []


def test_a_decision_names_a_record_a_person_and_a_reason(small: Office) -> None:
    spoil(small, BAD)
    small.night(NIGHTS[0], "national")
    (row,) = list_quarantined(small.configuration)
    with pytest.raises(NotFoundError, match="999"):
        release_record(small.configuration, 999, BY, "x")
    with pytest.raises(InputError, match="lý do"):
        dismiss_record(small.configuration, row["quarantine_id"], BY, "  ")
    with pytest.raises(InputError, match="người thực hiện"):
        dismiss_record(small.configuration, row["quarantine_id"], " ", "x")


def test_the_commands_list_release_and_dismiss(small: Office) -> None:
    spoil(small, BAD)
    spoil(small, OTHER, "=Đăng ký kinh doanh 23/09")
    small.night(NIGHTS[0], "national")
    listed = json.loads(small.rasoat("quarantine", "list", "--source", "national", "--format", "json").stdout)
    ids = {row["code"]: str(row["quarantine_id"]) for row in listed}
    assert set(ids) == {BAD, OTHER}
    table = small.rasoat("quarantine", "list").stdout
    assert "Bản ghi thử nghiệm" in table
    assert "02 bản ghi" in table
    told = ("--by", BY, "--reason", "đã xem")
    done = small.rasoat("quarantine", "release", ids[BAD], *told)
    assert (done.returncode, BAD in done.stdout) == (0, True), done.stderr
    assert small.rasoat("quarantine", "dismiss", ids[OTHER], *told).returncode == 0
    rows = list(csv.DictReader(io.StringIO(small.rasoat("quarantine", "list", "--format", "csv").stdout)))
    assert [(row["code"], row["state"]) for row in rows] == [(BAD, "released")]
    both = small.rasoat("quarantine", "list", "--all")
    assert "Bỏ qua" in both.stdout
    wrong = small.rasoat("quarantine", "list", "--source", "khong-co")
    assert (wrong.returncode, "--source khong-co" in wrong.stderr) == (2, True)
    assert small.rasoat("quarantine", "release", "12345", *told).returncode == 2
