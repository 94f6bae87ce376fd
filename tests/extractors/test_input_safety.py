"""What hostile or damaged input may not do: fill memory, reach another host, read another file."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import xlwt

from extractors.http.classify import Answer
from extractors.http.response_body import DamagedAnswer, json_value
from extractors.portals.html.page import MOST_TAGS, page_of, text_of
from extractors.portals.source import Unread, read_record
from extractors.workbooks.formats.tables import read_tables
from procedures.errors import SourceBlocked, SourceFailed, WorkbookError
from tests.extractors.loopback import Asked, Loopback, Say
from tests.extractors.web import NEXT, Pages, page, profile_file, reading, row, table
from tests.extractors.workbooks.test_workbook_files import sheet_xml, text_cell, with_sheet, xlsx

ROOM = 1 << 30
"""Bytes of address space in which a hostile file has to be refused."""


def read_in_a_small_process(path: Path) -> str:
    """What is said of a file by a process that has no more than `ROOM`."""
    script = (
        "import resource, sys; from pathlib import Path\n"
        "from extractors.workbooks.formats.tables import read_tables\n"
        "from procedures.errors import WorkbookError\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({ROOM}, {ROOM}))\n"
        "resource.setrlimit(resource.RLIMIT_CPU, (60, 60))\n"
        "try: print(sum(len(sheet.rows) for sheet in read_tables(Path(sys.argv[1]))), 'rows')\n"
        "except WorkbookError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-500:]
    return done.stdout.strip()


def with_parts(parts: dict[str, str]) -> bytes:
    """A workbook with these parts in place of, or beside, its own."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(["x"]))) as old, zipfile.ZipFile(target, "w", 8) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, text in parts.items():
            new.writestr(name, text)
    return target.getvalue()


def old_workbook(sheets: int) -> bytes:
    """A small .xls whose every sheet has a cell in its last corner."""
    target, workbook = io.BytesIO(), xlwt.Workbook()
    for number in range(sheets):
        sheet = workbook.add_sheet(str(number))
        sheet.write(0, 0, "Tên")
        sheet.write(65_535, 255, "lạc")
    workbook.save(target)
    return target.getvalue()


FAR_CELL = sheet_xml(f'<row r="1">{text_cell("A1", "Tên")}{text_cell("XFD1048576", "lạc")}</row>')
BACKWARDS = sheet_xml(
    "".join(f'<row r="{at}">{text_cell(f"A{at}", "x")}</row>' for at in range(1, 1_048_576, 900))
    + f'<row r="1">{text_cell("XFD1", "x")}</row>'
)
SHARED = sheet_xml("".join(f'<row r="{at}"><c r="A{at}" t="s"><v>0</v></c></row>' for at in range(1, 50_001)))
LONG_TEXT = (
    '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    f"<si><t>{'x' * 32_000}</t></si></sst>"
)
MERGES = "".join(f'<mergeCell ref="A1:SF{at}"/>' for at in range(2_000, 4_000))
MERGED = sheet_xml(
    "".join(f'<row r="{at}">{text_cell(f"A{at}", "x")}</row>' for at in range(1, 4_001)),
    f'<mergeCells count="2000">{MERGES}</mergeCells>',
)
ELSEWHERE = {
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
        'Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="noi-khac.xml"/></Relationships>'
    ),
    "xl/noi-khac.xml": FAR_CELL,
}


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (with_sheet(FAR_CELL), "sai số dòng"),
        (with_sheet(BACKWARDS), "cột 16384"),
        (with_parts({"xl/worksheets/sheet1.xml": SHARED, "xl/sharedStrings.xml": LONG_TEXT}), "quá lớn"),
        (with_sheet(MERGED), "trộn quá nhiều ô"),
        (with_parts(ELSEWHERE), "sai số dòng"),
        (old_workbook(12), "hỏng"),
        (b"a\n" * (2 << 20), "dòng"),
        (b"," * (17 << 20), "lớn hơn 16 MB"),
    ],
    ids=[
        "a cell that belies its row",
        "rows that go backwards",
        "one long text in every row",
        "merged ranges over each other",
        "a sheet under another name",
        "an old workbook of vast sheets",
        "a list of two million rows",
        "a list of commas",
    ],
)
def test_a_small_file_that_would_fill_the_memory_is_refused_in_words(
    tmp_path: Path, data: bytes, word: str
) -> None:
    assert len(data) < 32 << 20
    path = tmp_path / "danh-muc.xlsx"
    path.write_bytes(data)
    said = read_in_a_small_process(path)
    assert said.startswith("danh-muc.xlsx: ")
    assert word in said


def test_a_damaged_length_in_an_old_workbook_ends_no_process_but_its_own(tmp_path: Path) -> None:
    sound = old_workbook(1)
    path = tmp_path / "cu.xls"
    for at in range(512, 640):
        path.write_bytes(sound[:44] + b"\xff\xff\xff\x0f" + sound[48:at] + b"\xff" + sound[at + 1 :])
        if at % 32 == 0:
            with pytest.raises(WorkbookError, match=r"cu\.xls: "):
                read_tables(path)


