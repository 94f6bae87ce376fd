"""A made-up portal of web pages, and the reader on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path

from extractors.http.classify import Answer
from extractors.portals.audit.schema_audit import Audit
from extractors.portals.html.page import page_of
from extractors.portals.html.portal import HtmlPortal
from extractors.portals.html.profile import DetailLayout, ListLayout, Profile
from extractors.portals.html.record import parse_page
from extractors.portals.source import ListingPage
from procedures.model import Procedure
from procedures.values.text import matching_key
from settings.sources import SourceSettings
from tests.extractors.loopback import Asked, Loopback, Say

PROFILE = """
[list]
url = "/ds?page={page}"
rows = "tbody > tr"
link = "a.xem"
[list.columns]
name = "td:nth-child(2)"
field = "td:nth-child(3)"
[detail]
items = ".muc"
label = "b"
value = "div"
[detail.labels]
"Mã thủ tục" = "code"
"Tên thủ tục" = "name"
"Lĩnh vực" = "field"
"Tình trạng" = "state"
"""
NEXT = '\nnext = "a.sau"'
TOTAL = '\ntotal = ".tong"'


def profile_file(folder: Path, *more: str) -> str:
    """The profile as a file, with further keys of its list."""
    path = folder / "tinh.toml"
    path.write_text(PROFILE.replace('"a.xem"', '"a.xem"' + "".join(more)), encoding="utf-8")
    return str(path)


@contextmanager
def reading(url: str, profile: str) -> Iterator[HtmlPortal]:
    """The reader of one portal, quick to try again."""
    settings = SourceSettings(
        name="provincial",
        kind="html",
        role="provincial",
        base_url=url,
        profile=profile,
        requests_per_second=1000,
        retry_pause=0.001,
    )
    portal = HtmlPortal(settings, None)
    try:
        yield portal
    finally:
        portal.close()


def page(body: str, *, status: int = 200, charset: str = "utf-8", declared: str | None = None) -> Say:
    """A web page in `charset`, whose header declares `declared`."""
    kind = f"text/html; charset={declared or charset}"
    return Say(f"<html><body>{body}</body></html>".encode(charset), status, kind=kind)


def row(number: int, *, href: str | None = None, field: str = "Hội, quỹ") -> str:
    """One row of the list."""
    link = f'<a class="xem" href="{escape(href or f"/tt?id={number}")}">Cấp giấy số {number}</a>'
    return f"<tr><td>{number}</td><td>{link}</td><td>{field}</td></tr>"


def table(rows: Sequence[str], *, total: str = "", more: bool = False) -> str:
    """A list page's body."""
    lines, after = "".join(rows), '<a class="sau" href="?x">Sau</a>' if more else ""
    return f'<p class="tong">{total}</p><table><tbody>{lines}</tbody></table>{after}'


def numbers(page: ListingPage) -> list[int]:
    """Which rows a page lists."""
    return [int(item.source_id.partition("id=")[2]) for item in page.items]


class Pages:
    """Answers list pages by number, and other addresses by path; the rest is a 404."""

    def __init__(self, lists: Mapping[int, Say], others: Mapping[str, Say] | None = None) -> None:
        self.by_path = {f"/ds?page={number}": said for number, said in lists.items()} | dict(others or {})

    def __call__(self, asked: Asked) -> Say:
        return self.by_path.get(asked.path, page("<p>404</p>", status=404))


def listing(lists: Mapping[int, Say], profile: str) -> tuple[list[ListingPage], Loopback]:
    """The pages that the reader makes of a list, and the server, with what it was asked."""
    with Loopback(Pages(lists)) as web, reading(web.url, profile) as portal:
        return list(portal.pages()), web


def record(*pairs: tuple[str, str]) -> str:
    """A record's page body: labels, and values as HTML."""
    return "".join(
        f'<section class="muc"><b>{label}</b><div>{value}</div></section>' for label, value in pairs
    )


def parsed(*pairs: tuple[str, str], labels: Mapping[str, str], audit: Audit | None = None) -> Procedure:
    """The record of a page with these labels and values."""
    by_key = {matching_key(label): attribute for label, attribute in labels.items()}
    profile = Profile(
        name="x",
        list=ListLayout(url="/", rows="tr", link="a"),
        detail=DetailLayout(items=".muc", label="b", value="div", labels=by_key),
    )
    answer = Answer(status=200, body=record(*pairs).encode(), content_type="text/html; charset=utf-8")
    return parse_page(
        page_of(answer), profile, {"name": "Cấp giấy"}, "https://cong.example/1", audit or Audit()
    )
