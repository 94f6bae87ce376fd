"""Lists as portals have them: spread over categories, without record pages, asked for by a form.

Each shape is the cookbook's own example, read from a real server; what goes wrong with it is read from texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from extractors.archive.raw_archive import Archive
from extractors.archive.replay import ReplayTransport
from extractors.portals.html.profile import load_profile
from extractors.portals.open_source import open_source
from extractors.portals.read_source import read
from procedures.errors import SettingsError
from procedures.snapshot import ListedItemState, ReadingPlan, ReadingResult, SnapshotState
from procedures.values.durations import ProcessingTime
from settings.sources import SourceSettings
from steps.sources.recorded_reader import Memory
from tests.extractors.loopback import Asked, Loopback, Say
from tests.office import NIGHTS

COOKBOOK = Path(__file__).parents[3] / "docs" / "new-portal.md"
CHALLENGE = "<p>Request Rejected. Your support ID is: 1234567890</p>"
AS_OF = datetime.fromisoformat(NIGHTS[0])
BY_CATEGORY, BY_ROW, BY_FORM = (
    "A list spread over category pages",
    "A list whose rows are the records",
    "A list asked for by a form",
)


def example(title: str) -> str:
    """The profile under a heading of the cookbook."""
    section = COOKBOOK.read_text(encoding="utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    shown = re.search(r"```toml\n(.*?)```", section, re.DOTALL)
    assert shown is not None
    return shown[1]


@dataclass(frozen=True)
class Request:
    """One request of a list, as a made-up portal sees it."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    cookie: str = ""


Portal = Callable[[Request], str | int]
"""The body of a page, or an error's status."""


def request_of(method: str, path: str, body: bytes, cookie: str) -> Request:
    parts = urlsplit(path)
    query, form = ({n: v[0] for n, v in parse_qs(t, True).items()} for t in (parts.query, body.decode()))
    return Request(parts.path, query, form if method == "POST" else {}, cookie)


def said(answer: str | int) -> tuple[int, bytes]:
    status, body = (answer, "<p>lỗi</p>") if isinstance(answer, int) else (200, answer)
    return status, f"<html><meta charset='utf-8'><body>{body}</body></html>".encode()


def settings(profile: str, url: str = "http://cong.example") -> SourceSettings:
    return SourceSettings(
        name="provincial",
        kind="html",
        role="provincial",
        base_url=url,
        profile=profile,
        requests_per_second=1000,
        retry_pause=0.001,
    )


def read_from_texts(
    profile: str, portal: Portal, folder: Path, remembered: Sequence[ListedItemState] = ()
) -> tuple[Memory, ReadingResult]:
    """What is read of a portal that answers without a network."""

    def answer(request: httpx.Request) -> httpx.Response:
        asked = request_of(request.method, request.url.raw_path.decode(), request.read(), "phien=1")
        status, body = said(portal(asked))
        kind = {"content-type": "text/html; charset=utf-8"}
        return httpx.Response(status, headers=kind, stream=httpx.ByteStream(body))

    file = folder / "tinh.toml"
    file.write_text(profile, encoding="utf-8")
    memory, of = Memory(), settings(str(file))
    source = open_source(of, None, transport=httpx.MockTransport(answer))
    plan = ReadingPlan(as_of=AS_OF, baseline=True, remembered={each.key: each for each in remembered})
    try:
        return memory, read(source, of, plan, memory)
    finally:
        source.close()


def read_from_server(profile: str, portal: Portal, folder: Path) -> tuple[Memory, ReadingResult, Loopback]:
    """The same from a server on loopback, which hands out a session's cookie."""

    def answer(asked: Asked) -> Say:
        request = request_of(asked.method, asked.path, asked.body, asked.headers.get("cookie", ""))
        status, body = said(portal(request))
        return Say(body, status, {"Set-Cookie": "phien=1"}, kind="text/html; charset=utf-8")

    file = folder / "tinh.toml"
    file.write_text(profile, encoding="utf-8")
    memory, archive = Memory(), Archive(folder / "archive")
    with Loopback(answer) as web, archive.recorder("night") as recorder:
        of = settings(str(file), web.url)
        with closing(open_source(of, recorder)) as source:
            outcome = read(source, of, ReadingPlan(as_of=AS_OF), memory)
    assert replayed(of, archive).observations == memory.observations
    return memory, outcome, web


