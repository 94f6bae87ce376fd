"""Edits of the real records, each with its truth: the rows that it must make, and no more.

The edits are made on the portal's own JSON, so that they pass through the reader as a night does.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.reconciliation.retyping import one_digit, said_otherwise, written_otherwise

BASE = "https://dichvucong.gov.vn"
Record = dict[str, Any]
Row = tuple[str, str | None]
"""Kind and attribute of a row of `v_change`."""

# Edits of a record. Each changes it in place and gives the rows that it must make, or None where the
# record has nothing for it.

Edit = Callable[[random.Random, Record], frozenset[Row] | None]
SILENT: frozenset[Row] = frozenset()


def bare_name(name: str) -> str:
    apart = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    letters = "".join(sign for sign in apart if sign.isalnum()).removeprefix("thutuc")
    for level in ("captinh", "capxa", "captrunguong", "captw", "capbo"):
        letters = letters.removesuffix(level)
    return letters


def _changed(*attributes: str) -> frozenset[Row]:
    return frozenset(("changed", attribute) for attribute in attributes)


def _rewrite(
    record: Record,
    get: Callable[[Record], list[tuple[Any, str]]],
    dice: random.Random,
    write: Callable[..., str],
    **said: Any,
) -> bool:
    places = [
        (holder, key) for holder, key in get(record) if isinstance(holder[key], str) and holder[key].strip()
    ]
    if not places:
        return False
    holder, key = dice.choice(places)
    text = write(dice, holder[key], **said)
    moved = text != holder[key]
    holder[key] = text
    return bool(moved)


def _name(record: Record) -> list[tuple[Any, str]]:
    return [(record, "name")]


def _fields(record: Record) -> list[tuple[Any, str]]:
    return [(each, "name") for each in record["categoriesDetails"]]


def _agencies(record: Record) -> list[tuple[Any, str]]:
    return [(each, "name") for each in record["departmentsExecuting"]]


def _papers(record: Record) -> list[tuple[Any, str]]:
    """Those that only one case asks for: one of several equal ones may turn into another that is there."""
    papers = [paper for case in record["executionCases"] for paper in case["profileComponents"]]
    often = Counter(bare_name(paper["name"] or "") for paper in papers)
    return [(paper, "name") for paper in papers if often[bare_name(paper["name"] or "")] == 1]


def _bases(record: Record) -> list[tuple[Any, str]]:
    return [(each, "name") for each in record["legalBasisesDetails"]]


def _steps(record: Record) -> list[tuple[Any, str]]:
    return [(each, "description") for each in record["executionSteps"]]


def _results(record: Record) -> list[tuple[Any, str]]:
    return [(each, "name") for each in record["resultsDetails"]]


def _requirements(record: Record) -> list[tuple[Any, str]]:
    return [(record, "requirementsAndConditions")]


LONG = (_papers, _bases, _steps, _results, _requirements)


def cosmetic_name(dice: random.Random, record: Record) -> frozenset[Row] | None:
    moved = _rewrite(record, _name, dice, written_otherwise, name=True)
    return frozenset({("cosmetic", "name")}) if moved else None


def cosmetic_field(dice: random.Random, record: Record) -> frozenset[Row] | None:
    return frozenset({("cosmetic", "field")}) if _rewrite(record, _fields, dice, written_otherwise) else None


def cosmetic_agency(dice: random.Random, record: Record) -> frozenset[Row] | None:
    return (
        frozenset({("cosmetic", "agency")}) if _rewrite(record, _agencies, dice, written_otherwise) else None
    )


def cosmetic_long_text(dice: random.Random, record: Record) -> frozenset[Row] | None:
    return SILENT if _rewrite(record, dice.choice(LONG), dice, written_otherwise, long=True) else None


def reordered(dice: random.Random, record: Record) -> frozenset[Row] | None:
    lists = [
        record[key]
        for key in ("categoriesDetails", "departmentsExecuting", "subjectTypesDetails", "executionMethods",
                    "legalBasisesDetails", "resultsDetails")
        if len(record[key]) > 1
    ]  # fmt: skip
    lists += [
        case["profileComponents"] for case in record["executionCases"] if len(case["profileComponents"]) > 1
    ]
    if not lists:
        return None
    dice.shuffle(dice.choice(lists))
    return SILENT


def legal_basis_twice(dice: random.Random, record: Record) -> frozenset[Row] | None:
    bases = record["legalBasisesDetails"]
    if not bases:
        return None
    bases.insert(dice.randint(0, len(bases)), dict(dice.choice(bases)))
    return SILENT


def another_time(dice: random.Random, record: Record) -> frozenset[Row] | None:
    """The portal touched the record without changing anything that it says."""
    record["updatedAt"] = record["updatedAt"] + 86_400_000
    return SILENT


def other_name(dice: random.Random, record: Record) -> frozenset[Row] | None:
    return _changed("name") if _rewrite(record, _name, dice, said_otherwise) else None


def other_field(dice: random.Random, record: Record) -> frozenset[Row] | None:
    return _changed("field") if _rewrite(record, _fields, dice, said_otherwise) else None


def other_agency(dice: random.Random, record: Record) -> frozenset[Row] | None:
    return _changed("agency") if _rewrite(record, _agencies, dice, said_otherwise) else None


def other_ministry(dice: random.Random, record: Record) -> frozenset[Row] | None:
    record["departmentPromulgateName"] += " và Môi trường"
    return _changed("promulgating_agency")


def published_otherwise(dice: random.Random, record: Record) -> frozenset[Row] | None:
    record["state"] = "ACTIVE" if record["state"] == "UPDATED" else "UPDATED"
    return SILENT


def other_level(dice: random.Random, record: Record) -> frozenset[Row] | None:
    flags = ("isMinistry", "isProvince", "isWard", "isOtherAgency")
    told = [flag for flag in flags if record[flag]]
    flag = dice.choice(flags)
    if told == [flag]:
        return None
    record[flag] = not record[flag]
    return _changed("executing_levels")


def other_online_level(dice: random.Random, record: Record) -> frozenset[Row] | None:
    record["isFullProcess"] = not record["isFullProcess"]
    return _changed("online_level")


def other_decision(dice: random.Random, record: Record) -> frozenset[Row] | None:
    proposal = record["procedureProposal"]
    for holder, key in ((record, "decisionNo"), (proposal, "decisionNumber"), (proposal, "proposalNumber")):
        if holder.get(key):
            holder[key] = one_digit(dice, holder[key])
            return _changed("decision_number")
    proposal["decisionNumber"] = f"{dice.randint(100, 3000)}/QĐ-BNV"
    return _changed("decision_number")


def other_decision_date(dice: random.Random, record: Record) -> frozenset[Row] | None:
    proposal = record["procedureProposal"]
    told = proposal.get("decisionDate") or 1_750_000_000_000
    proposal["decisionDate"] = told + dice.choice((1, 7, 365)) * 86_400_000
    return _changed("decision_date")


def _timed(record: Record) -> list[Record]:
    return [method for method in record["executionMethods"] if method.get("processingTime")]


def other_time(dice: random.Random, record: Record) -> frozenset[Row] | None:
    if not _timed(record):
        return None
    dice.choice(_timed(record))["processingTime"] += dice.choice((1, 5, 30))
    return _changed("processing_time")


def other_unit(dice: random.Random, record: Record) -> frozenset[Row] | None:
    """20 days become 20 working days, or the other way round."""
    units = {"DAY": "WORKING_DAY", "WORKING_DAY": "DAY"}
    methods = [method for method in _timed(record) if method.get("processingTimeUnit") in units]
    if not methods:
        return None
    method = dice.choice(methods)
    method["processingTimeUnit"] = units[method["processingTimeUnit"]]
    return _changed("processing_time")


def other_fee(dice: random.Random, record: Record) -> frozenset[Row] | None:
    """From free to 10,000 đồng, or a thousand more."""
    fees = [fee for method in record["executionMethods"] for fee in method.get("fees") or []]
    fees = [fee for fee in fees if fee.get("value") is not None]
    if fees:
        fee = dice.choice(fees)
        fee["value"] = 10_000 if fee["value"] == 0 else fee["value"] + 1_000
    elif record["executionMethods"]:
        record["executionMethods"][0]["fees"] = [{"type": "FEE", "value": 10_000}]
    else:
        return None
    return _changed("fee")


def other_fee_type(dice: random.Random, record: Record) -> frozenset[Row] | None:
    fees = [fee for method in record["executionMethods"] for fee in method.get("fees") or []]
    if not fees:
        return None
    fee = dice.choice(fees)
    fee["type"] = "SERVICE_FEE" if fee["type"] == "FEE" else "FEE"
    return _changed("fee")


def way_more(dice: random.Random, record: Record) -> frozenset[Row] | None:
    told = {method["submissionMethod"] for method in record["executionMethods"]}
    if "POSTAL" in told or not told:
        return None
    way = {
        "submissionMethod": "POSTAL",
        "processingTime": 12,
        "processingTimeUnit": "DAY",
        "fees": [],
        "description": "",
    }
    record["executionMethods"].append(way)
    return _changed("ways", "processing_time")


def way_less(dice: random.Random, record: Record) -> frozenset[Row] | None:
    """No longer by post: with the way go its time and its fees."""
    methods = record["executionMethods"]
    postal = [method for method in methods if method["submissionMethod"] == "POSTAL"]
    if len(methods) < 2 or len(postal) != 1 or not postal[0].get("processingTime"):
        return None
    methods.remove(postal[0])
    fees = ("fee",) if any(fee.get("value") is not None for fee in postal[0].get("fees") or []) else ()
    return _changed("ways", "processing_time", *fees)


def subject_more(dice: random.Random, record: Record) -> frozenset[Row] | None:
    record["subjectTypesDetails"].append(
        {"name": "Người gốc Việt Nam định cư ở nước ngoài chưa được xác định"}
    )
    return _changed("subjects")


def paper_more(dice: random.Random, record: Record) -> frozenset[Row] | None:
    if not record["executionCases"]:
        return None
    paper = {"name": "Bản sao giấy tờ vừa được yêu cầu thêm", "originalQty": 0, "copyQty": 1}
    dice.choice(record["executionCases"])["profileComponents"].append(paper)
    return _changed("dossier")


def other_paper(dice: random.Random, record: Record) -> frozenset[Row] | None:
    return _changed("dossier") if _rewrite(record, _papers, dice, said_otherwise) else None


def copy_more(dice: random.Random, record: Record) -> frozenset[Row] | None:
    papers = [paper for paper, _ in _papers(record)]
    if not papers:
        return None
    key = dice.choice(("originalQty", "copyQty"))
    paper = dice.choice(papers)
    paper[key] = (paper.get(key) or 0) + 1
    return _changed("dossier")


def other_basis(dice: random.Random, record: Record) -> frozenset[Row] | None:
    bases = [each for each in record["legalBasisesDetails"] if re.search(r"[1-8]", each.get("code") or "")]
    if not bases:
        return None
    basis = dice.choice(bases)
    basis["code"] = one_digit(dice, basis["code"])
    return _changed("legal_bases")


def basis_more(dice: random.Random, record: Record) -> frozenset[Row] | None:
    record["legalBasisesDetails"].append({"id": "x", "name": "Nghị định số", "code": "999/2026/NĐ-CP"})
    return _changed("legal_bases")


def other_step(dice: random.Random, record: Record) -> frozenset[Row] | None:
    return _changed("steps") if _rewrite(record, _steps, dice, said_otherwise) else None


def other_requirement(dice: random.Random, record: Record) -> frozenset[Row] | None:
    if not (record["requirementsAndConditions"] or "").strip():
        record["requirementsAndConditions"] = "Đủ 18 tuổi trở lên"
    else:
        record["requirementsAndConditions"] = said_otherwise(dice, record["requirementsAndConditions"])
    return _changed("requirements")


def other_result(dice: random.Random, record: Record) -> frozenset[Row] | None:
    return _changed("results") if _rewrite(record, _results, dice, said_otherwise) else None


def result_more(dice: random.Random, record: Record) -> frozenset[Row] | None:
    record["resultsDetails"].append({"name": "Văn bản trả lời vừa được thêm", "code": "KQ.G09.999999"})
    return _changed("results")


QUIET: tuple[Edit, ...] = (
    cosmetic_long_text, reordered, legal_basis_twice, another_time, published_otherwise,
)  # fmt: skip
COSMETIC: tuple[Edit, ...] = (cosmetic_name, cosmetic_field, cosmetic_agency)
REAL: tuple[Edit, ...] = (
    other_name, other_field, other_agency, other_ministry, other_level, other_online_level,
    other_decision, other_decision_date, other_time, other_unit, other_fee, other_fee_type, way_more,
    way_less,
    subject_more, paper_more, other_paper, copy_more, other_basis, basis_more, other_step, other_requirement,
    other_result, result_more,
)  # fmt: skip

TOUCHES: dict[Edit, str] = {
    cosmetic_name: "name", other_name: "name", cosmetic_field: "field", other_field: "field",
    cosmetic_agency: "agency", other_agency: "agency", other_decision: "decision",
    other_time: "methods", other_unit: "methods", other_fee: "methods", other_fee_type: "methods",
    way_more: "methods", way_less: "methods",
    paper_more: "dossier", other_paper: "dossier", copy_more: "dossier",
    other_basis: "bases", basis_more: "bases", other_result: "results", result_more: "results",
}  # fmt: skip
"""Edits of one part are not combined: two of them might undo each other."""
