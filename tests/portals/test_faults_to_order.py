"""Each fault does what its name says, seen by a raw client."""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from portals.faults import FAULTS, Faults, Target
from portals.faulty_replies import mojibake
from portals.serve import Portals
from procedures.errors import InputError
from tests.portals.raw_client import (
    DETAIL,
    LIST,
    PAGES,
    all_items,
    all_links,
    ask_list,
    detail_of,
    links_on,
    page_of,
)

BOTH = ("national", "provincial")


@pytest.fixture(params=BOTH)
def either(
    request: pytest.FixtureRequest, portals: Portals, national: httpx.Client, provincial: httpx.Client
) -> tuple[Faults, Callable[[], httpx.Response]]:
    """The faults of one portal, and a request for the first page of its list."""
    if request.param == "national":
        return portals.national.faults, lambda: ask_list(national)
    return portals.provincial.faults, lambda: provincial.get(PAGES)


Either = tuple[Faults, Callable[[], httpx.Response]]


def test_every_fault_is_tried_here() -> None:
    source = __import__("pathlib").Path(__file__).read_text(encoding="utf-8")
    assert [name for name in FAULTS if f'"{name}"' not in source] == []


@pytest.mark.parametrize(
    ("name", "mark"), [("challenge_200", "Request Rejected"), ("challenge_tspd", "TSPD_101")]
)
def test_a_challenge_is_html_with_status_200(either: Either, name: str, mark: str) -> None:
    faults, ask = either
    faults.order(name)
    answer = ask()
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert mark in answer.text
    assert "upport ID is: " in answer.text


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("forbidden_403", 403), ("not_acceptable_406", 406), ("too_many_429", 429),
        ("error_500", 500), ("error_502", 502), ("error_503", 503),
    ],
)  # fmt: skip
def test_a_status_for_so_many_tries_or_for_ever(either: Either, name: str, status: int) -> None:
    faults, ask = either
    faults.order(name, where="list", times=2)
    assert [ask().status_code for _ in range(3)][:2] == [status, status]
    assert ask().status_code in (200, 201)
    faults.order(name, where="list")
    assert {ask().status_code for _ in range(4)} == {status}


def test_429_says_when_to_come_back(portals: Portals, national: httpx.Client) -> None:
    faults = portals.national.faults
    faults.order("too_many_429", times=1)
    faults.order("too_many_429", nth=2, times=1, retry_after=3)
    faults.order("too_many_429", nth=3, times=1, retry_after=60, as_date=True)
    answers = [ask_list(national) for _ in range(3)]
    assert "retry-after" not in answers[0].headers
    assert answers[1].headers["retry-after"] == "3"
    wait = parsedate_to_datetime(answers[2].headers["retry-after"]).timestamp() - time.time()
    assert 57 < wait <= 61


def test_the_page_and_the_nth_request_are_hit_and_no_other(portals: Portals, national: httpx.Client) -> None:
    first = page_of(national)
    portals.national.faults.order("error_500", where="list", page=2, nth=2, times=1)
    asked = [ask_list(national, lastId=first["lastId"]).status_code for _ in range(3)]
    assert asked == [201, 500, 201]
    assert ask_list(national).status_code == 201
    assert detail_of(national, first["items"][0]["id"])["code"] == "OK"


def test_a_session_expires_and_is_cured_by_the_home_page(portals: Portals, national: httpx.Client) -> None:
    portals.national.faults.order("session_expired", after=2)
    assert [ask_list(national).status_code for _ in range(4)] == [201, 201, 403, 403]
    national.get("/")
    assert [ask_list(national).status_code for _ in range(3)] == [201, 201, 403]


def test_a_dead_session_stays_dead(portals: Portals, national: httpx.Client) -> None:
    portals.national.faults.order("session_dead")
    assert ask_list(national).status_code == 403
    assert national.get("/").status_code == 200
    assert ask_list(national).status_code == 403


def test_reset_midbody_cuts_a_transfer_that_began(either: Either) -> None:
    faults, ask = either
    faults.order("reset_midbody", where="list")
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        ask()