def replayed(of: SourceSettings, archive: Archive) -> Memory:
    """What the recorded night is read as, without the server."""
    memory = Memory()
    transport = ReplayTransport(archive.recording("night"))
    with (
        archive.recorder("again") as recorder,
        closing(open_source(of, recorder, transport=transport)) as source,
    ):
        read(source, of, ReadingPlan(as_of=AS_OF), memory)
    return memory


def code(number: int) -> str:
    return f"1.0{number:05d}"


def linked(*numbers: int) -> str:
    """Rows that lead to records."""
    return "".join(f'<tr><td>{n}</td><td><a href="/tt/{n}">Cấp giấy số {n}</a></td></tr>' for n in numbers)


def record(request: Request) -> str | None:
    """The page of a record."""
    if not request.path.startswith("/tt/"):
        return None
    number = int(request.path.rsplit("/", 1)[1])
    pairs = {"Mã thủ tục": code(number), "Tên thủ tục": f"Cấp giấy số {number}"}
    return "<dl>" + "".join(f"<div><dt>{k}</dt><dd>{v}</dd></div>" for k, v in pairs.items()) + "</dl>"


# By categories


FIELDS = {"Hội, quỹ": [1, 2, 3], "Công chức": [3, 4], "Tôn giáo": [5]}
TWO_FIELDS = "Công chức; Hội, quỹ"
ADDRESSES = {"Hội, quỹ": "/lv/hoi-quy", "Công chức": "/lv/cong-chuc", "Tôn giáo": "/lv/ton-giao"}


def by_category(
    fields: Mapping[str, Sequence[int]] = FIELDS,
    answers: Mapping[tuple[str, str], str | int] | None = None,
    totals: Mapping[str, int] | None = None,
) -> Portal:
    """Two rows a page; `answers` stand in place of pages, by field and number; `totals` of what is listed."""

    def portal(request: Request) -> str | int:
        if request.path == "/linh-vuc":
            menu = "".join(
                f'<li><a href="{ADDRESSES[name]}">{name} ({len(numbers)})</a></li>'
                for name, numbers in fields.items()
            )
            return f'<ul class="linh-vuc">{menu}</ul>'
        page = record(request)
        if page is not None:
            return page
        [name] = [name for name, address in ADDRESSES.items() if address == request.path]
        number = request.query["trang"]
        if answers and (name, number) in answers:
            return answers[name, number]
        total = (totals or {}).get(name, len(fields[name]))
        start = 2 * (int(number) - 1)
        rows = linked(*fields[name][start : start + 2])
        return f'<p class="tong">{total}</p><table class="thu-tuc"><tbody>{rows}</tbody></table>'

    return portal


def fields_of(memory: Memory) -> dict[str, str | None]:
    """The field of each code that was read."""
    return {
        key: each.procedure.field for key, each in memory.observations.items() if each.procedure is not None
    }


def test_a_list_spread_over_categories_adds_up_and_a_procedure_in_two_is_one(tmp_path: Path) -> None:
    memory, outcome, _ = read_from_server(example(BY_CATEGORY), by_category(), tmp_path)
    assert outcome.verdict.state == SnapshotState.COMPLETE, outcome.verdict.reason
    assert (outcome.certificate.declared_total, outcome.certificate.listed) == (5, 5)
    assert fields_of(memory) == {
        code(1): "Hội, quỹ",
        code(2): "Hội, quỹ",
        code(3): TWO_FIELDS,
        code(4): "Công chức",
        code(5): "Tôn giáo",
    }


def test_the_order_of_the_categories_changes_nothing(tmp_path: Path) -> None:
    """Even where each category's page writes its own field into the row of a procedure."""
    own_field = 'name = "td:nth-child(2)"\nfield = "td:nth-child(3)"'
    profile = example(BY_CATEGORY).replace('name = "td:nth-child(2)"', own_field)

    def portal_in(order: Mapping[str, Sequence[int]]) -> Portal:
        def portal(request: Request) -> str | int:
            answer = by_category(order)(request)
            return (
                answer.replace("</td></tr>", f"</td><td>{request.path}</td></tr>")
                if isinstance(answer, str)
                else answer
            )

        return portal

    one, _ = read_from_texts(profile, portal_in(FIELDS), tmp_path)
    other, _ = read_from_texts(profile, portal_in(dict(reversed(FIELDS.items()))), tmp_path)

    def without_bytes(memory: Memory) -> object:
        return {
            key: (each.source_id, each.list_digest, each.procedure)
            for key, each in memory.observations.items()
        }

    assert without_bytes(one) == without_bytes(other)


