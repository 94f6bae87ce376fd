"""What the sides show of an announcement before anybody recorded it."""

from __future__ import annotations

from datetime import date

from procedures.findings import Side
from procedures.model import Procedure
from reconciliation.announcements.announcement_evidence import AnnouncementEvidence, AwaitedCode, Proposal

DECIDED, SIGNED, TODAY = date(2026, 6, 20), date(2026, 7, 1), date(2026, 7, 10)


def proposals(decided, codes, catalogue, provincial, today) -> tuple[Proposal, ...]:
    return AnnouncementEvidence.of(catalogue, provincial).proposals(decided, codes, today)


def side(source: str, *rows: Procedure, fresh: bool = True, complete: bool = True) -> Side:
    role = "catalogue" if source == "catalogue" else "provincial"
    return Side(
        source=source,
        role=role,
        complete=complete,
        fresh=fresh,
        procedures={row.code or row.name: row for row in rows},
    )


def listed(code: str, number: str | None = None, day: date | None = None) -> Procedure:
    return Procedure(
        name=f"Thủ tục {code}", code=code, province_decision_number=number, province_decision_date=day
    )


def awaited(code: str, role: str = "new", stage: str = "assigned") -> AwaitedCode:
    return AwaitedCode(code=code, role=role, stage=stage)


def test_rows_with_the_provinces_number_speak_for_an_announcement_by_paper() -> None:
    catalogue = side(
        "catalogue",
        listed("1.000001", "12/QĐ-UBND", SIGNED),
        listed("1.000002", "12/QĐ-UBND", SIGNED),
        listed("1.000003", "15/QĐ-UBND", date(2026, 7, 5)),
        listed("1.000004"),
    )
    codes = [awaited(f"1.00000{n}") for n in range(1, 6)]
    assert proposals(DECIDED, codes, catalogue, (), TODAY) == (
        Proposal(
            stage="announced",
            codes=("1.000001", "1.000002"),
            number="12/QĐ-UBND",
            date=SIGNED,
            seen_in="catalogue",
        ),
        Proposal(
            stage="announced",
            codes=("1.000003",),
            number="15/QĐ-UBND",
            date=date(2026, 7, 5),
            seen_in="catalogue",
        ),
    )


def test_a_number_older_than_the_ministrys_decision_speaks_of_something_else() -> None:
    catalogue = side("catalogue", listed("1.000001", "9/QĐ-UBND", date(2026, 6, 19)))
    assert proposals(DECIDED, [awaited("1.000001")], catalogue, (), TODAY) == ()


def test_only_a_complete_list_of_tonight_speaks_for_publishing() -> None:
    codes = [awaited("1.000001", stage="announced"), awaited("1.000002", "repealed", "announced")]
    portal = side("provincial", listed("1.000001"))
    (proposal,) = proposals(DECIDED, codes, None, (portal,), TODAY)
    assert (proposal.stage, proposal.codes, proposal.date) == ("published", ("1.000001", "1.000002"), TODAY)
    for silent in (
        side("provincial", listed("1.000001"), fresh=False),
        side("provincial", listed("1.000001"), complete=False),
    ):
        assert proposals(DECIDED, codes, None, (silent,), TODAY) == ()


def test_a_repealed_code_that_the_portal_still_lists_is_not_done_with() -> None:
    codes = [awaited("1.000002", "repealed", "announced")]
    assert proposals(DECIDED, codes, None, (side("provincial", listed("1.000002")),), TODAY) == ()


def test_what_is_recorded_is_not_proposed_again() -> None:
    catalogue = side("catalogue", listed("1.000001", "12/QĐ-UBND", SIGNED))
    assert proposals(DECIDED, [awaited("1.000001", stage="published")], catalogue, (), TODAY) == ()
