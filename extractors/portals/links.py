"""Links of a portal's pages: where they lead, and which part of them says to what record."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup

_IN_PATH = re.compile(
    r";(?:jsessionid|phpsessid|sessionid|sid)=[^/;?#]*|(?<=/)\((?:[A-Z]\([^()/?#]*\))+\)/", re.IGNORECASE
)
"""A session's number in the path: `;jsessionid=…` of Java, `/(S(…))/` of ASP.NET without cookies."""
_IN_QUERY = frozenset(
    (
        *("jsessionid", "phpsessid", "asp.net_sessionid", "sessionid", "session_id", "cfid", "cftoken"),
        *("p_auth", "__requestverificationtoken", "authenticity_token", "csrfmiddlewaretoken"),
        *("csrf", "_csrf", "csrf_token", "csrftoken"),
    )
)
"""Parameters that name a session or prove where a click came from, and never a record."""


def joined(base: str, url: str) -> str:
    """The address that a link leads to; empty for one that is none (`http://[`)."""
    try:
        return urljoin(base, url)
    except ValueError:
        return ""


def base_of(page: BeautifulSoup, url: str) -> str:
    """The address from which a page's relative links start: its own, or that of its first `<base href>`."""
    base = page.select_one("base[href]")
    href = base.get("href") if base is not None else None
    return (joined(url, href.strip()) or url) if isinstance(href, str) else url


def local(address: str) -> str:
    """An address without its host and fragment; whole where its path would then look like a host."""
    parts = urlsplit(address)
    if parts.path.startswith("//"):
        return address
    return parts.path + (f"?{parts.query}" if parts.query else "")


def lasting(link: str, counts: re.Pattern[str] | None = None) -> str:
    """A link (without its host) as it is in every answer; it can be asked for, too.

    What is known to be a session's is left out. Of what `counts` matches only its group stays, if it has one,
    and the parameters beside that are left out.
    """
    path, mark, query = link.partition("?")
    known = frozenset(
        name for each in query.split("&") if (name := each.partition("=")[0]).lower() in _IN_QUERY
    )
    plain = _IN_PATH.sub("", path) + mark + query
    plain = without(plain, known) if known else plain
    found = counts.search(plain) if counts else None
    return plain if found is None else _counted(plain, found)


def moving(one: str, other: str) -> frozenset[str] | None:
    """The parameters in which two links to the same record differ; `None` where they differ in more."""
    (path, _, query), (other_path, _, other_query) = one.partition("?"), other.partition("?")
    here, there = query.split("&"), other_query.split("&")
    if path != other_path or len(here) != len(there):
        return None
    return frozenset(
        each.partition("=")[0]
        for pair in zip(here, there, strict=True)
        if pair[0] != pair[1]
        for each in pair
    )


def without(link: str, parameters: frozenset[str]) -> str:
    """The link without these parameters."""
    path, _, query = link.partition("?")
    kept = [each for each in query.split("&") if each.partition("=")[0] not in parameters]
    return path + (f"?{'&'.join(kept)}" if any(kept) else "")


def _counted(link: str, found: re.Match[str]) -> str:
    begin, end = found.span(found.re.groups)

    def stays(at: int) -> bool:
        return begin <= at < end or not found.start() <= at < found.end()

    at = len(link.partition("?")[0])
    path = "".join(link[place] for place in range(at) if stays(place))
    parameters = []
    for parameter in link[at + 1 :].split("&"):
        first, last = at + 1, at + 1 + len(parameter)
        if first < end and begin < last:
            parameters.append("".join(link[place] for place in range(first, last) if stays(place)))
        at = last
    return path + (f"?{'&'.join(parameters)}" if parameters else "")
