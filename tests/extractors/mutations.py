"""Recorded payloads, spoilt: each case is a kind of payload and a number, and gives the same bytes always.

Bytes are flipped, cut, spliced, repeated and written in another encoding; JSON loses, renames and retypes
its fields; web pages and the cells of workbooks lose and gain tags.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter
import xlwt

GOLDEN = Path(__file__).parents[1] / "golden"

Mutation = Callable[[Random, bytes], bytes]

_WORDS = (
    "",
    " ",
    "\x00",
    "\ud800",
    "\u202e",
    "\ufeff",
    "1.000001",
    "9" * 400,
    "=1+1",
    "-1",
    "1e999",
    "<b>",
    "&#0;",
    "á»" * 9,
    "../../x",
    "http://khac.example/",
    "Không",
    "x" * 40_000,
    "ệ" * 3_000,
    "1.999999.000.00.00.H27",
)
_ENCODINGS = ("utf-16", "utf-16-be", "utf-32", "cp1258", "cp1252", "latin-1", "utf-8-sig", "utf-7", "cp037")


# bytes


def spoilt_bytes(random: Random, data: bytes) -> bytes:
    """One to four accidents that know nothing of what the bytes mean."""
    for _ in range(random.choice((1, 1, 2, 4))):
        data = random.choice(_ACCIDENTS)(random, data)
    return data


def _flipped(random: Random, data: bytes) -> bytes:
    spoilt = bytearray(data)
    for _ in range(random.choice((1, 3, 30)) if spoilt else 0):
        spoilt[random.randrange(len(spoilt))] ^= 1 << random.randrange(8)
    return bytes(spoilt)


def _cut(random: Random, data: bytes) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def _without_a_piece(random: Random, data: bytes) -> bytes:
    start, end = sorted(random.randrange(len(data) + 1) for _ in "ab")
    return data[:start] + data[end:]


def _spliced(random: Random, data: bytes) -> bytes:
    start, end, at = (random.randrange(len(data) + 1) for _ in "abc")
    return data[:at] + data[min(start, end) : max(start, end)] + data[at:]


def _repeated(random: Random, data: bytes) -> bytes:
    start = random.randrange(len(data) + 1)
    piece = data[start : start + random.choice((1, 9, 200))]
    return data[:start] + piece * random.choice((2, 50, 1_000)) + data[start:]


def _strange_bytes(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    return (
        data[:at] + random.choice((b"\0" * 50, b"\xff\xfe", b"<!--", b'"', b"\x80" * 9, b"]]>")) + data[at:]
    )


def _in_another_encoding(random: Random, data: bytes) -> bytes:
    return data.decode("utf-8", "replace").encode(random.choice(_ENCODINGS), "replace")


def _letters_broken_before(random: Random, data: bytes) -> bytes:
    return data.decode("cp1252", "replace").encode()


_ACCIDENTS: tuple[Mutation, ...] = (
    _flipped,
    _cut,
    _without_a_piece,
    _spliced,
    _repeated,
    _strange_bytes,
    _in_another_encoding,
    _letters_broken_before,
)


# JSON


def spoilt_json(random: Random, data: bytes) -> bytes:
    """One to six edits of the values, wherever they stand."""
    holder = [json.loads(data)]
    for _ in range(random.choice((1, 1, 2, 6))):
        _edit(random, holder)
    text = json.dumps(holder[0], ensure_ascii=random.random() < 0.5)
    for token, number in (("@huge@", "1" * 5_000), ("@infinite@", "1e999"), ("@nan@", "NaN")):
        text = text.replace(f'"{token}"', number)
    return text.encode("utf-8", "surrogatepass")


def _edit(random: Random, holder: list[Any]) -> None:
    places = list(_places(holder))
    where, key = random.choice(places)
    how = random.randrange(7)
    if how == 0:
        del where[key]
        if where is holder:
            holder.append(None)
    elif how == 1 and isinstance(where, dict):
        where[random.choice(("ten", "", key.upper(), f"{key}\x00", "x" * 5_000))] = where.pop(key)
    elif how == 2 and isinstance(where[key], list) and where[key]:
        where[key] = [*where[key], *where[key] * random.choice((1, 40))]
    elif how == 3:
        where[key] = _nested(random, where[key])
    elif how == 4 and isinstance(where, dict):
        where[random.choice(_WORDS)] = strange_value(random)
    elif how == 5 and isinstance(where[key], str):
        text = where[key]
        where[key] = random.choice((text + random.choice(_WORDS), text[: len(text) // 2], text * 300))
    else:
        where[key] = strange_value(random)


def _places(holder: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    waiting = [holder]
    while waiting:
        each = waiting.pop()
        keys = range(len(each)) if isinstance(each, list) else each
        found += [(each, key) for key in keys]
        waiting += [each[key] for key in keys if isinstance(each[key], (list, dict))]
    return found


def _nested(random: Random, value: Any) -> Any:
    for _ in range(random.choice((3, 30, 90, 180, 240))):
        value = {"a": value} if random.random() < 0.5 else [value]
    return value


def strange_value(random: Random) -> Any:
    """A value of any JSON type, most of them where another was due."""
    return random.choice(
        (
            None,
            True,
            False,
            0,
            -1,
            2**31,
            2**63,
            10**30,
            10**400,
            -(10**25),
            1.5,
            1e300,
            "@huge@",
            "@infinite@",
            "@nan@",
            [],
            {},
            [None],
            [[]],
            [{}],
            {"a": [1]},
            [None] * 3_000,
            {str(n): n for n in range(900)},
            *_WORDS,
        )
    )


# web pages


def spoilt_page(random: Random, data: bytes) -> bytes:
    """One to five edits of its tags and texts."""
    text = data.decode()
    for _ in range(random.choice((1, 2, 5))):
        text = random.choice(_PAGE_EDITS)(random, text)
    return text.encode("utf-8", "surrogatepass")


def _tags(text: str) -> list[tuple[int, int]]:
    found, start = [], text.find("<")
    while start >= 0:
        end = text.find(">", start)
        if end < 0:
            break
        found.append((start, end + 1))
        start = text.find("<", end)
    return found or [(0, 0)]


def _tag_lost(random: Random, text: str) -> str:
    start, end = random.choice(_tags(text))
    return text[:start] + text[end:]


def _tag_repeated(random: Random, text: str) -> str:
    start, end = random.choice(_tags(text))
    return text[:start] + text[start:end] * random.choice((2, 20, 400)) + text[end:]


def _tag_renamed(random: Random, text: str) -> str:
    start, end = random.choice(_tags(text))
    tag = random.choice(
        ("<div>", "<tr>", "</table>", "<script>", "<!--", "<![CDATA[", "<svg>", "<plaintext>")
    )
    return text[:start] + tag + text[end:]


def _text_put_in(random: Random, text: str) -> str:
    _, end = random.choice(_tags(text))
    return text[:end] + random.choice(_WORDS) + text[end:]


def _link_changed(random: Random, text: str) -> str:
    target = random.choice(
        (
            "http://[",
            "//khac.example/x",
            "javascript:1",
            "#",
            "",
            "?",
            "http://127.0.0.1:99999/",
            "/x\x00y",
            "http://a@cong.example:x/",
            "\u2100",
            "mailto:x",
            "/" + "x" * 70_000,
            "/%ff\ud800",
            "https:cong.example",
            "http://cong.example:65536/",
            "//[::1",
            "/\u2028\n/x",
            "\\\\khac\\x",
            "http:///",
            "http://。/",
        )
    )
    parts = text.split('href="')
    if len(parts) < 2:
        return text
    at = random.randrange(1, len(parts))
    parts[at] = target + parts[at][parts[at].find('"') :]
    return 'href="'.join(parts)


def _nested_deep(random: Random, text: str) -> str:
    _, end = random.choice(_tags(text))
    tag = random.choice(("div", "table><tr><td", "ul><li", "b", "font"))
    return text[:end] + f"<{tag}>" * random.choice((50, 300, 3_000)) + text[end:]


MOST_CHANGED = 500
"""Digits of one text that are changed: the spoilt text has to fit into memory too."""


def _digits_changed(random: Random, text: str) -> str:
    return text.replace(
        random.choice("0123456789"), random.choice(("9" * 30, "", "٣", "²", "-", "9" * 5_000)), MOST_CHANGED
    )


def _entities(random: Random, text: str) -> str:
    _, end = random.choice(_tags(text))
    doctype = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    return (
        (doctype if random.random() < 0.5 else "") + text[:end] + "&b;&c;&#xD800;&#x110000;&#0;" + text[end:]
    )


def _charset_declared(random: Random, text: str) -> str:
    charset = random.choice(
        ("utf-16", "idna", "punycode", "unicode_escape", "utf-7", "hex", "undefined", "x" * 999)
    )
    return f"<meta charset={charset}>" + text + random.choice(("", "\ud800"))


_PAGE_EDITS: tuple[Callable[[Random, str], str], ...] = (
    _tag_lost,
    _tag_repeated,
    _tag_renamed,
    _text_put_in,
    _link_changed,
    _nested_deep,
    _digits_changed,
    _entities,
    _charset_declared,
)


# tables


def spoilt_workbook(random: Random, data: bytes) -> bytes:
    """An .xlsx whose parts are edited as pages are, and packed again."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(random.choice((1, 1, 3))):
        likely = [name for name in parts if "sheet" in name or "haredStrings" in name or "workbook" in name]
        name = random.choice(likely if likely and random.random() < 0.8 else list(parts))
        how = random.randrange(6)
        if how == 0:
            del parts[name]
        elif how == 1:
            parts[name] = spoilt_bytes(random, parts[name])
        elif how == 2:
            parts[name] = _cells_moved(random, parts[name])
        elif name.endswith((".xml", ".rels")):
            parts[name] = spoilt_page(random, parts[name].decode("utf-8", "replace").encode())
        if not parts:
            break
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()


