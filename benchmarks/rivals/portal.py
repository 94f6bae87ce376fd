"""The national portal of a rival night, in a process of its own: `python -m benchmarks.rivals.portal`.

It shows so many procedures as they are on three nights: a first one, an equal one, and one with 1 % changed.
On the last one the last page of the list comes back empty, a counter of every record has moved, and as many
records as changed were only retyped. Standard output has the address and the truth as one line of JSON, then
one line for each line of standard input: the number of a night that is to begin, or `tally`.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.rivals.contenders import FRAME, PAGE, WORKBOOK
from benchmarks.rivals.record_row import LIST_COLUMNS, row_of
from extractors.portals.national_record import parse_detail
from portals.national import KINDS, National
from portals.records import Record, load_records, stable_id
from portals.world import World
from reports.catalogue_export import write_catalogue

LAST = 2
"""The night with changes and faults, counted from 0; later ones show its records whole."""
SHARE = 0.01
"""Share of the procedures that change on the last night, that are retyped, and that the list has wrongly."""

Edit = Callable[[Record], dict[str, Any]]

SHOWN_IN_THE_LIST: tuple[Edit, ...] = (
    lambda record: {"name": f"{record['name']} và giấy tờ kèm theo"},
    lambda record: {"categoriesDetails": [*record["categoriesDetails"], _named("Lĩnh vực mới")]},
    lambda record: {"departmentsExecuting": [*record["departmentsExecuting"], _named("Bảo hiểm xã hội")]},
)
ONLY_IN_THE_RECORD: tuple[Edit, ...] = (
    lambda _record: {"decisionNo": "2026/QĐ-BNV"},
    lambda record: {"requirementsAndConditions": f"{record['requirementsAndConditions']} Có hợp đồng."},
    lambda record: {"legalBasisesDetails": [*record["legalBasisesDetails"], _named("Nghị định 99/2026")]},
    lambda record: {"resultsDetails": [*record["resultsDetails"], _named("Văn bản trả lời")]},
)


def first_night(number: int) -> list[Record]:
    """Return so many procedures: each real record again and again, a repeated one in a field of its own."""
    records = load_records()
    return [_repeated(records[n % len(records)], n, n // len(records)) for n in range(number)]


def _repeated(record: Record, n: int, round_: int) -> Record:
    code = f"{1 + n // 900_000}.{100_000 + n % 900_000:06d}"
    fields = record["categoriesDetails"]
    if round_:
        fields = [field | {"name": f"{field['name']} {round_}"} for field in fields]
    return record | {
        "code": code,
        "codeNotation": code,
        "id": stable_id(record["createdAt"] + n, code),
        "categoriesDetails": fields,
        "viewCount": n % 97,
    }


def last_night(records: list[Record], truth: dict[str, list[str]]) -> list[Record]:
    """Return the records as they are on the last night."""
    edits: dict[str, Edit] = {
        **{code: SHOWN_IN_THE_LIST[n % 3] for n, code in enumerate(truth["shown"])},
        **{code: ONLY_IN_THE_RECORD[n % 4] for n, code in enumerate(truth["within"])},
        **dict.fromkeys(truth["retyped"], _retyped),
    }
    return [
        record
        | (edits[record["code"]](record) if record["code"] in edits else {})
        | {"viewCount": n % 89 + 97}
        for n, record in enumerate(records)
    ]


def _retyped(record: Record) -> dict[str, Any]:
    return {
        "name": f"{record['name'].replace(' ', '  ', 1)} ",
        "requirementsAndConditions": record["requirementsAndConditions"].replace(
            " ", "\N{NO-BREAK SPACE}", 1
        ),
    }


def _named(name: str) -> dict[str, str]:
    return {"id": stable_id(0, name), "name": name, "code": ""}


def truth_of(world: World) -> dict[str, list[str]]:
    """Return the codes that change on the last night, where it can be seen, and what only seems to change.

    What stands on the lost page stays as it is, since nobody can see it.
    """
    codes = world.codes
    lost = (len(codes) - 1) // PAGE * PAGE
    number = max(2, round(SHARE * len(codes)))
    spread = [codes[place * lost // (4 * number)] for place in range(4 * number)]
    changed = spread[::4]
    return {
        "shown": changed[::2],
        "within": changed[1::2],
        "retyped": spread[2::4],
        "listed_wrongly": spread[1::4],
        "lost": codes[lost:],
    }


def write_list(folder: Path, records: list[Record], truth: dict[str, list[str]]) -> None:
    """Write the department's list in both forms; some of its names are others than the portal's."""
    wrong = dict.fromkeys(truth["listed_wrongly"], " theo quy định cũ")
    procedures = (parse_detail(record, "https://portal.invalid") for record in records)
    write_catalogue(
        folder / WORKBOOK,
        [
            (replace(each, name=each.name + wrong.get(each.code or "", "")), "code", None)
            for each in procedures
            if each
        ],
    )
    with (folder / FRAME).open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, LIST_COLUMNS, extrasaction="ignore", lineterminator="\n")
        out.writeheader()
        for row in map(row_of, records):
            out.writerow(row | {"name": row["name"] + wrong.get(row["code"], "")})


def tally(portal: National) -> dict[str, Any]:
    """Return what was asked since the last tally."""
    answered, portal.requests[:] = list(portal.requests), []
    return {
        "asked": Counter(KINDS.get(urlsplit(each.path).path, "page") for each in answered),
        "bytes": sum(each.size for each in answered),
    }


def main() -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--procedures", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    asked = parser.parse_args()
    records = first_night(asked.procedures)
    first = World(records)
    truth = truth_of(first)
    write_list(asked.folder, records, truth)
    last = World(last_night(records, truth))
    portal = National(first)
    portal.start()
    try:
        print(json.dumps({"url": portal.base_url, "truth": truth}), flush=True)
        for line in sys.stdin:
            if line.strip() != "tally":
                night = int(line)
                portal.world = first if night < LAST else last
                portal.faults.clear()
                if night == LAST:
                    portal.faults.order("empty_page", page=(asked.procedures - 1) // PAGE + 1)
            print(json.dumps(tally(portal)), flush=True)
    finally:
        portal.stop()


if __name__ == "__main__":
    main()
