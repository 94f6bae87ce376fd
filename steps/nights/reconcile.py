"""The comparison step: compares the current sides, stores findings, matches, figures and decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache

from sqlalchemy import Connection

from procedures.findings import CATALOGUE, Finding, FindingKind, RowProblem
from procedures.office.decision_lines import DecisionLine
from procedures.services import Service
from procedures.snapshot import SnapshotState
from reconciliation import Flap, Flip, Rules, compare_all, kpi, match_side, out_of_scope
from reconciliation.changes.flapping import FLAP_WINDOW, find_flaps
from reconciliation.rules import SERVICES_SOURCE
from settings.configuration import Configuration
from steps.alerts.queue_alerts import queue_messages
from steps.database import engine_of
from steps.nights import decision_documents
from steps.nights.compared_sources import ComparedSources
from steps.nights.decision_documents import NewCodes
from steps.nights.refresh_ledger import store_lines, with_ledger_data, with_owners
from warehouse.announcements import decision_history, run_figures
from warehouse.db.engine import reading, writing
from warehouse.findings import exclusions, store
from warehouse.quality import validations
from warehouse.sources import code_matches, runs, snapshots, source_status, versions
from warehouse.sources.runs import RunRow

IMPORT_STAGE = "import"
"""Stage of quarantine rows that are problems of the catalogue file."""


def reconcile(configuration: Configuration, run_id: int, quiet: bool = False) -> int:
    """Compute the findings anew and apply them; return the run's id.

    The day never goes back: a run that releases an older snapshot compares on the last run's day, but never
    on one in the future. `quiet`: only the rules changed, and the day is still that of the last run.

    People go on working meanwhile: the caller holds the lock of runs, which whatever moves what is compared
    takes too, so that reading, comparing and judging hold no transaction that writes. Codes that rows of
    documents have by now are committed first, and alone: a run that is killed after that finds them given.
    """
    engine = engine_of(configuration)
    with reading(engine) as connection:
        run = runs.get_run(connection, run_id)
        inputs = load_inputs(configuration, connection, run, load_services(connection, run_id), quiet=quiet)
    if inputs.new_codes:
        with writing(engine) as connection:
            decision_documents.store_codes(connection, inputs.new_codes, inputs.moment)
        with reading(engine) as connection:
            inputs = with_rules_anew(configuration, connection, inputs)
    result = compare(inputs)
    sides, rules = result.sides, result.rules
    excluded = out_of_scope(sides.catalogue, sides.national, sides.provincial, rules)
    counts = None
    if sides.catalogue is not None:
        counts = kpi(sides.catalogue, sides.national, dict(result.codes[CATALOGUE]))
    with reading(engine) as connection:
        owned = with_owners(connection, result.findings, sides, rules)
        judgement = store.judge_findings(
            connection, run_id, owned, fresh_sources=result.fresh, at=run.as_of, quiet=quiet
        )
    with writing(engine) as connection:
        store_matches(connection, run, result)
        store.apply_judgement(connection, judgement)
        if counts is not None:
            run_figures.store_kpi(connection, run_id, run.as_of, counts)
        store_lines(connection, run_id, sides, rules, owned, run.as_of, result.lines)
        if not quiet:
            queue_messages(configuration, connection, run, rules.volatile, excluded)
    return run_id


@dataclass(frozen=True, slots=True)
class ComparisonInputs:
    """What is compared, on the day of `moment`; `new_codes`: those that rows of documents have by now."""

    sides: ComparedSources
    rules: Rules
    moment: datetime
    new_codes: tuple[NewCodes, ...] = ()


@dataclass(frozen=True, slots=True)
class ComparisonResult:
    """The result of a comparison: sides, rules, findings, the lines of decisions, and by source the certain
    codes of its rows without one.
    """

    sides: ComparedSources
    rules: Rules
    findings: Sequence[Finding]
    lines: Sequence[DecisionLine]
    codes: Mapping[str, Mapping[str, str]]

    @property
    def fresh(self) -> frozenset[str]:
        """The sources that were read in full in this run."""
        fresh = {side.source for side in self.sides.all if side.fresh}
        return frozenset(fresh | ({SERVICES_SOURCE} if self.rules.services is not None else set()))


def load_inputs(
    configuration: Configuration,
    connection: Connection,
    run: RunRow,
    services: tuple[Service, ...] | None,
    *,
    quiet: bool = False,
) -> ComparisonInputs:
    """Return the current sides, and the rules on the day of a run."""
    latest = runs.latest_as_of(connection, run.run_id) or run.as_of
    moment = min(latest, run.as_of) if quiet else max(run.as_of, min(latest, run.started_at))
    sides = load_sides(configuration, connection)
    rules = replace(load_rules(configuration, connection, moment), services=services)
    new_codes = decision_documents.find_codes(connection, sides, rules, configuration.department.zone)
    return ComparisonInputs(sides, rules, moment, new_codes)


def with_rules_anew(
    configuration: Configuration, connection: Connection, inputs: ComparisonInputs
) -> ComparisonInputs:
    """Return the inputs with the rules as they are now that the new codes are given."""
    rules = replace(load_rules(configuration, connection, inputs.moment), services=inputs.rules.services)
    return replace(inputs, rules=rules, new_codes=())


def compare(inputs: ComparisonInputs) -> ComparisonResult:
    """Return what holds between the sides."""
    sides, rules = inputs.sides, inputs.rules
    findings, lines = compare_all(sides.catalogue, sides.national, sides.provincial, rules)
    matched = (*((sides.catalogue,) if sides.catalogue else ()), *sides.provincial)
    codes = {side.source: match_side(side, sides.national, rules).certain for side in matched}
    return ComparisonResult(sides, rules, findings, lines, codes)


def compare_sides(
    configuration: Configuration, connection: Connection, run: RunRow, services: tuple[Service, ...] | None
) -> ComparisonResult:
    """Compare the sides as the connection has them, on the day of a run; store which rows match by name."""
    inputs = load_inputs(configuration, connection, run, services)
    if inputs.new_codes:
        decision_documents.store_codes(connection, inputs.new_codes, inputs.moment)
        inputs = with_rules_anew(configuration, connection, inputs)
    result = compare(inputs)
    store_matches(connection, run, result)
    owned = with_owners(connection, result.findings, result.sides, result.rules)
    return replace(result, findings=owned)


def store_matches(connection: Connection, run: RunRow, result: ComparisonResult) -> None:
    """Store which rows match by name."""
    for source, codes in result.codes.items():
        code_matches.store_name_matches(connection, source, codes, run_id=run.run_id)


def load_sides(configuration: Configuration, connection: Connection) -> ComparedSources:
    """Return the current sides. A source is fresh if its last snapshot is complete."""
    states = {status.source: status.last_state for status in source_status.source_status(connection)}
    sides = [
        versions.load_side(
            connection,
            settings.name,
            role=settings.role,
            fresh=states.get(settings.name) == SnapshotState.COMPLETE,
            follows=frozenset(settings.departments),
        )
        for settings in configuration.sources
    ]
    catalogue = None
    if snapshots.last_complete(connection, CATALOGUE) is not None:
        catalogue = versions.load_side(connection, CATALOGUE, role=CATALOGUE, fresh=True)
    return ComparedSources(
        catalogue,
        tuple(side for side in sides if side.role == "national"),
        tuple(side for side in sides if side.role == "provincial"),
    )


def load_rules(configuration: Configuration, connection: Connection, as_of: datetime) -> Rules:
    """Return what the rules need besides the sides."""
    national = configuration.in_role("national")
    levels = {level for name in national if (source := configuration.source(name)) for level in source.levels}
    department = configuration.department
    rules = Rules(
        today=configuration.local_day(as_of),
        department=department.name,
        province=department.province,
        announce_within=department.announce_within,
        agency_code=department.agency_code,
        legal_days=department.legal_days,
        swapped_days=department.swapped_days,
        levels=frozenset(levels or {"ministry", "province", "commune", "other"}),
        exclusions=tuple(exclusions.exclusions(connection)),
        matches=code_matches.confirmed_codes(connection),
        problems=load_row_problems(connection),
        repealed_by=decision_history.repealed_by(connection),
        seen_since=_first_seen_days(configuration, connection, national),
        seen_at_baseline=frozenset().union(
            *(decision_history.entered_silently(connection, name) for name in national)
        ),
        changed_codes=frozenset().union(
            *(decision_history.changed_codes(connection, name) for name in national)
        ),
        decision_roles=decision_history.decision_roles(connection),
        volatile=_flaps_by_role(configuration, connection, as_of),
    )
    return with_ledger_data(connection, rules, department.zone)


def _first_seen_days(
    configuration: Configuration, connection: Connection, national: Sequence[str]
) -> Mapping[str, date]:
    since: dict[str, date] = {}
    local_day = cache(configuration.local_day)
    for name in national:
        for code, moment in decision_history.first_seen(connection, name).items():
            day = local_day(moment)
            since[code] = min(day, since.get(code, day))
    return since


def _flaps_by_role(
    configuration: Configuration, connection: Connection, as_of: datetime
) -> Mapping[str, tuple[Flap, ...]]:
    """Return the attributes that flapped within the last week, by role."""
    flaps: dict[str, tuple[Flap, ...]] = {}
    for source in configuration.sources:
        changes = decision_history.attribute_changes(connection, source.name, as_of - FLAP_WINDOW)
        flips = [
            Flip(at=at, key=code, attribute=attribute, old_value=old, new_value=new)
            for at, code, attribute, old, new in changes
        ]
        flaps[source.role] = flaps.get(source.role, ()) + find_flaps(flips)
    return flaps


def load_services(connection: Connection, run_id: int | None = None) -> tuple[Service, ...] | None:
    """Return the services listed by this run, or by the last run that listed any.

    `None` if there are none: then no finding may rest on services.
    """
    where = {} if run_id is None else {"run_id": run_id}
    rows = runs.view_rows(connection, "v_service", where=where)
    services = tuple(
        Service(**{name: row[name] for name in ("code", "case_code", "agency_code", "agency", "level")})
        for row in rows
    )
    return services or None


def load_row_problems(connection: Connection) -> tuple[RowProblem, ...]:
    """Return the rows of the last catalogue file with a bad or repeated code, as the import stored them."""
    last = snapshots.last_complete(connection, CATALOGUE)
    if last is None:
        return ()
    rows = validations.quarantine_of(connection, last.run_id)
    return tuple(parse_problem(row["record"]) for row in rows if row["stage"] == IMPORT_STAGE)


def parse_problem(record: Mapping[str, object]) -> RowProblem:
    """Build a `RowProblem` from the JSON that `problem_record` wrote."""
    values = dict(record)
    return RowProblem(rule=FindingKind(str(values.pop("rule"))), **values)  # type: ignore[arg-type]  # JSON of its own fields
