"""The review site's server time: list, filter, search and detail, over as many findings as are asked for.

Made-up findings over 20,000 procedures in a warehouse on disk; each page is asked for over HTTP on
loopback, one after the other, as a person does. SQLite always, PostgreSQL where its programs are on this
machine. Prints a line a page: milliseconds at p50 and p95, requests a second, and the processor's time of
site and client together, which tells more on a busy machine (PostgreSQL's own is not in it). Last, all
findings are moved at once.

    python benchmarks/site.py [FINDINGS…]
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

sys.path.insert(0, str(Path(__file__).parents[1]))

from procedures.findings import CATALOGUE, Finding, FindingKind, Severity
from procedures.office.accounts import Role
from rasoat.cli import start_lightly
from review.serve import serving
from settings.configuration import Configuration
from settings.department import Department
from settings.sources import SourceSettings
from steps.database import engine_of
from steps.findings import triage
from steps.office.accounts import add_user
from tests.machine import find_program
from tests.warehouse.nights import Nights, at, procedure, read
from warehouse.db.bulk import bulk_insert
from warehouse.db.engine import writing
from warehouse.db.schema import upgrade
from warehouse.findings import saved_views, store
from warehouse.findings import triage as warehouse_triage
from warehouse.findings.bulk_triage import FindingChange
from warehouse.findings.filters import DECISION_CASE, Filter
from warehouse.sources import runs
from warehouse.tables.finding_tables import decision, decision_code, finding

SIZES = (1_000, 10_000)
"""What is measured where nothing is asked for: 100,000 take two minutes more."""
PROCEDURES = 20_000
ROUNDS = 20
PASSWORD = "đo tốc độ trang web"
GOAL = 200.0
"""Milliseconds at p95."""

VERBS = ("Cấp", "Cấp lại", "Gia hạn", "Thu hồi", "Đăng ký", "Công nhận", "Điều chỉnh", "Chấm dứt")
THINGS = (
    "giấy phép lao động", "hồ sơ người có công", "chứng chỉ lưu trữ", "quyết định thành lập hội",
)  # fmt: skip
FIELDS = ("Việc làm", "Người có công", "Văn thư, lưu trữ", "Hội, quỹ", "Thi đua, khen thưởng")
DIVISIONS = ("Phòng Lao động", "Phòng Người có công", "Chi cục Văn thư", "Phòng Tổ chức")

PAGES = {
    "overview": "/",
    "list": "/findings",
    "list, page 20": "/findings?page=20&status=all",
    "last page": "/findings?page={last}&status=all",
    "filter": "/findings?kind=attribute_mismatch&division=Ph%C3%B2ng+T%E1%BB%95+ch%E1%BB%A9c",
    "filter, due": "/findings?due=overdue&field=Vi%E1%BB%87c+l%C3%A0m&level=province&sort=due",
    "search, many": "/findings?text=ho+so&status=all",
    "search, few": "/findings?text=gia+han+ho+so+so+777&status=all",
    "search, none": "/findings?text=khong+co+gi&status=all",
    "person": "/findings?person=do+7",
    "decision": "/findings?decision=17/Q%C4%90-BNV&status=all",
    "mine": "/mine",
    "decisions": "/decisions",
    "decision page": "/decisions/17/QĐ-BNV",
    "detail": "/findings/500",
    "detail, filtered": "/findings/500?text=ho+so",
    "procedures": "/procedures?text=ho+so+nguoi+co+cong+77",
    "procedure": "/procedures/1.000500",
}


def name(number: int) -> str:
    """A name as procedures have them."""
    verb, thing = VERBS[number % len(VERBS)], THINGS[number // len(VERBS) % len(THINGS)]
    return f"{verb} {thing} số {number} đối với tổ chức, cá nhân trên địa bàn tỉnh"


CASE_SIZES = (*[1] * 50, *[2] * 100, *[5] * 50, *[15] * 10, *[50] * 4, 150)
"""How many findings the cases of a thousand have; a quarter of the findings are in one."""
CASE_OF_A_THOUSAND = tuple(case for case, size in enumerate(CASE_SIZES) for _ in range(size))


def case_of(number: int) -> str | None:
    """The case of the first four of sixteen findings, so that severities are mixed."""
    thousand, place = divmod(number // 16 * 4 + number % 4, len(CASE_OF_A_THOUSAND))
    return None if number // 4 % 4 else f"decision:{thousand}.{CASE_OF_A_THOUSAND[place]}/QĐ-BNV"


def made(number: int) -> Finding:
    """A finding about one of the procedures, of a size as real ones have."""
    code = f"1.{number % PROCEDURES:06}"
    return Finding(
        kind=list(FindingKind)[number % 17],
        severity=list(Severity)[number % 4],
        subject=code,
        code=code,
        name=name(number % PROCEDURES),
        attribute=f"name{number // PROCEDURES}" if number >= PROCEDURES else "name",
        catalogue_value=name(number) * 3,
        national_value=name(number + 1) * 3,
        division=DIVISIONS[number % len(DIVISIONS)],
        due_date=date(2026, 11, 1) + timedelta(days=number % 90) if number % 3 else None,
        sources=frozenset({CATALOGUE, "national"}),
        evidence={
            "national": {"source": "national", "url": f"https://example.invalid/{number}"},
            "x": "y" * 300,
        },
        case=case_of(number),
    )


def fill(office: Configuration, size: int) -> float:
    """Write procedures, findings and an account; gives the seconds that the comparison's writing took."""
    engine = engine_of(office)
    upgrade(engine)
    rows = [
        read(procedure(f"1.{number:06}", name=name(number), field=FIELDS[number % len(FIELDS)]))
        for number in range(PROCEDURES)
    ]
    Nights(engine, CATALOGUE, CATALOGUE).night(at(21), *rows)
    Nights(engine).night(at(22), *rows)
    with writing(engine) as connection:
        run_id = runs.begin_run(connection, as_of=at(22), kind="sync")
        begun = time.perf_counter()
        store.apply_findings(
            connection, run_id, map(made, range(size)), fresh_sources={CATALOGUE, "national"}, at=at(22)
        )
        runs.finish_run(connection, run_id, "complete", at=at(22))
    taken = time.perf_counter() - begun
    share_out(office)
    announce(office, run_id)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")  # as autovacuum does within minutes
    add_user(office, "do", Role.ANALYST, PASSWORD)
    return taken


