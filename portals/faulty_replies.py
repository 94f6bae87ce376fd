"""Faulty answers: pages of firewalls, odd statuses, damaged bytes."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from http import HTTPStatus
from typing import Literal

from portals.faults import FaultOrder

Wire = Literal["whole", "reset_midbody", "close_midway", "slow_drip", "timeout", "huge_body"]

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"

SUPPORT_ID = "15673289450126794321"
REQUEST_REJECTED = (
    "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. "
    "Please consult with your administrator.<br><br>Your support ID is: {support_id}<br><br>"
    "<a href='javascript:history.back();'>[Go Back]</a></body></html>"
)
TSPD_CHALLENGE = (
    '<!DOCTYPE html><html><head><meta http-equiv="Pragma" content="no-cache"/>'
    '<meta http-equiv="Expires" content="-1"/><meta http-equiv="CacheControl" content="no-cache"/>'
    '<script type="text/javascript">(function(){window["bobcmd"]="TSPD_101";window["failureConfig"]="";})();'
    '</script><script type="text/javascript" src="/TSPD/08e4a1c5b2ab2000a1?type=10"></script>'
    "<noscript>Please enable JavaScript to view the page content.<br/>Your support ID is: {support_id}."
    "</noscript></head><body></body></html>"
)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, and how its bytes are sent."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    wire: Wire = "whole"
    pause: float = 0.0
    stream: Sequence[Iterator[bytes]] = field(default=())


def fault_reply(order: FaultOrder, path: str, *, posted: bool, wants_json: bool) -> Reply:
    """Return the answer that replaces the portal's own, for faults of the stage `reply`."""
    match order.name:
        case "challenge_200":
            return Reply(200, HTML, REQUEST_REJECTED.format(support_id=SUPPORT_ID).encode())
        case "challenge_tspd":
            return Reply(200, HTML, TSPD_CHALLENGE.replace("{support_id}", SUPPORT_ID).encode())
        case "redirect_other_host":
            return _redirect(f"https://{order.options['host']}{path}", posted)
        case "redirect_loop":
            return _redirect(path, posted)
        case "deep_nesting":
            return _nested(int(order.options["depth"]), wants_json)
        case "robots_forbid":
            return Reply(200, "text/plain; charset=utf-8", b"User-agent: *\nDisallow: /\n")
        case "too_many_429":
            return replace(status_page(429), headers=_retry_after(order))
        case "details_fail_share":
            return status_page(500)
        case name:
            return status_page(int(name.rsplit("_", 1)[1]))


def status_page(status: int) -> Reply:
    """Return the plain page that a reverse proxy shows for a status."""
    title = f"{status} {HTTPStatus(status).phrase}"
    head = f"<html>\n<head><title>{title}</title></head>"
    page = f"{head}\n<body>\n<center><h1>{title}</h1></center>\n</body>\n</html>\n"
    return Reply(status, HTML, page.encode())


def with_damaged_bytes(reply: Reply, order: FaultOrder) -> Reply:
    """Return `reply` with damaged bytes, for faults of the stage `bytes`."""
    if order.name == "truncated_json":
        return replace(reply, body=reply.body[: len(reply.body) // 2])
    if order.name == "wrong_charset":
        if order.options["header_only"]:
            kind = reply.content_type.split(";")[0]
            return replace(reply, content_type=f"{kind}; charset=iso-8859-1")
        return replace(reply, body=mojibake(reply.body.decode()).encode())
    damaged = bytearray(gzip.compress(reply.body, mtime=0))
    for place in range(10, len(damaged), 7):
        damaged[place] ^= 0x5A
    return replace(reply, body=bytes(damaged), headers=(*reply.headers, ("Content-Encoding", "gzip")))


def with_transfer_fault(reply: Reply, order: FaultOrder) -> Reply:
    """Return `reply` with a fault in its transfer, for faults of the stage `wire`."""
    if order.name == "slow_drip":
        return replace(reply, wire="slow_drip", pause=float(order.options["seconds"]))
    if order.name == "huge_body":
        size = int(order.options["megabytes"]) * 1024 * 1024
        if order.options["compressed"]:
            headers = (*reply.headers, ("Content-Encoding", "gzip"))
            return replace(reply, body=gzip_of(size), headers=headers)
        return replace(reply, wire="huge_body", stream=(_huge(size, reply.content_type),))
    return replace(reply, wire=order.name)  # type: ignore[arg-type]  # the other wire faults are called so too


def mojibake(text: str) -> str:
    """Return `text` with its UTF-8 bytes decoded as Windows-1252."""
    return "".join(_windows_1252(byte) for byte in text.encode())


def gzip_of(size: int) -> bytes:
    """Return a gzip that unpacks to `size` blanks."""
    return gzip.compress(b" " * size, compresslevel=1, mtime=0)


def _windows_1252(byte: int) -> str:
    try:
        return bytes((byte,)).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


def _redirect(location: str, posted: bool) -> Reply:
    return replace(status_page(307 if posted else 302), headers=(("Location", location),))


def _nested(depth: int, wants_json: bool) -> Reply:
    if wants_json:
        return Reply(200, JSON, b'{"code":"OK","data":' + b"[" * depth + b"]" * depth + b"}")
    return Reply(200, HTML, b"<html><body>" + b"<div>" * depth + b"</div>" * depth + b"</body></html>")


def _retry_after(order: FaultOrder) -> tuple[tuple[str, str], ...]:
    seconds = order.options["retry_after"]
    if seconds is None:
        return ()
    if order.options["as_date"]:
        return (("Retry-After", formatdate(time.time() + float(seconds), usegmt=True)),)
    return (("Retry-After", str(int(seconds))),)


def _huge(size: int, content_type: str) -> Iterator[bytes]:
    yield b'{"code":"OK","data":"' if content_type == JSON else b"<html><body><p>"
    block = b"x" * 65_536
    for _ in range(size // len(block)):
        yield block