def test_reset_midbody_sends_half_and_a_reset(portals: Portals) -> None:
    portals.provincial.faults.order("reset_midbody")
    with socket.create_connection(("127.0.0.1", portals.provincial.port)) as raw:
        raw.sendall(f"GET {PAGES} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        received = b""
        with pytest.raises(ConnectionResetError):
            while block := raw.recv(1000):
                received += block
                time.sleep(0.002)
    assert received.startswith(b"HTTP/1.1 200")


def test_close_midway_answers_nothing(either: Either) -> None:
    faults, ask = either
    faults.order("close_midway", where="list")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        ask()


def test_slow_drip_sends_byte_by_byte(portals: Portals, provincial: httpx.Client) -> None:
    portals.provincial.faults.order("slow_drip", seconds=0.01)
    began, received = time.monotonic(), 0
    with provincial.stream("GET", PAGES) as answer:
        for block in answer.iter_raw():
            received += len(block)
            if received >= 20:
                break
    assert received <= (time.monotonic() - began) / 0.01 + 1


def test_timeout_never_answers(portals: Portals, national: httpx.Client) -> None:
    portals.national.faults.order("timeout", where="list")
    with pytest.raises(httpx.ReadTimeout):
        national.post(LIST, json={}, timeout=0.3)


def test_truncated_json_is_a_whole_transfer_of_half_a_payload(
    portals: Portals, national: httpx.Client
) -> None:
    portals.national.faults.order("truncated_json")
    answer = ask_list(national)
    assert int(answer.headers["content-length"]) == len(answer.content)
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_wrong_shape_is_valid_and_not_the_contract(
    portals: Portals, national: httpx.Client, provincial: httpx.Client
) -> None:
    portals.national.faults.order("wrong_shape")
    portals.provincial.faults.order("wrong_shape")
    assert "data" not in ask_list(national).json()
    assert "<table" not in provincial.get(PAGES).text


@pytest.mark.parametrize("where", ["list", "detail"])
def test_renamed_field_and_missing_field(portals: Portals, national: httpx.Client, where: str) -> None:
    record_id = portals.national.world.ordered()[0]["id"]

    def keys() -> set[str]:
        told = page_of(national)["items"][0] if where == "list" else detail_of(national, record_id)["data"]
        return set(told)

    whole = keys()
    portals.national.faults.order("renamed_field", where=where, field="name", to="title")
    assert keys() == whole - {"name"} | {"title"}
    portals.national.faults.clear()
    portals.national.faults.order("missing_field", where=where, field="state")
    assert keys() == whole - {"state"}


def test_missing_field_may_strike_a_share_of_the_items(portals: Portals, national: httpx.Client) -> None:
    portals.national.faults.order("missing_field", field="code", share=0.6)
    lacking = [["code" not in item for item in all_items(national)] for _ in range(2)]
    assert lacking[0] == lacking[1]
    assert 0.5 < sum(lacking[0]) / 143 < 0.7


def test_renamed_field_and_missing_field_on_html(portals: Portals, provincial: httpx.Client) -> None:
    link = links_on(provincial, 1)[0]
    portals.provincial.faults.order("renamed_field")
    assert 'class="tthc"' not in provincial.get(PAGES).text
    portals.provincial.faults.clear()
    portals.provincial.faults.order("missing_field")
    assert links_on(provincial, 1) == []
    portals.provincial.faults.order("renamed_field", where="detail", field="Mã thủ tục", to="Số hiệu")
    assert ">Số hiệu<" in provincial.get(link).text
    portals.provincial.faults.order("missing_field", where="detail", field="Lĩnh vực")
    assert ">Lĩnh vực<" not in provincial.get(link).text


def test_wrong_charset_garbles_the_letters(either: Either) -> None:
    faults, ask = either
    text = ask().text
    faults.order("wrong_charset", times=1)
    garbled = ask()
    assert "á»" in garbled.text
    assert garbled.text == mojibake(text)
    faults.order("wrong_charset", header_only=True)
    assert ask().headers["content-type"].endswith("charset=iso-8859-1")
    assert ask().content.decode() == text


def test_bad_gzip_does_not_unpack(either: Either) -> None:
    faults, ask = either
    faults.order("bad_gzip", where="list")
    with pytest.raises(httpx.DecodingError):
        ask()


@pytest.mark.parametrize("compressed", [False, True])
def test_huge_body_is_as_large_as_ordered(portals: Portals, national: httpx.Client, compressed: bool) -> None:
    portals.national.faults.order("huge_body", megabytes=8, compressed=compressed)
    with national.stream("POST", LIST, json={}) as answer:
        raw = b"".join(answer.iter_raw())
    whole = gzip.decompress(raw) if compressed else raw
    assert 8 * 1024**2 <= len(whole) < 8 * 1024**2 + 100
    assert not compressed or len(raw) < 100_000


def test_huge_body_is_200_megabytes_unless_told_otherwise() -> None:
    assert FAULTS["huge_body"].options["megabytes"] == 200


def test_deep_nesting_breaks_a_recursive_reader(portals: Portals, national: httpx.Client) -> None:
    portals.national.faults.order("deep_nesting")
    with pytest.raises(RecursionError):
        ask_list(national).json()


def test_redirects_lead_elsewhere_or_nowhere(either: Either) -> None:
    faults, ask = either
    faults.order("redirect_other_host", times=1)
    answer = ask()
    assert answer.is_redirect
    assert answer.headers["location"].startswith("https://cong-khac.invalid/")
    faults.order("redirect_loop")
    answer = ask()
    assert answer.is_redirect
    assert answer.request.url.path == answer.headers["location"]


def test_repeated_cursor_is_the_one_that_was_sent(portals: Portals, national: httpx.Client) -> None:
    portals.national.faults.order("repeated_cursor")
    first = page_of(national)
    second = page_of(national, lastId=first["lastId"])
    assert second["lastId"] == first["lastId"]
    assert len(all_items(national)) == 100


def test_repeated_cursor_on_html_shows_the_first_page_again(
    portals: Portals, provincial: httpx.Client
) -> None:
    portals.provincial.faults.order("repeated_cursor")
    assert links_on(provincial, 2) == links_on(provincial, 1)
    assert links_on(provincial, 3) != links_on(provincial, 1)


def test_empty_page_lists_nothing_although_more_follow(
    portals: Portals, national: httpx.Client, provincial: httpx.Client
) -> None:
    portals.national.faults.order("empty_page")
    second = page_of(national, lastId=page_of(national)["lastId"])
    assert (second["items"], second["total"]) == ([], 143)
    portals.provincial.faults.order("empty_page")
    assert links_on(provincial, 2) == []
    assert len(links_on(provincial, 3)) == 20


def test_total_higher_declares_more_than_it_lists(portals: Portals, national: httpx.Client) -> None:
    portals.national.faults.order("total_higher", by=7)
    assert page_of(national)["total"] == 150
    assert len(all_items(national)) == 143


def test_total_shrinks_by_two_fifths_and_agrees_with_itself(
    portals: Portals, national: httpx.Client, provincial: httpx.Client
) -> None:
    portals.national.faults.order("total_shrinks")
    portals.provincial.faults.order("total_shrinks")
    items = all_items(national)
    assert len(items) == page_of(national)["total"]
    assert 0.5 < len(items) / 143 < 0.7
    assert 0.5 < len(all_links(provincial)) / 128 < 0.7


def test_shifting_items_lose_one_and_change_the_first_page(portals: Portals, national: httpx.Client) -> None:
    before = page_of(national)["items"]
    portals.national.faults.order("shifting_items")
    seen = [item["id"] for item in all_items(national)]
    assert len(seen) == len(set(seen)) == 142
    again = page_of(national)
    assert again["total"] == 143
    assert again["items"][0]["id"] not in seen
    assert again["items"] != before


def test_shifting_rows_repeat_one_and_lose_one(portals: Portals, provincial: httpx.Client) -> None:
    portals.provincial.faults.order("shifting_items")
    seen = all_links(provincial)
    assert (len(seen), len(set(seen))) == (128, 127)


def test_duplicate_code_stands_under_two_ids(portals: Portals, national: httpx.Client) -> None:
    portals.national.faults.order("duplicate_code")
    items = all_items(national)
    codes = [item["code"] for item in items]
    assert (len(codes), len(set(codes)), len({item["id"] for item in items})) == (144, 143, 144)
    first, twin = (detail_of(national, item["id"])["data"] for item in items[:2])
    assert first["code"] == twin["code"]
    assert first["updatedAt"] > twin["updatedAt"]


def test_duplicate_rows_lead_to_the_same_code(portals: Portals, provincial: httpx.Client) -> None:
    portals.provincial.faults.order("duplicate_code")
    first, twin = links_on(provincial, 1)[:2]
    assert first != twin
    assert provincial.get(first).text == provincial.get(twin).text


def test_a_detail_of_another_code_or_none(
    portals: Portals, national: httpx.Client, provincial: httpx.Client
) -> None:
    record = portals.national.world.ordered()[3]
    portals.national.faults.order("detail_wrong_code", times=1)
    assert detail_of(national, record["id"])["data"]["code"] != record["code"]
    portals.national.faults.order("detail_not_found")
    assert detail_of(national, record["id"])["code"] == "NOT_FOUND"
    link = links_on(provincial, 1)[0]
    right = provincial.get(link).text
    portals.provincial.faults.order("detail_wrong_code", times=1)
    assert provincial.get(link).text != right
    portals.provincial.faults.order("detail_not_found")
    assert provincial.get(link).status_code == 404


@pytest.mark.parametrize("share", [0.05, 0.6])
def test_details_fail_share_strikes_the_same_ones_each_time(
    portals: Portals, national: httpx.Client, share: float
) -> None:
    portals.national.faults.order("details_fail_share", share=share)
    ids = list(portals.national.world.records)
    struck = [[national.post(DETAIL, json={"id": key}).status_code == 500 for key in ids] for _ in range(2)]
    assert struck[0] == struck[1]
    assert abs(sum(struck[0]) / len(ids) - share) < 0.05
    assert ask_list(national).status_code == 201


def test_limit_over_100_fails_larger_pages_only(portals: Portals, national: httpx.Client) -> None:
    assert ask_list(national, limit=200).status_code == 201
    portals.national.faults.order("limit_over_100")
    assert [ask_list(national, limit=n).status_code for n in (50, 100, 101)] == [201, 201, 500]


@pytest.mark.parametrize("name", BOTH)
def test_connection_refused_until_cleared(portals: Portals, name: str) -> None:
    portal = getattr(portals, name)
    address = portal.base_url
    portal.faults.order("connection_refused")
    with pytest.raises(httpx.ConnectError):
        httpx.get(address, trust_env=False)
    portal.faults.clear("connection_refused")
    assert portal.base_url == address
    assert httpx.get(address, trust_env=False).status_code == 200


def test_robots_forbid(portals: Portals, national: httpx.Client, provincial: httpx.Client) -> None:
    assert national.get("/robots.txt").status_code == 404
    assert "Disallow: /quan-tri/" in provincial.get("/robots.txt").text
    for portal, client in ((portals.national, national), (portals.provincial, provincial)):
        portal.faults.order("robots_forbid")
        assert "Disallow: /\n" in client.get("/robots.txt").text


def test_faults_are_ordered_and_cleared_over_http(
    portals: Portals, national: httpx.Client, provincial: httpx.Client
) -> None:
    ordered = national.post("/__faults", json={"name": "error_503", "where": "list", "portal": "provincial"})
    assert ordered.status_code == 201
    assert provincial.get(PAGES).status_code == 503
    listed: dict[str, Any] = provincial.get("/__faults").json()
    assert listed["orders"]["provincial"][0]["fired"] == 1
    assert listed["faults"].keys() == FAULTS.keys()
    provincial.delete("/__faults")
    assert provincial.get(PAGES).status_code == 200
    wrong = national.post("/__faults", json={"name": "no_such"})
    assert wrong.status_code == 400
    assert "no_such" in wrong.json()["message"]


@pytest.mark.parametrize(
    "order",
    [{"name": "nonsense"}, {"name": "error_500", "where": "moon"}, {"name": "error_500", "loud": True}],
)
def test_an_order_that_makes_no_sense_is_refused(order: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        Faults().order(**order)


def test_a_standing_order_counts_what_it_saw() -> None:
    faults = Faults()
    order = faults.order("error_500", where="detail", nth=2, times=1)
    fired = [bool(faults.due(Target(where))) for where in ("list", "detail", "detail", "detail")]
    assert fired == [False, False, True, False]
    assert (order.matched, order.fired) == (3, 1)


def test_stopping_is_prompt_while_connections_hang() -> None:
    portals = Portals(departments=["G09"]).start()
    portals.provincial.faults.order("timeout")
    portals.national.faults.order("slow_drip", seconds=30)
    raws = []
    for portal in (portals.national, portals.provincial):
        raw = socket.create_connection(("127.0.0.1", portal.port))
        raw.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        raws.append(raw)
    raws[0].recv(10)
    began = time.monotonic()
    portals.stop()
    assert time.monotonic() - began < 1
    for raw in raws:
        raw.settimeout(2)
        while raw.recv(1000):
            pass
        raw.close()
