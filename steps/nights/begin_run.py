"""The beginning of a run: what it may not do without is looked at before a portal is asked."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime

from procedures.errors import InputError
from procedures.proxies import find_route
from procedures.run_origin import UNKNOWN_ORIGIN, RunOrigin
from settings.configuration import Configuration
from steps.database import engine_of
from steps.nights.lost_stores import note_database, refuse_lost_database
from steps.nights.run_dates import ahead_words
from warehouse.db.engine import reading, writing
from warehouse.sources import runs, snapshots


def begin(
    configuration: Configuration,
    as_of: datetime,
    kind: str,
    *sources: str,
    errand: RunOrigin = UNKNOWN_ORIGIN,
) -> int:
    """Begin a run at its logical time; return the run's id.

    Raises:
        InputError: the time is before the last snapshot of one of `sources`; or a mail template, or a profile
            or proxy of `sources`, is invalid: reported before a portal is asked or a letter is written.
        WarehouseError: the archive belongs to another database, which is lost or not the one in use.
    """
    if configuration.alerts.templates is not None:
        from alerts.letters import LetterWriter  # loads Jinja, which few nights need

        LetterWriter(configuration.alerts.templates).check()
    for settings in filter(None, map(configuration.source, sources)):
        if settings.kind == "html":
            from extractors.portals.html.profile import load_profile  # of this kind of source alone

            load_profile(settings.profile or "")
        if settings.base_url is not None:
            find_route(settings.base_url, settings.proxy, os.environ)
    engine = engine_of(configuration)
    with writing(engine) as connection:
        refuse_lost_database(configuration, connection)
        for source in sources:
            last = snapshots.last_as_of(connection, source)
            if last is not None and as_of < last:
                zone = configuration.department.zone
                now = datetime.now(UTC)
                ahead = [run for run in runs.runs_dated_ahead(connection, now) if run.as_of == last]
                raise InputError(
                    f"{as_of.astimezone(zone):%H:%M %d/%m/%Y}: sớm hơn lần lấy dữ liệu gần nhất của "
                    f"{configuration.source_name(source)} "
                    f"({last.astimezone(zone):%H:%M %d/%m/%Y})"
                    + "".join(f". {ahead_words(configuration, run, now)}" for run in ahead),
                    "as_of",
                )
        origin = replace(errand, word=configuration.purpose)
        run_id = runs.begin_run(connection, as_of=as_of, kind=kind, errand=origin)
    with reading(engine) as connection:  # what was rolled back is no run
        note_database(configuration, connection)
    return run_id
