"""Seeded edits of the real records, each with its truth: what a night has to say of it, and no more.

The edits are made on the portal's own JSON, so that they pass through the reader as a night does.
`python -m tests.reconciliation.edits` prints the confusion table.
"""

from __future__ import annotations

import pickle
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from extractors.national_api import parse_detail
from procedures.changes import Known
from procedures.snapshot import Observation
from reconciliation import compare
from tests.reconciliation.making import night
from tests.reconciliation.records import raw

BASE = "https://dichvucong.gov.vn"
Record = dict[str, Any]
Row = tuple[str, str | None]
"""Kind and attribute of a row of `v_change`."""

# Ways of writing the same text. Each gives the text back unchanged where it has nothing to bite on.


def _tones(text: str, table: dict[str, str]) -> str:
    return re.sub("|".join(table), lambda found: table[found[0]], text)


_OLD_TONES = {
    "òa": "oà",
    "óa": "oá",
    "ỏa": "oả",
    "õa": "oã",
    "ọa": "oạ",
    "ủy": "uỷ",
    "úy": "uý",
    "ùy": "uỳ",
    "ụy": "uỵ",
}
"""Not before a further letter, where the mark stands on the second vowel in both spellings."""


def _older_tones(text: str) -> str:
    table = "|".join(_OLD_TONES)
    return re.sub(rf"({table})(?!\w)", lambda found: _OLD_TONES[found[1]], unicodedata.normalize("NFC", text))


def _newer_tones(text: str) -> str:
    back = {old: new for new, old in _OLD_TONES.items()}
    return re.sub(
        rf"(?<![qQgG])({'|'.join(back)})(?!\w)",
        lambda found: back[found[1]],
        unicodedata.normalize("NFC", text),
    )


def _swapped_marks(text: str) -> str:
    """Tone before quality: the order of marks that some keyboards type."""
    apart = unicodedata.normalize("NFD", text)
    return re.sub("([\u0302\u0306\u031b])([\u0300\u0301\u0303\u0309\u0323])", r"\2\1", apart)


def _cyrillic(text: str) -> str:
    return text.replace("a", "\u0430", 1).replace("o", "\u043e", 1)


def _in_the_middle(sign: str) -> Callable[[str], str]:
    def write(text: str) -> str:
        place = text.find(" ", len(text) // 2)
        return text if place < 0 else text[: place - 1] + sign + text[place - 1 :]

    return write


def _full_width(text: str) -> str:
    return re.sub(r"\d", lambda found: chr(ord(found[0]) + 0xFEE0), text)


WRITINGS: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "small letters": str.lower,
    "each word capitalised": lambda text: " ".join(word[:1].upper() + word[1:] for word in text.split(" ")),
    "tones the older way": _older_tones,
    "tones the newer way": _newer_tones,
    "the look-alike Ð": lambda text: text.replace("Đ", "Ð").replace("đ", "ð"),
    "Cyrillic letters": _cyrillic,
    "dashes": lambda text: re.sub(r"(?<=\s)-(?=\s)", "–", text),
    "a hyphen that does not break": lambda text: re.sub(r"(?<=\w)-(?=\w)", "\u2011", text),
    "quotes": lambda text: (
        text.replace("“", '"').replace("”", '"') if "“" in text else text.replace('"', "”")
    ),
    "full-width digits": _full_width,
    "decomposed letters": lambda text: unicodedata.normalize("NFD", text),
    "marks in another order": _swapped_marks,
    "a blank that does not break": lambda text: text.replace(" ", "\u00a0", 2),
    "blanks doubled": lambda text: text.replace(" ", "  "),
    "a line break": lambda text: text.replace(" ", "\r\n", 1),
    "a tab": lambda text: text.replace(" ", "\t", 1),
    "a zero-width blank": _in_the_middle("\u200b"),
    "a soft hyphen": _in_the_middle("\u00ad"),
    "a full stop": lambda text: text + ".",
    "a blank and a full stop": lambda text: text + " .",
    "blanks around": lambda text: f" {text} ",
    "a mark of byte order": lambda text: "\ufeff" + text,
    "a number in front": lambda text: "1.\t" + text if text[:1].isalnum() else text,
}
"""In the order in which several of them are applied."""


def _procedure_in_front(text: str) -> str:
    plain = unicodedata.normalize("NFC", text).casefold()
    return text if plain.startswith("thủ tục") else f"Thủ tục {text[:1].lower()}{text[1:]}"


OF_LONG_TEXTS = [key for key in WRITINGS if key != "a number in front"]
"""A long text stands behind its own label, where a number is part of what it says."""


