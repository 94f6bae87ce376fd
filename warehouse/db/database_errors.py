"""Explanations of database errors, each in one line for people.

A server's detail ("Failing row contains …") and the statement with its values contain data of a record, and
are never passed on; the code of the error, the table and the constraint are what an administrator needs.
"""

from __future__ import annotations

import re
import sqlite3
import sys
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, TimeoutError

if TYPE_CHECKING:
    import psycopg

_MAX_LENGTH = 300

_BY_CLASS = {
    "08": "mất kết nối với máy chủ; kiểm tra mạng và máy chủ rồi chạy lại",
    "0A": "máy chủ không làm được việc này; kiểm tra phiên bản PostgreSQL",
    "22": "một giá trị không ghi được vào cột; báo cho người quản trị",
    "23": "dữ liệu không hợp ràng buộc của bảng; báo cho người quản trị",
    "40": "bị lệnh khác chen ngang; chạy lại",
    "42": "cấu trúc bảng không như chương trình cần; khôi phục từ bản sao lưu",
    "53": "máy chủ hết tài nguyên; kiểm tra đĩa, bộ nhớ và số kết nối rồi chạy lại",
    "54": "một giá trị dài quá giới hạn của máy chủ; báo cho người quản trị",
    "57": "máy chủ đang dừng hoặc đã hủy lệnh; chạy lại sau",
    "58": "máy chủ gặp lỗi đĩa hoặc hệ thống; kiểm tra máy chủ",
    "XX": "dữ liệu trên máy chủ có thể đã hỏng; kiểm tra máy chủ, khôi phục từ bản sao lưu",
}
"""By the first two characters of SQLSTATE."""

_BY_CODE = {
    "25006": "máy chủ chỉ cho đọc; kiểm tra RASOAT_DATABASE_URL có trỏ vào máy chủ chính",
    "42501": "tài khoản thiếu quyền trên bảng; cấp quyền rồi chạy lại",
    "53100": "ổ đĩa của máy chủ đã đầy; giải phóng chỗ rồi chạy lại",
    "55P03": "bảng đang bị chương trình khác khóa; thử lại sau",
    "57014": "lệnh bị hủy, thường vì quá thời gian cho phép (statement_timeout)",
}
"""By SQLSTATE, where its class is too general."""

_BY_SQLITE_MESSAGE = {
    "file is not a database": "tệp này không phải cơ sở dữ liệu SQLite; kiểm tra RASOAT_DATABASE_URL",
    "readonly": "không ghi được; kiểm tra quyền ghi của tệp và thư mục",
    "unable to open": "không mở được; kiểm tra đường dẫn và quyền ghi",
    "is locked": "đang bị chương trình khác khóa; thử lại sau",
    "disk is full": "ổ đĩa đã đầy; giải phóng chỗ rồi chạy lại",
    "disk I/O error": "ổ đĩa đã đầy hoặc bị lỗi; giải phóng chỗ rồi chạy lại",
    "malformed": "tệp đã hỏng; khôi phục từ bản sao lưu",
    "no such": "cấu trúc bảng không như chương trình cần; khôi phục từ bản sao lưu",
    "constraint failed": "dữ liệu không hợp ràng buộc của bảng; báo cho người quản trị",
}
"""By the words of the message."""

_QUOTED_VALUE = re.compile(r""": ?".*""", re.DOTALL)


def database_errors() -> tuple[type[Exception], ...]:
    """Return all that SQLAlchemy and the drivers raise when a database refuses, or cannot be reached.

    A driver that no engine of this process has loaded raises nothing, and is not loaded for its errors.
    """
    return (DBAPIError, TimeoutError, sqlite3.Error, *_server_errors())


def explain(error: Exception) -> str:
    """Return what is wrong and what to do about it, with the database's message; no value of a row."""
    origin = (isinstance(error, DBAPIError) and error.orig) or error
    if isinstance(origin, _server_errors()) and origin.sqlstate:
        return _server_explanation(origin, origin.sqlstate)
    lines = str(origin).strip().splitlines()
    message = lines[0][:_MAX_LENGTH] if lines else type(origin).__name__
    meaning = next(
        (meaning for part, meaning in _BY_SQLITE_MESSAGE.items() if part in message), "không dùng được"
    )
    return f"{meaning} ({message})"


def _server_errors() -> tuple[type[psycopg.Error], ...]:
    driver = sys.modules.get("psycopg")
    return () if driver is None else (driver.Error,)


def _server_explanation(error: psycopg.Error, code: str) -> str:
    diagnosis = error.diag
    lines = (diagnosis.message_primary or str(error)).strip().splitlines()
    message = _QUOTED_VALUE.sub("", lines[0][:_MAX_LENGTH]) if lines else type(error).__name__
    meaning = _BY_CODE.get(code) or _BY_CLASS.get(code[:2]) or "không dùng được"
    places = (("bảng", diagnosis.table_name), ("cột", diagnosis.column_name))
    named = (f"{word} {name}" for word, name in places if name and f'"{name}"' not in message)
    return f"{meaning} ({', '.join((message, *named, f'mã {code}'))})"
