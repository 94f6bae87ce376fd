"""`rasoat user` and `rasoat review` as people call them."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import httpx
import pytest

from portals.serve import Portals
from tests.flows.test_nightly import free_port
from tests.office import RASOAT, Office
from tests.review.desk import PASSWORD, Visitor


@pytest.fixture
def home(tmp_path: Path, portals: Portals) -> Office:
    return Office(tmp_path, portals)


def user(office: Office, *arguments: str, password: str = "") -> subprocess.CompletedProcess[str]:
    return office.rasoat("user", *arguments, typed=password)


def test_an_account_signs_in_to_the_site_that_the_command_opens(home: Office) -> None:
    made = user(home, "add", "Lan", "--role", "analyst", "--password-stdin", password=PASSWORD + "\n")
    assert (made.returncode, made.stdout) == (0, "Đã tạo tài khoản lan (analyst)\n"), made.stderr
    port = free_port()
    running = subprocess.Popen(
        [str(RASOAT), "review", "--port", str(port)],
        env=home.environment,
        cwd=home.home,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert running.stderr is not None
        assert running.stderr.readline().strip() == f"Trang web: http://127.0.0.1:{port} — dừng bằng Ctrl-C"
        address = f"http://127.0.0.1:{port}"
        give_up = time.monotonic() + 60
        while True:
            try:
                assert httpx.get(f"{address}/healthz").status_code == 200
                break
            except httpx.TransportError:
                assert time.monotonic() < give_up
                time.sleep(0.1)
        with Visitor(address) as one:
            assert one.sign_in("Lan").status_code == 303
            page = one.get("/").text
        assert "Chưa có lần chạy nào" in page
        taken = home.rasoat("review", "--port", str(port))
        assert taken.returncode == 2
        assert f"--port {port}: không mở được cổng này" in taken.stderr
    finally:
        running.terminate()
        running.wait(timeout=30)


def test_what_will_not_do_is_told_in_one_line(home: Office) -> None:
    for arguments, password, words in (
        (("add", "an", "--role", "analyst", "--password-stdin"), "ngắn\n", "cần từ 12 đến 200 ký tự"),
        (("add", "an", "--role", "analyst", "--password-stdin"), "matkhau12345\n", "hay dùng làm mật khẩu"),
        (("add", "hai từ", "--role", "analyst", "--password-stdin"), PASSWORD, "không có dấu cách"),
        (("add", "an", "--role", "chief", "--password-stdin"), PASSWORD, "--role"),
        (("add", "an", "--role", "viewer"), PASSWORD, "--password-stdin"),
        (("password", "an", "--password-stdin"), PASSWORD, "không có tài khoản này"),
        (("remove", "an"), "", "không có tài khoản này"),
    ):
        done = user(home, *arguments, password=password)
        assert done.returncode == 2, arguments
        assert words in done.stderr
        assert len(done.stderr.splitlines()) == 1
