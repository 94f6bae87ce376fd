"""The bundled gateway on the wire, asked the way its readers asked the real one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from portals.gateway import AGENCIES, EXPORT, LIST, SERVICES, SESSION
from portals.serve import Portals

ASKED = {"provider": "dvcquocgia", "type": "ref"}
QUESTION = ASKED | {
    "service": LIST, "recordPerPage": 100, "is_connected": 0, "keyword": "", "agency_type": "1",
    "impl_agency_id": "-1", "object_id": "-1", "field_id": "-1", "impl_level_id": "-1",
}  # fmt: skip


@pytest.fixture
def client(portals: Portals) -> Iterator[httpx.Client]:
    """A raw client that has the session cookies."""
    with httpx.Client(base_url=portals.gateway.base_url, trust_env=False, timeout=5) as opened:
        opened.get(SESSION).raise_for_status()
        yield opened


def ask(client: httpx.Client, question: dict[str, Any]) -> Any:
    return client.post(SERVICES, data={"params": json.dumps(question)}).raise_for_status().json()


def test_the_list_is_a_bare_array_of_strings_empty_past_its_end(client: httpx.Client) -> None:
    pages = [ask(client, QUESTION | {"pageIndex": number}) for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [100, 43, 0]
    rows = [*pages[0], *pages[1]]
    assert {type(value) for row in rows for value in row.values()} == {str}
    assert [row["ROW_STT"] for row in rows] == [str(number) for number in range(1, 144)]
    assert {row["AMOUNT"] for row in rows} == {"143"}
    assert len({row["ID"] for row in rows}) == 143


def test_a_ministry_is_asked_for_by_the_gateway_s_own_id(client: httpx.Client) -> None:
    (agency,) = ask(client, ASKED | {"service": AGENCIES, "loaicoquan": "0"})
    assert (agency["CODE"], agency["AGENCY_NAME"]) == ("G09", "Bộ Nội vụ")
    assert len(ask(client, QUESTION | {"pageIndex": 1, "impl_agency_id": agency["ID"]})) == 100
    assert ask(client, QUESTION | {"pageIndex": 1, "impl_agency_id": "9"}) == []


def test_without_a_session_nothing_is_told(portals: Portals) -> None:
    with httpx.Client(base_url=portals.gateway.base_url, trust_env=False, timeout=5) as bare:
        assert bare.post(SERVICES, data={"params": "{}"}).status_code == 403
        assert bare.get(EXPORT).status_code == 403


def test_the_excel_file_is_a_workbook_and_single_procedures_have_no_page(client: httpx.Client) -> None:
    file = client.get(EXPORT, params={"is_connected": 0, "agency_type": 0, "impl_agency_id": -1})
    assert file.content.startswith(b"PK")
    gone = client.get("/p/home/dvc-chi-tiet-thu-tuc-hanh-chinh.html?ma_thu_tuc=432777")
    assert gone.status_code == 404
    assert "không tồn tại" in gone.text


def test_the_gateway_shows_what_the_national_portal_shows(portals: Portals, client: httpx.Client) -> None:
    code = portals.national.world.codes[0]
    portals.national.world.drop(code)
    assert ask(client, QUESTION | {"pageIndex": 1})[0]["AMOUNT"] == "142"
    portals.night = 2
    assert ask(client, QUESTION | {"pageIndex": 1})[0]["AMOUNT"] == "143"
