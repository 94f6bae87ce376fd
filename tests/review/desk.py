"""A warehouse with a morning's work in it, made without portals, and people who may sign in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from procedures.findings import CATALOGUE, Finding, FindingKind, Severity
from procedures.indicators import KpiRow
from procedures.office.accounts import Role
from procedures.office.decision_lines import DecisionLine
from procedures.values.keys import codeless_key
from settings.configuration import Configuration
from settings.department import Department
from steps.database import engine_of
from steps.office import divisions
from steps.office.accounts import add_user
from tests.warehouse.nights import Nights, at, procedure, read
from warehouse.announcements import run_figures
from warehouse.db.engine import writing
from warehouse.db.schema import upgrade
from warehouse.findings import store
from warehouse.sources import runs

PASSWORD = "hồ sơ đủ bảy phần"
PEOPLE = {"lan": Role.ANALYST, "hoa": Role.ANALYST, "quan": Role.ADMIN, "xem": Role.VIEWER}

DIVISIONS = ("Phòng A", "Phòng B", "Phòng Cải cách hành chính", "Phòng <b>Việc làm</b>")
"""Set up by the admin, beside those that the catalogue names."""

SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("http://example.invalid","x")'

NAMELESS = codeless_key("Đổi tên hồ sơ lưu trữ", {"province"}, "Văn thư, lưu trữ")
"""The key of the catalogue's row without a code."""

FRESH = {CATALOGUE, "national", "provincial"}

FINDINGS = (
    Finding(
        kind=FindingKind.ATTRIBUTE_MISMATCH,
        severity=Severity.MEDIUM,
        subject="1.000001",
        code="1.000001",
        name="Thành lập hội",
        attribute="processing_time",
        catalogue_value='[{"amount": 60, "text": null, "unit": "working_day", "way": null}]',
        national_value='[{"amount": 60, "text": null, "unit": "working_day", "way": null}]',
        provincial_value='[{"amount": 45, "text": null, "unit": "working_day", "way": null}]',
        division="Phòng Tổ chức",
        sources=frozenset(FRESH),
        evidence={"national": {"source": "national", "url": "https://example.invalid/1"}},
    ),
    Finding(
        kind=FindingKind.NEW_FROM_MINISTRY,
        severity=Severity.HIGH,
        subject="1.000002",
        code="1.000002",
        name=SCRIPT,
        national_value=SCRIPT,
        due_date=date(2026, 11, 20),
        sources=frozenset({CATALOGUE, "national"}),
        evidence={"decision_number": None, "national": {"source": "national", "url": "javascript:alert(1)"}},
    ),
    Finding(
        kind=FindingKind.NOT_ON_NATIONAL_PORTAL,
        severity=Severity.MEDIUM,
        subject="1.000003",
        code="1.000003",
        name=FORMULA,
        catalogue_value=FORMULA,
        division="Phòng Người có công",
        sources=frozenset({CATALOGUE, "national"}),
    ),
    Finding(
        kind=FindingKind.MISSING_CODE,
        severity=Severity.LOW,
        subject=NAMELESS,
        name="Đổi tên hồ sơ lưu trữ",
        catalogue_value="Đổi tên hồ sơ lưu trữ",
        sources=frozenset({CATALOGUE}),
        evidence={
            "candidates": [
                {"code": "1.000001", "name": "Thành lập hội", "likeness": 0.7, "reason": "tên khác"}
            ]
        },
    ),
)


def configuration(home: Path, **said: Any) -> Configuration:
    """The settings of an office without sources."""
    values = {
        "department": Department(name="Sở Nội vụ tỉnh Hà Tĩnh"),
        "sources": (),
        "database_url": f"sqlite:///{home / 'rasoat.db'}",
    }
    return Configuration(home=home, **values | said)