def written_otherwise(dice: random.Random, text: str, *, long: bool = False, name: bool = False) -> str:
    """The text in one other writing, or in up to four at once."""
    chosen = dice.sample(OF_LONG_TEXTS if long else list(WRITINGS), dice.choice((1, 1, 2, 3, 4)))
    for key in (key for key in WRITINGS if key in chosen):
        text = WRITINGS[key](text)
    if name and dice.random() < 0.1 and "a number in front" not in chosen:
        text = _procedure_in_front(text)
    return text


# Ways of making it say something else.

_SIGNS = "áàảãạế ềểệố ồổộấ ầẩậí ịó ú ờởợư ô ơ â ".replace(" ", "")
_OTHERS = "àảãạáề ểệếồ ổộốầ ẩậấị ìò ụ ởợờu o o a ".replace(" ", "")
_OTHER_TONE = dict(zip(_SIGNS, _OTHERS, strict=True))


def one_diacritic(dice: random.Random, text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    places = [place for place, sign in enumerate(text) if sign in _OTHER_TONE]
    if not places:
        return text + " mới"
    place = dice.choice(places)
    return text[:place] + _OTHER_TONE[text[place]] + text[place + 1 :]


def one_digit(dice: random.Random, text: str) -> str:
    """Not of the number of a list in front, which says nothing of the thing."""
    number = re.match(r"\s*\d{1,3}[.)]\s", text)
    start = number.end() if number else 0
    places = [place.start() for place in re.finditer(r"[1-8]", text) if place.start() >= start]
    if not places:
        return one_diacritic(dice, text)
    place = dice.choice(places)
    return text[:place] + str(int(text[place]) + 1) + text[place + 1 :]


def one_word_more(dice: random.Random, text: str) -> str:
    words = text.split(" ")
    words.insert(dice.randint(1, len(words)), dice.choice(("không", "chưa", "lại", "bổ sung", "lần hai")))
    return " ".join(words)


def said_otherwise(dice: random.Random, text: str) -> str:
    return dice.choice((one_diacritic, one_digit, one_word_more))(dice, text)


# Edits of a record. Each changes it in place and gives the rows that it must make, or None where the
# record has nothing for it.

Edit = Callable[[random.Random, Record], frozenset[Row] | None]
SILENT: frozenset[Row] = frozenset()


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
    often = Counter(_bare(paper["name"] or "") for paper in papers)
    return [(paper, "name") for paper in papers if often[_bare(paper["name"] or "")] == 1]


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


def other_state(dice: random.Random, record: Record) -> frozenset[Row] | None:
    record["state"] = "ACTIVE" if record["state"] == "UPDATED" else "UPDATED"
    return _changed("state")


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


QUIET: tuple[Edit, ...] = (cosmetic_long_text, reordered, legal_basis_twice, another_time)
COSMETIC: tuple[Edit, ...] = (cosmetic_name, cosmetic_field, cosmetic_agency)
REAL: tuple[Edit, ...] = (
    other_name, other_field, other_agency, other_ministry, other_state, other_level, other_online_level,
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


@dataclass(slots=True)
class Truth:
    """What was done on one night, and the rows it must make, by key."""

    current: dict[str, Observation] = field(default_factory=dict)
    expected: dict[str, frozenset[Row]] = field(default_factory=dict)
    edits: int = 0


@dataclass(slots=True)
class Bench:
    """The real records, parsed once, with a copy of each ready to be edited."""

    packed: dict[str, bytes]
    standing: dict[str, Known]
    lonely: frozenset[str]

    @classmethod
    def of_the_tree(cls) -> Bench:
        """All 1,736 records. `lonely` are those whose name, accents aside, is nobody else's."""
        records = [*raw("noivu"), *raw("national")]
        bare = {record["code"]: _bare(record["name"]) for record in records}
        often = Counter(bare.values())
        return cls(
            packed={record["code"]: pickle.dumps(record) for record in records},
            standing={r["code"]: Known(procedure=parse_detail(r, BASE)) for r in records},
            lonely=frozenset(code for code, name in bare.items() if often[name] == 1),
        )

    def night(self, seed: int) -> Truth:
        """Every record edited once or in combination; some leave, arrive or move."""
        dice, truth = random.Random(seed), Truth()
        for code, packed in self.packed.items():
            record: Record = pickle.loads(packed)
            if code in self.lonely and dice.random() < 0.04:
                truth.edits += 1
                dice.choice((_gone, _unpublished, _renumbered, _transferred))(truth, record)
                continue
            self._edit(dice, truth, record)
        for number in range(20):
            record = pickle.loads(self.packed[dice.choice(sorted(self.packed))])
            record |= {
                "code": f"1.9{seed % 1000:03d}{number:02d}",
                "name": f"Thủ tục chưa từng có số {seed} - {number}",
            }
            truth.edits += 1
            _read(truth, record, frozenset({("new", None)}))
        return truth

    def _edit(self, dice: random.Random, truth: Truth, record: Record) -> None:
        kinds = dice.choice((QUIET, COSMETIC, REAL, REAL, (*COSMETIC, *QUIET), (*COSMETIC, *REAL)))
        wanted = dice.choice((1, 1, 1, 2, 3))
        rows: set[Row] = set()
        touched: set[str] = set()
        done = 0
        for edit in dice.sample(kinds, len(kinds)):
            part = TOUCHES.get(edit, edit.__name__)
            if done == wanted or part in touched or (edit is reordered and touched):
                continue
            if edit is cosmetic_long_text and touched & {
                "dossier",
                "bases",
                "results",
                "other_step",
                "other_requirement",
            }:
                continue
            made = edit(dice, record)
            if made is None:
                continue
            done += 1
            touched |= (
                {part} if edit not in QUIET else set(TOUCHES.values()) | {"other_step", "other_requirement"}
            )
            rows |= made
        truth.edits += done
        _read(truth, record, frozenset(rows))


def _read(truth: Truth, record: Record, rows: frozenset[Row]) -> None:
    code = record["code"]
    procedure = parse_detail(record, BASE)
    truth.current[code] = Observation(
        key=code, presence="read", code=code, state=record["state"], procedure=procedure
    )
    truth.expected[code] = rows


def _gone(truth: Truth, record: Record) -> None:
    truth.expected[record["code"]] = frozenset({("missing", None)})


def _leaves(truth: Truth, record: Record, kind: str) -> None:
    code = record["code"]
    truth.current[code] = Observation(key=code, presence="unpublished", code=code, state="INACTIVE")
    truth.expected[code] = frozenset({(kind, None)})


def _unpublished(truth: Truth, record: Record) -> None:
    _leaves(truth, record, "repealed")


def _renumbered(truth: Truth, record: Record) -> None:
    _leaves(truth, record, "replaced")
    _read(truth, {**record, "code": _renamed(record["code"], "8")}, frozenset({("new", None)}))


def _transferred(truth: Truth, record: Record) -> None:
    if not record["isProvince"]:
        _unpublished(truth, record)
        return
    _leaves(truth, record, "level_transfer")
    flags = {"isMinistry": False, "isProvince": False, "isWard": not record["isWard"], "isOtherAgency": False}
    if record["isWard"]:
        flags |= {
            "isWard": False,
            "isOtherAgency": not record["isOtherAgency"],
            "isMinistry": not record["isMinistry"],
        }
    if not any(flags.values()):
        _unpublished(truth, record)
        return
    _read(truth, {**record, **flags, "code": _renamed(record["code"], "7")}, frozenset({("new", None)}))


def _renamed(code: str, digit: str) -> str:
    return code[:2] + digit + code[3:]


def _bare(name: str) -> str:
    apart = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    letters = "".join(sign for sign in apart if sign.isalnum()).removeprefix("thutuc")
    for level in ("captinh", "capxa", "captrunguong", "captw", "capbo"):
        letters = letters.removesuffix(level)
    return letters


@dataclass(slots=True)
class Confusion:
    """Rows by kind and attribute: made and meant, made but not meant (false), meant but not made (missed)."""

    right: Counter[Row] = field(default_factory=Counter)
    false: Counter[Row] = field(default_factory=Counter)
    missed: Counter[Row] = field(default_factory=Counter)
    edits: int = 0
    examples: list[tuple[int, str, frozenset[Row], frozenset[Row]]] = field(default_factory=list)

    def add(self, seed: int, bench: Bench, truth: Truth) -> None:
        comparison = compare(bench.standing, truth.current, night())
        made: dict[str, set[Row]] = {}
        for change in comparison.changes:
            made.setdefault(change.key, set()).add((change.kind.value, change.attribute))
        self.edits += truth.edits
        for key in made.keys() | truth.expected.keys():
            got, meant = frozenset(made.get(key, ())), truth.expected.get(key, SILENT)
            self.right.update(got & meant)
            self.false.update(got - meant)
            self.missed.update(meant - got)
            if got != meant:
                self.examples.append((seed, key, got - meant, meant - got))

    def lines(self) -> Iterator[str]:
        yield f"{self.edits} edits"
        yield f"{'kind':16}{'attribute':20}{'right':>8}{'false':>8}{'missed':>8}"
        for row in sorted(self.right | self.false | self.missed, key=str):
            kind, attribute = row
            yield f"{kind:16}{attribute or '':20}{self.right[row]:8}{self.false[row]:8}{self.missed[row]:8}"


def confusion(nights: int = 9) -> Confusion:
    bench, table = Bench.of_the_tree(), Confusion()
    for seed in range(1, nights + 1):
        table.add(seed, bench, bench.night(seed))
    return table


if __name__ == "__main__":
    print("\n".join(confusion().lines()))
