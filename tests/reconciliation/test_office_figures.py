"""Full online service and decentralisation in figures, and what speaks against or for them."""

from __future__ import annotations

import pytest

from procedures.durations import ProcessingTime
from procedures.model import Paper, Procedure
from reconciliation.decentralisation import candidates, decentralisation
from reconciliation.eligibility import doubts, eligibility, lawful_reason
from reconciliation.rules import Service

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


def test_a_blank_is_not_eligible_and_says_no_reason() -> None:
    its = eligibility(
        [
            row("1.000001", eligible_full_online=True, online_level="full"),
            row("1.000002", eligible_full_online=True, online_level="partial"),
            row("1.000003", eligible_full_online=False, division="Phòng A"),
            row("1.000004", eligible_full_online=False, division="Phòng A", online_reason="Theo chỉ đạo"),
            row("1.000005", eligible_full_online=False, online_reason=""),
            row("1.000006"),
        ]
    )
    assert (its.procedures, its.eligible, its.done, its.not_eligible, its.undeclared) == (6, 2, 1, 3, 1)
    assert its.without_reason == {"": 1, "Phòng A": 1}
    assert its.by_reason == {"other": 1}


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
    assert [doubt.code for doubt in doubts(rows, national, services)] == ["1.000001", "1.000002"]


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
    found = candidates(rows, national, {"Tỉnh Nghệ An": [row("1.000002", COMMUNE), row("1.000009", COMMUNE)]})
    assert [(each.code, len(each.reasons)) for each in found] == [("1.000002", 3), ("1.000001", 1)]
    assert "Tỉnh Nghệ An đã giao cấp xã thực hiện" in found[0].reasons
