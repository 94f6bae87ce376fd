"""`rasoat demo`: two nights on the bundled portals, from the sample workbook to the discrepancy table."""

from __future__ import annotations

import os
import secrets
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from extractors.archive.ownership import read_owner, recorded_snapshots
from portals.config import write_settings
from portals.sample_catalogue import write_sample_catalogue
from portals.scenario import Scenario, ScenarioEdit
from portals.serve import Portals
from procedures.errors import InputError
from procedures.office.accounts import Role
from procedures.proxies import DIRECT
from procedures.wording.readable_values import change_in_words
from procedures.wording.words import ATTRIBUTE_LABELS, CHANGE_KINDS, KIND_TITLES, count
from rasoat.console_tables import print_findings, print_summary
from rasoat.progress import progress_bar
from reports.discrepancies import write_discrepancies
from settings.configuration import Configuration
from settings.environment import Environment
from settings.reading import load_configuration
from steps.announcements.draft_decision import draft_decision
from steps.catalogue.import_catalogue import import_catalogue
from steps.database import database_name, recreate_database
from steps.findings.finding_queries import data_as_of, list_changes, list_findings, list_runs
from steps.nights.night import NightRequest
from steps.nights.reporting.run_summary import Summary
from steps.nights.run_now import sync_now
from steps.office.accounts import add_user
from steps.office.periodic_reports import write_reports
from steps.sources.archive import archive_of

TABLE_LINES = 15
"""Lines shown of the discrepancy table."""

SITE_PORT = 8000
"""Preferred port of the review site; another one if it is in use."""

DRAFTED_DECISION = "627/QĐ-BNV"
"""The ministry decision that the scenario's second night brings."""

MADE_BY = "demo"
"""Marks the runs of the demo, so that it never empties another database."""


def run_demo(*, keep_serving: bool) -> int:
    """Run both nights and the reports; return 0 if both ended as in the scenario.

    Raises:
        InputError: the database has runs that are not the demo's.
    """
    home = Path(os.environ.get("RASOAT_HOME") or "var/demo").absolute()
    home.mkdir(parents=True, exist_ok=True)
    scenario = Scenario.load()
    with Portals(scenario) as portals:
        settings = write_settings(
            home / "rasoat.toml", portals.national.base_url, portals.provincial.base_url
        )
        loaded = load_configuration(Environment(home=home, config=settings))
        sources = tuple(each.replace(proxy=DIRECT) for each in loaded.sources)
        configuration = loaded.replace(purpose=MADE_BY, sources=sources)
        _clear(configuration)
        return _play(configuration, scenario, portals, keep_serving)


def _play(configuration: Configuration, scenario: Scenario, portals: Portals, keep_serving: bool) -> int:
    home = configuration.home
    print("Cổng mẫu chạy trên máy này, với bản ghi thật của Bộ Nội vụ và bốn bộ, ngành khác.")
    print(f"Kịch bản: {scenario.title}. Phần do kịch bản hoặc quy tắc đặt ra được ghi rõ bên dưới.\n")
    workbook = home / "danh-muc-so-noi-vu.xlsx"
    write_sample_catalogue(workbook)
    nights = scenario.nights
    imported = import_catalogue(configuration, workbook, None, nights[0].as_of - timedelta(hours=10))
    print("── Nhập danh mục mẫu của Sở")
    print_summary(imported)
    summaries = []
    for number, night in enumerate(nights, 1):
        portals.night = number
        with progress_bar() as progress:
            summary = sync_now(configuration, NightRequest(night.as_of), progress)
        print(f"\n── Đêm {number}: {night.as_of:%d/%m/%Y}")
        print_summary(summary)
        summaries.append(summary)
    as_scripted = _print_changes(configuration, scenario, summaries[-1])
    table = _print_findings(configuration)
    print(f"\nBảng sai lệch: {table}")
    for file in _write_papers(configuration, scenario):
        print(f"Báo cáo: {file}")
    print(f"Cơ sở dữ liệu: {database_name(configuration)}")
    print(f"Thiết lập: {home / 'rasoat.toml'}")
    if [each.status for each in summaries] != ["complete", "degraded"]:
        as_scripted = False
    print("Hai đêm đã diễn ra đúng kịch bản." if as_scripted else "Hai đêm KHÔNG diễn ra như kịch bản.")
    if keep_serving:
        addresses = f"{portals.national.base_url} và {portals.provincial.base_url}"
        print(f"Các cổng mẫu còn chạy: {addresses}")
        _serve(configuration)
    return 0 if as_scripted else 1


