"""The table of `rasoat office list`."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from procedures.wording.words import RUN_STATES, age_text, count
from rasoat.console import console
from steps.nights.offices import OfficeNight


def print_offices(nights: Sequence[OfficeNight]) -> None:
    """Print a line for each office, then why those that are away could not be read."""
    table = Table(show_lines=False)
    for heading in ("Đơn vị", "Đêm gần nhất", "Số liệu lúc", "Cách đây"):
        table.add_column(heading, no_wrap=heading == "Đơn vị")
    for heading in ("Đêm thiếu", "Tạm giữ", "Thư chờ"):
        table.add_column(heading, justify="right")
    for night in nights:
        if night.trouble is not None:
            table.add_row(night.name, "KHÔNG ĐỌC ĐƯỢC", *["…"] * 5)
            continue
        table.add_row(
            night.name,
            "chưa có đêm nào" if night.state is None else RUN_STATES[night.state],
            "…" if night.as_of is None else f"{night.as_of:%H:%M %d/%m/%Y}",
            "…" if night.age is None else age_text(night.age).removeprefix("cách đây "),
            *map(count, (night.missed_nights, night.held, night.letters_waiting)),
        )
    console().print(table)
    for night in nights:
        if night.trouble is not None:
            print(f"{night.name}: {night.trouble}")
    waiting = sum(each.needs_a_look for each in nights)
    print(f"{count(len(nights))} đơn vị, {count(waiting)} đơn vị cần xem")
