"""`alerts send`, `alerts watch`, `alerts remind`: mail between the nights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from procedures.wording.words import count
from rasoat.commands.options import configured

if TYPE_CHECKING:
    from steps.alerts.deliver import DeliveryResult

app = typer.Typer(name="alerts", help="Thư cảnh báo và nhắc việc.", no_args_is_help=True)


@app.command()
def send() -> None:
    """Gửi những thư đang chờ đã đến lượt gửi lại."""
    from steps.alerts.deliver import send_between_runs

    _print_result(send_between_runs(configured()))


@app.command()
def watch() -> None:
    """Báo nguồn bị chặn nhiều đêm, quá 26 giờ không có đêm thành công, hạn sắp đến; rồi gửi."""
    from steps.alerts.watchdog import watch as look

    _print_result(look(configured()))


@app.command()
def remind() -> None:
    """Gửi thư nhắc việc hằng tuần cho các phòng, ban và báo cáo lãnh đạo việc quá hạn."""
    from steps.alerts.reminders import remind as write

    _print_result(write(configured()))


def _print_result(posted: DeliveryResult) -> None:
    print(f"Đã gửi {count(posted.sent)} thư, còn chờ {count(posted.waiting)} thư")
