"""The review site with many people at it while a night loads: milliseconds and errors by kind of page.

    python benchmarks/site_people.py [--people 50] [--seconds 60] [--findings 10000] [--read 3 10] [--quiet]

The findings of `site.py`, on SQLite and where it is here on PostgreSQL. Every person is signed in, looks at a
page, reads it for `--read` seconds (evenly spread between the two), and looks at the next; once in ten times
they move a finding or give it out. Fifty people who read for 3 to 10 seconds ask for eight pages a second.
With `--read 0 0` nobody pauses: what is measured then is how many pages a second the site makes, and a page
takes as long as fifty of them. The site runs in a process of its own, as `rasoat review` has it, and so does
the night, as nice as the units make it, which loads 20,000 procedures and compares as many findings as there
are, night after night without pause; without it by `--quiet`. Prints p50 and p95 of each kind of page, what
went wrong, and the site's processor time a request (that of PostgreSQL is not in it). Beyond the goal are
200 ms at p95 of lists, while nights load a second.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import re
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.site import DIVISIONS, GOAL, PASSWORD, PROCEDURES, THINGS, fill, made, name, offices
from procedures.findings import CATALOGUE
from procedures.office.accounts import Role
from rasoat.cli import start_lightly
from review.serve import serving
from settings.configuration import Configuration
from steps.database import engine_of
from steps.office.accounts import add_user
from tests.warehouse.nights import Nights, at, procedure, read
from warehouse.db.engine import reading, writing
from warehouse.findings import store
from warehouse.sources import runs

NIGHT_GOAL = 1_000.0
"""Milliseconds at p95 of lists while nights load."""

NICENESS = 10
"""By how much nights step back, as in `deploy/systemd`."""

ACTING = 0.1
"""How much of what people do changes something."""

READS = {
    "overview": 10,
    "list": 25,
    "list, filtered": 15,
    "list, page n": 5,
    "search": 8,
    "detail": 25,
    "mine": 6,
    "decisions": 3,
    "decision": 3,
}
"""Pages that people read, and how often of a hundred times."""


LISTS = ("list", "search")
"""How the kinds begin that are lists of findings."""


@dataclass
class Measured:
    """Milliseconds and errors by kind of page, as all people met them."""

    times: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, milliseconds: float, error: str | None) -> None:
        """Add one request."""
        with self.lock:
            self.times[kind].append(milliseconds)
            if error:
                self.errors[f"{kind}: {error}"] += 1


class Worker:
    """One of the people: an own session, and what they do."""

    def __init__(self, address: str, account: str, seed: int, findings: int, measured: Measured) -> None:
        """Sign in."""
        # shorter than the site's own five seconds, or a question may meet a connection that it just closed
        limits = httpx.Limits(keepalive_expiry=2)
        self.client = httpx.Client(base_url=address, timeout=120, limits=limits)
        self.random, self.findings, self.measured = random.Random(seed), findings, measured
        sign_in = self.client.get("/login").text
        values = {"username": account, "password": PASSWORD, "csrf_token": _hidden(sign_in)["csrf_token"]}
        assert self.client.post("/login", data=values).status_code == 303

    def work(self, until: float, reading: tuple[float, float]) -> None:
        """Look, read and act until then."""
        time.sleep(self.random.uniform(0, reading[1]))
        while time.monotonic() < until:
            with suppress(httpx.TransportError):  # which is counted
                if self.random.random() < ACTING:
                    self.act()
                else:
                    kind = self.random.choices(list(READS), list(READS.values()))[0]
                    self.ask(kind, self.address_of(kind))
            time.sleep(self.random.uniform(*reading))

    def address_of(self, kind: str) -> str:
        """Return one of the addresses of such a page."""
        division = self.random.choice(DIVISIONS).replace(" ", "+")
        return {
            "overview": "/",
            "list": "/findings",
            "list, filtered": self.random.choice(
                (
                    "/findings?severity=high",
                    "/findings?due=overdue&sort=due",
                    f"/findings?division={division}",
                )
            ),
            "list, page n": f"/findings?page={self.random.randint(2, 40)}",
            "search": f"/findings?text={self.random.choice(THINGS)} {self.random.randint(1, 99)}",
            "detail": f"/findings/{self.random.randint(1, self.findings)}",
            "mine": "/mine",
            "decisions": "/decisions",
            "decision": f"/decisions/{self.random.randint(0, 299)}/QĐ-BNV",
        }[kind]

    def act(self) -> None:
        """Open a finding, move it or give it out, and go where that leads."""
        number = self.random.randint(1, self.findings)
        page = self.ask("detail", f"/findings/{number}")
        action = self.random.choice(("status", "assign"))
        match = re.search(rf'<form[^>]*action="/findings/{number}/{action}".*?</form>', page.text, re.DOTALL)
        if match is None:
            self.measured.add(action, 0, "no form")
            return
        values = _hidden(match[0])
        if action == "status":
            values |= {"status": self.random.choice(("confirmed", "in_progress")), "note": "đo"}
        else:
            values |= {"division": self.random.choice(DIVISIONS), "person": f"do {number % 20}"}
        answer = self.ask(f"act: {action}", f"/findings/{number}/{action}", values)
        if answer.status_code == 303:
            self.ask("after an act", answer.headers["location"])

    def ask(self, kind: str, path: str, form: dict[str, str] | None = None) -> httpx.Response:
        """Ask for a page or send a form, and measure it."""
        begun = time.perf_counter()
        try:
            answer = self.client.get(path) if form is None else self.client.post(path, data=form)
        except httpx.TransportError as error:
            self.measured.add(kind, (time.perf_counter() - begun) * 1000, type(error).__name__)
            raise
        taken = (time.perf_counter() - begun) * 1000
        # somebody else was faster: the page says so, and nothing is lost
        is_fine = answer.status_code in (200, 303) or (form is not None and answer.status_code == 409)
        self.measured.add(kind, taken, None if is_fine else f"{answer.status_code} {path}")
        return answer


def _hidden(text: str) -> dict[str, str]:
    return dict(reversed(re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', text)))


def _serve(office: Configuration, address: multiprocessing.Queue[str], end: Event) -> None:
    start_lightly()  # as `rasoat review` does
    with serving(office) as where:
        address.put(where)
        end.wait()


def _load_nights(office: Configuration, findings: int, end: Event) -> None:
    """Load night after night: of a hundred procedures one has changed, of a hundred findings one is new."""
    os.nice(NICENESS)
    engine, number = engine_of(office), 0
    while not end.is_set():
        number += 1
        begun, when = time.monotonic(), at(22 + number % 7, 3 + number // 7)
        rows = [
            read(procedure(f"1.{each:06}", name=name(each) + (f" lần {number}" if each % 100 == 0 else "")))
            for each in range(PROCEDURES)
        ]
        Nights(engine).night(when, *rows)
        wanted = range(number * findings // 100, findings + number * findings // 100)
        with writing(engine) as connection:
            run_id = runs.begin_run(connection, as_of=when, kind="sync")
        with reading(engine) as connection:
            judgement = store.judge_findings(
                connection, run_id, map(made, wanted), fresh_sources={CATALOGUE, "national"}, at=when
            )
        held = time.monotonic()
        with writing(engine) as connection:
            store.apply_judgement(connection, judgement)
            runs.finish_run(connection, run_id, "complete", at=when)
        now = time.monotonic()
        print(f"  a night in {now - begun:.0f} s, its findings in one transaction of {now - held:.0f} s")


@contextmanager
def _process(target: Callable[..., None], *values: object) -> Iterator[BaseProcess]:
    end = multiprocessing.get_context("spawn").Event()
    process = multiprocessing.get_context("spawn").Process(target=target, args=(*values, end))
    process.start()
    try:
        yield process
    finally:
        end.set()
        process.join()


def _used(process_id: int | None) -> tuple[float, float]:
    """Return a process's seconds of processor and MiB of memory at most so far."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    status = Path(f"/proc/{process_id}/status").read_text()
    peak = re.search(r"VmHWM:\s+(\d+)", status)
    ticks = os.sysconf("SC_CLK_TCK")
    return (int(fields[11]) + int(fields[12])) / ticks, int(peak[1]) / 1024 if peak else 0.0


