"""Portals are asked through the office's proxy: as the settings say, else as the environment does."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from extractors.portals.national_api import NationalApi
from extractors.portals.read_source import read
from portals.serve import Portals
from procedures.errors import SettingsError
from procedures.proxies import Route, find_route, parse_proxy
from procedures.snapshot import ReadingPlan, ReadingResult, SnapshotState
from steps.sources.recorded_reader import Memory
from tests.extractors.middleman import Middleman
from tests.extractors.portals.test_national_api import NIGHT, settings
from tests.extractors.portals.test_trust_in_portals import LEAF, ROOT, certificate, signed, with_key

FAR = "dichvucong.example.invalid"
"""A host that no resolver knows: only the proxy finds it."""


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        for each in (name, name.upper()):
            monkeypatch.delenv(each, raising=False)
    return monkeypatch


@pytest.fixture
def portals() -> Iterator[Portals]:
    with Portals(departments=["G09"]) as running:
        _keep_five(running)
        yield running


def _keep_five(portals: Portals) -> None:
    for code in portals.national.world.codes[5:]:
        portals.national.world.drop(code)


def place(address: str) -> tuple[str, int]:
    parts = urlsplit(address)
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port


def night(base_url: str, **said: object) -> ReadingResult:
    chosen = settings(base_url, **said)
    with closing(NationalApi(chosen, None)) as asking:
        return read(asking, chosen, ReadingPlan(as_of=NIGHT), Memory())


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_plain_http_goes_through_the_proxy_of_the_environment(
    clean: pytest.MonkeyPatch, portals: Portals, name: str
) -> None:
    with Middleman(place(portals.national.base_url)) as proxy:
        clean.setenv(name, proxy.address)
        outcome = night(f"http://{FAR}")
        assert outcome.verdict.state == SnapshotState.COMPLETE
        assert outcome.certificate.listed == 5
        assert len(proxy.asked) == outcome.certificate.requests
        assert all(f" http://{FAR}/" in each for each in proxy.asked)


def test_https_goes_through_a_tunnel_and_trusts_the_portal_itself(
    clean: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = certificate(tmp_path, "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with Portals(departments=["G09"], tls=context) as secure:
        _keep_five(secure)
        with Middleman(place(secure.national.base_url), log_in="rà soát:p@ss") as proxy:
            clean.setenv("HTTPS_PROXY", f"http://r%C3%A0%20so%C3%A1t:p%40ss@{proxy.address}")
            clean.setenv("HTTP_PROXY", "http://127.0.0.1:1")
            outcome = night(secure.national.base_url, ca_file=file)
            assert outcome.verdict.state == SnapshotState.COMPLETE
            assert {each.split()[0] for each in proxy.asked} == {"CONNECT"}
            assert night(secure.national.base_url).verdict.state == SnapshotState.FAILED, "no certificate"
            clean.setenv("NO_PROXY", "127.0.0.1")
            before = len(proxy.asked)
            assert night(secure.national.base_url, ca_file=file).verdict.state == SnapshotState.COMPLETE
            assert len(proxy.asked) == before


def test_a_proxy_that_opens_https_itself_is_trusted_by_the_office_s_own_authority(
    clean: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = signed(ROOT, None)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(with_key(signed(LEAF, authority, host="127.0.0.9"), tmp_path))
    with Portals(departments=["G09"], tls=context) as behind:
        _keep_five(behind)
        with Middleman(place(behind.national.base_url)) as proxy:
            clean.setenv("HTTPS_PROXY", f"http://{proxy.address}")
            refused = night("https://127.0.0.9")
            assert refused.verdict.state == SnapshotState.FAILED
            assert "chứng thư của cổng không được tin cậy" in (refused.verdict.reason or "")
            assert behind.national.requests == []
            outcome = night("https://127.0.0.9", ca_file=authority.file(tmp_path))
            assert outcome.verdict.state == SnapshotState.COMPLETE
            assert {each.split()[0] for each in proxy.asked} == {"CONNECT"}


def test_what_the_source_says_goes_before_the_environment(
    clean: pytest.MonkeyPatch, portals: Portals
) -> None:
    clean.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    clean.setenv("NO_PROXY", "*")
    with Middleman(place(portals.national.base_url)) as proxy:
        outcome = night(f"http://{FAR}", proxy=f"http://{proxy.address}")
        assert (outcome.verdict.state, bool(proxy.asked)) == (SnapshotState.COMPLETE, True)
        clean.delenv("NO_PROXY")
        assert night(portals.national.base_url, proxy="direct").verdict.state == SnapshotState.COMPLETE


def test_a_proxy_that_wants_a_log_in_is_named_and_the_portal_called_no_names(
    clean: pytest.MonkeyPatch, portals: Portals
) -> None:
    with Middleman(place(portals.national.base_url), log_in="an:dung") as proxy:
        for base_url in (f"http://{FAR}", f"https://{FAR}"):
            outcome = night(base_url, proxy=f"http://an:sai@{proxy.address}")
            assert outcome.verdict.state == SnapshotState.FAILED
            assert outcome.verdict.reason == (
                f"proxy đòi đăng nhập, qua proxy http://{proxy.address}; "
                "ghi tên và mật khẩu vào địa chỉ của proxy"
            )
            assert not outcome.certificate.refused


def test_a_proxy_that_is_away_is_named(clean: pytest.MonkeyPatch) -> None:
    clean.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    reason = night(f"http://{FAR}", retry_pause=0.001).verdict.reason
    assert reason == (
        f"không đọc được {FAR}: không nối được (máy chủ từ chối kết nối), qua proxy http://127.0.0.1:1"
    )


@pytest.mark.parametrize(
    "spared, direct",
    [
        ("dichvucong.gov.vn", True),
        (".gov.vn", True),
        ("gov.vn", True),
        ("*.gov.vn", True),
        ("vucong.gov.vn", False),
        ("localhost, DICHVUCONG.GOV.VN.", True),
        ("dichvucong.gov.vn:443", True),
        ("dichvucong.gov.vn:8443", False),
        ("*", True),
        ("", False),
    ],
)
def test_no_proxy_names_hosts_domains_and_ports(spared: str, direct: bool) -> None:
    environment = {"HTTPS_PROXY": "http://proxy.so.example:3128", "NO_PROXY": spared}
    route = find_route("https://dichvucong.gov.vn", None, environment)
    assert (route.proxy is None) is direct
    assert route.setting == ("NO_PROXY" if direct else "HTTPS_PROXY")


@pytest.mark.parametrize(
    "url, spared, direct",
    [
        ("http://10.1.2.3", "10.0.0.0/8", True),
        ("http://11.1.2.3", "10.0.0.0/8", False),
        ("http://[::1]:8080", "::1", True),
        ("http://[::1]:8080", "[::1]:8080", True),
        ("http://127.0.0.1:8080", "127.0.0.1", True),
        ("http://ten.example", "10.0.0.0/8 ten.example", True),
    ],
)
def test_no_proxy_names_addresses_and_networks(url: str, spared: str, direct: bool) -> None:
    route = find_route(url, None, {"http_proxy": "proxy:3128", "no_proxy": spared})
    assert (route.proxy is None) is direct


def test_what_is_written_small_goes_first_and_empty_means_none() -> None:
    large = {"HTTPS_PROXY": "http://large:1", "ALL_PROXY": "http://all:1"}
    assert find_route("https://a", None, large | {"https_proxy": "http://small:1"}).words == (
        "qua proxy http://small:1 (theo https_proxy)"
    )
    assert find_route("https://a", None, large | {"https_proxy": ""}).setting == "ALL_PROXY"
    assert find_route("http://a", None, {"HTTPS_PROXY": "http://large:1"}) == Route()
    assert find_route("https://a", "direct", large).words == "đi thẳng, không qua proxy (theo proxy)"


@pytest.mark.parametrize(
    "address", ["socks5://proxy:1080", "socks5h://u:matkhau@proxy", "ftp://proxy", "http://"]
)
def test_another_kind_of_proxy_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(SettingsError, match="Biến môi trường ALL_PROXY: ") as caught:
        find_route("https://a", None, {"ALL_PROXY": address})
    assert "matkhau" not in str(caught.value)


def test_a_proxy_s_password_is_shown_nowhere() -> None:
    proxy = parse_proxy("https://an:m%40t%20kh%E1%BA%A9u@[fe80::1]")
    assert (proxy.user, proxy.password, proxy.port) == ("an", "m@t khẩu", 443)
    assert proxy.display_address == "https://[fe80::1]:443"
    assert "m@t" not in repr(proxy) + proxy.display_address + Route(proxy, "proxy").words
