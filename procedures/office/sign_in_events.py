"""Kinds of events about signing in and accounts, and their words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SignInEventKind(StrEnum):
    """Kinds of events, as they are stored."""

    SIGNED_IN = "signed_in"
    WRONG_PASSWORD = "wrong_password"
    LOCKED = "locked"
    WRONG_CODE = "wrong_code"
    PROVIDER_REFUSED = "provider_refused"
    SECOND_FACTOR_ON = "second_factor_on"
    SECOND_FACTOR_OFF = "second_factor_off"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    PASSWORD_CHANGED = "password_changed"
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_ENDED = "account_ended"

    @property
    def words(self) -> str:
        """Return the kind in words."""
        return _WORDS[self]

    @property
    def is_failure(self) -> bool:
        """Return whether somebody was kept out."""
        return self in _FAILURES


_WORDS = {
    SignInEventKind.SIGNED_IN: "Đăng nhập",
    SignInEventKind.WRONG_PASSWORD: "Sai tên hoặc mật khẩu",
    SignInEventKind.LOCKED: "Phải đợi vì sai quá nhiều lần",
    SignInEventKind.WRONG_CODE: "Sai mã xác thực",
    SignInEventKind.PROVIDER_REFUSED: "Không vào được qua nơi cấp tài khoản",
    SignInEventKind.SECOND_FACTOR_ON: "Bật mã xác thực hai bước",
    SignInEventKind.SECOND_FACTOR_OFF: "Tắt mã xác thực hai bước",
    SignInEventKind.RECOVERY_CODES_RENEWED: "Lấy mã dự phòng mới",
    SignInEventKind.PASSWORD_CHANGED: "Đổi mật khẩu",
    SignInEventKind.ACCOUNT_ADDED: "Tạo tài khoản",
    SignInEventKind.ACCOUNT_ENDED: "Kết thúc tài khoản",
}

_FAILURES = {
    SignInEventKind.WRONG_PASSWORD,
    SignInEventKind.LOCKED,
    SignInEventKind.WRONG_CODE,
    SignInEventKind.PROVIDER_REFUSED,
}


@dataclass(frozen=True, slots=True)
class SignInEvent:
    """An event: `typed` is the name as typed, `address` whence; empty: the command line of the server."""

    kind: SignInEventKind
    account: str
    typed: str
    address: str
    at: datetime
    detail: str | None = None