def remembered_of(memory: Memory) -> list[ListedItemState]:
    """What a night leaves to be remembered."""
    return [
        ListedItemState(
            key=key,
            code=each.code,
            source_id=each.source_id,
            list_digest=each.list_digest,
            read_at=AS_OF,
            loaded=True,
        )
        for key, each in memory.observations.items()
    ]


def test_a_procedure_that_enters_a_second_category_is_read_again(tmp_path: Path) -> None:
    profile = example(BY_CATEGORY)
    before, _ = read_from_texts(profile, by_category(), tmp_path)
    moved = {**FIELDS, "Tôn giáo": [5, 1]}
    after, outcome = read_from_texts(profile, by_category(moved), tmp_path, remembered_of(before))
    assert outcome.verdict.state == SnapshotState.COMPLETE, outcome.verdict.reason
    assert fields_of(after).get(code(1)) == "Hội, quỹ; Tôn giáo"


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        (500, "partial", 'trang 1 của danh mục "Công chức" (cổng trả lời 500)'),
        (404, "partial", 'trang 1 của danh mục "Công chức" (cổng trả lời 404)'),
        ("<p></p>", "partial", 'trang 1 của danh mục "Công chức" (không có dòng nào)'),
        (CHALLENGE, "blocked", "trang kiểm tra"),
    ],
    ids=["dropped", "gone", "empty 200", "challenge"],
)
def test_a_category_that_fails_is_named_and_no_field_is_told_by_the_others(
    tmp_path: Path, answer: str | int, state: str, words: str
) -> None:
    before, _ = read_from_texts(example(BY_CATEGORY), by_category(), tmp_path)
    changed = [replace(each, list_digest="") for each in remembered_of(before) if each.code != code(1)]
    portal = by_category(answers={("Công chức", "1"): answer})
    memory, outcome = read_from_texts(example(BY_CATEGORY), portal, tmp_path, changed)
    assert outcome.verdict.state == state
    assert words in (outcome.verdict.reason or "")
    read_again = {code(n): None for n in (2, 3, 5)} if state == "partial" else {}
    assert fields_of(memory) == read_again


def test_a_procedure_known_by_its_category_alone_is_unread_where_one_is_lost(tmp_path: Path) -> None:
    profile = example(BY_CATEGORY).replace('"Mã thủ tục" = "code"\n', "")
    whole, _ = read_from_texts(profile, by_category(), tmp_path)
    portal = by_category(answers={("Công chức", "1"): 500})
    memory, outcome = read_from_texts(profile, portal, tmp_path, remembered_of(whole))
    assert outcome.verdict.state == SnapshotState.PARTIAL
    assert set(memory.observations) <= set(whole.observations)
    assert fields_of(memory) == {}


@pytest.mark.parametrize(
    ("portal", "words"),
    [
        (
            by_category({**FIELDS, "Tôn giáo": [1, 2, 3]}),
            'danh mục "Tôn giáo" lặp lại danh sách của danh mục "Hội, quỹ"',
        ),
        (
            by_category(
                answers={("Hội, quỹ", "2"): linked(1, 2).join(('<table class="thu-tuc"><tbody>', ""))}
            ),
            'trang 2 của danh mục "Hội, quỹ" (lặp lại trang đã đọc)',
        ),
        (
            by_category(totals={"Công chức": 3, "Tôn giáo": 0}),
            'danh mục "Công chức" báo 3 thủ tục nhưng chỉ liệt kê 2',
        ),
        (
            by_category({**FIELDS, "Tôn giáo": []}, {("Tôn giáo", "1"): ""}),
            'danh mục "Tôn giáo" (không có dòng nào)',
        ),
    ],
    ids=["the list of another category", "a page again", "sums that agree by chance", "empty without a word"],
)
def test_a_category_that_is_not_whole_makes_the_snapshot_partial(
    tmp_path: Path, portal: Portal, words: str
) -> None:
    _, outcome = read_from_texts(example(BY_CATEGORY), portal, tmp_path)
    assert outcome.verdict.state == SnapshotState.PARTIAL
    assert words in (outcome.verdict.reason or "")


