"""Files made to hurt, or only damaged: one clear line, bounded time and memory, and no other host asked."""

from __future__ import annotations

import io
import os
import pickle
import random
import re
import resource
import time
import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import docx
import pypdf
import pytest

from extractors.bounded_reader import FileRefused, FileTooHeavy, ProcessLimits, _Plain, read_bounded
from extractors.documents import page_picture, read_decisions
from procedures.errors import DocumentError
from tests.extractors.documents.drawing import Decision, office_makes, saved, word
from tests.extractors.documents.rawpdf import CATALOGUE, page_of, pdf
from tests.extractors.documents.test_hanoi import GOLDEN
from tests.extractors.documents.test_pdf import PLAIN
from tests.extractors.loopback import Loopback, Say
from tests.machine import end_without, find_program

SECONDS = 60.0
"""In which a hostile file has to be refused, on a machine that others use, too."""


def repeated(text: bytes, times: int) -> bytes:
    """A compressed stream of `text` so many times over, made without ever being that large."""
    squeezer = zlib.compressobj(9, wbits=-15)
    once = squeezer.compress(text) + squeezer.flush(zlib.Z_FULL_FLUSH)
    return b"\x78\x9c" + once * times + b"\x03\x00"


def many_pages() -> bytes:
    kids = b"3 0 R " * 10_000
    return pdf(
        CATALOGUE,
        b"<</Type/Pages/Kids[%s]/Count 10000>>" % kids,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    )


def nested_objects() -> bytes:
    """A gigabyte of drawing within drawing, a few megabytes as a file."""
    return page_of(repeated(b"q 1 0 0 1 0 0 cm 0 0 9 9 re f\n" * 35_000, 1_024), b"/Filter/FlateDecode")


def nested_arrays() -> bytes:
    return pdf(CATALOGUE, b"<</Type/Pages/Kids[3 0 R]/Count 1/X %s>>" % (b"[" * 1_000_000), b"<</Type/Page>>")


def forms_in_themselves() -> bytes:
    form = (
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</A 5 0 R>>>>/Length 60>>\nstream\n"
    )
    return pdf(
        CATALOGUE,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</A 5 0 R>>>>>>",
        b"<</Length 5>>\nstream\n/A Do\nendstream",
        form + b"/A Do " * 10 + b"\nendstream",
    )


def encrypted() -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("bi-mat")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def word_with(part: str, text: bytes, *, squeeze: bool = True) -> bytes:
    """A Word document with this part in place of its own."""
    target = io.BytesIO()
    kind = zipfile.ZIP_DEFLATED if squeeze else zipfile.ZIP_STORED
    with (
        zipfile.ZipFile(io.BytesIO(saved(docx.Document()))) as old,
        zipfile.ZipFile(target, "w", kind) as new,
    ):
        for name in old.namelist():
            new.writestr(name, text if name == part else old.read(name))
    return target.getvalue()


SPACE = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "haha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + at, b"&%c;" % (97 + at) * 10) for at in range(9))
    + b"]><w:document "
    + SPACE
    + b"><w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body></w:document>"
)
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document '
    + SPACE
    + b"><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>"
)
DEEP = (
    b"<w:document "
    + SPACE
    + b"><w:body>"
    + b"<w:sdt><w:sdtContent>" * 20_000
    + b"</w:sdtContent></w:sdt>" * 20_000
    + b"</w:body></w:document>"
)


