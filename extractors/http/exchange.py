"""One exchange with a portal: sent, received within bounds, archived and counted, but not judged."""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from extractors.archive.raw_archive import UNCHANGED, Exchange, Recorder
from extractors.archive.resume import conditions
from extractors.http.classify import Answer
from extractors.http.response_body import read_body
from extractors.http.session_cookies import SessionCookies
from procedures.program import VERSION
from procedures.values.text import fold

NETWORK = (
    *(httpx.TransportError, httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError),
    httpcore.ProxyError,
)
"""Errors that a connection may raise."""

_NETWORK_MESSAGES: Mapping[str, str] = {
    "Connection refused": "máy chủ từ chối kết nối",
    "Name or service not known": "không tìm thấy tên máy chủ",
    "No address associated with hostname": "không tìm thấy tên máy chủ",
    "Temporary failure in name resolution": "không hỏi được địa chỉ của tên máy chủ",
    "Network is unreachable": "không có đường mạng tới máy chủ",
    "No route to host": "không có đường mạng tới máy chủ",
    "Connection reset by peer": "máy chủ ngắt giữa chừng",
    "Server disconnected without sending a response": "máy chủ đóng kết nối mà không trả lời",
}
"""Messages of systems and libraries about a connection → the words that officials read."""

_CERTIFICATE_MESSAGES: Mapping[str, str] = {
    "self-signed certificate in": "nơi cấp chưa được tin; thêm chứng thư gốc của nơi cấp vào ca_file",
    "self-signed certificate": "chứng thư tự ký; nếu đúng là của cổng thì đặt vào ca_file",
    "self signed certificate": "chứng thư tự ký; nếu đúng là của cổng thì đặt vào ca_file",
    "certificate has expired": "đã hết hạn",
    "certificate is not yet valid": "chưa đến ngày có hiệu lực; xem lại cả đồng hồ của máy",
    "mismatch, certificate is not valid for": "chứng thư của máy chủ khác",
    "unable to get local issuer certificate": (
        "cổng không gửi chứng thư trung gian, hoặc nơi cấp chưa được tin; thêm chứng thư trung gian, "
        "hoặc chứng thư gốc của nơi cấp, vào ca_file"
    ),
}
"""Messages of OpenSSL about a certificate → what to do about it; the first that matches counts."""

EarlierAnswer = tuple[Exchange, bytes]
"""An answer of an earlier night and its bytes, about which a portal may say that it is unchanged."""


class Exchanger:
    """A sender of single requests that archives what comes back. Threads may share it.

    `requests`, `retries` and `taken_over` are counted by the caller, with `count`.
    """

    def __init__(
        self,
        transport: httpx.BaseTransport,
        *,
        timeout: float,
        max_bytes: int,
        recorder: Recorder | None,
        headers: Mapping[str, str],
    ) -> None:
        self._recorder = recorder
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._counted = dict.fromkeys(("requests", "retries", "bytes", "taken_over", "unchanged"), 0)
        self._transport = transport
        self._timeout = httpx.Timeout(timeout).as_dict()
        self._headers = {"Connection": "keep-alive", **headers}
        self.cookies = SessionCookies()

    def count(self, name: str, number: int = 1) -> None:
        """Add to one of the counts."""
        with self._lock:
            self._counted[name] += number

    @property
    def counted(self) -> dict[str, int]:
        """The counts so far."""
        with self._lock:
            return dict(self._counted)

    def exchange(
        self,
        method: str,
        address: str,
        content: str | None,
        headers: Mapping[str, str],
        earlier: EarlierAnswer | None,
    ) -> Answer:
        """Return one answer as it came; for one that is unchanged (304), the earlier bytes.

        Raises what a connection may raise (`NETWORK`), `Spoilt`, and `httpx.InvalidURL`.
        """
        data = None if content is None else content.encode()
        if earlier is not None:
            headers = {**headers, **conditions(earlier[0])}
        response = self._send(self._request(method, address, data, headers))
        try:
            body = read_body(response, self._max_bytes, lambda size: self.count("bytes", size))
        finally:
            response.close()
        if earlier is not None and response.status_code == UNCHANGED:
            self.count("unchanged")
            if self._recorder is not None:
                self._recorder.record_unchanged(earlier[0])
            return archived_answer(*earlier, address)
        received = dict(response.headers.items())
        digest = None
        if self._recorder is not None:
            digest = self._recorder.record_answer(
                method, address, content, response.status_code, received, body
            )
        return Answer(
            status=response.status_code,
            body=body,
            content_type=received.get("content-type", ""),
            url=address,
            hash=digest,
            retry_after=received.get("retry-after"),
            location=received.get("location"),
        )

    def close(self) -> None:
        """Cut the connections."""
        self._transport.close()

    def _request(
        self, method: str, address: str, data: bytes | None, headers: Mapping[str, str]
    ) -> httpx.Request:
        """Return a request, without what httpx's client does once more for each: one portal, one session."""
        url, log_in = _address(address)
        length = {} if data is None and method == "GET" else {"Content-Length": str(len(data or b""))}
        request = httpx.Request(
            method,
            url,
            headers={"Host": url.netloc.decode("ascii"), **self._headers, **headers, **log_in, **length},
            stream=httpx.ByteStream(data or b""),
            extensions={"timeout": self._timeout},
        )
        if (cookie := self.cookies.header(request)) is not None:
            request.headers["Cookie"] = cookie
        return request

    def _send(self, request: httpx.Request) -> httpx.Response:
        response = self._transport.handle_request(request)
        response.request = request
        self.cookies.store(response)
        return response

    def failed(self, method: str, address: str, content: str | None, fault: str) -> None:
        """Archive why a request had no answer."""
        if self._recorder is not None:
            self._recorder.record_failure(method, address, content, fault)


