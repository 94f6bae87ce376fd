from __future__ import annotations

import re

import httpx

from portals.serve import Portals
from tests.portals.raw_client import PAGES, all_links, links_on


def test_the_list_carries_no_codes(provincial: httpx.Client) -> None:
    text = provincial.get(PAGES).text
    assert re.search(
        r'<table class="tthc">\s*<thead><tr><th>TT</th><th>Tên</th><th>Lĩnh vực</th><th>Đơn vị</th>', text
    )
    assert not re.search(r"\d\.\d{6}", text)


def test_paging_reads_each_procedure_once_and_the_total_agrees(
    portals: Portals, provincial: httpx.Client
) -> None:
    links = all_links(provincial)
    assert len(links) == len(set(links)) == len(portals.provincial.world.records) == 128
    assert '<span class="tong-so">128</span>' in provincial.get(PAGES).text


def test_the_next_link_is_absent_on_the_last_page_and_later_pages_are_empty(provincial: httpx.Client) -> None:
    has_next = ["trang-sau" in provincial.get(PAGES, params={"page": n}).text for n in range(1, 9)]
    assert has_next == [True] * 6 + [False] * 2
    assert links_on(provincial, 8) == []


def test_the_detail_tells_the_code_with_the_provinces_suffix(
    portals: Portals, provincial: httpx.Client
) -> None:
    codes = set()
    for link in all_links(provincial):
        text = provincial.get(link).text
        labels = re.findall(r'class="item-title">([^<]+)<', text)
        assert labels[0] == "Mã thủ tục"
        found = re.search(r'tthc-list-item-detail">\s*(\d\.\d{6})\.000\.00\.00\.H27\s', text)
        assert found
        codes.add(found[1])
    assert codes == set(portals.provincial.world.codes)


def test_a_detail_speaks_the_offices_words(portals: Portals, provincial: httpx.Client) -> None:
    record = portals.provincial.world.by_code("1.014150")
    text = provincial.get(f"/portaldvc/KenhTin/chi-tiet-thu-tuc.aspx?id={record['id']}").text
    pairs = dict(
        re.findall(
            r'class="item-title">([^<]+)<i.*?tthc-list-item-detail">(.*?)</div></div>', text, re.DOTALL
        )
    )
    assert pairs["Mức độ cung cấp dịch vụ công trực tuyến"] == "Dịch vụ công trực tuyến một phần"
    assert pairs["Thời hạn giải quyết"] == "10 ngày làm việc"
    assert pairs["Cấp thực hiện"] == "Cấp Bộ, Cấp tỉnh, Cấp xã"
    assert pairs["Yêu cầu - điều kiện"] == "Không có thông tin"


def test_the_province_differs_from_the_nation_as_its_script_says(portals: Portals) -> None:
    world = portals.provincial.world
    assert "3.000579" in world.codes
    assert "1.013937" not in world.codes
    assert "1.013703" not in world.codes
    assert world.by_code("1.013748")["time"] == "90 ngày"


def test_an_unknown_id_is_404(provincial: httpx.Client) -> None:
    assert provincial.get("/portaldvc/KenhTin/chi-tiet-thu-tuc.aspx?id=1").status_code == 404
