"""A list of web pages: what it lists, where it ends, and when it may not say that it ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.portals.source import Unread, read_record
from procedures.errors import SettingsError, SourceBlocked, SourceFailed
from tests.extractors.loopback import Loopback, Say
from tests.extractors.web import NEXT, TOTAL, Pages, listing, numbers, page, profile_file, reading, row, table

EMPTY = page(table([]))
BROKEN = page("<p>lỗi</p>", status=500)


def three(total: str = "") -> dict[int, Say]:
    """Three pages of two rows each, the first two with a link to the next."""
    return {n: page(table([row(2 * n - 1), row(2 * n)], more=n < 3, total=total)) for n in (1, 2, 3)}


# where it ends


def test_it_goes_on_while_a_link_leads_on(tmp_path: Path) -> None:
    read, web = listing(three(), profile_file(tmp_path, NEXT))
    assert [numbers(each) for each in read] == [[1, 2], [3, 4], [5, 6]]
    assert web.paths == ["/ds?page=1", "/ds?page=2", "/ds?page=3"]


def test_without_such_a_link_it_ends_at_a_page_without_rows(tmp_path: Path) -> None:
    read, web = listing(three() | {4: EMPTY}, profile_file(tmp_path))
    assert [numbers(each) for each in read] == [[1, 2], [3, 4], [5, 6]]
    assert web.paths[-1] == "/ds?page=4"


@pytest.mark.parametrize(
    "after",
    [EMPTY, page("<p>404</p>", status=404), BROKEN, page(table([row(5), row(6)]))],
    ids=["empty", "not found", "broken", "the last page again"],
)
def test_past_the_declared_total_nothing_more_has_to_be_there(tmp_path: Path, after: Say) -> None:
    read, _ = listing(three(total="6") | {4: after}, profile_file(tmp_path, TOTAL))
    assert [each.lost for each in read] == [None] * 3


@pytest.mark.parametrize("more", [(TOTAL,), (TOTAL, NEXT)], ids=["total", "total and link"])
def test_a_total_that_says_too_little_ends_no_list(tmp_path: Path, more: tuple[str, ...]) -> None:
    read, _ = listing(three(total="4"), profile_file(tmp_path, *more))
    assert [numbers(each) for each in read] == [[1, 2], [3, 4], [5, 6]]
    assert read[0].declared_total == 4


def test_a_list_without_page_numbers_has_one_page(tmp_path: Path) -> None:
    file = Path(profile_file(tmp_path))
    file.write_text(file.read_text(encoding="utf-8").replace("?page={page}", ""), encoding="utf-8")
    only = Pages({}, {"/ds": page(table([row(1), row(2)]))})
    with Loopback(only) as web, reading(web.url, str(file)) as portal:
        assert [numbers(each) for each in portal.pages()] == [[1, 2]]
        assert web.paths == ["/ds"]


# what it may not take for the end


def test_a_page_without_rows_that_a_link_led_to_is_lost_and_the_next_one_is_read(tmp_path: Path) -> None:
    read, _ = listing(three() | {2: page(table([], more=True))}, profile_file(tmp_path, NEXT))
    assert [each.lost for each in read] == [None, "trang 2 (không có dòng nào)", None]
    assert numbers(read[2]) == [5, 6]


def test_a_notice_in_place_of_a_page_is_no_end(tmp_path: Path) -> None:
    notice = page("<p>Hệ thống đang được nâng cấp</p>")
    read, _ = listing(three() | {2: notice}, profile_file(tmp_path, NEXT))
    assert [each.lost for each in read] == [None, "trang 2 (không có dòng nào)"]


def test_a_lost_page_is_named_and_the_next_one_is_read(tmp_path: Path) -> None:
    read, _ = listing(three(total="6") | {2: BROKEN}, profile_file(tmp_path, NEXT, TOTAL))
    assert [each.lost for each in read] == [None, "trang 2 (cổng trả lời 500)", None]


def test_where_no_total_tells_how_far_it_goes_a_lost_page_ends_the_list_as_lost(tmp_path: Path) -> None:
    read, web = listing(three() | {2: BROKEN}, profile_file(tmp_path, NEXT))
    assert [each.lost for each in read] == [None, "trang 2 (cổng trả lời 500)"]
    assert "/ds?page=3" not in web.paths


def test_a_page_that_shows_the_same_rows_again_is_named(tmp_path: Path) -> None:
    again = page(table([row(1), row(2)], more=True))
    read, _ = listing(three() | {2: again}, profile_file(tmp_path, NEXT))
    assert [each.lost for each in read] == [None, "trang 2 (lặp lại trang đã đọc)"]


def test_a_first_page_without_rows_is_another_layout_and_names_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(SourceFailed, match=r"không có dòng nào theo 'tbody > tr'"):
        listing({1: EMPTY}, profile_file(tmp_path))


def test_a_challenge_with_status_200_is_no_list(tmp_path: Path) -> None:
    challenge = page("Request Rejected. Your support ID is: 1234567890")
    with pytest.raises(SourceBlocked):
        listing(three() | {2: challenge}, profile_file(tmp_path, NEXT))


# what it declares


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("128", 128),
        ("Tìm thấy 1.313 thủ tục", 1313),
        ("1,313", 1313),
        ("1 313 bản ghi", 1313),
        ("1\u00a0313", 1313),
        ("chưa rõ", None),
        ("", None),
    ],
)
def test_digits_of_the_total_may_be_parted(tmp_path: Path, text: str, total: int | None) -> None:
    lists = {1: page(table([row(1), row(2)], total=text))}
    read, _ = listing(lists, profile_file(tmp_path, NEXT, TOTAL))
    assert read[0].declared_total == total


# links


@pytest.mark.parametrize(
    ("href", "path"),
    [
        ("/tt?id=1", "/tt?id=1"),
        ("tt?id=1", "/tt?id=1"),
        ("?id=1", "/ds?id=1"),
        ("../../tt?id=1#muc", "/tt?id=1"),
        ("{url}/tt?id=1", "/tt?id=1"),
        ("/tt?id=1&ve=http://khac.example/", "/tt?id=1&ve=http://khac.example/"),
    ],
)
def test_links_are_followed_from_where_they_stand(tmp_path: Path, href: str, path: str) -> None:
    lists: dict[int, Say] = {}
    web = Pages(lists)
    with Loopback(web) as server, reading(server.url, profile_file(tmp_path, NEXT)) as portal:
        web.by_path["/ds?page=1"] = page(table([row(1, href=href.format(url=server.url))]))
        [only] = portal.pages()
        with pytest.raises(Unread, match="404"):
            read_record(portal, only.items[0], None)
    assert [item.source_id for item in only.items] == [path]
    assert server.paths[-1] == path


@pytest.mark.parametrize(
    ("base", "href", "path"),
    [
        ("/cong/", "tt?id=1", "/cong/tt?id=1"),
        ("/cong/ds.html", "tt?id=1", "/cong/tt?id=1"),
        (" {url}/cong/ ", "tt?id=1", "/cong/tt?id=1"),
        ("/cong/", "/tt?id=1", "/tt?id=1"),
        ("/cong/", "{url}/tt?id=1", "/tt?id=1"),
        ("http://[", "tt?id=1", "/tt?id=1"),
    ],
)
def test_a_page_says_where_its_relative_links_start(tmp_path: Path, base: str, href: str, path: str) -> None:
    web = Pages({})
    with Loopback(web) as server, reading(server.url, profile_file(tmp_path, NEXT)) as portal:
        head = f'<base target="_top"><base href="{base.format(url=server.url)}"><base href="/khac/">'
        web.by_path["/ds?page=1"] = page(head + table([row(1, href=href.format(url=server.url))]))
        [only] = portal.pages()
        with pytest.raises(Unread, match="404"):
            read_record(portal, only.items[0], None)
    assert [item.source_id for item in only.items] == [path]
    assert server.paths[-1] == path


def test_a_base_on_another_host_leads_nowhere(tmp_path: Path) -> None:
    head = '<base href="https://khac.example/">'
    with pytest.raises(SourceFailed, match="thiếu liên kết chi tiết"):
        listing(
            {1: page(head + table([row(n, href=f"tt?id={n}") for n in (1, 2)]))}, profile_file(tmp_path, NEXT)
        )


def test_a_link_to_another_host_lists_its_row_and_is_never_followed(tmp_path: Path) -> None:
    with Loopback(Pages({})) as elsewhere:
        rows = [row(1), row(2), row(3, href=f"{elsewhere.url}/tt?id=3"), row(4, href="javascript:xem(4)")]
        with (
            Loopback(Pages({1: page(table(rows))})) as web,
            reading(web.url, profile_file(tmp_path, NEXT)) as portal,
        ):
            [only] = portal.pages()
            for item in only.items[2:]:
                with pytest.raises(Unread, match="liên kết không dẫn tới trang nào của cổng"):
                    read_record(portal, item, None)
    assert [item.name for item in only.items] == [f"Cấp giấy số {n}" for n in (1, 2, 3, 4)]
    assert web.paths == ["/ds?page=1"]
    assert elsewhere.asked == []


def test_a_list_whose_links_all_lead_elsewhere_is_a_failure(tmp_path: Path) -> None:
    rows = [row(n, href=f"https://khac.example/tt?id={n}") for n in (1, 2, 3)]
    with pytest.raises(SourceFailed, match=r"thiếu liên kết chi tiết \('a.xem'\) ở 3/3 dòng"):
        listing({1: page(table(rows))}, profile_file(tmp_path, NEXT))


def test_rows_without_links_are_headings_unless_they_are_most(tmp_path: Path) -> None:
    heading = "<tr><td colspan=3>I. LĨNH VỰC HỘI, QUỸ</td></tr>"
    read, _ = listing({1: page(table([heading, row(1), row(2)]))}, profile_file(tmp_path, NEXT))
    assert numbers(read[0]) == [1, 2]
    with pytest.raises(SourceFailed, match="thiếu liên kết chi tiết"):
        listing({1: page(table([heading, heading, row(1)]))}, profile_file(tmp_path, NEXT))


def test_a_profile_whose_list_is_on_another_host_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    file = Path(profile_file(tmp_path))
    text = file.read_text(encoding="utf-8").replace('"/ds', '"https://khac.example/ds')
    file.write_text(text, encoding="utf-8")
    with Loopback(Pages({})) as web:
        with pytest.raises(SettingsError, match=r"tinh\.toml: list\.url: .* dẫn ra ngoài base_url"):
            reading(web.url, str(file)).__enter__()
        assert web.asked == []


# what a row says


def test_a_row_s_digest_moves_with_what_the_list_says_and_with_nothing_else(tmp_path: Path) -> None:
    def digest(line: str) -> str:
        read, _ = listing({1: page(table([line]))}, profile_file(tmp_path, NEXT))
        return read[0].items[0].list_digest

    assert digest(row(1)) == digest(row(1).replace("<td>1</td>", "<td>7</td>"))
    assert digest(row(1)) != digest(row(1, field="Việc làm"))
    assert digest(row(1)) != digest(row(1, href="/tt?id=1&ban=2"))


def test_a_row_without_the_column_of_names_is_named_by_its_link(tmp_path: Path) -> None:
    line = '<tr><td><a class="xem" href="/tt?id=1"> Cấp  giấy </a></td></tr>'
    read, _ = listing({1: page(table([line]))}, profile_file(tmp_path, NEXT))
    assert read[0].items[0].name == "Cấp giấy"


# letters


NAME = "Thủ tục xét tặng danh hiệu của Ủy ban nhân dân tỉnh, thẻ thương binh"
PLAIN = "Đăng báo, ân xá, cô nhi, giám sát"
"""Letters that windows-1258 writes as one sign each."""


def name_read(tmp_path: Path, said: Say) -> str:
    read, _ = listing({1: said}, profile_file(tmp_path, NEXT))
    return read[0].items[0].name


def named(text: str) -> str:
    return table([f'<tr><td>1</td><td><a class="xem" href="/tt?id=1">{text}</a></td></tr>'])


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "windows-1252", "no-such-charset"])
def test_utf_8_is_read_whatever_the_header_declares(tmp_path: Path, declared: str) -> None:
    assert name_read(tmp_path, page(named(NAME), declared=declared)) == NAME


def test_another_charset_is_read_by_its_declaration(tmp_path: Path) -> None:
    assert name_read(tmp_path, page(named(NAME), charset="utf-16")) == NAME

    assert name_read(tmp_path, page(named(PLAIN), charset="cp1258", declared="windows-1258")) == PLAIN


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("declared", ["text/html", "text/html; charset=windows-1258"])
def test_a_byte_order_mark_goes_before_what_is_declared(tmp_path: Path, charset: str, declared: str) -> None:
    assert name_read(tmp_path, Say(named(NAME).encode(charset), kind=declared)) == NAME


def test_the_first_line_of_an_xml_page_declares_a_charset_too(tmp_path: Path) -> None:
    body = f'<?xml version="1.0" encoding="windows-1258"?><html>{named(PLAIN)}</html>'.encode("cp1258")
    assert name_read(tmp_path, Say(body, kind="text/html")) == PLAIN


def test_a_meta_tag_declares_a_charset_too(tmp_path: Path) -> None:

    body = f"<meta charset='windows-1258'>{named(PLAIN)}".encode("cp1258")
    assert name_read(tmp_path, Say(body, kind="text/html")) == PLAIN


def test_letters_broken_before_they_were_sent_end_the_source_in_words(tmp_path: Path) -> None:
    with pytest.raises(SourceFailed, match="chữ trên trang bị hỏng"):
        name_read(tmp_path, page(named(NAME.encode().decode("cp1252", "replace"))))


def test_half_a_letter_spoils_no_page(tmp_path: Path) -> None:
    whole = page(named(NAME))
    cut = whole.body.replace(b"binh", b"binh" + "ệ".encode()[:2])
    assert name_read(tmp_path, Say(cut, kind=whole.kind)) == NAME + "\ufffd"