def _cells_moved(random: Random, part: bytes) -> bytes:
    """References that lead far away, values of other types, shared texts that are not there."""
    old, new = random.choice(
        (
            (b'r="A', b'r="XFD'),
            (b'r="B2"', b'r="B1048576"'),
            (b't="s"', b't="n"'),
            (b't="n"', b't="s"'),
            (b"<v>1", b"<v>99999999999999999999"),
            (b"<v>", b"<v>-"),
            (b'r="', b'r="-'),
            (b'r="1"', b'r="999999999999"'),
            (b'r="C', b'r="AAAAAAAAAAAAAAAA'),
            (b't="s"', b't="d"'),
            (b't="s"', b't="b"'),
            (b't="s"', b't="e"'),
            (b"<v>0</v>", b"<v>1e308</v>"),
            (b'ref="', b'ref="A1:XFD1048576'),
            (b'spans="', b'spans="1:99999999'),
        )
    )
    return part.replace(old, new, random.choice((1, 5, 10_000)))


def odd_table(random: Random, rows: list[list[str]]) -> list[list[Any]]:
    """The rows with cells gone, moved, repeated and replaced."""
    odd: list[list[Any]] = [list(row) for row in rows]
    for _ in range(random.choice((1, 4, 12))):
        row = random.choice(odd)
        how = random.randrange(6)
        if how == 0 and row:
            row[random.randrange(len(row))] = random.choice((*_WORDS, 1.5, True, 10**14, 1.012299, -3.7e300))
        elif how == 1:
            row.insert(0, random.choice(_WORDS))
        elif how == 2:
            del row[: random.randrange(len(row) + 1)]
        elif how == 3:
            odd.insert(random.randrange(len(odd)), list(row))
        elif how == 4:
            odd[random.randrange(len(odd))] = [random.choice(_WORDS)] * random.choice((1, 40))
        else:
            random.shuffle(row)
    return odd


