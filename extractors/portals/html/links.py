"""Links of a portal's pages: where they lead, and which part of them identifies the record."""

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


def resolve_link(base: str, url: str) -> str:
    """Return the address that a link leads to; empty where it is not an address (`http://[`)."""
    try:
        return urljoin(base, url)
    except ValueError:
        return ""


def base_address(page: BeautifulSoup, url: str) -> str:
    """Return the base of a page's relative links: its own address, or its first `<base href>`."""
    base = page.select_one("base[href]")
    href = base.get("href") if base is not None else None
    return (resolve_link(url, href.strip()) or url) if isinstance(href, str) else url


def path_and_query(address: str) -> str:
    """Return an address without host and fragment; unchanged where its path would look like a host."""
    parts = urlsplit(address)
    if parts.path.startswith("//"):
        return address
    return parts.path + (f"?{parts.query}" if parts.query else "")


def stable_link(link: str, counts: re.Pattern[str] | None = None) -> str:
    """Return a link (without its host) as it is in every answer; it can be requested, too.

    Known session parameters are left out. Of what `counts` matches only its group stays, if it has one, and
    the other matched parameters are left out.
    """
    path, mark, query = link.partition("?")
    known = frozenset(
        name for each in query.split("&") if (name := each.partition("=")[0]).lower() in _IN_QUERY
    )
    plain = _IN_PATH.sub("", path) + mark + query
    plain = drop_parameters(plain, known) if known else plain
    match = counts.search(plain) if counts else None
    return plain if match is None else _stable_part(plain, match)


def varying_parameters(one: str, other: str) -> frozenset[str] | None:
    """Return the parameters in which two links to one record differ; `None` where more differs."""
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


def drop_parameters(link: str, parameters: frozenset[str]) -> str:
    """Return the link without these parameters."""
    path, _, query = link.partition("?")
    remaining = [each for each in query.split("&") if each.partition("=")[0] not in parameters]
    return path + (f"?{'&'.join(remaining)}" if any(remaining) else "")


def _stable_part(link: str, match: re.Match[str]) -> str:
    begin, end = match.span(match.re.groups)

    def is_stable(at: int) -> bool:
        return begin <= at < end or not match.start() <= at < match.end()

    at = len(link.partition("?")[0])
    path = "".join(link[place] for place in range(at) if is_stable(place))
    parameters = []
    for parameter in link[at + 1 :].split("&"):
        first, last = at + 1, at + 1 + len(parameter)
        if first < end and begin < last:
            parameters.append("".join(link[place] for place in range(first, last) if is_stable(place)))
        at = last
    return path + (f"?{'&'.join(parameters)}" if parameters else "")
