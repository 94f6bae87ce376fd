"""The list of online services of the department and the province on the national portal."""

from __future__ import annotations

from sqlalchemy import Connection

from extractors.portals.national_api import NationalApi
from extractors.portals.national_services import read_services
from procedures.errors import RasoatError
from procedures.snapshot import SnapshotState
from settings.configuration import Configuration
from steps.database import engine_of
from steps.log import log
from steps.nights.reconcile import load_services
from steps.sources.archive import archive_of
from steps.sources.recorded_inputs import ServicesBefore, keep
from steps.sources.run_mode import MANUAL, RunMode, is_outside_hours
from warehouse.announcements import run_figures
from warehouse.db.engine import reading, writing
from warehouse.sources import runs

READABLE_STATES = (SnapshotState.COMPLETE, SnapshotState.PARTIAL, SnapshotState.HELD)


def list_services(configuration: Configuration, run_id: int, source: str, mode: RunMode = MANUAL) -> int:
    """Store tonight's list of services; return the run's id.

    A list that could not be read in full changes nothing: the snapshot keeps its state, yesterday's list
    remains, and no `service_not_posted` opens or is resolved by this run.
    """
    settings = configuration.source(source)
    department = configuration.department
    agencies = [code for code in (department.province, department.agency_code) if code]
    if (
        settings is None
        or settings.kind != "national-api"
        or not _was_readable(configuration, run_id, source)
        or (mode.scheduled and is_outside_hours(configuration, settings))
    ):
        return run_id
    recorder = archive_of(configuration).recorder(f"{run_id}-{source}-services")
    portal = NationalApi(settings, recorder)
    try:
        services = read_services(portal, agencies)
    except RasoatError as error:
        log.warning("không đọc được danh sách dịch vụ công", source=source, reason=str(error))
        return run_id
    finally:
        portal.close()
        recorder.close()
    if services:
        with writing(engine_of(configuration)) as connection:
            _keep_previous(configuration, connection, run_id, source)
            run_figures.store_services(connection, run_id, services)
    return run_id


def _keep_previous(configuration: Configuration, connection: Connection, run_id: int, source: str) -> None:
    """Archive the list that this run is about to replace, so that the run can be withdrawn."""
    listed_by = run_figures.services_listed_by(connection)
    if listed_by == run_id:
        return  # by another source of this run, or in an earlier attempt
    previous = ServicesBefore(listed_by, load_services(connection) or ())
    for row in runs.snapshots_of_run(connection, run_id):
        if row.source == source:
            keep(configuration, row.snapshot_id, previous)


def _was_readable(configuration: Configuration, run_id: int, source: str) -> bool:
    with reading(engine_of(configuration)) as connection:
        rows = runs.snapshots_of_run(connection, run_id)
    return any(row.source == source and row.state in READABLE_STATES for row in rows)
