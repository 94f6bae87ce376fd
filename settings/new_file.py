"""A new `rasoat.toml` with comments, and the `.env` beside it, written from answers; no input, no output."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from settings.base import Settings
from settings.error_messages import problem_words

NATIONAL_PORTAL: Final = "https://dichvucong.gov.vn"

KNOWN_PORTALS: Final[Mapping[str, tuple[str, str]]] = {
    "H27": ("https://dichvucong.hatinh.gov.vn", "portaldvc"),
}
"""By the province's code: the address of its portal and the profile that reads it."""

_VARIABLE = re.compile(r"\s*(?:export\s+)?(\w+)\s*=")


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsAnswers:
    """What a new `rasoat.toml` needs to know; without `portal` only the national portal is read.

    `ministries`: codes of the agencies whose procedures are followed, as G09. `share`: the folder through
    which offices share what they read of the national portal. `start`: when this office's nights begin.
    """

    department: str
    province: str
    ministries: Sequence[str] = ("G09",)
    portal: str | None = None
    profile: str | None = None
    recipients: Sequence[str] = ()
    share: str | None = None
    start: str | None = None


def settings_text(answers: SettingsAnswers) -> str:
    """Return `rasoat.toml` with a comment in Vietnamese for each setting."""
    return _HEAD.format(
        department=_before_comment("name", answers.department),
        province=_before_comment("province", answers.province),
        national=_toml(NATIONAL_PORTAL),
        ministries=_before_comment("departments", list(answers.ministries)),
        provincial=_provincial(answers),
        recipients=_toml(list(answers.recipients)),
        share="" if answers.share is None else _SHARE.format(folder=_toml(answers.share)),
        schedule="" if answers.start is None else _SCHEDULE.format(start=_toml(answers.start)),
    )


def environment_text(existing: str, values: Mapping[str, str]) -> str:
    """Return `.env` with these variables; lines of `existing` about others stay as they are."""
    kept = [line for line in existing.splitlines() if _name_of(line) not in values]
    lines = kept or ["# Bí mật và nơi để dữ liệu của rasoat. Chỉ người chạy chương trình được đọc tệp này."]
    return "\n".join([*lines, *(f"{name}={_quoted(value)}" for name, value in values.items())]) + "\n"


def value_problem(model: type[Settings], setting: str, **values: Any) -> str | None:
    """Return in words what is wrong with `setting` among these values of a table; None if nothing is."""
    try:
        model(**values)
    except ValidationError as error:
        for problem in error.errors():
            if problem["loc"][:1] in ((setting,), ()):
                return problem_words(problem)
    return None


def _provincial(answers: SettingsAnswers) -> str:
    if answers.portal is None:
        return _NO_PORTAL
    return _PORTAL.format(portal=_toml(answers.portal), profile=_before_comment("profile", answers.profile))


def _before_comment(name: str, value: Any) -> str:
    return f"{name} = {_toml(value)}".ljust(33) + " "


def _toml(value: Any) -> str:
    """Return a text or a list of texts as TOML, which escapes DEL besides what JSON does."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _name_of(line: str) -> str | None:
    match = _VARIABLE.match(line)
    return match[1] if match else None


def _quoted(value: str) -> str:
    """Return a value as both readers of `.env` take it: itself, or in single quotes."""
    return value if re.fullmatch(r"[\w@%+=:,./&-]+", value) else "'" + value.replace("'", "%27") + "'"


_HEAD = """\
# Thiết lập của rasoat. Ý nghĩa của từng mục: docs/settings.md. Sửa xong chạy: rasoat doctor

[department]
{department}# tên Sở như ghi trong báo cáo
{province}# mã định danh của tỉnh
timezone = "Asia/Ho_Chi_Minh"
announce_within = 10              # số ngày làm việc Sở tự đặt khi chưa biết ngày quyết định có hiệu lực
# night = "22:00-05:30"           # chỉ hỏi các cổng trong khung giờ này

# Cổng Dịch vụ công quốc gia
[sources.national]
kind = "national-api"
base_url = {national}
{ministries}# bộ, cơ quan ban hành cần theo dõi, theo mã (G09: Bộ Nội vụ); [] là tất cả
levels = ["province", "commune"]  # chỉ giữ thủ tục thực hiện ở các cấp này; [] là mọi cấp
page_size = 50
refresh_nights = 1                # mỗi thủ tục được đọc lại ít nhất một lần trong chừng ấy đêm
requests_per_second = 1.0
concurrency = 2
expect = {{ max_drop = 0.05 }}      # mất quá 5 % thủ tục trong một đêm thì giữ lại chờ người xem
confirm_after = 2                 # vắng mặt chừng ấy đêm đủ dữ liệu liên tiếp mới coi là bãi bỏ
{share}
{provincial}
# Thư báo mỗi sáng. Máy chủ gửi thư đặt ở RASOAT_SMTP_URL trong tệp .env
[alerts]
recipients = {recipients}
digest_over = 20                  # nhiều sai lệch mới hơn số này thì gửi một bản gộp
# quiet_hours = "18:00-07:00"     # giờ không gửi thư
{schedule}"""

_SHARE = """\
share = {folder}
# thư mục chung: bản ghi mà đơn vị khác đã đọc trong ngày thì không hỏi cổng lần nữa
"""

_SCHEDULE = """
# Lịch chạy trên máy chủ Prefect chung; đơn vị bắt đầu sớm nhất đọc cổng quốc gia cho các đơn vị sau
[schedule]
start = {start}                   # giờ bắt đầu mỗi đêm
"""

_PORTAL = """\
# Cổng Dịch vụ công của tỉnh
[sources.provincial]
kind = "html"
base_url = {portal}
{profile}# khuôn đọc trang: portaldvc, igate, liferay, hoặc một tệp .toml
requests_per_second = 1.0
"""

_NO_PORTAL = """\
# Cổng Dịch vụ công của tỉnh: bỏ dấu # và sửa khi cần đọc
# [sources.provincial]
# kind = "html"
# base_url = "https://dichvucong.tinh.example"
# profile = "portaldvc"           # khuôn đọc trang: portaldvc, igate, liferay, hoặc một tệp .toml
# requests_per_second = 1.0
"""
