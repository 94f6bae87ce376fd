"""`[archive]` and `[retention]`: where archived bytes lie, and how long they and rows are kept."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from settings.base import Positive, Settings

Days = Annotated[int, Field(ge=0, le=36_500)]


class ArchiveSettings(Settings):
    """The raw archive: its object storage, if it is not a folder; how many last nights of each source stay,
    and whether runs prune it themselves.
    """

    url: str | None = None
    keep_nights: Positive = 400
    prune: bool = True

    @field_validator("url")
    @classmethod
    def _is_a_place_in_object_storage(cls, value: str | None) -> str | None:
        return None if value is None else check_storage_address(value)


def check_storage_address(value: str) -> str:
    """Return the address of a place in object storage, without a final slash; ValueError: it is not one."""
    scheme, separator, rest = value.strip().rstrip("/").partition("://")
    if "@" in rest or "?" in rest:
        raise ValueError("không ghi khóa hay tùy chọn trong địa chỉ; đặt AWS_ACCESS_KEY_ID và các biến AWS_*")
    if not separator or not scheme or scheme == "file" or not rest.partition("/")[2]:
        raise ValueError(f"phải là kho và thư mục trong kho, như s3://kho/rasoat, không phải {value!r}")
    return f"{scheme}://{rest}"


class RetentionSettings(Settings):
    """For how many days the warehouse keeps what no history needs; 0: for ever.

    `checks_days`: passed outcomes of gates, and the pages of those nights. `quarantine_days`: quarantined
    records that newer ones replaced. `letters_days`: the wording of letters.
    `sign_ins_days`: the log of signing in.
    """

    checks_days: Days = 400
    quarantine_days: Days = 400
    letters_days: Days = 400
    sign_ins_days: Days = 400
