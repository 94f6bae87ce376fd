"""Asks the bundled portals the way any program would: no code of the product is used."""

from __future__ import annotations

import re
from typing import Any

import httpx

LIST = "/api/v1/submitting/formality/list-all-public-formality-by-citizen"
DETAIL = "/api/v1/configuring/formality/get-formality-by-citizen"
SERVICES = "/api/v1/submitting/formality/list-department-url-by-citizen"
PAGES = "/portaldvc/KenhTin/thu-tuc-hanh-chinh.aspx"


def ask_list(client: httpx.Client, **changes: Any) -> httpx.Response:
    body = {"limit": 50, "lastId": "", "q": "", "categoryId": "", "departmentCode": ""}
    return client.post(LIST, json=body | changes)


def page_of(client: httpx.Client, **changes: Any) -> dict[str, Any]:
    answer = ask_list(client, **changes)
    assert answer.status_code in (200, 201)
    payload = answer.json()
    assert payload["code"] == "OK"
    data: dict[str, Any] = payload["data"]
    return data


def all_items(client: httpx.Client, **changes: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor = ""
    while (data := page_of(client, lastId=cursor, **changes))["items"]:
        items += data["items"]
        if data["lastId"] in ("", cursor):
            break
        cursor = data["lastId"]
    return items


def detail_of(client: httpx.Client, record_id: str) -> dict[str, Any]:
    payload: dict[str, Any] = client.post(DETAIL, json={"id": record_id}).json()
    return payload


def links_on(client: httpx.Client, number: int) -> list[str]:
    return re.findall(r'<td><a href="([^"]+)">', client.get(PAGES, params={"page": number}).text)


def all_links(client: httpx.Client) -> list[str]:
    links: list[str] = []
    number = 1
    while found := links_on(client, number):
        links += found
        number += 1
    return links