@pytest.mark.parametrize(
    "empty", ["<p class='tong'>0 thủ tục</p>", "<p class='khong-co'>Chưa có thủ tục</p>"]
)
def test_a_category_that_says_it_is_empty_is_empty(tmp_path: Path, empty: str) -> None:
    portal = by_category({**FIELDS, "Tôn giáo": []}, {("Tôn giáo", "1"): empty})
    _, outcome = read_from_texts(example(BY_CATEGORY), portal, tmp_path)
    assert (outcome.verdict.state, outcome.certificate.declared_total) == (SnapshotState.COMPLETE, 4)


def test_a_page_of_categories_that_shows_fewer_when_read_again_is_no_whole_list(tmp_path: Path) -> None:
    menus = iter([FIELDS, {"Hội, quỹ": [1, 2, 3]}] * 2)

    def portal(request: Request) -> str | int:
        return by_category(next(menus) if request.path == "/linh-vuc" else FIELDS)(request)

    _, outcome = read_from_texts(example(BY_CATEGORY), portal, tmp_path)
    assert outcome.verdict.state == SnapshotState.PARTIAL
    assert "danh sách thay đổi trong khi đọc" in (outcome.verdict.reason or "")


def test_categories_may_be_options_or_stand_in_the_profile(tmp_path: Path) -> None:
    options = '<option value="">Tất cả</option><option value="12">Hội</option><option value="7">Quỹ</option>'

    def portal(request: Request) -> str | int:
        if request.path == "/chon":
            return f"<select>{options}</select>"
        rows = {"12": linked(1, 2), "7": linked(3)}.get(request.query.get("lv", ""))
        return record(request) or f'<table class="thu-tuc"><tbody>{rows}</tbody></table>'

    profile = example(BY_CATEGORY).replace('"{category}?trang={page}"', '"/ds?lv={category}"')
    profile = profile.replace('total = ".tong"\n', "")
    start, css = 'url = "/linh-vuc"', 'items = "ul.linh-vuc a"'
    listed = profile.replace(start + "\n", "").replace(css, 'values = {"Hội" = "12", "Quỹ" = "7"}')
    shown = profile.replace(start, 'url = "/chon"').replace(css, 'items = "option"')
    for each in (listed, shown):
        memory, outcome = read_from_texts(each, portal, tmp_path)
        assert outcome.verdict.state == SnapshotState.COMPLETE, outcome.verdict.reason
        assert fields_of(memory) == {code(1): "Hội", code(2): "Hội", code(3): "Quỹ"}


def test_a_category_on_another_host_is_lost_and_never_asked(tmp_path: Path) -> None:
    def portal(request: Request) -> str | int:
        answer = by_category()(request)
        return (
            answer.replace('href="/lv/ton-giao"', 'href="http://khac.example/lv"')
            if isinstance(answer, str)
            else answer
        )

    _, outcome = read_from_texts(example(BY_CATEGORY), portal, tmp_path)
    assert outcome.verdict.state == SnapshotState.PARTIAL
    lost = 'danh mục "Tôn giáo" (liên kết không dẫn tới trang nào của cổng)'
    assert lost in (outcome.verdict.reason or "")


# By rows


HEADINGS = ("STT", "Mã TTHC", "Tên TTHC", "Lĩnh vực", "Thời hạn giải quyết", "Cơ quan thực hiện")


def cells(number: int, **said: str) -> dict[str, str]:
    row = {
        "STT": str(number),
        "Mã TTHC": f"{code(number)}.H27",
        "Tên TTHC": f"Cấp giấy số {number}",
        "Lĩnh vực": "Hội, quỹ",
        "Thời hạn giải quyết": "05 ngày làm việc",
        "Cơ quan thực hiện": "Sở Nội vụ",
    }
    return row | said


ROWS = [cells(n) for n in range(1, 6)]


def by_row(
    rows: Sequence[Mapping[str, str]] = ROWS,
    answers: Mapping[int, str | int] | None = None,
    headings: Sequence[str] = HEADINGS,
    total: int | None = None,
) -> Portal:
    """Two rows a page in a table; `answers` stand in place of pages."""

    def portal(request: Request) -> str | int:
        number = int(request.query["trang"])
        if answers and number in answers:
            return answers[number]
        return table_of(rows[2 * (number - 1) : 2 * number], headings, len(rows) if total is None else total)

    return portal


