"""Passwords that anyone tries are refused with the reason; what nobody tries is taken."""

from __future__ import annotations

import time

import pytest

from procedures.errors import InputError
from procedures.office.passwords import check_password
from steps.office.passwords import common_words

DEPARTMENT = "Sở Nội vụ tỉnh Hà Tĩnh"
NAME = "lan.nguyen"
COMMON, OWN, RUN, DIGITS = "từ hay dùng làm mật khẩu", "tên cơ quan", "dãy phím", "chữ số"


def check(password: str) -> None:
    check_password(password, NAME, DEPARTMENT, common_words())


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("matkhau123456", COMMON),
        ("M4tKh4u@2026!", COMMON),
        ("Mật khẩu 2026!", COMMON),
        ("anhyeuem12345", COMMON),
        ("yêu em mãi mãi", COMMON),
        ("tinhyeu-tinhyeu", COMMON),
        ("P@ssw0rd2026!", COMMON),
        ("iloveyou12345678", COMMON),
        ("maatjkhaaur123", COMMON),
        ("123456789123456", DIGITS),
        ("0123456789abc", RUN),
        ("qwertyuiop[]", RUN),
        ("1qaz2wsx3edc4rfv5tgb", RUN),
        ("!QAZ@WSX#EDC", RUN),
        ("lkjhgfdsa12345", RUN),
        ("0912345678901", DIGITS),
        ("042085001234", DIGITS),
        ("So Noi Vu Ha Tinh", OWN),
        ("SoNoiVu@2026", OWN),
        ("noivuhatinh2026", OWN),
        ("LanNguyen@1990", OWN),
        ("lan.nguyen.lan", OWN),
        ("ab1ab1ab1ab1ab1", "vài ký tự"),
        ("aaaabbbbcccc", "lặp lại"),
    ],
)
def test_what_is_tried_first_is_refused_with_its_reason(password: str, why: str) -> None:
    with pytest.raises(InputError) as caught:
        check(password)
    message = str(caught.value)
    assert why in message
    assert "\n" not in message
    assert password not in message


@pytest.mark.parametrize(
    "password",
    [
        "hồ sơ đủ bảy phần",
        "một mật khẩu khác hẳn",
        "mật khẩu của quản trị",
        "con mèo nằm trên bàn phím",
        "xk9-Tp2-vLq-8rW",
        "Trời mưa, đường Nguyễn Du ngập",
        "kR7vTq2LmZ9x",
        "ruộng lúa vàng bên sông Lam",
    ],
)
def test_what_nobody_tries_is_taken(password: str) -> None:
    check(password)


def test_the_account_s_own_name_counts_for_it_alone() -> None:
    with pytest.raises(InputError, match="tên đăng nhập"):
        check_password("gnoumvat-2026", "gnoumvat", DEPARTMENT, common_words())
    check_password("gnoumvat-2026", "hoa", DEPARTMENT, common_words())


def test_the_longest_password_is_judged_at_once() -> None:
    begun = time.monotonic()
    check(("xk9 Tp2 vLq 8rW mật khẩu " * 8)[:197] + "end")
    assert time.monotonic() - begun < 1.0


def test_the_list_is_small_and_in_the_form_in_which_passwords_are_compared() -> None:
    words = common_words()
    assert 3_000 < len(words) < 10_000
    assert all(
        word.isascii() and word.isalnum() and word == word.lower() and len(word) >= 4 for word in words
    )
    assert {"matkhau", "anhyeuem", "tinhyeu", "qwerty", "password", "hatinh", "noivu"} <= words
