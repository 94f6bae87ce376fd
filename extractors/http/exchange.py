"""One exchange with a portal: sent, received within bounds, archived and counted; judged elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from extractors.archive.resume import conditions
from extractors.archive.store import UNCHANGED, Exchange, Recorder
from extractors.http.classify import Answer
from extractors.http.response_body import whole_body
from procedures.text import fold

VERSION = "0.1"

NETWORK = (
    *(httpx.TransportError, httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError),
    httpcore.ProxyError,
)
"""What a connection may raise."""

_TROUBLES: Mapping[str, str] = {
    "Connection refused": "máy chủ từ chối kết nối",
    "Name or service not known": "không tìm thấy tên máy chủ",
    "No address associated with hostname": "không tìm thấy tên máy chủ",
    "Temporary failure in name resolution": "không hỏi được địa chỉ của tên máy chủ",
    "Network is unreachable": "không có đường mạng tới máy chủ",
    "No route to host": "không có đường mạng tới máy chủ",
    "Connection reset by peer": "máy chủ ngắt giữa chừng",
    "Server disconnected without sending a response": "máy chủ đóng kết nối mà không trả lời",
}
"""What systems and libraries say of a connection, as officials read it on the first page."""

_DISTRUST: Mapping[str, str] = {
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
"""What OpenSSL says of a certificate, and what can be done about it; the first sign that is met counts."""

Known = tuple[Exchange, bytes]
"""An answer of an earlier night and its bytes, of which a portal may say that they still hold."""


class Exchanges:
    """Sends requests one by one and keeps what comes back. Threads may share it.

    `requests`, `retries` and `taken_over` are counted by whoever asks, by `count`.
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
        self.http = httpx.Client(
            transport=transport,
            timeout=timeout,
            trust_env=False,
            follow_redirects=False,
            headers=dict(headers),
        )

    def count(self, what: str, number: int = 1) -> None:
        """Add to one of the counts."""
        with self._lock:
            self._counted[what] += number

    @property
    def counted(self) -> dict[str, int]:
        """What was counted so far."""
        with self._lock:
            return dict(self._counted)

    def exchange(
        self,
        method: str,
        address: str,
        content: str | None,
        headers: Mapping[str, str],
        known: Known | None,
    ) -> Answer:
        """One answer as it came; of one that still holds (304) the bytes of before.

        Raises what a connection may raise (`NETWORK`), `Spoilt`, and `httpx.InvalidURL`.
        """
        data = None if content is None else content.encode()
        if known is not None:
            headers = {**headers, **conditions(known[0])}
        with self.http.stream(method, address, content=data, headers=headers) as response:
            body = whole_body(response, self._max_bytes, lambda size: self.count("bytes", size))
        if known is not None and response.status_code == UNCHANGED:
            self.count("unchanged")
            if self._recorder is not None:
                self._recorder.unchanged(known[0])
            return as_before(*known, address)
        digest = None
        if self._recorder is not None:
            digest = self._recorder.answered(
                method, address, content, response.status_code, response.headers, body
            )
        return Answer(
            status=response.status_code,
            body=body,
            content_type=response.headers.get("content-type", ""),
            url=address,
            hash=digest,
            retry_after=response.headers.get("retry-after"),
            location=response.headers.get("location"),
        )

    def failed(self, method: str, address: str, content: str | None, fault: str) -> None:
        """Keeps what became of a request without an answer."""
        if self._recorder is not None:
            self._recorder.failed(method, address, content, fault)


def as_before(exchange: Exchange, received: bytes, address: str) -> Answer:
    """The answer that an earlier exchange brought."""
    return Answer(
        status=200 if exchange.status in (None, UNCHANGED) else exchange.status,
        body=received,
        content_type=exchange.headers.get("content-type", ""),
        url=address,
        hash=exchange.hash,
    )


def user_agent(department: str = "") -> str:
    """Names the program, what it does and for whom, in letters that a header may hold."""
    whose = fold(department).encode("ascii", "ignore").decode().strip()
    return f"rasoat/{VERSION} (+doi chieu thu tuc hanh chinh{'; ' + whose if whose else ''})"


def words_of(error: Exception) -> str:
    """A fault of the connection in words."""
    name = type(error).__name__
    if "Timeout" in name:
        return "quá thời gian chờ"
    if "Proxy" in name:
        return f"proxy trả lời {error}"
    told = next((words for sign, words in _TROUBLES.items() if sign in str(error)), str(error) or name)
    return f"không nối được ({told})" if "Connect" in name else f"kết nối bị ngắt ({told})"


def words_of_distrust(error: Exception) -> str | None:
    """Why a portal's certificate is not trusted; `None` where the trouble is another one."""
    said = str(error)
    if "CERTIFICATE_VERIFY_FAILED" not in said:
        return None
    told = next((words for sign, words in _DISTRUST.items() if sign in said), said)
    return f"chứng thư của cổng không được tin cậy ({told})"


def same_host(base_url: str, url: str) -> bool:
    """Whether an address is on the configured host; a step down from https to http is not."""
    try:
        here, there = urlsplit(base_url), urlsplit(url)
        if there.scheme not in ("http", "https") or (here.scheme, there.scheme) == ("https", "http"):
            return False
        if here.scheme == there.scheme:
            return _port(here.netloc, here.scheme) == _port(there.netloc, there.scheme)
        return here.hostname == there.hostname
    except ValueError:  # no address at all, or a port that no machine has
        return False


def joined(address: str, location: str) -> str:
    """Where a redirect leads; empty where it leads nowhere (`http://[`)."""
    try:
        return urljoin(address, location)
    except ValueError:
        return ""


def _port(netloc: str, scheme: str) -> tuple[str, int]:
    parts = urlsplit(f"{scheme}://{netloc}")
    return (parts.hostname or "").lower(), parts.port or (443 if scheme == "https" else 80)