def measure(office: Configuration, asked: argparse.Namespace) -> bool:
    """Let the people work; print what they met. Returns whether it is within the goal, without errors."""
    for number in range(asked.people):
        add_user(office, f"nguoi.{number}", Role.ANALYST, PASSWORD)
    engine_of(office).dispose()
    place: multiprocessing.Queue[str] = multiprocessing.get_context("spawn").Queue()
    measured = Measured()
    with _process(_serve, office, place) as site:
        address = place.get()
        people = [
            Worker(address, f"nguoi.{number}", number, asked.findings, measured)
            for number in range(asked.people)
        ]
        people[0].ask("(first)", "/findings")
        spent, _ = _used(site.pid)
        until = time.monotonic() + asked.seconds
        threads = [
            threading.Thread(target=each.work, args=(until, tuple(asked.read)), daemon=True)
            for each in people
        ]
        for thread in threads:
            thread.start()
        if not asked.quiet:
            with _process(_load_nights, office, asked.findings):
                time.sleep(max(0.0, until - time.monotonic()))
        for thread in threads:
            thread.join()
        used, peak = _used(site.pid)
    first = measured.times.pop("(first)")[0]
    number = sum(map(len, measured.times.values()))
    print(
        f"  {number} requests, {number / asked.seconds:.1f} a second, {(used - spent) / number * 1000:.0f} ms"
        f" of processor each; the first list {first:.0f} ms; {peak:.0f} MiB"
    )
    for kind, each in sorted(measured.times.items()):
        most = statistics.quantiles(each, n=20)[-1] if len(each) > 1 else each[0]
        print(
            f"  {kind:16} {len(each):5} times   p50 {statistics.median(each):7.1f} ms   p95 {most:7.1f} ms"
            f"   at most {max(each):7.1f} ms"
        )
    for error, times in measured.errors.most_common():
        print(f"  {times} times {error}")
    print(f"  errors: {measured.errors.total()}")
    lists = [t for kind, each in measured.times.items() if kind.startswith(LISTS) for t in each]
    half, most = statistics.median(lists), statistics.quantiles(lists, n=20)[-1]
    goal = GOAL if asked.quiet else NIGHT_GOAL
    print(f"  all lists: p50 {half:.0f} ms, p95 {most:.0f} ms (goal {goal:.0f} ms)")
    return not measured.errors and most <= goal


def main() -> int:
    """Measure on each engine; 1 when anything is beyond the goal or went wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--findings", type=int, default=10_000)
    parser.add_argument("--read", type=float, nargs=2, default=(3, 10))
    parser.add_argument("--quiet", action="store_true")
    asked = parser.parse_args()
    fine = True
    with tempfile.TemporaryDirectory(prefix="rasoat-bench-") as folder, offices(Path(folder)) as found:
        for engine, office in found.items():
            fill(office, asked.findings)
            print(f"\n{engine}, {asked.findings:,} findings, {asked.people} people")
            fine = measure(office, asked) and fine
            engine_of(office).dispose()
    return int(not fine)


if __name__ == "__main__":
    sys.exit(main())
