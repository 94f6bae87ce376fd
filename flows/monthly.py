"""The monthly flow: the report of the period of yesterday, as it was when that day ended.

So on the day a period begins the report of the last one is complete. Periods begin on `[reports] first_day`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.logs import shorten_errors
from flows.report_files import publish_reports
from procedures.errors import InputError
from settings.reading import load_configuration

shorten_errors()


@flow(name="monthly", log_prints=False)
def monthly(as_of: datetime | None = None) -> State[int]:
    """Write the report; return how many files. Writing it again replaces it."""
    configuration = load_configuration()
    zone = configuration.department.zone
    now = (as_of or datetime.now(zone)).astimezone(zone)
    last_moment = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(seconds=1)
    try:
        files = publish_reports(configuration, "monthly", last_moment)
    except InputError as nothing_yet:
        return Completed(message=str(nothing_yet), data=0)
    return Completed(message=f"Đã viết {', '.join(file.name for file in files)}", data=len(files))
