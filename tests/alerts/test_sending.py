"""Mail over real servers: what they take, refuse, put off, or drop."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
import time_machine

from steps.alerts.deliver import send_between_runs, send_waiting
from steps.sources.status import current_status
from tests.alerts.desk import NIGHT, OFFICE, Desk, new, repealed
from tests.alerts.post import PASSWORD, USER, Post, Server

# the plain server asks for a log-in without TLS, as the settings allow
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

Serve = Callable[..., Server]
WHO = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@"


def states(desk: Desk) -> list[tuple[str, int]]:
    return [(row["state"], row["attempts"]) for row in desk.mail()]


def test_the_office_hears_of_a_new_procedure_with_all_that_it_needs(desk: Desk, post: Post) -> None:
    summary = desk.night([new()])
    assert dict(summary.alerts) == {"queued": 1, "sent": 1}
    (letter,) = post.letters
    assert letter["To"] == OFFICE
    assert "01 sai lệch mới; hạn sớm nhất 04/12/2026" in letter["Subject"]
    for kind in ("plain", "html"):
        part = letter.get_body((kind,))
        assert part is not None
        body = part.get_content()
        for needed in ("1.999862", "Thi tuyển viên chức", "862/QĐ-BNV", "04/12/2026", "hạn nội bộ"):
            assert needed in body, (kind, needed)


def test_the_second_run_does_not_mail_again(desk: Desk, post: Post) -> None:
    desk.night([new()])
    again = desk.night([new()], NIGHT + timedelta(days=1))
    assert dict(again.alerts) == {"queued": 0, "sent": 0}
    assert len(post.raw) == 1


@pytest.mark.parametrize("tls, scheme", [("starttls", "smtp+starttls"), ("tls", "smtps"), ("", "smtp")])
def test_a_server_that_wants_a_log_in_gets_it(
    tls: str, scheme: str, desk: Desk, post: Post, serve: Serve, trusted: tuple[Path, ssl.SSLContext]
) -> None:
    file, context = trusted
    desk.smtp_url = serve(tls=tls, context=context, login=True).url(scheme, WHO)
    desk.alerts = {**desk.alerts, "ca_file": str(file)}
    assert desk.night([new()]).alerts["sent"] == 1
    (letter,) = post.letters
    assert letter["From"] == USER


def test_a_wrong_password_is_told_to_nobody(
    desk: Desk, post: Post, serve: Serve, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.smtp_url = serve(login=True).url("smtp", "nguoi:khong-phai-mat-khau@")
    assert dict(desk.night([new()]).alerts) == {"queued": 1, "sent": 0}
    assert states(desk) == [("queued", 1)]
    told = capsys.readouterr()
    assert "không cho đăng nhập" in told.out + told.err
    assert "khong-phai-mat-khau" not in told.out + told.err + caplog.text + repr(desk.configuration)


def test_a_certificate_that_nobody_vouches_for_gets_no_mail(
    desk: Desk, post: Post, serve: Serve, trusted: tuple[Path, ssl.SSLContext]
) -> None:
    desk.smtp_url = serve(tls="starttls", context=trusted[1], login=True).url("smtp+starttls", WHO)
    desk.night([new()])
    assert (states(desk), post.raw) == ([("queued", 1)], [])


@pytest.mark.parametrize(
    "where, answer",
    [
        ("at_recipient", "550 no such user here"),
        ("at_recipient", "451 greylisted, try again later"),
        ("at_data", "552 too big"),
        ("at_data", "hang up"),
        ("at_data", "silence"),
    ],
)
def test_what_was_not_taken_waits_and_the_next_run_sends_it_once(
    where: str, answer: str, desk: Desk, post: Post, serve: Serve
) -> None:
    desk.smtp_url = serve().url(timeout=0.4)
    getattr(post, where).append(answer)
    first = desk.night([new()])
    assert (first.status, first.exit_code, dict(first.alerts)) == ("complete", 0, {"queued": 1, "sent": 0})
    assert states(desk) == [("queued", 1)]
    second = desk.night([new()], NIGHT + timedelta(days=1))
    assert dict(second.alerts) == {"queued": 0, "sent": 1}
    assert states(desk) == [("sent", 2)]
    desk.night([new()], NIGHT + timedelta(days=2))
    assert len(post.raw) == 1


def test_a_repeat_bears_the_same_message_id(desk: Desk, post: Post) -> None:
    post.at_data += ["451 later", "250 OK"]
    desk.night([new()])
    desk.night([new()], NIGHT + timedelta(days=1))
    (letter,) = post.letters
    assert letter["Message-ID"] == f"<{desk.mail()[0]['dedupe_key']}@rasoat.local>"


def test_between_runs_the_pauses_grow(desk: Desk, post: Post) -> None:
    post.at_recipient += ["451 greylisted"] * 4
    tried = []
    with time_machine.travel(NIGHT, tick=False) as clock:
        desk.night([new()])
        for minute in range(0, 600, 5):
            clock.move_to(NIGHT + timedelta(minutes=minute))
            before = len(post.seen)
            send_between_runs(desk.configuration)
            if len(post.seen) > before:
                tried.append(minute)
    assert tried == [5, 20, 80, 320]
    assert states(desk) == [("sent", 5)]


def test_after_a_week_of_refusals_a_message_is_given_up_and_the_others_go_out(desk: Desk, post: Post) -> None:
    post.at_recipient += ["550 no such user"] * 100
    with time_machine.travel(NIGHT, tick=False) as clock:
        desk.night([new()])
        for day in range(1, 12):
            clock.move_to(NIGHT + timedelta(days=day))
            with_lock = send_between_runs(desk.configuration)
    assert with_lock.waiting == 0
    assert states(desk) == [("failed", 10)]
    post.at_recipient.clear()
    desk.night([new(), repealed()], NIGHT + timedelta(days=12))
    assert [row["state"] for row in desk.mail()] == ["failed", "sent"]


def test_one_refused_recipient_keeps_nobody_else_waiting(desk: Desk, post: Post) -> None:
    desk.alerts = {"recipients": ["cu@sonoivu.example", OFFICE]}
    post.at_recipient.append("550 gone")
    assert dict(desk.night([new()]).alerts) == {"queued": 2, "sent": 1}
    assert [letter["To"] for letter in post.letters] == [OFFICE]


def test_a_server_that_is_away_is_tried_once_a_run_however_many_letters_wait(desk: Desk) -> None:
    desk.alerts = {"recipients": [f"nguoi{n}@sonoivu.example" for n in range(5)]}
    desk.smtp_url = "smtp://127.0.0.1:1"
    assert dict(desk.night([new()]).alerts) == {"queued": 5, "sent": 0}
    assert sum(attempts for _, attempts in states(desk)) == 1


def test_without_a_server_alerts_wait_and_go_out_when_there_is_one(desk: Desk, post: Post) -> None:
    url, desk.smtp_url = desk.smtp_url, None
    assert dict(desk.night([new()]).alerts) == {"queued": 1, "sent": 0}
    assert states(desk) == [("queued", 0)]
    desk.smtp_url = url
    assert dict(desk.night([new()], NIGHT + timedelta(days=1)).alerts) == {"queued": 0, "sent": 1}


def local(text: str) -> datetime:
    return datetime.fromisoformat(text + ":00+07:00")


@pytest.mark.parametrize(
    "moment, quiet",
    [
        ("2026-11-26T17:59", False),
        ("2026-11-26T18:00", True),
        ("2026-11-27T02:00", True),
        ("2026-11-27T06:59", True),
        ("2026-11-27T07:00", False),
        ("2026-11-24T09:00", True),
        ("2026-11-28T09:00", True),
        ("2026-11-30T09:00", False),
        ("2026-09-02T09:00", True),
    ],
)
def test_in_quiet_hours_and_on_days_off_mail_waits(moment: str, quiet: bool, desk: Desk, post: Post) -> None:
    desk.alerts = {**desk.alerts, "quiet_hours": "18:00-07:00", "working_days_only": True}
    with time_machine.travel(local(moment), tick=False):
        summary = desk.night([new()])
    assert (summary.alerts["queued"], len(post.raw)) == (1, 0 if quiet else 1)
    if quiet:
        send_waiting(desk.configuration, at=local("2026-12-01T07:15"))
        assert len(post.raw) == 1


def test_nothing_of_a_portal_gets_into_the_headers_or_the_page(desk: Desk, post: Post) -> None:
    evil = "Thi tuyển\r\nBcc: kẻ-gian@example.invalid\r\n\r\n<script>alert(1)</script>"
    desk.night([new(name=evil, evidence={"decision_number": "1/QĐ\nSubject: x", "due_basis": "internal"})])
    (letter,) = post.letters
    assert letter["Bcc"] is None
    assert letter.get_all("Subject") == [letter["Subject"]]
    html = letter.get_body(("html",))
    text = letter.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert "<script>" not in html.get_content()
    assert "&lt;script&gt;" in html.get_content()
    assert "\nBcc:" not in text.get_content()
    assert post.seen == [OFFICE]


def test_a_server_that_is_away_for_three_days_gets_every_letter_once_when_it_is_back(
    desk: Desk, post: Post
) -> None:
    server = Server(post)
    server.start()
    desk.smtp_url = server.url(timeout=2)
    server.stop()
    days = [NIGHT + timedelta(days=number) for number in range(3)]
    for number, day in enumerate(days):
        done = desk.night([new(862 + each, f"1.99986{each}") for each in range(number + 1)], day)
        assert dict(done.alerts) == {"queued": 1, "sent": 0}
        for hours in range(1, 8):
            send_waiting(desk.configuration, rested=True, at=day + timedelta(hours=5 + hours))
    assert [row["state"] for row in desk.mail()] == ["queued"] * 3
    status = current_status(desk.configuration)
    assert status["alerts_waiting"] == 3
    assert status["alerts_given_up"] == 0

    back = Server(post)
    back.start()
    try:
        desk.smtp_url = back.url(timeout=2)
        for hours in (0, 1, 2):
            send_waiting(desk.configuration, rested=True, at=NIGHT + timedelta(days=3, hours=6 + hours))
    finally:
        back.stop()
    assert [row["state"] for row in desk.mail()] == ["sent"] * 3
    assert sorted(letter["Message-ID"] for letter in post.letters) == sorted(
        {letter["Message-ID"] for letter in post.letters}
    )
    assert len(post.letters) == 3
