"""Full online service and decentralisation in figures, and what speaks against or for them."""

from __future__ import annotations

import pytest

from procedures.indicators import UNSTATED_COUNTS, KpiRow
from procedures.model import Paper, Procedure
from procedures.services import Service
from procedures.values.durations import ProcessingTime
from procedures.wording.words import part_text
from reconciliation import kpi
from reconciliation.indicators.decentralisation import decentralisation, decentralisation_candidates
from reconciliation.indicators.eligibility import eligibility, find_contradictions, lawful_reason
from tests.reconciliation.making import side

PROVINCE, COMMUNE = frozenset({"province"}), frozenset({"commune"})


def row(code: str, levels: frozenset[str] = PROVINCE, **values: object) -> Procedure:
    return Procedure(name=f"Thủ tục {code}", code=code, executing_levels=levels, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "reason"),
    (
        ("Phải hiện diện tại cơ quan giải quyết", "presence"),
        ("công dân phải CÓ MẶT để ký", "presence"),
        ("Cần kiểm tra thực địa", "field_check"),
        ("Sự cố của hệ thống", "fault"),
        ("Phần mềm chưa hỗ trợ", "technical"),
        ("Theo chỉ đạo", None),
        ("", None),
        (None, None),
    ),
)
def test_free_text_is_one_of_the_four_lawful_reasons_or_none(text: str | None, reason: str | None) -> None:
    assert lawful_reason(text) == reason


def test_a_row_below_full_without_a_reason_counts_the_same_in_every_figure() -> None:
    rows = [
        row("1.000001", eligible_full_online=True, online_level="full"),
        row("1.000002", eligible_full_online=True, online_level="partial", division="Phòng A"),
        row("1.000003", eligible_full_online=False, online_level="none", division="Phòng A"),
        row("1.000004", eligible_full_online=False, online_level="partial", online_reason="Theo chỉ đạo"),
        row("1.000005", eligible_full_online=False, online_reason=""),
        row("1.000006", online_level="information"),
        row("1.000007"),
    ]
    its = eligibility(rows)
    assert (its.procedures, its.eligible, its.done, its.not_eligible, its.undeclared) == (7, 2, 1, 3, 2)
    assert (its.below_full, its.without_reason, its.online_unstated) == (4, 3, 2)
    assert its.by_division == {"": 1, "Phòng A": 2}
    assert (its.refused_without_reason, its.by_reason) == (2, {"other": 1})
    for counted, level in zip(kpi_of(rows), (*its.levels, its), strict=True):
        assert (counted.level, counted.without_reason) == (level.level, level.without_reason)


def list_of_2021() -> list[Procedure]:
    """93, 34 and 15 procedures; 62 of the province's 93 are not eligible, nobody asked about the others."""
    rows = [
        row(
            f"1.0001{n:02d}",
            eligible_full_online=n >= 62,
            online_level="partial" if n < 62 else "full",
            online_reason=None if n < 12 else "Phải hiện diện tại cơ quan giải quyết",
        )
        for n in range(93)
    ]
    rows += [row(f"1.0002{n:02d}", frozenset({"district"}), eligible_full_online=n < 17) for n in range(34)]
    return rows + [row(f"1.0003{n:02d}", COMMUNE) for n in range(15)]


def test_what_may_be_offered_in_full_is_a_share_of_one_level() -> None:
    its = eligibility(list_of_2021())
    told = {
        each.level: (part_text(each.eligible, each.procedures), each.done, each.without_reason)
        for each in its.levels
    }
    assert told == {
        "province": ("31/93 = 33,33 %", 31, 12),
        "district": ("17/34 = 50,00 %", None, None),
        "commune": ("…/15", None, None),
    }
    assert (its.procedures, its.eligible, its.not_eligible, its.undeclared) == (142, 48, 79, 15)


def test_the_online_levels_of_each_level_add_up_to_its_procedures() -> None:
    rows = [*list_of_2021(), row("1.000401", PROVINCE | COMMUNE, online_level="information")]
    counted = {each.level: each for each in kpi_of(rows)}
    for each in counted.values():
        offered = each.online_full + each.online_partial + each.online_none
        assert offered + each.online_unstated == each.procedures, each.level
    assert {level: each.procedures for level, each in counted.items()} == {
        "province": 94, "district": 34, "commune": 16, "total": 143,
    }  # fmt: skip
    assert [counted[level].online_unstated for level in ("province", "district", "commune")] == [0, 34, 15]