def as_workbook(rows: list[list[Any]]) -> bytes:
    """The rows as .xlsx."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as workbook:
        sheet = workbook.add_worksheet("Danh mục")
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                held = _held(cell)
                sheet.write(at, column, held[:32_000] if isinstance(held, str) else held)
    return target.getvalue()


def as_old_workbook(rows: list[list[Any]]) -> bytes:
    """The rows as .xls."""
    target, workbook = io.BytesIO(), xlwt.Workbook()
    sheet = workbook.add_sheet("A")
    for at, row in enumerate(rows):
        for column, cell in enumerate(row[:200]):
            held = _held(cell)
            sheet.write(at, column, held[:32_000] if isinstance(held, str) else held)
    workbook.save(target)
    return target.getvalue()


def as_text(rows: list[list[Any]], delimiter: str = ",") -> bytes:
    """The rows as .csv."""
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return target.getvalue().encode("utf-8", "replace")


def _held(cell: Any) -> Any:
    """A cell that the writers take: no halves of letters."""
    return cell.encode("utf-8", "replace").decode() if isinstance(cell, str) else cell


# samples


@cache
def sample(*path: str) -> bytes:
    """A recorded payload."""
    return GOLDEN.joinpath(*path).read_bytes()


@cache
def province_rows() -> list[list[str]]:
    """A province's own list, recorded, with its headings."""
    records = json.loads(sample("camau", "export.json"))[:12]
    return [list(records[0]), *([str(value or "") for value in each.values()] for each in records)]


@cache
def fewer_rows(page: bytes, rows: int) -> bytes:
    """A list page with its first rows only."""
    head, *parts = page.decode().split("<tr><td>")
    tail = parts[-1].partition("</tr>")[2]
    return (head + "".join(f"<tr><td>{part}" for part in parts[:rows]) + tail).encode()


def a_small_record(profile: str) -> bytes:
    """A record's page by the profile's own selectors, quick to read."""
    if profile == "liferay":
        return LIFERAY_DETAIL
    pair = '<div class="tthc-list-item"><b class="item-title">Mã thủ tục</b>{}</div>'
    return pair.format('<p class="tthc-list-item-detail">1.000001</p>').encode()


LIFERAY_LIST = "".join(
    f'<li><div><div class="tb-td-3"><a href="/chi-tiet?id={n}">Thủ tục số {n}</a></div></div></li>'
    for n in range(1, 4)
).encode()
"""After the make's known selectors; no saved page of it was found."""

_LIFERAY_PAIRS = {
    "Mã thủ tục": "1.000001.000.00.00.H17",
    "Lĩnh vực": "Hội, quỹ",
    "Thời hạn giải quyết": "07 ngày làm việc",
    "Lệ phí": "20.000 đồng/hồ sơ",
    "Trình tự thực hiện": "<p>Bước 1: nộp hồ sơ</p><p>Bước 2: nhận kết quả</p>",
    "Căn cứ pháp lý": "Nghị định 45/2010/NĐ-CP; Nghị định 33/2012/NĐ-CP",
}
LIFERAY_DETAIL = (
    '<h2 class="tieude-h2">Thủ tục thử nghiệm số 1</h2><table class="table"><tbody>'
    + "".join(f'<tr><td class="td-1">{key}</td><td>{said}</td></tr>' for key, said in _LIFERAY_PAIRS.items())
    + "</tbody></table>"
).encode()