@pytest.mark.parametrize(
    ("data", "word_of_it"),
    [
        (many_pages, "10.000 trang"),
        (nested_objects, "quá"),
        (nested_arrays, "hỏng|ảnh chụp"),
        (forms_in_themselves, "nặng|ảnh chụp|nét vẽ"),
        (encrypted, "mật khẩu"),
        (lambda: b"%PDF-1.4\nnothing more", "hỏng"),
        (lambda: b"MZ\x90\x00 no document at all", "không phải văn bản"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
        (lambda: word_with("word/document.xml", BOMB), "hỏng"),
        (lambda: word_with("word/document.xml", OUTSIDE), "DOCTYPE"),
        (lambda: word_with("word/styles.xml", BOMB), "hỏng"),
        (lambda: word_with("word/document.xml", DEEP), "hỏng"),
        (lambda: word_with("word/document.xml", b" " * (129 << 20)), "quá lớn"),
        (lambda: b"PK\x03\x04 and nothing more", "hỏng"),
        (lambda: b"<html><body>Quyet dinh</body></html>", "trang web"),
        (lambda: b"", "rỗng"),
    ],
    ids=[
        "10,000 pages", "a gigabyte of drawing", "a million arrays in each other", "a form in itself",
        "a password", "a PDF cut short", "a program", "Word with a password", "an entity bomb",
        "an entity of another file", "a bomb in the styles", "controls in each other", "a part of 129 MB",
        "an archive cut short", "a page of the web", "nothing",
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_in_one_line_and_within_bounds(apart, data, word_of_it):
    made = data()
    assert len(made) < 16 << 20
    began = time.monotonic()
    refusal, own, readers = apart.submit(refused_of, made).result()
    assert time.monotonic() - began < SECONDS
    assert refusal.startswith("quyet-dinh.pdf: ")
    assert "\n" not in refusal
    assert re.search(word_of_it, refusal)
    assert own < 100 << 10, "KiB of the process that asks"
    assert readers < 1 << 20, "KiB of its readers"


@pytest.fixture(scope="module")
def apart() -> Iterator[ProcessPoolExecutor]:
    """A process whose only children are readers, so that what they took can be told."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield pool


def refused_of(data: bytes) -> tuple[str, int, int]:
    """What is said of a file, and what the asking process and its readers took, in KiB."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(DocumentError) as refused:
        read_decisions(data, "quyet-dinh.pdf")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return str(refused.value), grown, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


def test_a_scan_whose_text_a_machine_recognised_is_refused_as_a_scan():
    """The picture covers the page, and the text over it is drawn so that nobody sees it."""

    def scanned(mode: int) -> bytes:
        text = (
            b"q 595 0 0 842 0 0 cm /I Do Q BT /F 12 Tf %d Tr 50 700 Td (Quyet dinh so 12/QD-UBND) Tj ET"
            % mode
        )
        return pdf(
            CATALOGUE,
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources"
            b"<</XObject<</I 5 0 R>>/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
            b"<</Length %d>>\nstream\n%s\nendstream" % (len(text), text),
            b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
            b"/Length 1>>\nstream\n\xff\nendstream",
        )

    with pytest.raises(DocumentError, match="ảnh chụp"):
        read_decisions(scanned(3), "a.pdf")
    assert read_decisions(scanned(0), "a.pdf")[0].pictures == ()


def test_damaged_documents_give_a_reading_or_one_line():
    whole = {"docx": word(PLAIN), "pdf": (GOLDEN / "decision_947.pdf").read_bytes()}
    spoil = random.Random(7)
    for kind, data in whole.items():
        for _ in range(4):
            spoilt = bytearray(data)
            for _ in range(40):
                spoilt[spoil.randrange(len(spoilt))] = spoil.randrange(256)
            try:
                read_decisions(bytes(spoilt[: spoil.randrange(len(data) // 2, len(data))]), f"a.{kind}")
            except DocumentError as refused:
                assert str(refused).startswith(f"a.{kind}: ")
                assert "\n" not in str(refused)


def test_what_takes_too_long_is_ended_and_its_picture_too():
    slow = nested_objects()
    with pytest.raises(FileTooHeavy, match="đọc quá lâu"):
        read_bounded("document", slow, limits=ProcessLimits(wait=0.2))
    with pytest.raises(DocumentError, match=r"^a\.pdf: "):
        page_picture(slow, "a.pdf", 1)


def test_the_reader_hands_back_values_and_never_code():
    with pytest.raises(pickle.UnpicklingError):
        _Plain(io.BytesIO(pickle.dumps(os.getcwd))).load()


def test_a_reader_that_ends_without_an_answer_is_a_damaged_file():
    with pytest.raises(FileTooHeavy, match="hỏng"):
        read_bounded("old workbook", b"no workbook", limits=ProcessLimits(memory=1 << 30, seconds=30))
    with pytest.raises(FileRefused):
        read_bounded("document", b"no document")


def test_a_word_document_may_name_links_and_none_is_followed():
    with Loopback(lambda _asked: Say(body=b"x")) as portal:
        link = (
            b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
            b'relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
            b'relationships/attachedTemplate" Target="%s/mau.dotm" TargetMode="External"/></Relationships>'
        ) % portal.url.encode()
        data = word_with("word/_rels/document.xml.rels", link)
        with pytest.raises(DocumentError, match="không có chữ"):
            read_decisions(data, "a.docx")
        assert portal.asked == []


@pytest.mark.parametrize("kind", ["odt", "doc"])
def test_an_old_document_is_read_by_libreoffice_and_its_links_are_not_followed(kind, tmp_path):
    with Loopback(lambda _asked: Say(body=b"x")) as portal:
        data = office_makes({"a": word(PLAIN)}, kind, tmp_path / "in")["a"]
        if kind == "odt":
            data = with_linked_picture(data, f"{portal.url}/anh.png")
        [document] = read_decisions(data, f"a.{kind}")
        assert portal.asked == []
    assert [(row.code, row.field) for row in document.rows] == [("1.014111", "Y tế"), ("1.014113", "Y tế")]
    assert document.number == Decision().number


def with_linked_picture(data: bytes, url: str) -> bytes:
    target = io.BytesIO()
    picture = (
        f'<text:p><draw:frame svg:width="5cm" svg:height="5cm"><draw:image xlink:href="{url}" '
        'xlink:type="simple"/></draw:frame></text:p></office:text>'
    )
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = old.read(name)
            if name == "content.xml":
                body = body.replace(b"</office:text>", picture.encode())
            new.writestr(name, body)
    return target.getvalue()


def test_without_libreoffice_an_old_document_is_refused_in_words(monkeypatch):
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "WordDocument".encode("utf-16-le")
    monkeypatch.setattr("extractors.documents.libreoffice.office_program", lambda: None)
    with pytest.raises(
        DocumentError, match=r"a\.doc: tệp \.doc cần LibreOffice .* lưu lại thành \.docx hoặc PDF"
    ):
        read_decisions(data, "a.doc")


def test_a_page_of_a_word_document_is_drawn_where_libreoffice_is_installed():
    if find_program("lowriter") is None:
        end_without("LibreOffice Writer is missing on this machine")
    assert page_picture(word(PLAIN), "a.docx", 2).startswith(b"\x89PNG")
