"""The views of the public interface: SQL that SQLite and PostgreSQL read alike.

`COLUMNS` is the contract, in its order. The views are dropped before and created after every
migration, so that they always are those of the program's version.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text

from procedures.attributes import STORED_ATTRIBUTES
from procedures.indicators import COUNT_NAMES
from procedures.office.stages import STAGES

_PROCEDURE = (
    "source",
    "code",
    "local_code",
    *STORED_ATTRIBUTES,
    "decentralised",
    "url",
    "matched_by",
    "presence",
    "valid_from",
    "record",
)

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "v_run": ("run_id", "as_of", "started_at", "finished_at", "status", "rules_version"),
    "v_snapshot": (
        "snapshot_id",
        "run_id",
        "source",
        "state",
        "reason",
        "declared_total",
        "listed",
        "distinct_codes",
        "details_read",
        "pages",
        "requests",
        "bytes",
        "certificate",
    ),
    "v_procedure_current": _PROCEDURE,
    "v_procedure_history": (*_PROCEDURE, "valid_to"),
    "v_change": (
        "change_id",
        "run_id",
        "source",
        "code",
        "kind",
        "attribute",
        "old_value",
        "new_value",
        "successor_code",
        "evidence",
        "rules_version",
    ),
    "v_finding": (
        "finding_id",
        "fingerprint",
        "kind",
        "severity",
        "status",
        "code",
        "name",
        "attribute",
        "catalogue_value",
        "national_value",
        "provincial_value",
        "successor_code",
        "division",
        "due_date",
        "first_seen_run",
        "last_seen_run",
        "resolved_run",
        "evidence",
        "rules_version",
        "case_id",
    ),
    "v_finding_event": (
        "event_id",
        "finding_id",
        "at",
        "actor",
        "action",
        "from_status",
        "to_status",
        "note",
    ),
    "v_quarantine": (
        "run_id",
        "source",
        "code",
        "stage",
        "rule",
        "reason",
        "record",
        "quarantine_id",
        "state",
    ),
    "v_validation": ("run_id", "source", "suite", "expectation", "severity", "success", "observed"),
    "v_alert": (
        "alert_id",
        "dedupe_key",
        "kind",
        "channel",
        "state",
        "subject",
        "finding_count",
        "created_at",
        "sent_at",
        "attempts",
    ),
    "v_kpi": ("as_of", "level", *COUNT_NAMES),
    "v_decision": (
        "decision_number",
        "agency",
        "decision_date",
        "effective_date",
        "due_date",
        "due_basis",
        "new",
        "changed",
        "repealed",
        "announced",
        "division",
        "stage",
        "province_decision_number",
        "province_decision_date",
        "published_on",
        "state",
        "late_days",
        "repealed_rows",
        "on_portal",
    ),
    "v_document": (
        "document_id",
        "hash",
        "file",
        "number",
        "date",
        "role",
        "read_at",
        "by",
        "parts",
        "state",
    ),
    "v_announcement": (
        "decision_number",
        "code",
        "province_decision_number",
        "province_decision_date",
        "published_on",
    ),
    "v_service": ("code", "case_code", "agency_code", "agency", "level", "run_id"),
    "v_ledger_event": (
        "event_id",
        "at",
        "actor",
        "subject_kind",
        "subject",
        "attribute",
        "from_value",
        "to_value",
        "reason",
    ),
    "v_duty": (
        "duty_id",
        "subject_kind",
        "subject",
        "division",
        "person",
        "leader",
        "due_date",
        "extended_until",
        "extension_reason",
        "reply",
        "replied_at",
        "reminders",
        "escalated_on",
        "closed_at",
    ),
    "v_register": ("entry_id", "register", "division", "deadline", "state", "record", "version"),
}

_MATCHED_BY = "CASE WHEN v.code IS NOT NULL THEN 'code' ELSE m.matched_by END"
_PRESENCE = "CASE WHEN a.key IS NOT NULL AND v.valid_to IS NULL THEN 'missing' ELSE 'listed' END"
_SPECIAL: Mapping[str, str] = {
    "code": "coalesce(v.code, m.code)",
    "matched_by": _MATCHED_BY,
    "presence": _PRESENCE,
}
_VERSIONS = """
FROM procedure_version v
LEFT JOIN code_match m ON m.source = v.source AND m.key = v.key
LEFT JOIN absence a ON a.source = v.source AND a.key = v.key
"""


def _versions(view: str) -> str:
    columns = ", ".join(f"{_SPECIAL.get(name, 'v.' + name)} AS {name}" for name in COLUMNS[view])
    return f"SELECT {columns} {_VERSIONS}"


def _plain(view: str, table: str, **renamed: str) -> str:
    columns = ", ".join(f"{renamed.get(name, name)} AS {_quoted(name)}" for name in COLUMNS[view])
    return f"SELECT {columns} FROM {table}"


def _quoted(name: str) -> str:
    return f'"{name}"'


def _stage() -> str:
    ranks = " ".join(f"WHEN '{stage}' THEN {rank}" for rank, stage in enumerate(STAGES))
    words = " ".join(f"WHEN {rank} THEN '{stage}'" for rank, stage in enumerate(STAGES))
    least = f"SELECT min(CASE c.stage {ranks} END) FROM decision_code c"
    return f"coalesce(CASE ({least} WHERE c.decision_number = decision.decision_number) {words} END, 'new')"


def _quarantine() -> str:
    columns = ", ".join(f"q.{name} AS {name}" for name in COLUMNS["v_quarantine"] if name != "state")
    return (
        f"SELECT {columns}, coalesce(d.state, 'waiting') AS state FROM quarantine q"
        " LEFT JOIN quarantine_decision d ON d.source = q.source AND d.digest = q.digest"
        f" WHERE q.run_id NOT IN ({_WITHDRAWN_RUNS})"
    )


def _last_announcement(column: str) -> str:
    return (
        f"(SELECT n.{column} FROM announcement n WHERE n.decision_number = decision.decision_number"
        " ORDER BY coalesce(n.province_decision_date, '') DESC, n.province_decision_number DESC, n.code"
        " LIMIT 1)"
    )


_ANNOUNCED_CODE = (
    "coalesce((SELECT min(c.name) FROM decision_code c WHERE substr(c.code, 1, 1) = '~'"
    " AND c.decision_number = announcement.decision_number AND c.code = announcement.code), code)"
)
"""A row without a code appears under its name, as in `v_decision.repealed`."""
_WITHDRAWN_RUNS = "SELECT run_id FROM run WHERE status = 'withdrawn'"
_WITHDRAWN_SNAPSHOTS = "SELECT snapshot_id FROM snapshot WHERE state = 'withdrawn'"
_LAST_COUNTED = (
    "SELECT max(k.run_id) FROM kpi k JOIN run r ON r.run_id = k.run_id"
    " WHERE coalesce(r.status, '') <> 'withdrawn' GROUP BY k.as_of"
)
"""The last run of each moment, as it counts in place of the others."""

QUERIES: Mapping[str, str] = {
    "v_run": _plain("v_run", "run"),
    "v_snapshot": _plain("v_snapshot", "snapshot") + " WHERE state IS NOT NULL",
    "v_procedure_current": _versions("v_procedure_current") + "WHERE v.valid_to IS NULL",
    "v_procedure_history": _versions("v_procedure_history") + "WHERE coalesce(v.closing, '') <> 'withdrawn'",
    "v_change": _plain("v_change", "change") + f" WHERE snapshot_id NOT IN ({_WITHDRAWN_SNAPSHOTS})",
    "v_finding": _plain(
        "v_finding",
        "finding",
        division="coalesce(assigned, division)",
        due_date="coalesce(due_date, wanted_by)",
        case_id="coalesce(case_id, 'finding:' || fingerprint)",
    ),
    "v_finding_event": _plain("v_finding_event", "finding_event"),
    "v_quarantine": _quarantine(),
    "v_validation": _plain("v_validation", "validation") + f" WHERE run_id NOT IN ({_WITHDRAWN_RUNS})",
    "v_alert": _plain("v_alert", "alert"),
    "v_kpi": _plain("v_kpi", "kpi") + f" WHERE run_id IN ({_LAST_COUNTED})",
    "v_decision": _plain(
        "v_decision",
        "decision",
        new="new_codes",
        changed="changed_codes",
        repealed="repealed_codes",
        stage=_stage(),
        province_decision_number=_last_announcement("province_decision_number"),
        province_decision_date=_last_announcement("province_decision_date"),
        published_on=_last_announcement("published_on"),
    ),
    "v_document": _plain("v_document", "document", hash="digest", by="read_by"),
    "v_announcement": _plain("v_announcement", "announcement", code=_ANNOUNCED_CODE),
    "v_service": _plain("v_service", "service"),
    "v_ledger_event": _plain("v_ledger_event", "ledger_event"),
    "v_duty": _plain("v_duty", "duty"),
    "v_register": _plain("v_register", "register_entry"),
}


def drop_views(connection: Connection) -> None:
    """Drop every existing view of the interface."""
    for view in reversed(tuple(QUERIES)):
        connection.execute(text(f"DROP VIEW IF EXISTS {view}"))


def create_views(connection: Connection) -> None:
    """Create every view of the interface; none may exist."""
    for view, query in QUERIES.items():
        connection.execute(text(f"CREATE VIEW {view} AS {query}"))
