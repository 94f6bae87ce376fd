"""From the portals' bytes to the office's mailbox, night by night, and what commands say of mail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from portals.scenario import Scenario
from settings.configuration import Configuration
from settings.environment import Environment
from settings.reading import load_configuration
from steps.nights.reporting.run_summary import Summary
from tests.addresses import bundled
from tests.alerts.desk import OFFICE
from tests.alerts.post import Post, Server
from tests.alerts.test_messages import body
from tests.office import NIGHTS, Office


class Written(Office):
    """An office with a mail server."""

    smtp_url: str | None = None

    @property
    def configuration(self) -> Configuration:
        return load_configuration(
            Environment(home=self.home / "var", config=self.settings, smtp_url=self.smtp_url, _env_file=None)
        )


@pytest.fixture
def office(small_office: Office) -> Office:
    return small_office


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Written, Post, list[Summary]]]:
    """The demo's scenario, a night that confirms an absence, and a quiet one, with every letter they make."""
    post = Post()
    server = Server(post)
    server.start()
    with bundled(Scenario.load()) as portals:
        office = Written(
            tmp_path_factory.mktemp("told"), portals, alerts={"recipients": [OFFICE], "digest_over": 60}
        )
        office.smtp_url = server.url()
        ends = office.live_through(2)
        ends += [office.night(night, "national") for night in NIGHTS[2:4]]
        yield office, post, ends
    server.stop(no_assert=True)


Told = tuple[Written, Post, list[Summary]]


def letter_of(told: Told, run: int) -> EmailMessage:
    _, post, _ = told
    return post.letters[run]


def test_each_run_that_opened_something_made_one_letter_and_the_quiet_one_none(told: Told) -> None:
    office, post, ends = told
    assert [dict(end.alerts) for end in ends] == [{"queued": 1, "sent": 1}] * 4 + [{"queued": 0, "sent": 0}]
    rows = office.rows("v_alert")
    assert [row["kind"] for row in rows] == ["baseline", "baseline", "findings", "findings"]
    assert [row["finding_count"] for row in rows] == [end.findings["opened"] for end in ends[:4]]
    assert len(post.letters) == 4


def test_the_baseline_is_one_letter_that_calls_itself_so_with_a_workbook(told: Told) -> None:
    letter = letter_of(told, 1)
    assert "lần đối chiếu đầu tiên" in letter["Subject"]
    assert "là hiện trạng, không phải thay đổi trong đêm" in body(letter)
    assert [str(part.get_filename())[-5:] for part in letter.iter_attachments()] == [".xlsx"]


def test_the_night_after_a_decision_the_office_reads_what_to_do_and_by_when(told: Told) -> None:
    for kind in ("plain", "html"):
        text = body(letter_of(told, 2), kind)
        for needed in (
            "Quyết định số 862/QĐ-BNV của Bộ Nội vụ",
            "21/07/2026",
            "04/08/2026",
            "hạn nội bộ",
            "1.999862",
            "Quyết định số 627/QĐ-BNV",
            "QUÁ HẠN tham mưu công bố",
            "thay bằng 1.013702",
            "Phí, lệ phí:",
            "1.014199",
        ):
            assert needed in text, (kind, needed)
    assert text.count("cosmetic") == 0


def test_what_is_missing_is_no_news_before_a_second_night_confirms_it(told: Told) -> None:
    assert "1.009467" not in body(letter_of(told, 2))
    assert "1.009467" in body(letter_of(told, 3))
    assert "nghi bãi bỏ" in body(letter_of(told, 3))


def test_status_tells_what_waits_and_why(office: Office) -> None:
    office.configure(alerts={"recipients": [OFFICE]})
    office.take_in(office.sample_catalogue())
    report = json.loads(office.rasoat("status", "--json").stdout)
    assert (report["alerts_waiting"], report["alerts_trouble"]) == (1, "chưa đặt RASOAT_SMTP_URL")
    assert "đang chờ gửi: 1 — chưa đặt RASOAT_SMTP_URL" in office.rasoat("status").stdout
    away = {"RASOAT_SMTP_URL": "smtp://127.0.0.1:1"}
    assert "còn chờ 01 thư" in office.rasoat("alerts", "send", **away).stdout
    assert "127.0.0.1:1" in office.rasoat("status", **away).stdout


def test_the_doctor_asks_the_mail_server_and_sends_nothing(office: Office) -> None:
    post = Post()
    server = Server(post)
    server.start()
    office.configure(alerts={"recipients": [OFFICE]})
    good = office.rasoat("doctor", "--live", RASOAT_SMTP_URL=server.url())
    server.stop(no_assert=True)
    assert good.returncode == 0, good.stdout
    assert "máy chủ thư: 127.0.0.1" in good.stdout
    away = office.rasoat("doctor", "--live", RASOAT_SMTP_URL="smtp://lan:bi-mat@127.0.0.1:1")
    assert away.returncode == 1
    assert "HỎNG  máy chủ thư" in away.stdout
    assert "bi-mat" not in away.stdout + away.stderr
    assert post.raw == []


def test_the_doctor_names_a_broken_template(office: Office, tmp_path: Path) -> None:
    (tmp_path / "mau").mkdir()
    (tmp_path / "mau" / "night.txt").write_text("{{ letter.tieu_de }}", encoding="utf-8")
    office.configure(alerts={"recipients": [OFFICE], "templates": "mau"})
    seen = office.rasoat("doctor")
    assert seen.returncode == 1
    assert f"{tmp_path / 'mau' / 'night.txt'}, dòng 1" in seen.stdout
    ended = office.rasoat("sync")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "dòng 1" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_bad_mail_address_of_the_environment_ends_every_command_with_one_line(office: Office) -> None:
    ended = office.rasoat("status", RASOAT_SMTP_URL="smtp://lan:bi-mat@mail.example:cổng")
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1
    assert "RASOAT_SMTP_URL" in ended.stderr
    assert "bi-mat" not in ended.stderr
