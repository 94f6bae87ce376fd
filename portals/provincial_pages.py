"""Pages of provincial portals. One layout so far: `portaldvc`, Hà Tĩnh's ASP.NET portal.

The list is as the real one was in 2017: TT | Tên | Lĩnh vực | Đơn vị, without codes. Its paging, and the
whole detail page, are GUESSES: no copy of them was found. The detail uses the recorded label/value blocks of
VNPT iGate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from portals.faults import FaultOrder
from portals.listings import Listing
from portals.provincial_records import SUFFIX
from portals.records import Record

PAGE = (
    '<!DOCTYPE html>\n<html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head>\n'
    '<body><div id="form1"><h1>Cổng dịch vụ công tỉnh Hà Tĩnh</h1>\n{content}\n</div></body></html>\n'
)
MAINTENANCE = PAGE.format(title="Thông báo", content="<p>Hệ thống đang được nâng cấp, mời quay lại sau.</p>")
NOT_FOUND = PAGE.format(title="Thông báo", content="<p>Không tìm thấy thủ tục.</p>")
ITEM = (
    '<div class="tthc-list-item"><div role="button" class="item-title">{label}'
    '<i class="fa fa-angle-right"></i></div>\n<div class="tthc-list-item-detail">{value}</div></div>'
)
NOTHING = "Không có thông tin"


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of one make of portal: the addresses of its pages, and their HTML."""

    list_path: str
    detail_path: str
    page_parameter: str
    id_parameter: str
    rows: int
    list_page: Callable[[Listing, int, int], str]
    detail_page: Callable[[Record, Sequence[FaultOrder]], str]


def portaldvc_list(listing: Listing, page: int, rows: int) -> str:
    """Return a list page: `table.tthc > tbody > tr`, total in `.tong-so`, `a.trang-sau` to the next."""
    body = "\n".join(
        _row((page - 1) * rows + number, record) for number, record in enumerate(listing.items, 1)
    )
    total = f"{listing.total:,}".replace(",", ".")
    after = f'<a class="trang-sau" href="?page={page + 1}">Trang sau</a>' if listing.more else ""
    before = f'<a class="trang-truoc" href="?page={page - 1}">Trang trước</a>' if page > 1 else ""
    content = (
        f'<p>Tìm thấy <span class="tong-so">{total}</span> thủ tục</p>\n<table class="tthc">\n'
        "<thead><tr><th>TT</th><th>Tên</th><th>Lĩnh vực</th><th>Đơn vị</th></tr></thead>\n"
        f"<tbody>\n{body}\n</tbody></table>\n"
        f'<div class="phan-trang">{before} <span>{page}</span> {after}</div>'
    )
    return PAGE.format(title="Thủ tục hành chính", content=content)


def portaldvc_detail(record: Record, orders: Sequence[FaultOrder] = ()) -> str:
    """Return a detail page: a `div.tthc-list-item` for each label; the code has the province's suffix."""
    pairs = detail_pairs(record)
    for order in orders:
        field = order.options.get("field") or "Mã thủ tục"
        if order.name == "renamed_field":
            new = order.options["to"] or f"{field} (mới)"
            pairs = [(new if label == field else label, value) for label, value in pairs]
        elif order.name == "missing_field" and order.applies_to(record["id"]):
            pairs = [(label, value) for label, value in pairs if label != field]
    items = "\n".join(ITEM.format(label=escape(label), value=value) for label, value in pairs)
    content = f'<div class="tthc-title"><h4>{escape(record["name"])}</h4></div>\n{items}'
    return PAGE.format(title=escape(record["name"]), content=content)


def detail_pairs(record: Record) -> list[tuple[str, str]]:
    """Return the labels of a detail page and their values as HTML; optional ones only with a value."""
    optional = [
        ("Mức độ cung cấp dịch vụ công trực tuyến", _text(record["online_level"])),
        ("Cách thức thực hiện", _points(record["ways"])),
        ("Thời hạn giải quyết", _text(record["time"])),
        ("Phí", _text(record["charge"])),
        ("Lệ phí", _text(record["fee"])),
        ("Thành phần hồ sơ", _papers(record["papers"])),
        ("Căn cứ pháp lý", _points(record["legal_bases"])),
        ("Kết quả thực hiện", _points(record["results"])),
        ("Trình tự thực hiện", "".join(f"<p>{_text(step)}</p>" for step in record["steps"])),
        ("Đối tượng thực hiện", _points(record["subjects"])),
    ]
    return [
        ("Mã thủ tục", f"\n{_text(record['code'] + SUFFIX)} "),
        ("Tên thủ tục", _text(record["name"])),
        ("Lĩnh vực", _text(record["field"])),
        ("Cấp thực hiện", _text(record["levels"])),
        ("Cơ quan thực hiện", _text(record["agency"] or NOTHING)),
        ("Quyết định công bố", _text(record["decision"])),
        ("Yêu cầu - điều kiện", _text(record["requirements"] or NOTHING)),
        *(pair for pair in optional if pair[1]),
    ]


def spoil_list_page(page: str, orders: Sequence[FaultOrder]) -> str:
    """Return a list page in another shape, or without the links of its rows."""
    for order in orders:
        if order.name == "wrong_shape":
            page = MAINTENANCE
        elif order.name == "renamed_field":
            page = page.replace('<table class="tthc">', '<table class="danh-sach">')
        elif order.name == "missing_field":
            page = re.sub(r'<td><a href="[^"]*">(.*?)</a></td>', r"<td>\1</td>", page)
    return page


def _row(number: int, record: Record) -> str:
    link = f"{PORTALDVC.detail_path}?{PORTALDVC.id_parameter}={record['id']}"
    name, field, unit = (escape(record[key]) for key in ("name", "field", "unit"))
    return f'<tr><td>{number}</td><td><a href="{link}">{name}</a></td><td>{field}</td><td>{unit}</td></tr>'


def _text(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _points(texts: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{_text(text)}</li>" for text in texts) + "</ul>" if texts else ""


def _papers(papers: Sequence[Record]) -> str:
    if not papers:
        return ""
    rows = "".join(
        f"<tr><td>{_text(paper['name'])}</td><td></td>"
        f"<td>Bản chính: {paper['originals']}<br>Bản sao: {paper['copies']}</td></tr>"
        for paper in papers
    )
    head = "<tr><th>Tên giấy tờ</th><th>Mẫu đơn, tờ khai</th><th>Số lượng</th></tr>"
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


PORTALDVC = Layout(
    list_path="/portaldvc/KenhTin/thu-tuc-hanh-chinh.aspx",
    detail_path="/portaldvc/KenhTin/chi-tiet-thu-tuc.aspx",
    page_parameter="page",
    id_parameter="id",
    rows=20,
    list_page=portaldvc_list,
    detail_page=portaldvc_detail,
)
LAYOUTS = {"portaldvc": PORTALDVC}
"""Layouts by the name of the extractor's profile."""