def test_a_damaged_stream_in_a_workbook_is_a_damaged_workbook(tmp_path: Path) -> None:
    sound = bytearray(xlsx(*[[f"Thủ tục {n}", n * 7919] for n in range(300)]))
    with zipfile.ZipFile(io.BytesIO(sound)) as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 60
    path = tmp_path / "hong.xlsx"
    for at in range(start, start + 40):
        spoilt = bytearray(sound)
        spoilt[at : at + 8] = b"\xff" * 8
        path.write_bytes(spoilt)
        with pytest.raises(WorkbookError, match="tệp hỏng"):
            read_tables(path)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
@pytest.mark.parametrize(
    "entity", ['<!ENTITY a "ha">', '<!ENTITY a SYSTEM "file:///etc/passwd">'], ids=["inner", "outer"]
)
def test_no_part_of_a_workbook_may_declare_entities(tmp_path: Path, part: str, entity: str) -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx(["x"]))) as archive:
        text = archive.read(part).decode()
    head, _, rest = text.partition("?>")
    path = tmp_path / "thuc-the.xlsx"
    path.write_bytes(with_parts({part: f"{head}?><!DOCTYPE x [{entity}]>{rest}"}))
    with pytest.raises(WorkbookError, match="DOCTYPE"):
        read_tables(path)


# pages and answers


def answer_of(body: bytes, kind: str = "text/html; charset=utf-8") -> Answer:
    return Answer(status=200, body=body, content_type=kind)


def test_entities_of_a_web_page_grow_to_nothing_and_read_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "mat.txt"
    secret.write_text("bí mật", encoding="utf-8")
    laughs = "".join(f'<!ENTITY {b} "{f"&{a};" * 20}">' for a, b in zip("abcdefg", "bcdefgh", strict=True))
    page_text = (
        f'<!DOCTYPE html [<!ENTITY a "ha">{laughs}<!ENTITY f SYSTEM "{secret.as_uri()}">]>'
        "<p>Trước &h; &f; sau</p>"
    )
    said = text_of(page_of(answer_of(page_text.encode())))
    assert "bí mật" not in said
    assert len(said) < len(page_text)


def test_a_page_of_nothing_but_tags_is_refused_before_it_fills_the_memory() -> None:
    with pytest.raises(SourceFailed, match="lớn hơn mọi trang thật"):
        page_of(answer_of(b"<b>" * (MOST_TAGS + 1)))


@pytest.mark.parametrize("charset", ["idna", "punycode", "unicode_escape", "utf-7", "undefined", "hex"])
def test_a_page_chooses_no_decoder_that_is_no_charset(charset: str) -> None:
    said = page_of(answer_of("<p>Hội, quỹ \\ud800</p>".encode(), f"text/html; charset={charset}"))
    assert said.get_text() == "Hội, quỹ \\ud800"


def test_json_deeper_than_any_record_is_spoilt_and_no_number_is_infinite() -> None:
    assert json_value(b"[" * 50 + b"]" * 50) is not None
    with pytest.raises(DamagedAnswer, match="quá sâu"):
        json_value(b"[" * 150 + b"]" * 150)
    assert json.dumps(json_value(b'{"a": 1e999, "b": -1e999}'), allow_nan=False)


# other hosts


@pytest.mark.parametrize(
    "leads",
    ["{there}/tt", "//127.0.0.1:{port}/tt", "http://[", "http://127.0.0.1:99999/", "ftp://127.0.0.1/"],
)
def test_a_redirect_to_another_host_is_never_followed(tmp_path: Path, leads: str) -> None:
    with Loopback(Pages({})) as elsewhere:
        port = elsewhere.url.rpartition(":")[2]
        away = Say(b"", 302, {"Location": leads.format(there=elsewhere.url, port=port)}, kind="text/html")
        lists = {1: page(table([row(1)]))}
        with (
            Loopback(Pages(lists, {"/tt?id=1": away})) as web,
            reading(web.url, profile_file(tmp_path, NEXT)) as portal,
        ):
            [only] = portal.pages()
            with pytest.raises(SourceBlocked, match="chuyển hướng sang máy chủ khác"):
                read_record(portal, only.items[0], None)
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    "href",
    [
        "{there}/tt",
        "//127.0.0.1:{port}/tt",
        "http://a@127.0.0.1:{port}/tt",
        "http://127.0.0.1:99999/x",
        "//[",
    ],
)
def test_a_link_of_a_list_to_another_host_is_never_asked(tmp_path: Path, href: str) -> None:
    with Loopback(Pages({})) as elsewhere:
        port = elsewhere.url.rpartition(":")[2]
        rows = [row(1), row(2), row(3, href=href.format(there=elsewhere.url, port=port))]
        with (
            Loopback(Pages({1: page(table(rows))})) as web,
            reading(web.url, profile_file(tmp_path, NEXT)) as portal,
        ):
            [only] = portal.pages()
            with pytest.raises(Unread):
                read_record(portal, only.items[2], None)
    assert elsewhere.asked == []
    assert len(only.items) == 3


def test_an_address_that_no_request_can_hold_is_one_lost_record(tmp_path: Path) -> None:
    def answer(asked: Asked) -> Say:
        return page(table([row(1), row(2, href="/" + "x" * 70_000)]))

    with Loopback(answer) as web, reading(web.url, profile_file(tmp_path, NEXT)) as portal:
        [only] = portal.pages()
        with pytest.raises(Unread, match="địa chỉ không hợp lệ"):
            read_record(portal, only.items[1], None)
