"""What is odd about the 1,736 real records, as the page `docs/oddities.md`.

python -m tests.validations.oddities > docs/oddities.md
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from extractors.portals.national_api import parse_detail
from procedures.model import Procedure
from procedures.values.agencies import names_province
from procedures.wording.gates import expectation_text
from procedures.wording.words import SEVERITIES
from validations import GateResult, check_records
from validations.records_gate import excerpt

DATA = Path(__file__).parents[2] / "portals" / "data"
TODAY = date(2026, 11, 24)

EXPLAINED: Mapping[str, str] = {
    "name_length": "Two procedures of land law carry the whole of a legal clause as their name. The limit of "
    "800 signs stands all the same: a person lets them through once (`rasoat quarantine release`), and they "
    "load from then on for as long as they stay the same.",
    "decision_number_form": "Typed by hand: a full stop before the stroke, SỐ before the number, QD for QĐ, "
    "the number after QĐ. A number without a year (651/QĐ-BXD) is how ministries write them, and no oddity.",
    "name_not_shouted": "Written in capitals throughout by their ministry. Names are compared by a key that "
    "does not see the difference.",
    "name_on_one_line": "Line breaks were pasted into the name. What is shown and compared has none.",
    "agency_of_no_province": "The ministry picked one province's agency where every province's carries the "
    "procedure out (mostly Hà Nội's). Agencies are compared by kind and level, never by the place they name.",
}
"""Why each kind of flag is true of the data and no mistake of ours."""


def real_records() -> list[Procedure]:
    """The 1,736 real details."""
    records = []
    for name in ("national", "noivu"):
        with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            records += [parse_detail(json.loads(line), "https://dichvucong.gov.vn") for line in lines]
    return [record for record in records if record is not None]


def judged(records: list[Procedure]) -> GateResult:
    """The gate before load over them."""
    return check_records(((record.code or "", record) for record in records), source="national", as_of=TODAY)


def page() -> str:
    """The page: one section a kind of flag, one line a record."""
    records = real_records()
    by_code = {record.code: record for record in records}
    lines = [
        "# Oddities of the real records",
        "",
        f"What the gate before load says of the {len(records):,} real records that come with the program "
        "(`portals/data`): nothing else is flagged, and each flag is true. This page is written by "
        "`python -m tests.validations.oddities`, and a test holds it to the data.",
    ]
    for outcome in judged(records).outcomes:
        if outcome.success:
            continue
        lines += [
            "",
            f"## {expectation_text(outcome.expectation)} (`{outcome.expectation}`)",
            "",
            f"{len(outcome.failing_keys)} of {len(records):,}; severity `{outcome.severity}` "
            f"({SEVERITIES[outcome.severity]}). {EXPLAINED[outcome.expectation]}",
            "",
            "| code | what stands there |",
            "| --- | --- |",
        ]
        lines += [
            f"| {code} | {_shown(outcome.expectation, by_code[code])} |" for code in outcome.failing_keys
        ]
    return "\n".join(lines) + "\n"


def _shown(expectation: str, record: Procedure) -> str:
    values = {
        "decision_number_form": record.decision_number,
        "agency_of_no_province": names_province(record.agency or ""),
    }
    return excerpt(values.get(expectation) or record.name, 100).replace("|", "\\|")


if __name__ == "__main__":
    print(page(), end="")
