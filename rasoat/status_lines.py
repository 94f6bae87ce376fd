"""The lines of `rasoat status`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from procedures.wording.words import SNAPSHOT_STATES, with_key
from rasoat.console import console


def print_status(report: Mapping[str, Any], *, long: bool = False) -> None:
    """Print the document of `rasoat status`; `long` prints the whole certificate of each source."""
    if not report["sources"]:
        print("Chưa có lần chạy nào")
    for loss in report["lost"]:
        heading = "KHO LƯU KHÔNG TRẢ LỜI" if loss["what"] == "archive_away" else "MẤT DỮ LIỆU"
        console().print(f"{heading}: {loss['text']}", style="bold red", soft_wrap=True)
    for ahead in report["dated_ahead"]:
        console().print(f"SAI NGÀY: {ahead['text']}", style="bold red", soft_wrap=True)
    for name, source in report["sources"].items():
        complete = source["last_complete"]
        age = (
            "chưa có lần lấy dữ liệu đủ nào"
            if complete is None
            else f"lần lấy dữ liệu đủ gần nhất {complete['local_time']} ({complete['age']})"
        )
        state = SNAPSHOT_STATES.get(source["state"], source["state"])
        print(f"{with_key(source['title'], name)}: {state} — {age}")
        if long:
            for line in source["explained"]:
                print(f"  {line['what']:20} {line['says']}")
        else:
            lines = (source["reason"], source["certificate"], source["consequence"])
            print("\n".join(f"  {line}" for line in lines if line))
        if source["left_alone_until"]:
            until = datetime.fromisoformat(source["left_alone_until"])
            print(f"  để yên đến {until:%H:%M %d/%m/%Y}; muốn hỏi ngay: rasoat sync --anyway")
        for held in source["held"]:
            print(f"  tạm giữ: lần lấy dữ liệu {held} — xem sẽ đổi những gì: rasoat release {held} --dry-run")
            print(f"    cho qua: rasoat release {held} --by TÊN --reason LÝ_DO")
    delay = f" — {report['alerts_trouble']}" if report["alerts_trouble"] else ""
    print(f"Cảnh báo đang chờ gửi: {report['alerts_waiting']}{delay}")
    if report["alerts_given_up"]:
        print(f"Cảnh báo đã thôi gửi: {report['alerts_given_up']}")