@lru_cache(maxsize=256)
def _address(address: str) -> tuple[httpx.URL, Mapping[str, str]]:
    """Return an address and the header of the user and password in it, if there are any.

    Raises:
        httpx.InvalidURL: it is not an address.
    """
    url = httpx.URL(address)
    if not url.userinfo:
        return url, {}
    name = f"{url.username}:{url.password}".encode()
    return url, {"Authorization": f"Basic {b64encode(name).decode()}"}


def archived_answer(exchange: Exchange, received: bytes, address: str) -> Answer:
    """Return the answer of an earlier exchange."""
    return Answer(
        status=200 if exchange.status in (None, UNCHANGED) else exchange.status,
        body=received,
        content_type=exchange.headers.get("content-type", ""),
        url=address,
        hash=exchange.hash,
    )


def user_agent(department: str = "") -> str:
    """Return a name of the program, its purpose and the department, in ASCII as a header requires."""
    owner = fold(department).encode("ascii", "ignore").decode().strip()
    return f"rasoat/{VERSION} (+doi chieu thu tuc hanh chinh{'; ' + owner if owner else ''})"


def network_message(error: Exception) -> str:
    """Return a network fault in words."""
    name = type(error).__name__
    if "Timeout" in name:
        return "quá thời gian chờ"
    if "Proxy" in name:
        return f"proxy trả lời {error}"
    reason = next(
        (words for text, words in _NETWORK_MESSAGES.items() if text in str(error)), str(error) or name
    )
    return f"không nối được ({reason})" if "Connect" in name else f"kết nối bị ngắt ({reason})"


def certificate_message(error: Exception) -> str | None:
    """Return why a portal's certificate is not trusted; `None` where the fault is another one."""
    message = str(error)
    if "CERTIFICATE_VERIFY_FAILED" not in message:
        return None
    advice = next((words for text, words in _CERTIFICATE_MESSAGES.items() if text in message), message)
    return f"chứng thư của cổng không được tin cậy ({advice})"


def same_host(base_url: str, url: str) -> bool:
    """Whether an address is on the configured host; a step down from https to http is not."""
    try:
        here, there = urlsplit(base_url), urlsplit(url)
        if there.scheme not in ("http", "https") or (here.scheme, there.scheme) == ("https", "http"):
            return False
        if here.scheme == there.scheme:
            return _port(here.netloc, here.scheme) == _port(there.netloc, there.scheme)
        return here.hostname == there.hostname
    except ValueError:  # not an address, or an impossible port
        return False


def redirect_target(address: str, location: str) -> str:
    """Return the target of a redirect; empty where it is not an address (`http://[`)."""
    try:
        return urljoin(address, location)
    except ValueError:
        return ""


def _port(netloc: str, scheme: str) -> tuple[str, int]:
    parts = urlsplit(f"{scheme}://{netloc}")
    return (parts.hostname or "").lower(), parts.port or (443 if scheme == "https" else 80)