def share_out(office: Configuration) -> None:
    """Give half of the findings to twenty persons, one of them signed in, and a third to thirty decisions."""
    f = finding.c
    with writing(engine_of(office)) as connection:
        for number in range(20):
            name = "do" if number == 0 else f"do {number}"
            connection.execute(finding.update().where(f.finding_id % 40 == number).values(person=name))
        for number in range(30):
            case_id = f"{DECISION_CASE}{number}/QĐ-BNV"
            connection.execute(finding.update().where(f.finding_id % 90 == number).values(case_id=case_id))
    saved = ("severity=high", "due=overdue", "person=do", "text=ho+so&status=all", "division=Ph%C3%B2ng+A")
    with writing(engine_of(office)) as connection:
        for query in saved:
            saved_views.save_view(connection, "do", query, query, shared=True)


DECISIONS = 300


def announce(office: Configuration, run_id: int) -> None:
    """Put decisions of ten procedures each into the ledger."""
    lists = {"changed_codes": "[]", "repealed_codes": "[]", "announced": 0.0}
    lines, codes = [], []
    for number in range(DECISIONS):
        decided, own = f"{number}/QĐ-BNV", [f"1.{number * 10 + each:06}" for each in range(10)]
        day = date(2026, 6, 1) + timedelta(days=number % 150)
        lines.append(
            {
                **lists,
                "decision_number": decided,
                "decision_date": day.isoformat(),
                "due_date": (day + timedelta(days=20)).isoformat(),
                "division": DIVISIONS[number % len(DIVISIONS)] if number % 3 else None,
                "new_codes": json.dumps(own),
                "state": "pending",
                "run_id": run_id,
            }
        )
        codes += [{"decision_number": decided, "code": code, "role": "new", "stage": "new"} for code in own]
    with writing(engine_of(office)) as connection:
        bulk_insert(connection, decision, lines)
        bulk_insert(connection, decision_code, codes)


