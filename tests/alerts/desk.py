"""An office's warehouse without portals: findings are put in, and what follows is mailed."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from portals.config import write_settings
from procedures.findings import Finding, FindingKind, Severity
from settings.configuration import Configuration
from settings.environment import Environment
from settings.reading import load_configuration
from steps.alerts.deliver import tell
from steps.alerts.queue_alerts import queue_messages
from steps.database import engine_of, open_locked
from steps.nights.begin_run import begin
from steps.nights.close_run import finish
from steps.nights.reporting.run_summary import Summary, summarise
from warehouse.db.engine import reading, writing
from warehouse.findings import store
from warehouse.sources import runs

OFFICE = "vanphong@sonoivu.example"
NIGHT = datetime.fromisoformat("2026-11-23T02:00:00+07:00")


class Desk:
    """One installation with its settings and mail server."""

    def __init__(self, home: Path, smtp_url: str | None = None, **alerts: Any) -> None:
        self.home = home
        self.smtp_url = smtp_url
        self.alerts: Mapping[str, Any] = {"recipients": [OFFICE]} | alerts

    @property
    def configuration(self) -> Configuration:
        write_settings(self.home / "rasoat.toml", "http://n.example", "http://p.example", alerts=self.alerts)
        return load_configuration(
            Environment(
                home=self.home / "var",
                config=self.home / "rasoat.toml",
                smtp_url=self.smtp_url,
                _env_file=None,
            )
        )

    def night(self, found: Iterable[Finding], as_of: datetime = NIGHT) -> Summary:
        """One run in which these findings hold."""
        configuration = self.configuration
        with open_locked(configuration) as engine:
            run_id = begin(configuration, as_of, "sync")
            with writing(engine) as connection:
                run = runs.get_run(connection, run_id)
                store.apply_findings(
                    connection, run_id, found, fresh_sources={"catalogue", "national"}, at=as_of
                )
                queue_messages(configuration, connection, run, {})
            finish(configuration, run_id)
            tell(configuration, run_id)
            return summarise(configuration, run_id)

    def mail(self) -> list[dict[str, Any]]:
        """Rows of `v_alert`, the oldest first."""
        with reading(engine_of(self.configuration)) as connection:
            return runs.view_rows(connection, "v_alert", order_by=("alert_id",))


def fresh(template: Path, home: Path) -> None:
    """A warehouse of the current version with nothing in it."""
    (home / "var").mkdir(parents=True)
    shutil.copy(template, home / "var" / "rasoat.db")


def new(number: int = 862, code: str = "1.999862", **said: Any) -> Finding:
    """A procedure that a decision of Bộ Nội vụ announced and the catalogue lacks."""
    values: dict[str, Any] = {
        "kind": FindingKind.NEW_FROM_MINISTRY,
        "severity": Severity.HIGH,
        "subject": code,
        "code": code,
        "name": "Thi tuyển viên chức",
        "due_date": date(2026, 12, 4),
        "sources": frozenset({"catalogue", "national"}),
        "evidence": {"decision_number": f"{number}/QĐ-BNV", "due_basis": "internal"},
    }
    return Finding(**(values | said))


def repealed(code: str = "1.000414", **said: Any) -> Finding:
    """A procedure of a division that is gone nationally and still in the catalogue."""
    values: dict[str, Any] = {
        "kind": FindingKind.REPEALED_STILL_LISTED,
        "severity": Severity.HIGH,
        "subject": code,
        "code": code,
        "name": "Rút tiền ký quỹ của doanh nghiệp cho thuê lại lao động",
        "division": "Phòng Lao động, việc làm",
        "sources": frozenset({"catalogue", "national"}),
    }
    return Finding(**(values | said))
