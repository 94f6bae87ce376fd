from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest

from portals.scenario import TWO_NIGHTS, Scenario
from portals.serve import Portals
from portals.world import World
from procedures.errors import InputError
from tests.portals.raw_client import PAGES, all_items, detail_of

ASSOCIATIONS = {f"1.01370{n}" for n in (2, 3, 4, 6, 7, 8, 9)}
FUNDS = {f"1.01371{n}" for n in range(1, 8)}


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario.load(TWO_NIGHTS)


@pytest.fixture(scope="module")
def nights(scenario: Scenario) -> tuple[World, World]:
    base = World.load(["G09"])
    return scenario.at(1, "national", base), scenario.at(2, "national", base)


def test_the_first_night_is_before_decision_627(nights: tuple[World, World]) -> None:
    first, _ = nights
    assert not (ASSOCIATIONS | FUNDS) & set(first.codes)
    assert len(first.codes) == 136


def test_the_second_night_publishes_decision_627_and_a_scripted_one(nights: tuple[World, World]) -> None:
    first, second = nights
    assert set(second.codes) - set(first.codes) == ASSOCIATIONS | FUNDS | {"1.999862"}
    vietnam = timezone(timedelta(hours=7))
    for code in ASSOCIATIONS | FUNDS:
        proposal = second.by_code(code)["procedureProposal"]
        assert proposal["proposalNumber"] == "627/QĐ-BNV"
        assert datetime.fromtimestamp(proposal["decisionDate"] / 1000, vietnam).date() == date(2025, 6, 20)
    assert second.by_code("1.999862")["procedureProposal"]["proposalNumber"] == "862/QĐ-BNV"


def test_the_second_night_amends_time_fee_legal_basis_and_name(nights: tuple[World, World]) -> None:
    first, second = nights

    def both(code: str, key: str) -> tuple[object, object]:
        return first.by_code(code)[key], second.by_code(code)[key]

    before, after = both("1.013747", "executionMethods")
    assert {m["processingTime"] for m in before} == {25}
    assert {m["processingTime"] for m in after} == {20}
    before, after = both("1.014199", "executionMethods")
    assert {f["value"] for m in before for f in m["fees"]} == {600_000}
    assert {f["value"] for m in after for f in m["fees"]} == {400_000}
    before, after = both("1.012946", "legalBasisesDetails")
    assert len(after) == len(before) + 1
    before, after = both("1.010802", "name")
    assert str(after) == str(before).replace("ưu đãi", "trợ cấp")
    assert before != after


def test_the_second_night_drops_unpublishes_and_moves_a_level(nights: tuple[World, World]) -> None:
    first, second = nights
    assert set(first.codes) - set(second.codes) == {"1.009467"}
    assert first.by_code("1.000414")["state"] == "ACTIVE"
    assert second.by_code("1.000414")["state"] == "INACTIVE"
    levels = [(w.by_code("1.012091")["isProvince"], w.by_code("1.012091")["isWard"]) for w in nights]
    assert levels == [(True, False), (False, True)]


@pytest.mark.parametrize("code", ["1.010826", "1.010828"])
def test_a_retyped_name_differs_only_in_form(nights: tuple[World, World], code: str) -> None:
    before, after = (world.by_code(code)["name"] for world in nights)

    def plain(text: str) -> str:
        return " ".join(unicodedata.normalize("NFC", text).casefold().rstrip(" .").split())

    assert before != after
    assert plain(before) == plain(after)


def test_nothing_else_changes_between_the_nights(scenario: Scenario, nights: tuple[World, World]) -> None:
    first, second = nights
    changed = {
        code for code in set(first.codes) & set(second.codes) if first.by_code(code) != second.by_code(code)
    }
    assert changed == {
        "1.013747", "1.014199", "1.012946", "1.010802", "1.000414", "1.012091", "1.010826", "1.010828",
    }  # fmt: skip
    assert changed | {"1.009467"} | ASSOCIATIONS | FUNDS | {"1.999862"} == set(scenario.reasons(2))


def test_both_portals_show_the_night_and_the_provinces_second_page_fails() -> None:
    with (
        Portals(TWO_NIGHTS, departments=["G09"]) as portals,
        httpx.Client(base_url=portals.national.base_url, trust_env=False) as national,
        httpx.Client(base_url=portals.provincial.base_url, trust_env=False) as provincial,
    ):
        national.get("/")
        statuses = []
        totals = []
        for portals.night in (1, 2, 3):
            totals.append(len(all_items(national)))
            statuses.append(
                [provincial.get(PAGES, params={"page": n}).status_code for n in (1, 2, 2, 2, 2, 3)]
            )
    assert totals == [136, 150, 150]
    assert statuses == [[200] * 6, [200, 500, 500, 500, 500, 200], [200] * 6]


def test_what_was_dropped_is_not_found_by_its_id_either() -> None:
    with (
        Portals(TWO_NIGHTS, departments=["G09"]) as portals,
        httpx.Client(base_url=portals.national.base_url, trust_env=False) as client,
    ):
        client.get("/")
        gone = portals.national.world.by_code("1.009467")["id"]
        assert detail_of(client, gone)["code"] == "OK"
        portals.night = 2
        assert detail_of(client, gone)["code"] == "NOT_FOUND"


def test_every_edit_says_what_of_it_is_real(scenario: Scenario) -> None:
    for night in scenario.nights:
        for edit in night.edits:
            assert edit.reason.startswith(("kịch bản: ", "quy tắc: ", "thật: "))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("not toml", "không đọc được"),
        ("title = 'x'", "[[night]]"),
        ("[[night]]\nas_of = 2026-01-01", "as_of"),
        ("[[night]]\nas_of = 2026-01-01T00:00:00Z\n[[night.national.vanish]]\nwhy = 'x'", "national.vanish"),
        ("[[night]]\nas_of = 2026-01-01T00:00:00Z\n[[night.national.drop]]\ncodes = []", "thiếu why"),
    ],
)
def test_a_wrong_scenario_gets_one_line_naming_the_file(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "kich-ban.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"kich-ban\.toml") as caught:
        Scenario.load(file)
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_edit_of_an_unknown_code_names_night_and_code(tmp_path: Path) -> None:
    file = tmp_path / "kich-ban.toml"
    file.write_text(
        "[[night]]\nas_of = 2026-01-01T00:00:00Z\n[[night.national.drop]]\ncodes = ['9.999999']\nwhy = 'x'",
        encoding="utf-8",
    )
    with pytest.raises(InputError, match=r"night 1, national\.drop 9\.999999"):
        Portals(file, departments=["G09"])
