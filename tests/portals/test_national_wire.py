from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from portals.serve import Portals
from tests.portals.raw_client import DETAIL, SERVICES, all_items, ask_list, detail_of, page_of

GOLDEN = Path(__file__).parents[1] / "golden" / "national"


def recorded(name: str) -> Any:
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))


def test_a_list_page_has_the_recorded_shape(national: httpx.Client) -> None:
    sample = recorded("list_response_envelope_assembled.json")
    answer = ask_list(national, departmentCode="G09")
    page = answer.json()
    assert page.keys() == sample.keys()
    assert page["data"].keys() == sample["data"].keys()
    assert page["data"]["lastId"] == page["data"]["items"][-1]["id"]
    for item in page["data"]["items"]:
        assert list(item) == list(sample["data"]["items"][0])
        for key, value in sample["data"]["items"][0].items():
            assert type(item[key]) is type(value)


@pytest.mark.parametrize("name", ["list_items_national.json", "list_items_noivu.json"])
def test_every_recorded_item_has_the_keys_of_ours(national: httpx.Client, name: str) -> None:
    ours = page_of(national)["items"][0]
    assert all(item.keys() == ours.keys() for item in recorded(name))


def test_the_recorded_detail_is_answered_unchanged(national: httpx.Client) -> None:
    sample = recorded("detail_1.013703_noivu.json")
    assert detail_of(national, sample["id"]) == {"code": "OK", "data": sample}


def test_every_detail_has_every_key_of_the_recorded_ones_and_no_other() -> None:
    whole = recorded("detail_1.013703_noivu.json").keys()
    assert recorded("detail_1.000358.json").keys() <= whole
    with Portals() as portals:
        records = portals.national.world.records.values()
        assert len(records) == 1736
        assert all(record.keys() == whole for record in records)


def test_paging_reads_each_of_all_records_once() -> None:
    with (
        Portals() as portals,
        httpx.Client(base_url=portals.national.base_url, trust_env=False) as client,
    ):
        client.get("/")
        ids = [item["id"] for item in all_items(client, limit=100)]
    assert len(ids) == len(set(ids)) == 1736
    assert ids == sorted(ids, reverse=True)


def test_paging_goes_on_where_a_record_has_left_the_list(portals: Portals, national: httpx.Client) -> None:
    first = page_of(national)
    portals.national.world.drop(first["items"][-1]["code"])
    second = page_of(national, lastId=first["lastId"])
    assert second["items"][0]["id"] == portals.national.world.ordered()[49]["id"]


def test_the_filters_of_the_list(portals: Portals, national: httpx.Client) -> None:
    assert page_of(national, departmentCode="G15")["total"] == 0
    assert {item["code"] for item in all_items(national, q="1.01370")} == {
        "1.013702", "1.013703", "1.013704", "1.013706", "1.013707", "1.013708", "1.013709",
    }  # fmt: skip
    assert [item["code"] for item in all_items(national, q="THÀNH LẬP HỘI ĐỒNG")] == ["1.009466"]
    category = page_of(national)["items"][0]["categoryIds"][0]
    assert 0 < page_of(national, categoryId=category)["total"] < 143
    communal = {item["code"] for item in all_items(national, level="COMMUNE")}
    assert communal == {r["code"] for r in portals.national.world.ordered() if r["isWard"]}


def test_without_the_session_cookie_every_call_is_refused(portals: Portals) -> None:
    with httpx.Client(base_url=portals.national.base_url, trust_env=False) as client:
        assert ask_list(client).status_code == 403
        client.get("/")
        assert page_of(client)["total"] == 143


def test_an_unknown_id_is_told_in_the_payload(national: httpx.Client) -> None:
    assert detail_of(national, "019d0000-0000-7000-8000-000000000000")["code"] == "NOT_FOUND"


def test_a_body_that_is_no_json_is_refused(national: httpx.Client) -> None:
    answer = national.post(DETAIL, content=b"{")
    assert answer.status_code == 400
    assert answer.json()["code"] == "BAD_REQUEST"


def test_the_services_list_has_rows_and_one_test(national: httpx.Client) -> None:
    rows: list[dict[str, Any]] = []
    for target in ("VIETNAMESE_CITIZEN", "ENTERPRISE"):
        rows += national.post(SERVICES, json={"formalityTargetType": target, "limit": 200}).json()["data"][
            "rows"
        ]
    assert {row["implementLevel"] for row in rows} == {"FULL", "PARTIAL"}
    assert sum(row["isTesting"] for row in rows) == 1
    assert all(row["formalityCaseCode"] == f"{row['formalityCode']}.01" for row in rows)


def test_every_other_page_is_an_empty_application(national: httpx.Client) -> None:
    page = national.get("/thu-tuc-hanh-chinh/019d2bfb-1b5e-74c5-be8d-c902d128672d")
    assert page.status_code == 200
    assert '<div id="root"></div>' in page.text
    assert national.get("/robots.txt").status_code == 404


def test_each_request_is_logged_with_its_size(portals: Portals, national: httpx.Client) -> None:
    answer = ask_list(national)
    log = portals.national.requests
    give_up = time.monotonic() + 5
    while len(log) < 2 and time.monotonic() < give_up:
        time.sleep(0.01)  # an entry is written once its answer has left
    assert [(entry.method, entry.status) for entry in log] == [("GET", 200), ("POST", 201)]
    assert log[1].size == len(answer.content)
    assert log[0].at < log[1].at


def test_the_connection_is_kept(portals: Portals, national: httpx.Client) -> None:
    for _ in range(3):
        assert page_of(national)["total"] == 143
        assert len(portals.national._server._connections) == 1
