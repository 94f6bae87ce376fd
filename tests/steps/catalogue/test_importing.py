"""Taking the department's workbook in."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from procedures.errors import InputError
from procedures.run_origin import RunOrigin
from steps.catalogue.export_catalogue import export_catalogue
from steps.catalogue.import_catalogue import import_catalogue
from steps.catalogue.import_preview import preview_import
from steps.database import engine_of
from steps.findings.finding_queries import list_runs
from steps.sources.release import release_snapshot
from steps.sources.replay import replay_run
from tests.office import EVENING, NIGHTS, Office
from warehouse.db.engine import reading
from warehouse.sources import snapshots

HEADINGS = "STT,Mã TTHC,Tên thủ tục hành chính,Lĩnh vực,Cấp thực hiện\n"


def a_list(folder: Path, name: str, rows: list[str]) -> Path:
    path = folder / name
    path.write_text(HEADINGS + "".join(f"{n},{row}\n" for n, row in enumerate(rows, 1)), encoding="utf-8")
    return path


def ten_rows() -> list[str]:
    return [f"1.0{n:05d},Thủ tục thử số {n} của ngành,Lĩnh vực chung,Cấp tỉnh" for n in range(10, 20)]


def test_the_sample_catalogue_becomes_a_snapshot_of_its_own(office: Office) -> None:
    end = office.take_in(office.sample_catalogue())
    assert end.sources["catalogue"].state == "complete"
    assert len(office.rows("v_procedure_current", source="catalogue")) == end.sources["catalogue"].procedures
    kinds = {row["kind"] for row in office.rows("v_finding")}
    assert {"invalid_code", "duplicate_code"} <= kinds


def test_what_its_runs_are_for_is_kept_whoever_brings_the_list(office: Office) -> None:
    trying = office.configuration.replace(purpose="demo")
    file = a_list(office.home, "a.csv", ten_rows())
    for by, at in ((None, EVENING), ("lan", NIGHTS[0])):
        import_catalogue(trying, file, None, datetime.fromisoformat(at), by=by)
    office.take_in(file, as_of=NIGHTS[1])
    assert [run.origin for run in list_runs(office.configuration)] == [
        RunOrigin(word="demo"),
        RunOrigin(by="lan", word="demo"),
        RunOrigin(),
    ]


def test_a_list_that_lost_a_third_of_its_rows_is_held_until_a_person_lets_it_through(office: Office) -> None:
    office.take_in(a_list(office.home, "truoc.csv", ten_rows()))
    half = office.take_in(a_list(office.home, "sau.csv", ten_rows()[:6]), as_of=NIGHTS[0])
    catalogue = half.sources["catalogue"]
    assert (half.exit_code, catalogue.state, catalogue.missing) == (3, "held", 0)
    assert "40,00 %" in (catalogue.reason or "")
    assert len(office.rows("v_procedure_current")) == 10
    released = release_snapshot(office.configuration, catalogue.snapshot_id, "Nguyễn Thị Lan", "đã hỏi phòng")
    assert released.exit_code == 0
    assert len(office.rows("v_procedure_current")) == 6
    assert {(row["kind"], row["run_id"]) for row in office.rows("v_change")} == {("missing", released.run_id)}
    assert released.sources["catalogue"].missing == 4
    assert [replay_run(office.configuration, run_id).equal for run_id in (1, 2, 3)] == [True] * 3


def test_releasing_what_is_not_held_names_its_state(office: Office) -> None:
    end = office.take_in(a_list(office.home, "a.csv", ten_rows()))
    with pytest.raises(InputError, match="không ở trạng thái tạm giữ"):
        release_snapshot(office.configuration, end.sources["catalogue"].snapshot_id, "Lan", "vì sao")


def test_a_dry_run_tells_what_the_import_would_do_and_writes_nothing(office: Office) -> None:
    office.take_in(a_list(office.home, "truoc.csv", ten_rows()))
    before = office.views()
    changed = [*ten_rows()[:9], "1.000099,Thủ tục thử hoàn toàn khác,Lĩnh vực chung,Cấp tỉnh"]
    file = a_list(office.home, "sau.csv", changed)
    seen = preview_import(office.configuration, file, None, datetime.fromisoformat(NIGHTS[0]))
    assert office.views() == before
    real = office.take_in(file, as_of=NIGHTS[0])
    assert seen.sources["catalogue"].new == real.sources["catalogue"].new == 1
    assert seen.sources["catalogue"].missing == real.sources["catalogue"].missing == 1
    assert dict(seen.findings) == dict(real.findings)


def test_what_of_a_file_is_not_in_the_list_is_said(office: Office) -> None:
    file = office.home / "danh-muc.csv"
    file.write_text(
        "STT,Mã TTHC,Tên thủ tục hành chính,Hạn xử lý,Mức độ DVC trực tuyến\n"
        "1,1.000011,Thủ tục thử,5 ngày,mức lạ\n,,Tổng cộng: 1 thủ tục,,\n",
        encoding="utf-8",
    )
    told = office.rasoat("catalogue", "import", str(file), "--dry-run").stdout
    done = office.rasoat("catalogue", "import", str(file), "--json")
    remarks = json.loads(done.stdout)["remarks"]
    assert remarks == [
        'danh-muc.csv: không đọc cột "Hạn xử lý" (tiêu đề lạ)',
        'danh-muc.csv, dòng 2, cột E, Mức độ DVC trực tuyến: "mức lạ" không hiểu, để trống',
        'danh-muc.csv, dòng 3: "Tổng cộng: 1 thủ tục" không phải thủ tục (dòng cộng, ghi chú), bỏ qua',
    ]
    assert [line for line in told.splitlines() if line in remarks] == remarks


def commune_rows(*numbers: int) -> list[str]:
    return [f"1.0000{n},Thủ tục số {n} của xã,Lĩnh vực chung,Cấp xã" for n in numbers]


def test_a_file_of_one_level_leaves_the_other_levels_alone(office: Office) -> None:
    office.take_in(a_list(office.home, "ca-hai.csv", [*ten_rows(), *commune_rows(50, 51, 52, 53, 54)]))
    file = a_list(office.home, "xa.csv", commune_rows(51, 52, 53, 54, 55))
    end = office.take_in(file, as_of=NIGHTS[0], level="commune")
    assert (end.sources["catalogue"].new, end.sources["catalogue"].missing) == (1, 1)
    codes = {row["code"] for row in office.rows("v_procedure_current")}
    assert "1.000055" in codes
    assert "1.000050" not in codes
    assert len(codes) == 15


def test_a_file_of_one_level_is_measured_by_the_rows_of_that_level(office: Office) -> None:
    both = "1.000060,Thủ tục ở hai cấp,Lĩnh vực chung,Cấp tỉnh; Cấp xã"
    office.take_in(a_list(office.home, "ca-hai.csv", [*ten_rows(), both, *commune_rows(50, 51, 52)]))
    before = office.rows("v_procedure_current")
    file = a_list(office.home, "xa.csv", commune_rows(50, 51))
    as_of = datetime.fromisoformat(NIGHTS[0])
    reason = "Tệp mới thiếu 2 trên 4 thủ tục cấp xã của danh mục hiện hành (50,00 %), quá 20 %"
    seen = preview_import(office.configuration, file, "commune", as_of).sources["catalogue"]
    held = office.take_in(file, as_of=NIGHTS[0], level="commune").sources["catalogue"]
    assert (seen.state, seen.reason) == (held.state, held.reason) == ("held", reason)
    assert office.rows("v_procedure_current") == before


def test_a_held_file_of_one_level_still_speaks_of_it_alone_once_it_is_let_through(office: Office) -> None:
    office.take_in(a_list(office.home, "ca-hai.csv", [*ten_rows(), *commune_rows(50, 51, 52)]))
    file = a_list(office.home, "xa.csv", commune_rows(50))
    held = office.take_in(file, as_of=NIGHTS[0], level="commune").sources["catalogue"]
    released = release_snapshot(office.configuration, held.snapshot_id, "Nguyễn Thị Lan", "xã đã bỏ")
    assert released.sources["catalogue"].missing == 2
    codes = {row["code"] for row in office.rows("v_procedure_current")}
    assert codes == {row.split(",")[0] for row in [*ten_rows(), *commune_rows(50)]}
    assert replay_run(office.configuration, released.run_id).equal


def test_a_file_of_one_level_says_nothing_of_bad_rows_at_the_others(office: Office) -> None:
    bad = ["1.0123x,Thủ tục có mã sai,Lĩnh vực chung,Cấp tỉnh", "1.9x,Mã sai của xã,Lĩnh vực chung,Cấp xã"]
    office.take_in(a_list(office.home, "ca-hai.csv", [*ten_rows(), *commune_rows(*range(50, 56)), *bad]))
    file = a_list(office.home, "xa.csv", commune_rows(*range(50, 56)))
    as_of = datetime.fromisoformat(NIGHTS[0])
    seen = preview_import(office.configuration, file, "commune", as_of)
    real = office.take_in(file, as_of=NIGHTS[0], level="commune")
    assert dict(seen.findings) == dict(real.findings)
    status = {row["name"]: row["status"] for row in office.rows("v_finding", kind="invalid_code")}
    assert status == {"Thủ tục có mã sai": "open", "Mã sai của xã": "resolved"}
    again = office.take_in(file, as_of=NIGHTS[1], level="commune")
    assert again.findings["resolved"] == 0


def test_what_is_exported_reads_back_without_loss(office: Office) -> None:
    office.take_in(office.sample_catalogue())
    before = office.rows("v_procedure_current")
    out = office.home / "xuat.xlsx"
    assert export_catalogue(office.configuration, out) == len(before)
    end = office.take_in(out, as_of=NIGHTS[0])
    assert office.rows("v_change", run_id=end.run_id) == []
    assert office.rows("v_procedure_current") == before


def test_a_time_before_the_last_import_is_refused(office: Office) -> None:
    file = a_list(office.home, "a.csv", ten_rows())
    office.take_in(file, as_of=NIGHTS[0])
    with pytest.raises(InputError, match="sớm hơn lần lấy dữ liệu gần nhất"):
        office.take_in(file, as_of=EVENING)
    assert office.take_in(file, as_of=NIGHTS[0]).exit_code == 0


def test_what_a_person_says_of_a_column_is_remembered_versioned_and_part_of_the_evidence(
    office: Office,
) -> None:
    file = office.home / "danh-muc.csv"
    rows = "".join(f"{row},A\n" for row in ten_rows())
    heads = "Mã TTHC,Tên thủ tục hành chính,Lĩnh vực,Cấp thực hiện,Hình thức cung ứng\n"
    file.write_text(heads + rows, encoding="utf-8")
    seen = json.loads(office.rasoat("catalogue", "import", str(file), "--dry-run", "--json").stdout)
    assert seen["columns"][4] == {
        "sheet": "",
        "column": "E",
        "heading": "Hình thức cung ứng",
        "samples": ["A"],
        "role": None,
        "how": "unknown",
        "guess": None,
    }
    first = office.take_in(file)
    by_hand = ("catalogue", "columns", "--file", str(file), "--by", "Nguyễn Thị Lan")
    said = office.rasoat(*by_hand, "--set", "Hình thức cung ứng=online_level")
    assert "Mức độ DVC trực tuyến (đã chọn)" in " ".join(said.stdout.split()), said.stdout
    office.rasoat(*by_hand, "--value", "Hình thức cung ứng: A=partial")
    second = office.take_in(file, as_of=NIGHTS[0])
    office.rasoat(*by_hand, "--value", "Hình thức cung ứng: A=full")
    third = office.take_in(file, as_of=NIGHTS[1])
    assert {row["online_level"] for row in office.rows("v_procedure_current")} == {"full"}
    runs = [first.run_id, second.run_id, third.run_id]
    with reading(engine_of(office.configuration)) as connection:
        scopes = [
            snapshots.get_snapshot(connection, each.sources["catalogue"].snapshot_id).scope
            for each in (first, second, third)
        ]
    shape = column_mapping_of(office)["shape"]
    assert [scope.get("columns") for scope in scopes] == [None, [[shape, 2]], [[shape, 3]]]
    assert [replay_run(office.configuration, run_id).equal for run_id in runs] == [True] * 3


def column_mapping_of(office: Office) -> dict[str, object]:
    (mapping,) = json.loads(office.rasoat("catalogue", "columns", "--json").stdout)["mappings"]
    assert (mapping["version"], mapping["by"]) == (3, "Nguyễn Thị Lan")
    return mapping


def test_a_word_on_a_column_that_cannot_be_is_refused_in_one_line(office: Office) -> None:
    file = a_list(office.home, "a.csv", ten_rows())
    by_hand = ("catalogue", "columns", "--file", str(file), "--by", "Lan")
    for wrong, words in (
        (("--set", "Cột không có=field"), "tệp không có cột 'Cột không có'"),
        (("--set", "Lĩnh vực=gì đó"), "'gì đó'"),
        (("--set", "Lĩnh vực"), "viết như"),
        (("--value", "Cấp thực hiện: T=mấy tỉnh?"), "không hiểu nghĩa 'mấy tỉnh?'"),
    ):
        answer = office.rasoat(*by_hand, *wrong)
        assert (answer.returncode, words in answer.stderr) == (2, True), answer.stderr
        assert len(answer.stderr.strip().splitlines()) == 1
