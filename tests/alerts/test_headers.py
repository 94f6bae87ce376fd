"""A header decodes to what was written, for whoever reads it by the book."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from alerts.delivery import build_mail
from alerts.messages import one_line, subject_line
from procedures.messages import Message
from tests.procedures.real_names import names

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)
ADDRESS = "vanphong@sonoivu.example"

_WORD = re.compile(r"=\?([\w-]+)\?([bBqQ])\?([!->@-~]*)\?=")


def sent(
    subject: str = "Thư", recipient: str = ADDRESS, file: str = "a.xlsx", sender: str = ADDRESS
) -> bytes:
    message = Message(
        dedupe_key="k", kind="digest", channel="mail", recipient=recipient, subject=subject, text="x"
    )
    return build_mail(message, sender, NOON, (file, b"x")).as_bytes()


def header(data: bytes, name: str) -> list[str]:
    """The lines of a header as they stand in the letter."""
    lines = data.split(b"\r\n\r\n", 1)[0].decode("ascii").split("\r\n")
    first = next(at for at, line in enumerate(lines) if line.startswith(f"{name}: "))
    last = first + 1
    while last < len(lines) and lines[last][0] in " \t":
        last += 1
    return lines[first:last]


def decoded(lines: list[str]) -> str:
    """By RFC 2047 and no mercy: each word by itself, white space between two of them dropped."""
    text = re.sub(r"^[\w-]+: ", "", "".join(lines))
    text = re.sub(r"(\?=)[ \t]+(?==\?)", r"\1", text)

    def word(found: re.Match[str]) -> str:
        charset, way, said = found.groups()
        data = (
            base64.b64decode(said, validate=True) if way in "bB" else quopri.decodestring(said, header=True)
        )
        return data.decode(charset)

    return _WORD.sub(word, text)


def parsed(data: bytes) -> EmailMessage:
    return message_from_bytes(data, policy=policy.default)  # type: ignore[return-value]


def check_lines(lines: list[str]) -> None:
    assert all(len(line) <= 76 for line in lines), lines
    assert all(len(found[0]) <= 75 for line in lines for found in _WORD.finditer(line)), lines


OURS = ("123", "sai", "lệch", "mới,", "hạn", "sớm", "nhất", "04/12/2026", "862/QĐ-BNV", "—", "(Cấp", "=?")
words = st.sampled_from(sorted({part for name in names() for part in name.split()} | set(OURS)))
said = st.lists(words, min_size=1, max_size=40).map(" ".join)
anything = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=120)


@given(said | anything)
@example("Đối chiếu TTHC 22/11/2026: 123 sai lệch mới, 14 thay đổi của Bộ; hạn sớm nhất 04/12/2026")
@example("Bad =?utf-8?q?words?= stay =?as?= they are")
@example("a" * 200)
@example("ế" * 200)
def test_a_subject_decodes_to_what_was_written(text: str) -> None:
    subject = subject_line(text)
    assume(subject)
    data = sent(subject)
    lines = header(data, "Subject")
    check_lines(lines)
    assert decoded(lines) == subject
    assert parsed(data)["Subject"] == subject
    plain = message_from_bytes(data)["Subject"]
    assert str(make_header(decode_header(plain))) == subject


@given(said)
@example("Sở Nội vụ tỉnh Hà Tĩnh, Phòng Xây dựng chính quyền và Công tác thanh niên")
@example('Phòng "Một cửa" (bộ phận)')
def test_the_names_of_who_writes_and_who_is_written_to_decode_to_what_was_written(text: str) -> None:
    name = one_line(text)[:150].strip()
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    data = sent(recipient=f'"{quoted}" <{ADDRESS}>', sender=f'"{quoted}" <{ADDRESS}>')
    for which in ("To", "From"):
        lines = header(data, which)
        check_lines(lines)
        (address,) = parsed(data)[which].addresses
        assert address.addr_spec == ADDRESS
        if len(_WORD.findall("".join(lines))) < 2:  # between two words of a name this reader puts a blank
            assert address.display_name == name
        if not name.isascii():
            assert decoded(lines) == f"{name} <{ADDRESS}>"
            plain = message_from_bytes(data)[which]
            assert str(make_header(decode_header(plain))) == f"{name} <{ADDRESS}>"


@given(said)
def test_the_name_of_an_attached_file_decodes_to_what_was_written(text: str) -> None:
    name = f"{text}.xlsx"
    (attached,) = parsed(sent(file=name)).iter_attachments()
    assert attached.get_filename() == name


def test_the_strict_reader_is_strict() -> None:
    assert decoded(["Subject: =?utf-8?q?s=C6=A1?=", " =?utf-8?q?_m?= n"]) == "sơ m n"
    with pytest.raises((UnicodeDecodeError, binascii.Error)):
        decoded(["Subject: =?utf-8?b?4bs=?=", " =?utf-8?b?hw==?="])