def fill(office: Configuration) -> None:
    """Two nights, their findings and figures, and the people."""
    engine = engine_of(office)
    upgrade(engine)
    hoi = procedure("1.000001", name="Thành lập hội", field="Hội, quỹ")
    rows = (
        replace(hoi, division="Phòng Tổ chức"),
        procedure("1.000003", name=FORMULA),
        replace(procedure("1.000004", name="Đổi tên hồ sơ lưu trữ", field="Văn thư, lưu trữ"), code=None),
    )
    catalogue = Nights(engine, CATALOGUE, CATALOGUE)
    catalogue.night(at(21), *(read(each, each.code or NAMELESS) for each in rows))
    national = Nights(engine)
    national.night(at(22), read(hoi))
    national.night(
        at(23), read(replace(hoi, fee=(), agency="UBND tỉnh")), read(procedure("1.000002", name=SCRIPT))
    )
    Nights(engine, "provincial", "provincial").night(at(23), read(hoi))
    with writing(engine) as connection:
        run_id = runs.begin_run(connection, as_of=at(23), kind="sync")
        store.apply_findings(connection, run_id, FINDINGS, fresh_sources=FRESH, at=at(23))
        for run in (1, run_id):
            run_figures.store_kpi(connection, run, at(20 + run), [_kpi("total", run), _kpi("province", run)])
        run_figures.store_decisions(connection, run_id, [_decision()])
        runs.finish_run(connection, run_id, "complete", at=at(23))
    for name, role in PEOPLE.items():
        add_user(office, name, role, PASSWORD)
    for name in DIVISIONS:
        divisions.add_division(office, name, "quan")


def _kpi(level: str, run: int) -> KpiRow:
    return KpiRow(
        level=level,
        procedures=3,
        eligible_full=1,
        online_full=run,
        online_partial=1,
        online_none=1,
        without_reason=0,
        postal=1,
        decentralised=0,
        decentralisation_proposed=0,
        on_national_portal=2,
    )


def _decision() -> DecisionLine:
    return DecisionLine(
        decision_number="627/QĐ-BNV",
        agency="Bộ Nội vụ",
        decision_date=date(2026, 11, 1),
        effective_date=None,
        due_date=date(2026, 11, 16),
        due_basis="internal",
        new=("1.000002",),
        changed=(),
        repealed=(),
        announced=0.0,
        state="overdue",
    )


class Visitor(httpx.Client):
    """A browser without a screen: it keeps cookies, and sends a form with what its page had in it."""

    def __init__(self, address: str, **headers: str) -> None:
        # Nothing is encrypted on loopback, and to read all authorities takes sixty times what a client does.
        super().__init__(base_url=address, timeout=60, headers=headers, verify=False)

    def sign_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        """Fill in the log-in form."""
        return self.send_form("/login", "/login", username=name, password=password)

    def send_form(self, page: str, action: str, **values: Any) -> httpx.Response:
        """Send a form with what its page had in it unseen; `form` names one of several to one address."""
        return self.post(action, data=self.hidden(page, action, values.get("form")) | values)

    def hidden(self, page: str, action: str | None = None, name: str | None = None) -> dict[str, str]:
        """What the form to `action` on a page carries unseen; without one, the page's forms together."""
        text = self.get(page).text
        forms = [_Sent(*each) for each in re.findall(r"<form([^>]*)>(.*?)</form>", text, re.DOTALL)]
        wanted = [each for each in forms if each.goes_to(action or "", page, name)]
        return dict(reversed(wanted[0].carries if wanted else _carried(text)))


class _Sent:
    """A form of a page."""

    def __init__(self, opening: str, inner: str) -> None:
        self.posted = 'method="post"' in opening
        self.action = next(iter(re.findall(r' action="([^"]*)"', opening)), None)
        self.carries = _carried(inner)

    def goes_to(self, action: str, page: str, name: str | None) -> bool:
        """Whether it is sent to `action`, and called `name` where that is given."""
        its = page if self.action is None else self.action
        same = its.partition("?")[0] == action.partition("?")[0]
        return self.posted and same and name in (None, dict(self.carries).get("form"))


def _carried(text: str) -> list[tuple[str, str]]:
    return re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', text)
