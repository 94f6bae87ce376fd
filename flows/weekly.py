"""The weekly flow: reminds each division of its open work, and the leader of what stays undone.

The week's report is written as well; it does not depend on a mail server.
"""

from __future__ import annotations

from datetime import datetime

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.logs import configure_log, shorten_errors
from flows.report_files import publish_reports
from procedures.errors import InputError
from settings.reading import load_configuration
from steps.alerts.reminders import remind
from steps.nights.run_dates import refuse_ahead

shorten_errors()


@flow(name="weekly", log_prints=False)
def weekly(as_of: datetime | None = None) -> State[int]:
    """Write the report, write and send this week's letters; return how many were sent.

    A second call in a week adds no letter.
    """
    configure_log()
    configuration = load_configuration()
    now = as_of or datetime.now(configuration.department.zone)
    refuse_ahead(configuration, now)
    try:
        files = publish_reports(configuration, "weekly", now)
        report = f"báo cáo {', '.join(file.name for file in files)}"
    except InputError as nothing_yet:
        report = str(nothing_yet)
    posted = remind(configuration, now)
    message = f"Nhắc việc hằng tuần: {posted.sent} thư đã gửi, {posted.waiting} thư còn chờ; {report}"
    create_markdown_artifact(key="weekly", markdown=message, description="Thư nhắc việc và báo cáo của tuần")
    return Completed(message=message, data=posted.sent)
