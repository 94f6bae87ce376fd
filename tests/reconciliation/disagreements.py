"""Seeded edits of real records as the department's list has them, each with the finding it must make.

`python -m tests.reconciliation.disagreements` has 20,000 of them, prints the confusion table of findings and
fails on any that is false or missed.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from procedures.model import Paper, Procedure
from procedures.values.durations import ProcessingTime
from procedures.values.text import canonical
from tests.reconciliation.bench import Confusion
from tests.reconciliation.edits import Row
from tests.reconciliation.making import found, side
from tests.reconciliation.records import everything
from tests.reconciliation.retyping import one_digit, said_otherwise, written_otherwise

Edit = Callable[[random.Random, Procedure], tuple[Procedure, frozenset[Row]] | None]

COMPARED = frozenset({"province", "commune"})
MISMATCH, SILENT = "attribute_mismatch", frozenset()
KINDS = {
    MISMATCH,
    "executing_level_mismatch",
    "online_level_mismatch",
    "online_opportunity",
    "slower_than_national",
}
"""Findings about what two sides say of one procedure; the others are about presence or one side alone."""


def _mismatch(attribute: str) -> frozenset[Row]:
    return frozenset({(MISMATCH, attribute)})


def _has_one_field(p: Procedure) -> bool:
    return bool(p.field and ";" not in p.field and (p.promulgating_agency or "").startswith("Bộ "))


def same_in_other_writing(dice: random.Random, p: Procedure):
    """As a clerk retypes it: other letters, the field with its ministry, lists in another order."""
    return replace(
        p,
        name=canonical(written_otherwise(dice, p.name, name=True)),
        field=f"{p.field} ({p.promulgating_agency})" if _has_one_field(p) else p.field,
        subjects=p.subjects and tuple(reversed(p.subjects)),
        dossier=p.dossier and tuple(reversed(p.dossier)),
        results=p.results and tuple(reversed(p.results)),
        legal_bases=p.legal_bases and tuple(reversed(p.legal_bases)),
    ), SILENT


def says_less(dice: random.Random, p: Procedure):
    kept = dice.sample(
        ("fee", "processing_time", "agency", "dossier", "field", "online_level", "subjects"), 3
    )
    return replace(p, **dict.fromkeys(kept)), SILENT


def other_name(dice: random.Random, p: Procedure):
    return replace(p, name=said_otherwise(dice, p.name)), _mismatch("name")


def other_field(dice: random.Random, p: Procedure):
    return (replace(p, field="Lĩnh vực không có thật"), _mismatch("field")) if p.field else None


def other_agency(dice: random.Random, p: Procedure):
    if not p.agency or "TP" in p.agency or "hành phố" in p.agency or "tỉnh" in p.agency:
        return None
    return replace(p, agency="Hội đồng chưa từng có"), _mismatch("agency")


def other_levels(dice: random.Random, p: Procedure):
    if not p.executing_levels:
        return None
    level = dice.choice(sorted(COMPARED))
    levels = p.executing_levels ^ {level}
    if not levels:
        return None
    return replace(p, executing_levels=levels), frozenset({("executing_level_mismatch", "executing_levels")})


def level_that_is_not_compared(dice: random.Random, p: Procedure):
    if not p.executing_levels or not p.executing_levels & COMPARED:
        return None
    return replace(p, executing_levels=p.executing_levels ^ {"ministry"}), SILENT


def less_online(dice: random.Random, p: Procedure):
    if p.online_level not in ("full", "partial"):
        return None
    lower = {"full": ("partial", "none"), "partial": ("none", "information")}[p.online_level]
    return replace(p, online_level=dice.choice(lower)), frozenset({("online_opportunity", "online_level")})


def more_online(dice: random.Random, p: Procedure):
    if p.online_level not in ("none", "partial") or not p.ways:
        return None
    return replace(p, online_level="full"), frozenset({("online_level_mismatch", "online_level")})


def _times(
    p: Procedure, change: Callable[[ProcessingTime], ProcessingTime]
) -> tuple[ProcessingTime, ...] | None:
    times = p.processing_time or ()
    if not times or any(t.amount is None or t.unit is None or t.amount < 3 for t in times):
        return None
    return tuple(change(t) for t in times)


def longer(dice: random.Random, p: Procedure):
    times = _times(p, lambda t: replace(t, amount=t.amount + 1))
    one_unit = times and len({(t.way, t.unit) for t in times}) == len({t.way for t in times})
    if not times or not one_unit or len({t.way for t in times}) != len(times):
        return None
    return replace(p, processing_time=times), frozenset({("slower_than_national", "processing_time")})


def shorter(dice: random.Random, p: Procedure):
    times = _times(p, lambda t: replace(t, amount=t.amount - 1))
    return (replace(p, processing_time=times), SILENT) if times else None


def other_unit(dice: random.Random, p: Procedure):
    swap = {"day": "working_day", "working_day": "day", "hour": "day", "month": "day", "year": "month"}
    times = _times(p, lambda t: replace(t, unit=swap[t.unit or "day"]))
    if not times or len({t.way for t in times}) != len(times):
        return None
    return replace(p, processing_time=times), _mismatch("processing_time")


def other_fee(dice: random.Random, p: Procedure):
    if not p.fee or any(fee.amount is None for fee in p.fee):
        return None
    place = dice.randrange(len(p.fee))
    fees = tuple(replace(f, amount=f.amount + 777) if n == place else f for n, f in enumerate(p.fee))
    return replace(p, fee=fees), _mismatch("fee")


def other_decision(dice: random.Random, p: Procedure):
    if not p.decision_number or not any(sign in "12345678" for sign in p.decision_number):
        return None
    return replace(p, decision_number=one_digit(dice, p.decision_number)), _mismatch("decision_number")


def other_day(dice: random.Random, p: Procedure):
    if not p.decision_date:
        return None
    return replace(p, decision_date=p.decision_date + timedelta(days=1)), _mismatch("decision_date")


def provinces_decision(dice: random.Random, p: Procedure):
    return replace(p, decision_number=f"{dice.randint(1, 4000)}/QĐ-UBND", decision_date=None), SILENT


def subject_more(dice: random.Random, p: Procedure):
    return (
        (replace(p, subjects=(*p.subjects, "Người chưa ai biết")), _mismatch("subjects"))
        if p.subjects
        else None
    )


def paper_more(dice: random.Random, p: Procedure):
    if not p.dossier or any(paper.name.casefold().startswith("không") for paper in p.dossier):
        return None
    return replace(p, dossier=(*p.dossier, Paper(name="Giấy chưa ai hỏi"))), _mismatch("dossier")


def other_law(dice: random.Random, p: Procedure):
    if not any("/NĐ-CP" in basis for basis in p.legal_bases or ()):
        return None
    return replace(p, legal_bases=(*(p.legal_bases or ()), "Nghị định số 998/2026/NĐ-CP")), _mismatch(
        "legal_bases"
    )


def result_more(dice: random.Random, p: Procedure):
    return (replace(p, results=(*p.results, "Giấy khác hẳn")), _mismatch("results")) if p.results else None


def other_requirement(dice: random.Random, p: Procedure):
    if not p.requirements or len(p.requirements) < 30:
        return None
    return replace(p, requirements=said_otherwise(dice, p.requirements)), _mismatch("requirements")


EDITS: tuple[Edit, ...] = (
    same_in_other_writing, says_less, level_that_is_not_compared, shorter, provinces_decision,
    other_name, other_field, other_agency, other_levels, less_online, more_online, longer, other_unit,
    other_fee, other_decision, other_day, subject_more, paper_more, other_law, result_more, other_requirement,
)  # fmt: skip


def night(seed: int, table: Confusion) -> None:
    """Every real record listed with one edit, beside the portal that has it as it is."""
    dice = random.Random(seed)
    listed: list[Procedure] = []
    expected: dict[str, frozenset[Row]] = {}
    for record in everything():
        made = None
        while made is None:
            made = dice.choice(EDITS)(dice, record)
        listed.append(made[0])
        expected[record.code or ""] = made[1]
    findings = found(side("catalogue", *listed), side("national", *everything(), follows=frozenset()))
    spoken: dict[str, set[Row]] = {}
    for finding in findings:
        if finding.kind in KINDS:
            spoken.setdefault(finding.subject, set()).add((finding.kind.value, finding.attribute))
    table.edits += len(listed)
    for code in spoken.keys() | expected.keys():
        got, meant = frozenset(spoken.get(code, ())), expected.get(code, SILENT)
        table.right.update(got & meant)
        table.false.update(got - meant)
        table.missed.update(meant - got)
        if got != meant:
            table.examples.append((seed, code, got - meant, meant - got))


def confusion(nights: int = 4) -> Confusion:
    table = Confusion()
    for seed in range(1, nights + 1):
        night(seed, table)
    return table


if __name__ == "__main__":
    whole = confusion(nights=12)
    print("\n".join(whole.lines()))
    sys.exit(1 if whole.false or whole.missed else 0)
