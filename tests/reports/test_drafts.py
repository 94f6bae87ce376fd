"""The draft that the department submits: its parts, its annexes, and what it leaves open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from docx.shared import Cm

from extractors.documents import read_decisions
from procedures.errors import InputError, SettingsError
from procedures.office.documents import CitedDecision, PartKind
from procedures.values.durations import ProcessingTime
from procedures.values.fees import Fee
from reports.decision_drafts import AnnexRow, DecisionDraft, draft_values, write_draft
from reports.offices import long_date, parse_office
from reports.word_files import TEMPLATE_FILES
from tests.papers import opened, paragraphs, table, words

NEW = AnnexRow(
    role="new",
    code="1.013703",
    name="Thành lập hội",
    field="Hội, quỹ",
    levels=frozenset({"commune"}),
    time=(ProcessingTime("direct", 30, "working_day"), ProcessingTime("online", 30, "working_day")),
    fee=(Fee("direct", "fee", 0, None),),
    ways=frozenset({"direct", "postal"}),
    online_level="partial",
    legal_bases=("Nghị định số 126/2024/NĐ-CP",),
    predecessors=(("1.999402", frozenset({"district"})),),
)
CHANGED = AnnexRow(
    role="changed",
    code="1.014111",
    name="Thi tuyển công chức",
    levels=frozenset({"province", "commune"}),
    changed_parts=("processing_time", "dossier"),
    changed_by=("Nghị định số 300/2026/NĐ-CP",),
    shorter_time=(ProcessingTime(None, 5, "working_day"),),
)
REPEALED = AnnexRow(
    role="repealed",
    code="1.999402",
    name="Thủ tục thành lập hội",
    field="Hội, quỹ",
    levels=frozenset({"district"}),
    province_number="512/QĐ-UBND",
    province_date=date(2024, 3, 1),
    successor_code="1.013703",
    successor_levels=frozenset({"commune"}),
)
DRAFT = DecisionDraft(
    department="Sở Nội vụ tỉnh Hà Tĩnh",
    number="627/QĐ-BNV",
    agency="Bộ Nội vụ",
    signed_on=date(2025, 6, 20),
    effective_on=None,
    due=date(2025, 7, 4),
    by_law=False,
    rows=(NEW, CHANGED, REPEALED),
)


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("draft") / "627.docx"
    write_draft(path, DRAFT)
    return path


def test_the_file_holds_the_submission_the_decision_and_an_annex_a_kind(draft: Path) -> None:
    told = paragraphs(draft)
    for each in (
        "TỜ TRÌNH",
        "QUYẾT ĐỊNH",
        "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH HÀ TĨNH",
        "Phụ lục 1",
        "Phụ lục 3",
        "DANH MỤC THỦ TỤC HÀNH CHÍNH BỊ BÃI BỎ",
        "- 01 thủ tục hành chính mới ban hành;",
    ):
        assert each in told, each
    assert "Số: …/TTr-SNV" in words(draft)
    assert "27" not in " ".join(each for each in told if each.startswith("- "))
    assert not {"{", "}"} & set(words(draft)), "every place of the template is filled"


def test_the_reader_of_decisions_finds_in_the_draft_what_was_put_in(draft: Path) -> None:
    [document] = read_decisions(draft.read_bytes(), draft.name)
    assert [
        (part.kind, [(row.code, row.executing_levels) for row in part.rows]) for part in document.parts
    ] == [
        (PartKind.NEW, [(NEW.code, NEW.levels)]),
        (PartKind.CHANGED, [(CHANGED.code, CHANGED.levels)]),
        (PartKind.REPEALED, [(REPEALED.code, REPEALED.levels)]),
    ]
    assert document.rows[2].decision == CitedDecision("512/QĐ-UBND", date(2024, 3, 1))
    assert [remark.text for remark in document.remarks if remark.holds] == [
        "số quyết định để trống trong tệp",
        "không rõ số hoặc ngày của quyết định",
    ]


def test_the_page_is_that_of_an_administrative_paper(draft: Path) -> None:
    document = opened(draft)
    first, last = document.sections[0], document.sections[-1]
    assert (round(first.page_width.cm, 1), round(first.page_height.cm, 1)) == (21.0, 29.7)
    assert first.left_margin >= Cm(2.99)
    assert last.page_width > last.page_height
    assert document.styles["Normal"].font.name == "Times New Roman"


def test_what_is_known_of_a_new_procedure_stands_and_the_rest_is_left_open(draft: Path) -> None:
    rows = table(draft, "Thời hạn sau cắt giảm", "Địa điểm thực hiện", "Phí, lệ phí")
    assert rows[0][0] == "A. THỦ TỤC HÀNH CHÍNH CẤP XÃ"
    assert rows[1][0] == "I. Lĩnh vực hội, quỹ"
    number, code, name, time, cut, place, fee, ways, online, basis = rows[2]
    assert (number, code, time, cut, place, online) == (
        "1",
        "1.013703",
        "30 ngày làm việc",
        "…",
        "…",
        "Một phần",
    )
    assert ways == "Trực tiếp\nBưu chính công ích"
    assert fee == "Không"
    assert "thay cho 1.999402, cấp huyện" in name
    assert basis.splitlines() == [
        "- Nghị định số 126/2024/NĐ-CP", "- Quyết định số 627/QĐ-BNV ngày 20/06/2025",
    ]  # fmt: skip


def test_an_amended_one_says_which_part_changed_and_by_which_text(draft: Path) -> None:
    rows = table(draft, "Nội dung sửa đổi, bổ sung", "Văn bản sửa đổi, bổ sung")
    assert rows[0][0] == "A. THỦ TỤC HÀNH CHÍNH CẤP TỈNH, CẤP XÃ"
    row = rows[2]
    assert row[3] == "Thời hạn giải quyết\nThành phần hồ sơ"
    assert row[4].startswith("- Nghị định số 300/2026/NĐ-CP")
    assert (row[5], row[6], row[8]) == ("…", "05 ngày làm việc", "…")


def test_a_repealed_one_names_the_repealing_text_and_the_province_s_earlier_decision(draft: Path) -> None:
    row = table(draft, "Văn bản quy định việc bãi bỏ", "Quyết định của tỉnh đã công bố")[2]
    assert row[1:3] == ["1.999402", "Thủ tục thành lập hội"]
    assert "Văn bản quy phạm pháp luật: …" in row[3]
    assert "627/QĐ-BNV" in row[3]
    assert row[4] == "Quyết định số 512/QĐ-UBND ngày 01/03/2024"
    assert "nay là 1.013703, cấp xã" in row[5]


def test_nothing_known_is_all_ellipses_and_no_zero(tmp_path: Path) -> None:
    bare = DecisionDraft(
        department="Sở Nội vụ", number="1/QĐ-BNV", agency=None, signed_on=None, effective_on=None, due=None,
        by_law=False, rows=(AnnexRow(role="changed", code="1.000001"),),
    )  # fmt: skip
    write_draft(tmp_path / "a.docx", bare)
    row = table(tmp_path / "a.docx", "Nội dung sửa đổi, bổ sung")[2]
    assert row[2:4] == ["…", "…"]
    assert row[5:11] == ["…"] * 6
    assert "ngày … tháng … năm …" in words(tmp_path / "a.docx")
    assert "None" not in words(tmp_path / "a.docx")


def test_a_record_without_ways_is_not_said_to_be_offline() -> None:
    silent = replace(NEW, ways=frozenset(), online_level="none")
    told = replace(silent, ways=frozenset({"direct"}))
    for row, wanted in ((silent, "…"), (told, "Chưa cung cấp trực tuyến")):
        (annex,) = draft_values(replace(DRAFT, rows=(row,)))["phu_luc"]
        assert annex["dong"][-1]["muc_do"] == wanted


def test_only_the_kinds_that_there_are_stand_in_the_title() -> None:
    assert draft_values(replace(DRAFT, rows=(NEW,)))["cac_loai"] == "mới ban hành"
    assert draft_values(DRAFT)["cac_loai"] == "mới ban hành, được sửa đổi, bổ sung và bị bãi bỏ"


def test_hostile_names_are_words_and_never_markup(tmp_path: Path) -> None:
    evil = '{{ so_bo }} <w:p/> & "hội"\x00\x0b {% if %}'
    write_draft(tmp_path / "a.docx", replace(DRAFT, rows=(replace(NEW, name=evil),)))
    (row,) = [row for row in table(tmp_path / "a.docx", "Phí, lệ phí") if row[1] == "1.013703"]
    assert row[2].startswith('{{ so_bo }} <w:p/> & "hội" {% if %}')


def test_a_file_that_word_would_not_open_by_its_name_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"du-thao\.txt: tên tệp phải kết thúc bằng \.docx"):
        write_draft(tmp_path / "du-thao.txt", DRAFT)
    assert not list(tmp_path.iterdir())


def test_the_same_draft_gives_the_same_bytes(draft: Path, tmp_path: Path) -> None:
    write_draft(tmp_path / "b.docx", DRAFT)
    assert (tmp_path / "b.docx").read_bytes() == draft.read_bytes()


def test_the_department_s_own_template_is_used(tmp_path: Path) -> None:
    from docx import Document

    own = Document()
    own.add_paragraph("Mẫu riêng: {{ so_bo }} của {{ so_ten }}")
    own.save(str(tmp_path / TEMPLATE_FILES["decision"]))
    write_draft(tmp_path / "a.docx", DRAFT, tmp_path)
    assert paragraphs(tmp_path / "a.docx") == ["Mẫu riêng: 627/QĐ-BNV của Sở Nội vụ tỉnh Hà Tĩnh"]


@pytest.mark.parametrize("body", ("{{ khong_co }}", "{% for x in dem %}", "{{ so_bo | la }}"))
def test_a_broken_template_is_named_in_one_line_and_nothing_is_written(tmp_path: Path, body: str) -> None:
    from docx import Document

    own = Document()
    own.add_paragraph(body)
    own.save(str(tmp_path / TEMPLATE_FILES["decision"]))
    with pytest.raises(SettingsError, match=rf"Mẫu .*{TEMPLATE_FILES['decision']}: ") as caught:
        write_draft(tmp_path / "a.docx", DRAFT, tmp_path)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "a.docx").exists()


def test_a_template_that_is_no_word_file_is_named(tmp_path: Path) -> None:
    (tmp_path / TEMPLATE_FILES["decision"]).write_text("chữ")
    with pytest.raises(SettingsError, match=r"không phải tệp Word"):
        write_draft(tmp_path / "a.docx", DRAFT, tmp_path)


@pytest.mark.parametrize(
    ("name", "office", "province", "symbol"),
    (
        ("Sở Nội vụ tỉnh Hà Tĩnh", "Sở Nội vụ", "tỉnh Hà Tĩnh", "SNV"),
        ("Sở Y tế thành phố Huế", "Sở Y tế", "thành phố Huế", "SYT"),
        ("Sở Nội vụ", "Sở Nội vụ", "tỉnh …", "SNV"),
    ),
)
def test_the_office_s_names_follow_from_its_own(name: str, office: str, province: str, symbol: str) -> None:
    values = parse_office(name).values
    assert (values["so"], values["tinh"], values["ky_hieu"]) == (office, province, symbol)


def test_dates_are_written_as_decree_30_has_them() -> None:
    assert long_date(date(2026, 2, 5)) == "ngày 05 tháng 02 năm 2026"
    assert long_date(date(2025, 6, 20)) == "ngày 20 tháng 6 năm 2025"
    assert long_date(None) == "ngày … tháng … năm …"


def test_the_docs_name_every_value_of_the_draft() -> None:
    page = (Path(__file__).parents[2] / "docs" / "papers.md").read_text(encoding="utf-8")
    assert {key for key in draft_values(DRAFT) if f"`{key}`" not in page} == set()
