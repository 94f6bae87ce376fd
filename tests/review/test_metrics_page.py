"""`/metrics`: what it says, and to whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from procedures.errors import LockedError
from review.serve import serving
from settings.configuration import Configuration
from settings.monitoring import MonitoringSettings
from settings.site import SiteSettings
from steps.database import engine_of, open_locked
from steps.nights.reporting.metrics import metrics
from tests.review.desk import Visitor
from tests.warehouse.nights import at
from warehouse.db.engine import writing
from warehouse.sources import runs


def figures(text: str) -> dict[str, float]:
    """Each value, as `name{label="value"}` without the office, which all have."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = dict(sample.labels)
            assert labels.pop("office") == "Sở Nội vụ tỉnh Hà Tĩnh"
            words = ",".join(f"{name}={value}" for name, value in sorted(labels.items()))
            found[f"{sample.name}{{{words}}}" if words else sample.name] = sample.value
    return found


def test_the_morning_in_figures(lan: Visitor, office: Configuration) -> None:
    answer = lan.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    seen = figures(answer.text)
    assert seen["rasoat_source_last_complete_timestamp_seconds{source=national}"] == at(23).timestamp()
    assert seen["rasoat_source_last_complete_timestamp_seconds{source=catalogue}"] == at(21).timestamp()
    assert seen["rasoat_source_complete{source=provincial}"] == 1
    assert seen["rasoat_source_procedures{source=national}"] == 2
    assert seen["rasoat_source_held_snapshots{source=national}"] == 0
    assert {name: number for name, number in seen.items() if "findings" in name} == {
        "rasoat_findings_open{severity=critical}": 0,
        "rasoat_findings_open{severity=high}": 1,
        "rasoat_findings_open{severity=medium}": 2,
        "rasoat_findings_open{severity=low}": 1,
    }
    for name in ("letters_waiting", "letters_given_up", "quarantine_waiting", "runs_dated_ahead"):
        assert seen[f"rasoat_{name}"] == 0
    assert seen["rasoat_disk_free_bytes"] > 0


def test_a_new_office_has_figures_too(tmp_path) -> None:
    from tests.review.desk import configuration

    seen = figures(metrics(configuration(tmp_path / "neu")).decode())
    assert seen["rasoat_nights_missed"] == 0
    assert "rasoat_night_last_success_timestamp_seconds" not in seen


@pytest.mark.parametrize(
    "hours, missed", [(25, 0), (25.99, 0), (26.1, 1), (49.9, 1), (50.1, 2), (24 * 7 + 1, 6), (24 * 7 + 3, 7)]
)
def test_missed_nights_are_counted_once_mail_would_tell(
    office: Configuration, hours: float, missed: int
) -> None:
    last = datetime.now(UTC)
    with writing(engine_of(office)) as connection:
        run_id = runs.begin_run(connection, as_of=last, kind="sync", at=last)
        runs.finish_run(connection, run_id, "complete", at=last)
    seen = figures(metrics(office, last + timedelta(hours=hours)).decode())
    assert seen["rasoat_nights_missed"] == missed


def test_steps_have_their_seconds_where_a_night_kept_them(office: Configuration) -> None:
    with writing(engine_of(office)) as connection:
        run_id = runs.begin_run(connection, as_of=at(24), kind="sync", at=at(24))
        runs.finish_run(connection, run_id, "degraded", at=at(24) + timedelta(seconds=90))
        runs.record_durations(connection, run_id, {("extract", "national"): 61.2345, ("reconcile", ""): 2.0})
    seen = figures(metrics(office).decode())
    assert seen["rasoat_night_duration_seconds"] == 90
    assert seen["rasoat_night_step_seconds{source=national,step=extract}"] == 61.234
    assert seen["rasoat_night_step_seconds{source=,step=reconcile}"] == 2
    assert seen["rasoat_night_last_success_timestamp_seconds"] == (at(24) + timedelta(seconds=90)).timestamp()


def test_figures_are_given_while_a_night_runs(lan: Visitor, office: Configuration) -> None:
    with open_locked(office):
        assert lan.get("/metrics").status_code == 200
        with pytest.raises(LockedError), open_locked(office):
            pass


FROM_HERE, FROM_ELSEWHERE = ("127.0.0.0/8",), ("10.0.0.7",)


@pytest.mark.parametrize(
    "metrics_from, proxies, headers, status",
    [
        ((), (), {}, 303),
        (FROM_HERE, (), {}, 200),
        (("127.0.0.1",), (), {}, 200),
        (FROM_ELSEWHERE, (), {}, 303),
        (FROM_ELSEWHERE, (), {"X-Forwarded-For": "10.0.0.7"}, 303),
        (FROM_HERE, (), {"X-Forwarded-For": "203.0.113.9"}, 303),
        (FROM_HERE, (), {"Forwarded": "for=203.0.113.9"}, 303),
        (FROM_ELSEWHERE, ("127.0.0.1",), {"X-Forwarded-For": "10.0.0.7"}, 200),
        (FROM_HERE, ("127.0.0.1",), {"X-Forwarded-For": "203.0.113.9"}, 303),
        (FROM_ELSEWHERE, ("127.0.0.1",), {"X-Forwarded-For": "10.0.0.7, 203.0.113.9"}, 303),
        (FROM_ELSEWHERE, ("127.0.0.1",), {"X-Forwarded-For": "unknown"}, 303),
    ],
)
def test_who_is_not_signed_in_is_judged_by_the_address_that_can_be_believed(
    office: Configuration,
    metrics_from: tuple[str, ...],
    proxies: tuple[str, ...],
    headers: dict[str, str],
    status: int,
) -> None:
    open_to = office.replace(
        monitoring=MonitoringSettings(metrics_from=metrics_from), site=SiteSettings(trusted_proxies=proxies)
    )
    with serving(open_to) as address, Visitor(address, **headers) as one:
        assert one.get("/metrics").status_code == status
        assert one.get("/").status_code == 303


def test_a_second_header_of_a_trusted_proxy_counts_not_the_first_of_a_stranger(
    office: Configuration,
) -> None:
    open_to = office.replace(
        monitoring=MonitoringSettings(metrics_from=FROM_ELSEWHERE),
        site=SiteSettings(trusted_proxies=("127.0.0.1",)),
    )
    with serving(open_to) as address, Visitor(address) as one:
        forged = [("X-Forwarded-For", "10.0.0.7"), ("X-Forwarded-For", "203.0.113.9")]
        assert one.get("/metrics", headers=forged).status_code == 303


def test_an_address_of_version_4_is_the_same_in_version_6() -> None:
    monitoring = MonitoringSettings(metrics_from=("10.0.0.0/24", "fd00::/8"))
    assert monitoring.allows_metrics_to("::ffff:10.0.0.9")
    assert monitoring.allows_metrics_to("fd12::1")
    assert not monitoring.allows_metrics_to("10.0.1.9")
    assert not monitoring.allows_metrics_to("")
