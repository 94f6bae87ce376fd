"""Why the system refused a file, in words for people."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from typing import Final

_REASONS: Final[Mapping[int, str]] = {
    errno.ENOSPC: "ổ đĩa đã đầy",
    errno.EDQUOT: "tài khoản đã dùng hết dung lượng được cấp",
    errno.EACCES: "tài khoản chạy chương trình thiếu quyền",
    errno.EPERM: "tài khoản chạy chương trình thiếu quyền",
    errno.EROFS: "ổ đĩa chỉ cho đọc",
    errno.EIO: "ổ đĩa có lỗi",
    errno.ENOENT: "không có thư mục hoặc tệp này",
}


def system_reason(error: OSError) -> str:
    """Return the reason in Vietnamese; for a rare one, the system's own words."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)
