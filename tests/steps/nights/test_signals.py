"""What is heard outside of how a night ended: the heartbeat, the file of figures, the last line, the log."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from portals.serve import Portals
from procedures.errors import InputError, WarehouseError
from settings.monitoring import MonitoringSettings
from steps.alerts.watchdog import watch
from steps.database import engine_of, open_locked
from steps.nights import heartbeat
from tests.extractors.loopback import Asked, Loopback, Say
from tests.extractors.middleman import Middleman
from tests.office import EVENING, NIGHTS, SmallOffice, keep_few
from warehouse.db.engine import writing
from warehouse.sources import runs


@pytest.fixture
def listener() -> Iterator[Loopback]:
    with Loopback(lambda _asked: Say(b"OK")) as loopback:
        yield loopback


@pytest.fixture
def small(tmp_path: Path, portals: Portals) -> SmallOffice:
    keep_few(portals)
    return SmallOffice(tmp_path, portals)


def watched(office: SmallOffice, **values: Any) -> SmallOffice:
    """The office with these settings of `[monitoring]`."""
    with office.settings.open("a", encoding="utf-8") as file:
        file.write(
            "\n[monitoring]\n" + "".join(f"{name} = {json.dumps(each)}\n" for name, each in values.items())
        )
    return office


def figure(file: Path, name: str) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(file.read_text(encoding="utf-8"))
    samples = [sample for family in families for sample in family.samples if sample.name == name]
    return {
        tuple(value for key, value in sorted(s.labels.items()) if key != "office"): s.value for s in samples
    }


def test_a_night_calls_once_and_leaves_its_figures(small: SmallOffice, listener: Loopback) -> None:
    watched(small, heartbeat_url=f"{listener.url}/ping/ab-12", textfile="out/rasoat.prom")
    done = small.night(NIGHTS[0])
    assert done.status == "complete"
    assert listener.paths == ["/ping/ab-12"]
    assert listener.asked[0].headers["user-agent"].startswith("rasoat/")
    file = small.home / "out" / "rasoat.prom"
    assert [each.name for each in file.parent.iterdir()] == ["rasoat.prom"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    complete = figure(file, "rasoat_source_last_complete_timestamp_seconds")
    assert complete[("national",)] == datetime.fromisoformat(NIGHTS[0]).timestamp()
    steps = figure(file, "rasoat_night_step_seconds")
    assert {("national", "extract"), ("provincial", "load"), ("national", "list_services")} <= set(steps)
    assert {("", "begin"), ("", "reconcile"), ("", "tidy")} <= set(steps)
    assert figure(file, "rasoat_night_duration_seconds")[()] < 60


def test_how_a_night_ends_is_what_is_called(small: SmallOffice, listener: Loopback) -> None:
    watched(small, heartbeat_url=f"{listener.url}/ping?create=1")
    small.portals.provincial.faults.order(name="challenge_200", where="all")
    assert small.night(NIGHTS[0]).status == "degraded"
    small.portals.national.faults.order(name="error_500", where="all")
    small.portals.provincial.faults.clear()
    small.portals.provincial.faults.order(name="error_500", where="all")
    small.night(NIGHTS[1], "national")
    assert small.night(NIGHTS[2]).status == "failed"
    with pytest.raises(InputError):
        small.night(EVENING)
    with open_locked(small.configuration):
        assert small.rasoat("sync").returncode == 4
    assert listener.paths == ["/ping?create=1", "/ping/fail?create=1"]


def test_a_night_without_its_database_failed(small: SmallOffice, listener: Loopback) -> None:
    watched(small, heartbeat_url=listener.url, textfile="rasoat.prom")
    done = small.rasoat("sync", RASOAT_DATABASE_URL="postgresql+psycopg://a@127.0.0.1:1/b")
    assert done.returncode == 1
    assert listener.paths == ["/fail"]
    assert not (small.home / "rasoat.prom").exists()


def test_nobody_listening_changes_nothing(small: SmallOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "PAUSE", 0.0)
    (small.home / "a file").write_text("")
    watched(small, heartbeat_url="http://127.0.0.1:1/ping/geheim-77", textfile="a file/rasoat.prom")
    done = small.rasoat("sync", "--as-of", NIGHTS[0])
    assert done.returncode == 0, done.stderr
    assert "không báo được cho nơi giám sát" in done.stderr
    assert "không ghi được tệp số liệu giám sát" in done.stderr
    assert "geheim-77" not in done.stderr + done.stdout


@pytest.mark.parametrize("statuses, calls, heard", [
    ([200], 1, True), ([503, 200], 2, True), ([503, 503, 503], 3, False), ([404], 1, False),
])  # fmt: skip
def test_a_call_is_tried_again_where_that_may_help(
    monkeypatch: pytest.MonkeyPatch, statuses: list[int], calls: int, heard: bool
) -> None:
    monkeypatch.setattr(heartbeat, "PAUSE", 0.0)
    left = iter(statuses)
    with Loopback(lambda _asked: Say(b"", next(left))) as loopback:
        settings = MonitoringSettings(heartbeat_url=loopback.url)
        assert heartbeat.send_heartbeat(settings, success=True) is heard
        assert len(loopback.asked) == calls


def test_a_call_that_is_never_answered_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "TRIES", 1)

    def drip(_asked: Asked) -> Say:
        return Say(b"x" * 100, drip=1.0)

    with Loopback(drip) as loopback:
        settings = MonitoringSettings(heartbeat_url=loopback.url, heartbeat_timeout=0.3)
        assert not heartbeat.send_heartbeat(settings, success=True)


def test_a_call_takes_the_way_of_the_proxies(listener: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    towards = ("127.0.0.1", int(listener.url.rpartition(":")[2]))
    away = MonitoringSettings(heartbeat_url="http://hc.example.invalid/ping")
    with Middleman(towards) as proxy:
        monkeypatch.setenv("http_proxy", f"http://{proxy.address}")
        monkeypatch.setenv("no_proxy", "")
        assert heartbeat.send_heartbeat(away, success=True)
        own = away.replace(proxy="direct", heartbeat_url=listener.url)
        assert heartbeat.send_heartbeat(own, success=True)
        assert proxy.asked == ["GET http://hc.example.invalid/ping"]
    monkeypatch.delenv("http_proxy")
    with Middleman(towards) as proxy:
        through = away.replace(proxy=f"http://{proxy.address}")
        assert heartbeat.send_heartbeat(through, success=False)
        assert proxy.asked == ["GET http://hc.example.invalid/ping/fail"]
    assert listener.paths == ["/ping", "/", "/ping/fail"]


def test_the_watch_writes_of_nights_that_did_not_come(small: SmallOffice) -> None:
    watched(small, textfile="rasoat.prom")
    with open_locked(small.configuration), writing(engine_of(small.configuration)) as connection:
        run_id = runs.begin_run(
            connection,
            as_of=datetime(2020, 1, 1, tzinfo=UTC),
            kind="sync",
            at=datetime(2020, 1, 1, tzinfo=UTC),
        )
        runs.finish_run(connection, run_id, "complete", at=datetime(2020, 1, 1, tzinfo=UTC))
    watch(small.configuration)
    assert figure(small.home / "rasoat.prom", "rasoat_nights_missed")[()] > 2000


def test_an_import_leaves_its_figures_and_calls_nobody(small: SmallOffice, listener: Loopback) -> None:
    watched(small, heartbeat_url=listener.url, textfile="rasoat.prom")
    small.take_in(small.sample_catalogue(), EVENING)
    assert figure(small.home / "rasoat.prom", "rasoat_source_complete")[("catalogue",)] == 1
    assert listener.paths == []


def test_the_last_line_tells_the_night_and_the_log_its_run_and_source(small: SmallOffice) -> None:
    small.portals.provincial.faults.order(name="challenge_200", where="all")
    done = small.rasoat("sync", "--as-of", NIGHTS[0], RASOAT_LOG="json")
    assert done.returncode == 3
    last = done.stdout.splitlines()[-1]
    assert last.startswith("Lần chạy 1: ")
    assert "Cổng DVC quốc gia: Đủ, Cổng DVC tỉnh: Cổng từ chối truy cập" in last
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert {line["run"] for line in lines} == {1}
    assert {line["source"] for line in lines if line["event"] == "đã đọc nguồn"} == {"national", "provincial"}
    assert all({"event", "level", "timestamp"} <= set(line) for line in lines)


def test_a_night_whose_durations_cannot_be_kept_is_whole(
    small: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise WarehouseError("đầy")

    monkeypatch.setattr(runs, "record_durations", refuse)
    assert small.night(NIGHTS[0]).status == "complete"