def move_all(office: Configuration) -> None:
    """Move all findings and undo it; prints the seconds from the page that asks to the last event."""
    wanted, day = Filter(status=None), date(2026, 11, 24)
    begun = time.perf_counter()
    change = FindingChange(status="confirmed", note="đo tốc độ")
    found = triage.preview_change(office, wanted, day, change)
    swept = triage.change_all(office, wanted, day, change, mark=found.standing.mark, by="do")
    print(f"  all {swept.done:,} findings moved at once in {time.perf_counter() - begun:.1f} s")
    begun = time.perf_counter()
    undone = triage.undo(office, swept.action_id or 0, "do")
    print(f"  all {undone.restored:,} put back at once in {time.perf_counter() - begun:.1f} s")


CLICKED = ("overview", "list", "filter", "detail")
"""Pages that are asked for again after each click of somebody."""


def click(office: Configuration, turn: int) -> None:
    """Give a finding to somebody, by what the site does then."""
    finding_id = turn + 1
    with writing(engine_of(office)) as connection:
        of_finding = select(finding.c.version).where(finding.c.finding_id == finding_id)
        version = connection.execute(of_finding).scalar_one()
        person, actor = f"do {turn % 20}", "do"
        warehouse_triage.assign(
            connection, finding_id, version=version, division=None, person=person, wanted_by=None, actor=actor
        )


def measure(office: Configuration, address: str, size: int) -> dict[str, tuple[float, float, float]]:
    """Milliseconds at p50 and p95 of each page, and of the processor."""
    pages = [(page, path, False) for page, path in PAGES.items()]
    pages += [(f"{page}, clicked", PAGES[page], True) for page in CLICKED if page in PAGES]
    times: dict[str, tuple[float, float, float]] = {}
    with httpx.Client(base_url=address, timeout=120) as client:
        token = re.findall(r'csrf_token" value="(\w+)"', client.get("/login").text)[0]
        client.post("/login", data={"username": "do", "password": PASSWORD, "csrf_token": token})
        for page, path, is_clicked in pages:
            each, spent = [], 0.0
            for turn in range(ROUNDS + 1):
                if is_clicked:
                    click(office, turn)
                begun, used = time.perf_counter(), time.process_time()
                answer = client.get(path.format(last=size // 50))
                if turn:
                    each.append((time.perf_counter() - begun) * 1000)
                    spent += (time.process_time() - used) * 1000
                assert answer.status_code == 200, (path, answer.status_code, answer.text[-300:])
            times[page] = statistics.median(each), statistics.quantiles(each, n=20)[-1], spent / ROUNDS
    return times


@contextmanager
def offices(home: Path) -> Iterator[dict[str, Configuration]]:
    """An office on each engine of this machine."""
    national = SourceSettings(name="national", kind="national-api", role="national")

    def office(address: str) -> Configuration:
        return Configuration(home=home, database_url=address, department=Department(), sources=(national,))

    found = {"SQLite": office(f"sqlite:///{home / 'rasoat.db'}")}
    if find_program("initdb") is None:
        print("PostgreSQL is missing on this machine: not measured")
        yield found
        return
    from tests.postgres import Cluster

    cluster = Cluster()
    try:
        yield found | {"PostgreSQL": office(cluster.address(cluster.create()))}
    finally:
        cluster.stop()


def main(sizes: list[int]) -> int:
    """Measure; 1 when a page of the largest size is beyond the goal."""
    start_lightly()  # as the site itself is started
    worst: dict[str, Any] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="rasoat-bench-") as folder, offices(Path(folder)) as found:
            for engine, office in found.items():
                written = fill(office, size)
                with serving(office) as address:
                    times = measure(office, address, size)
                print(
                    f"\n{engine}, {size:,} findings, {PROCEDURES:,} procedures (written in {written:.1f} s)"
                )
                for page, (half, most, spent) in times.items():
                    print(
                        f"  {page:18} p50 {half:7.1f} ms   p95 {most:7.1f} ms   {1000 / half:6.0f} requests/s"
                        f"   processor {spent:6.1f} ms"
                    )
                move_all(office)
                worst[engine] = max(times.items(), key=lambda item: item[1][1])
                engine_of(office).dispose()
    for engine, (page, (_, most, _)) in worst.items():
        print(f"{engine}: slowest at p95 is {page!r} with {most:.0f} ms (goal {GOAL:.0f} ms)")
    return int(any(most > GOAL for _, (_, most, _) in worst.values()))


if __name__ == "__main__":
    sys.exit(main([int(size) for size in sys.argv[1:]] or list(SIZES)))