def test_what_nobody_of_a_level_stated_is_unknown_and_not_none() -> None:
    (province, commune, total) = kpi_of(
        [row("1.000001", ways=frozenset({"direct"})), row("1.000002", COMMUNE)]
    )
    assert [each.known_count("postal") for each in (province, commune, total)] == [0, None, 0]
    assert [total.known_count(name) for name in UNSTATED_COUNTS if name != "postal"] == [None] * 7
    assert province.known_count("procedures") == 1
    assert total.known_count("on_national_portal") is None


def kpi_of(rows: list[Procedure]) -> tuple[KpiRow, ...]:
    return kpi(side("catalogue", *rows), ())


def test_the_list_is_doubted_where_the_national_portal_shows_otherwise() -> None:
    rows = [
        row("1.000001", eligible_full_online=False),
        row("1.000002", eligible_full_online=True, online_level="full"),
        row("1.000003", eligible_full_online=True, online_level="full"),
        row("1.000004", eligible_full_online=False),
    ]
    national = {"1.000001": row("1.000001", online_level="full")}
    services = [
        Service(
            code="1.000002", case_code="1.000002.01", agency_code="H27", agency="Hà Tĩnh", level="partial"
        ),
        Service(code="1.000003", case_code="1.000003.01", agency_code="H27", agency="Hà Tĩnh", level="full"),
        Service(
            code="1.000003", case_code="1.000003.02", agency_code="H27", agency="Hà Tĩnh", level="partial"
        ),
    ]
    assert [doubt.code for doubt in find_contradictions(rows, national, services)] == ["1.000001", "1.000002"]


def test_only_decisions_over_procedures_of_the_province_count() -> None:
    rows = [row(f"1.0000{n:02d}") for n in range(10, 19)]
    rows += [
        row("1.000001", decentralisation_state="decided"),
        row("1.000002", COMMUNE, decentralisation_state="decided"),
        row("1.000003", decentralisation_state="proposed", decentralisation_basis="NĐ 128/2025"),
        row("1.000004", decentralisation_state="proposed", decentralisation_basis=""),
        row("1.000005", delegated=True),
        row("1.000006", decentralisation_state="none", decentralisation_reason="Luật không cho phép"),
    ]
    its = decentralisation(rows)
    assert (its.procedures, its.decided, its.needed, its.missing) == (14, 1, 3, 2)
    assert (its.proposed, its.proposed_with_basis, its.delegated, its.refused_with_reason) == (2, 1, 1, 1)


def test_a_list_without_a_word_of_decentralisation_has_no_share_of_it() -> None:
    its = decentralisation([row(f"1.{n:06d}") for n in range(93)])
    assert (its.procedures, its.needed, its.undeclared) == (93, 19, 93)
    assert (its.decided, its.missing, its.proposed, its.delegated, its.refused_with_reason) == (None,) * 5
    assert part_text(its.decided, its.procedures) == "…/93"
    told = row("1.000001", decentralisation_state="none")
    its = decentralisation([told, *(row(f"1.{n:06d}") for n in range(2, 94))])
    assert (its.decided, its.missing, its.proposed) == (0, 19, 0)


@pytest.mark.parametrize(("procedures", "needed"), ((0, 0), (5, 1), (93, 19), (95, 19), (100, 20)))
def test_a_fifth_is_rounded_up(procedures: int, needed: int) -> None:
    assert decentralisation(row(f"1.{n:06d}") for n in range(procedures)).needed == needed


def test_candidates_say_why_and_the_stronger_come_first() -> None:
    quick = (ProcessingTime(amount=3, unit="working_day"),)
    papers = (Paper(name="Đơn"),)
    rows = [
        row("1.000001", dossier=papers, processing_time=quick),
        row("1.000002", dossier=papers, processing_time=quick),
        row("1.000003", dossier=papers, processing_time=(ProcessingTime(amount=3, unit="month"),)),
        row("1.000004", decentralisation_state="proposed"),
        row("1.000005", decentralisation_reason="Luật không cho phép"),
        row("1.000006", PROVINCE | COMMUNE),
    ]
    national = {code: row(code, PROVINCE | COMMUNE) for code in ("1.000002", "1.000004", "1.000005")}
    found = decentralisation_candidates(
        rows, national, {"Tỉnh Nghệ An": [row("1.000002", COMMUNE), row("1.000009", COMMUNE)]}
    )
    assert [(each.code, len(each.reasons)) for each in found] == [("1.000002", 3), ("1.000001", 1)]
    assert "Tỉnh Nghệ An đã giao cấp xã thực hiện" in found[0].reasons
