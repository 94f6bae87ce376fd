"""The weekly flow: each division hears of what is open with it, the leader of what stays undone."""

from __future__ import annotations

from prefect import flow
from prefect.artifacts import create_markdown_artifact

from steps.reminding import remind
from steps.settings import load


@flow(name="weekly", log_prints=False)
def weekly() -> int:
    """Write and send this week's letters; gives how many went out. A second call in a week adds none."""
    posted = remind(load())
    create_markdown_artifact(
        key="weekly",
        markdown=f"Nhắc việc hằng tuần: {posted.sent} thư đã gửi, {posted.waiting} thư còn chờ.",
        description="Thư nhắc việc của tuần",
    )
    return posted.sent