def table_of(rows: Sequence[Mapping[str, str]], headings: Sequence[str], total: int) -> str:
    head = "".join(f"<th>{heading}</th>" for heading in headings)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(row.get(h, ''))}</td>" for h in headings) + "</tr>" for row in rows
    )
    return (
        f'<p class="tong">{total}</p><table class="danh-muc"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def test_a_list_without_record_pages_is_read_from_its_rows_alone(tmp_path: Path) -> None:
    memory, outcome, web = read_from_server(example(BY_ROW), by_row(), tmp_path)
    assert outcome.verdict.state == SnapshotState.COMPLETE, outcome.verdict.reason
    assert {urlsplit(path).path for path in web.paths} <= {"/danh-muc", "/robots.txt"}
    one = memory.observations[code(4)].procedure
    assert one is not None
    assert (one.name, one.local_code, one.field) == ("Cấp giấy số 4", f"{code(4)}.H27", "Hội, quỹ")
    assert one.processing_time == (
        ProcessingTime(amount=5, unit="working_day", text="05 ngày làm việc", way=None),
    )
    assert (one.fee, one.dossier, one.online_level, one.url) == (None, None, None, None)
    assert outcome.certificate.leftovers == {"cột «STT»": "1"}


def test_what_a_row_does_not_state_is_unknown_and_never_empty(tmp_path: Path) -> None:
    rows = [cells(1, **{"Lĩnh vực": "", "Cơ quan thực hiện": "Đang cập nhật"}), cells(2)]
    memory, _ = read_from_texts(example(BY_ROW), by_row(rows), tmp_path)
    one = memory.observations[code(1)].procedure
    assert one is not None
    assert (one.field, one.agency) == (None, None)


def test_a_column_that_is_called_something_else_is_named_and_its_values_are_unknown(tmp_path: Path) -> None:
    renamed = [{**row, "Thời gian": row["Thời hạn giải quyết"]} for row in ROWS]
    headings = ["Thời gian" if each.startswith("Thời hạn") else each for each in HEADINGS]
    memory, outcome = read_from_texts(example(BY_ROW), by_row(renamed, headings=headings), tmp_path)
    one = memory.observations[code(1)].procedure
    assert one is not None
    assert one.processing_time is None
    assert outcome.certificate.leftovers["cột «Thời gian»"] == "05 ngày làm việc"


def test_what_such_a_list_lacks_counts_as_not_found(tmp_path: Path) -> None:
    before, _ = read_from_texts(example(BY_ROW), by_row(), tmp_path)
    after, _ = read_from_texts(example(BY_ROW), by_row(ROWS[:4]), tmp_path, remembered_of(before))
    assert {key: each.outcome for key, each in after.look_ups.items()} == {code(5): "not_found"}
    assert {each.presence for each in after.observations.values()} <= {"seen", "read"}


@pytest.mark.parametrize(
    ("portal", "state", "words"),
    [
        (by_row(answers={2: CHALLENGE}), "blocked", "trang kiểm tra"),
        (by_row(answers={2: 500}), "partial", "trang 2 (cổng trả lời 500)"),
        (by_row(answers={2: table_of(ROWS[:2], HEADINGS, 5)}), "partial", "trang 2 (lặp lại trang đã đọc)"),
        (by_row(answers={2: ""}), "partial", "cổng báo 5 thủ tục nhưng chỉ liệt kê 2"),
        (by_row(answers={1: ""}), "failed", "trang đầu không có dòng nào"),
        (by_row(headings=[h for h in HEADINGS if h != "Mã TTHC"]), "failed", "thiếu mã thủ tục ở 2/2 dòng"),
        (by_row(headings=("STT", "Mã", "Tên", "Lĩnh vực")), "failed", "thiếu tên thủ tục ở 2/2 dòng"),
    ],
    ids=["challenge", "dropped", "repeated", "empty 200", "empty first", "no codes", "renamed"],
)
def test_a_list_of_rows_that_is_not_whole_says_so_and_looks_nothing_up(
    tmp_path: Path, portal: Portal, state: str, words: str
) -> None:
    before, _ = read_from_texts(example(BY_ROW), by_row(), tmp_path)
    memory, outcome = read_from_texts(example(BY_ROW), portal, tmp_path, remembered_of(before))
    assert outcome.verdict.state == state
    assert words in (outcome.verdict.reason or "")
    assert memory.look_ups == {}


def test_of_rows_that_share_a_code_one_stays_whatever_their_order(tmp_path: Path) -> None:
    rows = [cells(1), cells(1, **{"Thời hạn giải quyết": "9 ngày"}), cells(2), cells(3)]
    one, outcome = read_from_texts(example(BY_ROW), by_row(rows), tmp_path)
    other, _ = read_from_texts(example(BY_ROW), by_row([rows[1], rows[0], *rows[2:]]), tmp_path)
    assert outcome.certificate.repeated_codes == (code(1),)
    assert one.observations[code(1)].procedure == other.observations[code(1)].procedure


def test_cells_that_stretch_and_headings_between_rows_move_no_value(tmp_path: Path) -> None:
    field = '<td rowspan="2">Hội, quỹ</td>'
    body = (
        '<tr><td colspan="6">CẤP TỈNH</td></tr><tr><td colspan="6">I. Hội, quỹ</td></tr>'
        '<tr><td colspan="6">Việc lập hội</td></tr>'
        f"<tr><td>1</td><td>{code(1)}</td><td>Cấp giấy số 1</td>{field}<td>5 ngày</td><td>Sở Nội vụ</td></tr>"
        f"<tr><td>2</td><td>{code(2)}</td><td>Cấp giấy số 2</td><td>7 ngày</td><td>Sở Nội vụ</td></tr>"
    )
    table = table_of([], HEADINGS, 2).replace("<tbody>", f"<tbody>{body}")
    memory, outcome = read_from_texts(example(BY_ROW), by_row(answers={1: table}, total=2, rows=()), tmp_path)
    assert outcome.verdict.state == SnapshotState.COMPLETE, outcome.verdict.reason
    two = memory.observations[code(2)].procedure
    assert two is not None
    assert (two.field, two.agency, two.processing_time and two.processing_time[0].amount) == (
        "Hội, quỹ",
        "Sở Nội vụ",
        7,
    )


# By a form


def by_form(answers: Mapping[int, str | int] | None = None, pages: int = 3) -> Portal:
    """Two rows a page; a page is asked for with the state of the one before, or the first one comes."""

    def portal(request: Request) -> str | int:
        page = record(request)
        if page is not None:
            return page
        argument = re.fullmatch(r"Page\$(\d+)", request.form.get("__EVENTARGUMENT", ""))
        number = int(argument[1]) if argument else 1
        if answers and number in answers:
            return answers[number]
        before = re.fullmatch(r"trang (\d+)", request.form.get("__VIEWSTATE", ""))
        right = before is not None and int(before[1]) < number and request.cookie == "phien=1"
        return form_page(number if right and request.form["__EVENTTARGET"] == "ctl00$grdThuTuc" else 1, pages)

    return portal


def form_page(number: int, pages: int = 3) -> str:
    more = '<a class="trang-sau" href="javascript:__doPostBack()">Sau</a>' if number < pages else ""
    return (
        f'<form id="aspnetForm"><input type="hidden" name="__VIEWSTATE" value="trang {number}">'
        f'<table class="tthc"><tbody>{linked(2 * number - 1, 2 * number)}</tbody></table>'
        f'<span class="trang-dang-xem">{number}</span>{more}</form>'
    )


def test_a_list_asked_for_by_a_form_carries_the_state_of_the_page_before(tmp_path: Path) -> None:
    memory, outcome, web = read_from_server(example(BY_FORM), by_form(), tmp_path)
    assert outcome.verdict.state == SnapshotState.COMPLETE, outcome.verdict.reason
    assert set(memory.observations) == {code(n) for n in range(1, 7)}
    lists = [each.method for each in web.asked if each.path.endswith(".aspx")]
    assert lists == ["GET", "POST", "POST", "GET"]


@pytest.mark.parametrize(
    ("answers", "state", "words"),
    [
        ({2: CHALLENGE}, "blocked", "trang kiểm tra"),
        ({2: 500}, "partial", "trang 2 (cổng trả lời 500)"),
        ({2: form_page(1)}, "partial", "trang 2 (cổng trả lời bằng trang 1)"),
        ({2: form_page(3)}, "partial", "trang 2 (cổng trả lời bằng trang 3)"),
        (
            {2: form_page(2).replace("trang-dang-xem", "x")},
            "partial",
            "trang 2 (cổng trả lời bằng trang không",
        ),
        ({2: ""}, "partial", "trang 2 (không có dòng nào)"),
        ({1: form_page(1).replace("__VIEWSTATE", "")}, "partial", "không có trường ẩn nào"),
    ],
    ids=["challenge", "dropped", "the first again", "another", "no number", "empty 200", "no hidden fields"],
)
def test_a_form_that_answers_something_else_ends_no_list(
    tmp_path: Path, answers: Mapping[int, str | int], state: str, words: str
) -> None:
    memory, outcome = read_from_texts(example(BY_FORM), by_form(answers), tmp_path)
    assert outcome.verdict.state == state
    assert words in (outcome.verdict.reason or "")
    assert len(memory.observations) <= 4


def test_the_first_page_again_is_told_by_its_rows_where_no_number_is_shown(tmp_path: Path) -> None:
    profile = example(BY_FORM).replace('current = ".trang-dang-xem"\n', "")
    _, outcome = read_from_texts(profile, by_form({2: form_page(1)}), tmp_path)
    assert outcome.verdict.state == SnapshotState.PARTIAL
    assert "trang 2 (lặp lại trang đã đọc)" in (outcome.verdict.reason or "")


def test_a_search_form_is_opened_and_then_sent_for_the_first_page_too(tmp_path: Path) -> None:
    asked: list[Request] = []

    def portal(request: Request) -> str | int:
        asked.append(request)
        if request.path.endswith(".aspx") and not request.form:
            return '<form id="aspnetForm"><input type="hidden" name="__VIEWSTATE" value="trang 0"></form>'
        return by_form(pages=1)(request)

    profile = example(BY_FORM).replace('method = "post"', 'method = "post"\nfirst = "post"')
    memory, outcome = read_from_texts(profile, portal, tmp_path)
    assert outcome.verdict.state == SnapshotState.COMPLETE, outcome.verdict.reason
    assert set(memory.observations) == {code(1), code(2)}
    assert asked[1].form["__VIEWSTATE"] == "trang 0"


# Profiles


@pytest.mark.parametrize(
    ("title", "old", "new", "words"),
    [
        (BY_CATEGORY, "{category}", "/ds", "list.categories: {category} và [list.categories]"),
        (BY_CATEGORY, 'items = "ul.linh-vuc a"', "", "list.categories: phải có values"),
        (BY_CATEGORY, 'items = "ul.linh-vuc a"', 'items = "ul["', "list.categories.items"),
        (BY_CATEGORY, 'attribute = "field"', 'attribute = "fee"', "list.categories.attribute"),
        (BY_CATEGORY, 'attribute = "field"', 'pattern = "("', "list.categories.pattern"),
        (BY_CATEGORY, 'attribute = "field"', 'lable = "x"', "list.categories.lable"),
        (BY_CATEGORY, 'link = "td a"', "", "list.link: thiếu"),
        (BY_ROW, 'record = "none"', 'record = "row"', "record: 'row'"),
        (BY_ROW, 'record = "none"', "", "list.link: thiếu"),
        (BY_ROW, 'total = ".tong"', "", "list.total: thiếu"),
        (BY_ROW, '"Tên TTHC" = "name"', "", "thiếu name"),
        (BY_ROW, 'headings = "table.danh-muc > thead th"', "", "list.headings"),
        (BY_FORM, 'method = "post"', "", "list.form: method"),
        (BY_FORM, 'method = "post"', 'method = "put"', "list.method: 'put'"),
        (BY_FORM, '"Page${page}"', "5", "list.form.__EVENTARGUMENT: 5"),
        (BY_FORM, "Page${page}", "Page", "list.url: thiếu {page}"),
    ],
)
def test_a_profile_of_such_a_list_that_is_no_use_names_its_key(
    tmp_path: Path, title: str, old: str, new: str, words: str
) -> None:
    profile = example(title)
    assert old in profile
    file = tmp_path / "tinh.toml"
    file.write_text(profile.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_profile(str(file))
    assert words in str(caught.value)