def _serve(configuration: Configuration) -> None:
    """Open the review site with a temporary account, until Ctrl-C."""
    from review.serve import free_port, serving

    password = secrets.token_urlsafe(9)
    name = add_user(configuration, "demo", Role.ADMIN, password)
    with serving(configuration, port=free_port(SITE_PORT)) as address:
        print(f"Trang web: {address} — tài khoản {name}, mật khẩu {password}; dừng bằng Ctrl-C", flush=True)
        threading.Event().wait()


def _print_changes(configuration: Configuration, scenario: Scenario, summary: Summary) -> bool:
    """Print the changes on the national portal; return whether they are those of the scenario."""
    rows = [row for row in list_changes(configuration, summary.run_id) if row["source"] == "national"]
    reasons = scenario.reasons(len(scenario.nights), "national")
    print("\n── Thay đổi trên Cổng DVC quốc gia trong đêm qua")
    for (kind, attribute, reason), alike in groupby(rows, key=lambda row: _group_key(row, reasons)):
        group = list(alike)
        words = CHANGE_KINDS[kind] + (f" ({ATTRIBUTE_LABELS[attribute]})" if attribute else "")
        print(f"  {words}: {', '.join(row['code'] for row in group)}")
        for row in group if attribute else ():
            old, new = change_in_words(row["attribute"], row["old_value"], row["new_value"])
            print(f"      trước: {_short(old)}\n      nay:   {_short(new)}")
        print(f"      [{reason}]")
    actual = Counter((row["code"], row["kind"]) for row in rows)
    expected = Counter(pair for edit in scenario.nights[-1].edits for pair in _expected(edit))
    for code, kind in (expected - actual) + (actual - expected):
        print(f"  khác kịch bản: {code} {CHANGE_KINDS[kind]}")
    return actual == expected


def _group_key(row: Mapping[str, Any], reasons: Mapping[str, str]) -> tuple[str, str | None, str]:
    return row["kind"], row["attribute"], reasons.get(row["code"], "KHÔNG có trong kịch bản")


def _expected(edit: ScenarioEdit) -> Sequence[tuple[str, str]]:
    """Return the rows of `v_change` (code and kind) that an edit of the national portal causes."""
    if edit.portal != "national" or edit.kind == "fault":
        return ()
    if edit.kind == "amend":
        kind = "repealed" if edit.values["path"] == "state" else "changed"
    else:
        kinds = {
            "publish": "new",
            "restore": "new",
            "drop": "missing",
            "relevel": "changed",
            "retype": "cosmetic",
        }
        kind = kinds[edit.kind]
    return [(code, kind) for code in edit.codes]


def _print_findings(configuration: Configuration) -> Path:
    rows = list_findings(configuration, kind=None, status=None, division=None)
    print(f"\n── Bảng sai lệch: {count(len(rows))} mục chưa xử lý")
    kinds = Counter(row["kind"] for row in rows)
    for kind, number in kinds.most_common():
        print(f"  {number:>4}  {KIND_TITLES[kind]}")
    print_findings(rows, limit=TABLE_LINES)
    as_of, notes = data_as_of(configuration)
    for note in notes:
        print(note)
    path = configuration.reports / f"bang-sai-lech-{as_of:%Y-%m-%d}.xlsx"
    write_discrepancies(path, rows, department=configuration.department.name, as_of=as_of, notes=notes)
    return path


def _write_papers(configuration: Configuration, scenario: Scenario) -> list[Path]:
    """Write the reports of both nights and the quarter, and the draft on the second night's decision."""
    folder = configuration.reports
    files = []
    for night in scenario.nights:
        files += write_reports(configuration, "nightly", night.as_of, folder)
    files += write_reports(configuration, "quarterly", scenario.nights[-1].as_of, folder)
    draft = folder / f"du-thao-{DRAFTED_DECISION.replace('/', '-')}.docx"
    draft_decision(configuration, DRAFTED_DECISION, draft)
    return [*files, draft]


def _clear(configuration: Configuration) -> None:
    """Empty the database of an earlier demo; refuse one, or an archive, that holds anything else."""
    known = list_runs(configuration)
    foreign = [run for run in known if run.origin.word != MADE_BY]
    if foreign:
        raise InputError(
            f"{database_name(configuration)}: có {count(len(foreign))} lần chạy không phải của bản chạy thử; "
            "hãy đặt RASOAT_HOME hoặc RASOAT_DATABASE_URL khác"
        )
    archive = archive_of(configuration)
    owner = read_owner(archive)
    if (owner is not None and owner.purpose != MADE_BY) or (not known and recorded_snapshots(archive)):
        raise InputError(
            f"{configuration.archive_name}: có các đêm không phải của bản chạy thử; hãy đặt RASOAT_HOME khác"
        )
    recreate_database(configuration)


def _short(value: str | None, limit: int = 110) -> str:
    text = " ".join((value or "—").split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
