"""What a robots.txt says, and that nothing is asked against it; measured at the server."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.archive.raw_archive import Archive
from extractors.archive.replay import ReplayTransport
from extractors.http.client import PoliteClient
from extractors.http.robots import NO_RULES, RobotsRules, parse_rules
from procedures.errors import SourceBlocked, SourceFailed, SourceRefused
from tests.extractors.loopback import Asked, Loopback, Say

LIST = "/portaldvc/KenhTin/thu-tuc-hanh-chinh.aspx?page=2"
RULES_OF_ALL = "User-agent: *\nDisallow: /quan-tri\n"
"""Seconds by which a busy machine may note a request late."""


def said(text: str) -> RobotsRules:
    return parse_rules(200, text.encode())


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow:\n", True),
        ("User-agent: *\nDisallow: /\n", False),
        ("user-agent:*\ndisallow:/portaldvc\n", False),
        ("\ufeffUser-agent: *\r\nDisallow: /portaldvc/ # danh mục\r\n", False),
        ("User-agent: Googlebot\nDisallow: /\n", True),
        ("User-agent: Googlebot\nUser-agent: rasoat\nDisallow: /\n", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: rasoat\nDisallow: /khac\n", True),
        ("User-agent: rasoat/0.1\nDisallow: /\n", False),
        ("User-agent: rasoat\nDisallow: /a\n\nUser-agent: RASOAT\nDisallow: /portaldvc\n", False),
        ("User-agent: *\nAllow: /\nDisallow: /portaldvc\n", False),
        ("User-agent: *\nDisallow: /\nAllow: /portaldvc\n", True),
        ("User-agent: *\nDisallow: /portaldvc\nAllow: /portaldvc\n", True),
        ("User-agent: *\nDisallow: /*?page=\n", False),
        ("User-agent: *\nDisallow: /*.aspx$\n", True),
        ("User-agent: *\nDisallow: /*.aspx?page=2$\n", False),
        ("User-agent: *\nDisallow: /portaldvc/KenhTin$\n", True),
        ("User-agent: *\nDisallow: /*Kenh*chinh*page\n", False),
        ("User-agent: *\nDisallow: /%70ortaldvc\n", False),
        ("User-agent: *\nSitemap: /x\nDisallow: /portaldvc\n", False),
        ("Disallow: /\n", True),
        ("<!doctype html><html><body>User-agent: *\nDisallow: /</body></html>", True),
    ],
)
def test_the_longest_rule_of_the_nearest_group_decides(text: str, allowed: bool) -> None:
    assert said(text).allows("https://cong.example" + LIST) is allowed


@pytest.mark.parametrize("status", [301, 401, 403, 404, 410])
def test_where_there_is_no_robots_txt_everything_may_be_asked(status: int) -> None:
    assert parse_rules(status, b"User-agent: *\nDisallow: /\n") == NO_RULES


@pytest.mark.parametrize(
    ("delay", "seconds"), [("5", 5.0), ("0.5", 0.5), ("-1", 0.0), ("nan", 0.0), ("inf", 0.0), ("chậm", 0.0)]
)
def test_a_distance_between_requests_is_read_where_it_is_one(delay: str, seconds: float) -> None:
    assert said(f"User-agent: *\nCrawl-delay: {delay}\n").delay == seconds


@given(st.binary(max_size=300), st.text(max_size=40))
def test_no_robots_txt_breaks_the_reader(body: bytes, path: str) -> None:
    assert parse_rules(200, body).allows(f"https://cong.example/{path}") in (True, False)


@given(st.lists(st.sampled_from(["a", "b", "*", "/"]), max_size=8).map("".join), st.text("ab/", max_size=8))
def test_a_rule_fits_what_its_stars_can_stand_for(rule: str, path: str) -> None:
    expected = re.match(re.escape("/" + rule).replace(r"\*", ".*"), "/" + path) is None
    assert said(f"User-agent: *\nDisallow: /{rule}\n").allows(f"https://cong.example/{path}") is expected


def portal_with(robots: Say, other: Say | None = None) -> Loopback:
    kind = "text/html; charset=utf-8"
    page = other or Say(b"<p>ok</p>", kind=kind)
    return Loopback(lambda asked: robots if asked.path == "/robots.txt" else page)


def text(body: str, status: int = 200) -> Say:
    return Say(body.encode(), status, kind="text/plain; charset=utf-8")


def client(portal: Loopback, **limits: Any) -> PoliteClient:
    settings: dict[str, Any] = {
        "requests_per_second": 1000.0, "concurrency": 4, "timeout": 2.0, "archive": None,
        "source": "provincial", "pause": 0.01, "robots": True,
    }  # fmt: skip
    return PoliteClient(portal.url, **settings | limits)


def test_it_is_read_once_before_anything_else_for_all_threads() -> None:
    with portal_with(text(RULES_OF_ALL)) as portal, client(portal) as asking:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda n: asking.request("GET", f"/{n}", expects="html"), range(12)))
    assert portal.paths[0] == "/robots.txt"
    assert portal.paths.count("/robots.txt") == 1
    assert len(portal.asked) == 13 == asking.counts.requests


def test_what_it_forbids_is_never_asked_and_ends_the_source_with_the_path_named() -> None:
    with portal_with(text(RULES_OF_ALL)) as portal, client(portal) as asking:
        asking.request("GET", "/danh-sach", expects="html")
        with pytest.raises(
            SourceBlocked, match=r"robots\.txt của cổng không cho phép đọc /quan-tri/1"
        ) as end:
            asking.request("GET", "/quan-tri/1", expects="html")
        with pytest.raises(SourceBlocked):
            asking.request("GET", "/danh-sach", expects="html")
    assert portal.paths == ["/robots.txt", "/danh-sach"]
    assert not isinstance(end.value, SourceRefused), "a rule of the house is no reason to stay away longer"


def test_a_redirect_does_not_lead_around_it() -> None:
    def answer(asked: Asked) -> Say:
        if asked.path == "/robots.txt":
            return text(RULES_OF_ALL)
        return Say(status=302, headers={"Location": "/quan-tri/cong-khai"})

    with Loopback(answer) as portal, client(portal) as asking, pytest.raises(SourceBlocked, match="robots"):
        asking.request("GET", "/danh-sach", expects="html")
    assert portal.paths == ["/robots.txt", "/danh-sach"]


@pytest.mark.parametrize(
    "robots",
    [
        text("", 404),
        text("", 403),
        Say(b"<!doctype html><div id='root'></div>", kind="text/html"),
        Say(status=302, headers={"Location": "https://cong-khac.invalid/robots.txt"}),
        Say(status=302, headers={"Location": "/robots.txt"}),
    ],
    ids=["404", "403", "web page", "elsewhere", "in a circle"],
)
def test_a_portal_without_one_is_read(robots: Say) -> None:
    with portal_with(robots) as portal, client(portal) as asking:
        assert asking.request("GET", "/danh-sach", expects="html").status == 200
    assert portal.paths[-1] == "/danh-sach"


@pytest.mark.parametrize("status", [500, 503])
def test_a_portal_that_cannot_say_what_it_forbids_is_asked_nothing(status: int) -> None:
    with portal_with(text("", status)) as portal, client(portal) as asking:
        for _ in range(2):
            with pytest.raises(SourceFailed, match=rf"/robots\.txt: cổng trả lời {status}"):
                asking.request("GET", "/danh-sach", expects="html")
    assert portal.paths == ["/robots.txt"] * 3


def test_a_challenge_in_its_place_is_a_refusal() -> None:
    page = Say(b"<html>Request Rejected. Your support ID is: 1</html>", kind="text/html")
    with portal_with(page) as portal, client(portal) as asking, pytest.raises(SourceRefused):
        asking.request("GET", "/danh-sach", expects="html")
    assert portal.paths == ["/robots.txt"]


def test_its_distance_between_requests_is_kept_where_it_is_longer_than_ours(starts: list[float]) -> None:
    with (
        portal_with(text("User-agent: *\nCrawl-delay: 0.3\n")) as portal,
        client(portal) as asking,
        ThreadPoolExecutor(4) as pool,
    ):
        list(pool.map(lambda n: asking.request("GET", f"/{n}", expects="html"), range(4)))
    assert len(starts) == len(portal.asked) == 5
    assert min(later - earlier for earlier, later in pairwise(starts)) >= 0.3
    assert asking.counts.slowest_rate == pytest.approx(1 / 0.3)


def test_a_shorter_distance_than_ours_makes_nothing_faster(starts: list[float]) -> None:
    robots = text("User-agent: *\nCrawl-delay: 0.01\n")
    with portal_with(robots) as portal, client(portal, requests_per_second=5.0) as asking:
        for number in range(2):
            asking.request("GET", f"/{number}", expects="html")
    assert starts[2] - starts[1] >= 0.2
    assert asking.counts.slowest_rate is None


def test_it_is_archived_so_that_a_replay_forbids_the_same(tmp_path: Any) -> None:
    archive = Archive(tmp_path)
    with portal_with(text(RULES_OF_ALL)) as portal:
        with archive.recorder(1) as recorder, client(portal, archive=recorder) as asking:
            asking.request("GET", "/danh-sach", expects="html")
    with client(portal, transport=ReplayTransport(archive.recording(1))) as again:
        assert again.request("GET", "/danh-sach", expects="html").body == b"<p>ok</p>"
        with pytest.raises(SourceBlocked, match=r"robots\.txt"):
            again.request("GET", "/quan-tri", expects="html")
