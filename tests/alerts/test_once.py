"""Exactly once, as far as SMTP allows; the further channels; and the same on both engines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from alerts.audience import masked_name
from settings.configuration import Configuration
from steps.alerts.deliver import send_waiting, tell
from steps.alerts.queue_alerts import queue_messages
from steps.database import engine_of, open_locked
from steps.nights.begin_run import begin
from steps.nights.close_run import finish
from tests.alerts.desk import NIGHT, OFFICE, Desk, new, repealed
from tests.alerts.post import Post
from tests.postgres import emptied_database, postgres, postgres_database  # noqa: F401 - two are fixtures
from tests.warehouse.conftest import migrate
from warehouse.alerts import outbox
from warehouse.db.engine import reading, writing
from warehouse.findings import store
from warehouse.sources import runs

ROOT = Path(__file__).parents[2]

KILLED = (
    "import os; from settings.reading import load_configuration;"
    "from steps.alerts.deliver import send_waiting;"
    "from warehouse.alerts import outbox; outbox.mark_sent = lambda *_, **__: os.kill(os.getpid(), 9);"
    "send_waiting(load_configuration())"
)


def test_a_run_that_fails_before_its_findings_are_kept_leaves_no_letter(desk: Desk, post: Post) -> None:
    configuration = desk.configuration
    with open_locked(configuration) as engine:
        run_id = begin(configuration, NIGHT, "sync")
        with pytest.raises(KeyboardInterrupt), writing(engine) as connection:
            run = runs.get_run(connection, run_id)
            store.apply_findings(connection, run_id, [new()], fresh_sources=set(), at=NIGHT)
            assert queue_messages(configuration, connection, run, {}) == 1
            raise KeyboardInterrupt
    assert (desk.mail(), post.raw) == ([], [])


def test_a_comparison_that_is_tried_again_writes_no_second_letter(desk: Desk, post: Post) -> None:
    configuration = desk.configuration
    with open_locked(configuration) as engine:
        run_id = begin(configuration, NIGHT, "sync")
        for _ in range(2):
            with writing(engine) as connection:
                run = runs.get_run(connection, run_id)
                store.apply_findings(connection, run_id, [new()], fresh_sources=set(), at=NIGHT)
                queue_messages(configuration, connection, run, {})
        finish(configuration, run_id)
        tell(configuration, run_id)
        tell(configuration, run_id)
    assert (len(desk.mail()), len(post.raw)) == (1, 1)


def test_a_run_killed_before_it_sent_is_told_by_the_next_one(desk: Desk, post: Post) -> None:
    configuration = desk.configuration
    with open_locked(configuration) as engine:
        run_id = begin(configuration, NIGHT, "sync")
        with writing(engine) as connection:
            run = runs.get_run(connection, run_id)
            store.apply_findings(connection, run_id, [new()], fresh_sources=set(), at=NIGHT)
            queue_messages(configuration, connection, run, {})
    assert post.raw == []
    assert dict(desk.night([new()], NIGHT + timedelta(days=1)).alerts) == {"queued": 0, "sent": 1}


def test_a_crash_between_sending_and_marking_is_the_one_double_and_bears_the_same_id(
    desk: Desk, post: Post
) -> None:
    url, desk.smtp_url = desk.smtp_url, None
    desk.night([new()])
    desk.smtp_url = url
    environment = {
        **os.environ,
        "RASOAT_HOME": str(desk.home / "var"),
        "RASOAT_CONFIG": str(desk.home / "rasoat.toml"),
        "RASOAT_SMTP_URL": str(url),
    }
    killed = subprocess.run(
        [sys.executable, "-c", KILLED], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert killed.returncode == -9, killed.stderr
    assert [row["state"] for row in desk.mail()] == ["queued"]
    assert [send_waiting(desk.configuration).sent for _ in range(2)] == [1, 0]
    assert len(post.letters) == 2
    assert len({letter["Message-ID"] for letter in post.letters}) == 1


class Channel(BaseHTTPRequestHandler):
    """Takes what Apprise posts."""

    heard: ClassVar[list[dict[str, Any]]] = []
    answer: ClassVar[int] = 200

    def do_POST(self) -> None:
        self.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.answer)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def channel() -> Iterator[str]:
    """An Apprise URL of a server on loopback."""
    Channel.heard.clear()
    Channel.answer = 200
    server = HTTPServer(("127.0.0.1", 0), Channel)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"json://lan:bi-mat@127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def with_channel(desk: Desk, url: str) -> Configuration:
    return desk.configuration.replace(notify_urls=(url,))


def night_of(configuration: Configuration) -> int:
    with open_locked(configuration) as engine:
        run_id = begin(configuration, NIGHT, "sync")
        with writing(engine) as connection:
            run = runs.get_run(connection, run_id)
            store.apply_findings(connection, run_id, [new(), repealed()], fresh_sources=set(), at=NIGHT)
            queue_messages(configuration, connection, run, {})
        finish(configuration, run_id)
        return tell(configuration, run_id)


def test_a_further_channel_hears_what_the_office_hears_and_its_secret_is_kept_nowhere(
    desk: Desk, post: Post, channel: str
) -> None:
    configuration = with_channel(desk, channel)
    night_of(configuration)
    (heard,) = Channel.heard
    assert "02 sai lệch mới" in heard["title"]
    assert "1.999862" in heard["message"]
    assert len(post.raw) == 1
    with reading(engine_of(configuration)) as connection:
        assert runs.view_rows(connection, "v_alert", where={"channel": "notify"})[0]["state"] == "sent"
    kept = b"".join(file.read_bytes() for file in (desk.home / "var").glob("rasoat.db*"))
    assert b"Thi tuy" in kept
    assert b"bi-mat" not in kept


def test_a_channel_that_refuses_keeps_its_own_letter_waiting_and_no_other(
    desk: Desk, post: Post, channel: str
) -> None:
    Channel.answer = 500
    configuration = with_channel(desk, channel)
    night_of(configuration)
    assert len(post.raw) == 1
    Channel.answer = 200
    assert send_waiting(configuration).sent == 1
    assert send_waiting(configuration).sent == 0


def test_a_channel_taken_out_of_the_settings_is_named_without_its_secret(
    desk: Desk, channel: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Channel.answer = 500
    night_of(with_channel(desk, channel))
    send_waiting(desk.configuration)
    told = capsys.readouterr()
    assert f"kênh {masked_name(channel)} không còn trong RASOAT_NOTIFY_URLS" in told.out + told.err
    assert "bi-mat" not in told.out + told.err


def test_on_postgresql_it_is_the_same(tmp_path: Path, postgres: Any, desk: Desk, post: Post) -> None:  # noqa: F811 - the fixture
    with emptied_database(postgres, migrate) as address:
        configuration = desk.configuration.replace(database_url=address)
        post.at_recipient.append("451 later")
        run_id = night_of(configuration)
        later = NIGHT + timedelta(days=400)
        with reading(engine_of(configuration)) as connection:
            assert outbox.message_counts(connection, run_id) == {"queued": 1, "sent": 0}
            assert "451" in str(outbox.last_error(connection))
            assert outbox.days_reported(connection, "findings", before=later) == {1: 1, 2: 1}
            (waiting,) = outbox.pending(connection, due_at=later)
            assert (waiting.message.recipient, waiting.attempts) == (OFFICE, 1)
        assert send_waiting(configuration, run_id=run_id, rested=True, at=later).sent == 1
        with reading(engine_of(configuration)) as connection:
            assert outbox.message_counts(connection, run_id) == {"queued": 1, "sent": 1}
            assert outbox.count_given_up(connection) == 0
        engine_of(configuration).dispose()
    assert len(post.raw) == 1
