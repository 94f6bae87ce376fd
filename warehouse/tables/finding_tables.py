"""Tables of what people act on: findings, alerts, matches, exclusions, decisions and figures.

Free to change, by a revision in `migrations/versions`; the views are the contract.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Float, ForeignKey, Index, Integer, Table, UniqueConstraint

from warehouse.db.column_types import (
    TEXT,
    identity,
    key,
    metadata,
    number,
    optional_text,
    partial_index,
    run_reference,
    text,
)

finding = Table(
    "finding",
    metadata,
    identity("finding_id"),
    text("fingerprint"),
    text("kind"),
    text("severity"),
    text("status"),
    text("subject"),
    optional_text("code"),
    optional_text("name"),
    optional_text("attribute"),
    optional_text("catalogue_value"),
    optional_text("national_value"),
    optional_text("provincial_value"),
    optional_text("successor_code"),
    optional_text("division"),
    optional_text("due_date"),
    text("sources"),
    text("sides"),
    optional_text("ignored_sides"),
    run_reference("first_seen_run"),
    run_reference("last_seen_run"),
    run_reference("resolved_run", optional=True),
    text("evidence"),
    text("rules_version"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("weight", Integer, nullable=False, server_default="9"),
    optional_text("field"),
    optional_text("levels"),
    optional_text("assigned"),
    optional_text("person"),
    optional_text("wanted_by"),
    optional_text("acting"),
    optional_text("deadline"),
    text("search", default=""),
    optional_text("case_id"),
    number("change_number", optional=True),
    UniqueConstraint("fingerprint"),
    Index(None, "status", "kind"),
    Index(None, "person"),
    Index(None, "code"),
    Index(None, "change_number"),
    partial_index(None, "assigned", where="assigned IS NOT NULL"),
    Index(
        "ix_finding_list",
        *("weight", "kind", "finding_id", "status", "deadline", "code", "acting", "field", "levels"),
        *("sources", "search", "case_id", "person"),
    ),
    partial_index(
        "ix_finding_case",
        *("case_id", "weight", "kind", "finding_id", "status", "deadline", "code", "acting", "field"),
        *("levels", "sources", "search", "person"),
        where="case_id IS NOT NULL",
    ),
)
"""`ignored_sides`: the digest of the sides when a person ignored it. `version` counts its changes, so that
two people never overwrite each other. `assigned`, `person` and `wanted_by`: to whom a person gave it, and by
when it is due; `acting` and `deadline` are what counts then. `case_id`: the cause that it
shares with others, None where it has none but its own. `ix_finding_list` holds all that lists filter
and sort by, so that a hundred thousand rows are searched without reading their evidence;
`ix_finding_case` holds the same of those in a case, which are read case by case. The index of persons
tells which there are. `change_number` counts the transactions in which runs change findings, and is that of
the last one that changed this finding: what has changed since a moment are the rows with a higher one."""

finding_past = Table(
    "finding_past",
    metadata,
    identity("past_id"),
    Column("finding_id", Integer, ForeignKey("finding.finding_id"), nullable=False),
    text("until"),
    text("said"),
    number("run_id", optional=True),
    Index(None, "finding_id", "until"),
)
"""Values of a finding until they changed, so that any past day can be queried. `run_id`: what changed it."""

finding_event = Table(
    "finding_event",
    metadata,
    identity("event_id"),
    Column("finding_id", Integer, ForeignKey("finding.finding_id"), nullable=False),
    run_reference(optional=True),
    text("at"),
    text("actor"),
    text("action"),
    optional_text("from_status"),
    optional_text("to_status"),
    optional_text("note"),
    Index(None, "finding_id"),
    Index(None, "run_id", "action", "finding_id"),
)

alert = Table(
    "alert",
    metadata,
    identity("alert_id"),
    run_reference(optional=True),
    text("dedupe_key"),
    text("kind"),
    text("channel"),
    text("recipient"),
    text("state"),
    text("subject"),
    text("body"),
    number("finding_count"),
    text("created_at"),
    optional_text("sent_at"),
    number("attempts"),
    optional_text("last_error"),
    optional_text("html"),
    optional_text("attachment"),
    optional_text("next_try_at"),
    run_reference("sent_run", optional=True),
    UniqueConstraint("dedupe_key"),
    Index(None, "state"),
    Index(None, "run_id"),
    Index(None, "sent_run"),
)
"""`attachment`: the name of the attached workbook, made of its findings when it is sent."""

alert_finding = Table(
    "alert_finding",
    metadata,
    Column("alert_id", Integer, ForeignKey("alert.alert_id"), primary_key=True),
    Column("finding_id", Integer, ForeignKey("finding.finding_id"), primary_key=True),
    Index(None, "finding_id"),
)
"""The findings that a message reports."""

code_match = Table(
    "code_match",
    metadata,
    key("source"),
    key("key"),
    text("code"),
    text("matched_by"),
    optional_text("actor"),
    text("at"),
    run_reference(optional=True),
    CheckConstraint("matched_by IN ('name', 'person')", name="matched_by"),
)
"""The national code of a row that has none of its own: matched by name, or confirmed by a person."""

exclusion = Table(
    "exclusion",
    metadata,
    identity("exclusion_id"),
    optional_text("code"),
    optional_text("agency"),
    optional_text("field"),
    text("actor"),
    text("reason"),
    text("at"),
    optional_text("ended_by"),
    optional_text("ended_at"),
)
"""What is not this department's business; one that ended stays, with who made and ended it."""

decision = Table(
    "decision",
    metadata,
    key("decision_number"),
    optional_text("agency"),
    optional_text("decision_date"),
    optional_text("effective_date"),
    optional_text("due_date"),
    optional_text("due_basis"),
    text("new_codes"),
    text("changed_codes"),
    text("repealed_codes"),
    Column("announced", Float, nullable=False),
    optional_text("division"),
    text("state"),
    run_reference(),
    optional_text("person"),
    optional_text("leader"),
    text("proposals", default="[]"),
    text("repealed_rows", default="[]"),
    number("late_days", optional=True),
    Column("counts", Integer, nullable=False, server_default="1"),
    Column("asks", Integer, nullable=False, server_default="1"),
    Column("on_portal", Integer, nullable=False, server_default="1"),
)
"""`proposals`: stages that the sides show and nobody has recorded yet; a person confirms them.
`repealed_codes` has the name of a row without a code. `counts`: 0 where nobody is held to what is open of it;
`asks`: 0 where that asks nothing of anybody. `on_portal`: 0 where only a document that was read tells of it.
"""

decision_code = Table(
    "decision_code",
    metadata,
    Column("decision_number", TEXT, ForeignKey("decision.decision_number"), primary_key=True),
    key("code"),
    key("role"),
    text("stage"),
    optional_text("entered_by"),
    optional_text("submission_number"),
    optional_text("submission_date"),
    optional_text("name"),
    optional_text("level"),
    CheckConstraint("role IN ('new', 'changed', 'repealed')", name="role"),
)
"""What a ministry's decision did to a code, and the stage of its announcement; `entered_by`: a person.

`code` is the key of a row where it has no code; `name` and `level` are those of what was repealed, and of
what has no code.
"""

document = Table(
    "document",
    metadata,
    identity("document_id"),
    text("digest"),
    number("place"),
    text("file"),
    optional_text("number"),
    optional_text("date"),
    optional_text("role"),
    text("head"),
    text("parts"),
    text("matches", default="{}"),
    text("state"),
    text("held_for", default="[]"),
    text("read_at"),
    optional_text("read_by"),
    optional_text("decided_at"),
    optional_text("decided_by"),
    optional_text("reason"),
    optional_text("applied_at"),
    run_reference(optional=True),
    text("rules_version"),
    Index(None, "digest"),
    Index(None, "state"),
    CheckConstraint("state IN ('read', 'held', 'confirmed', 'withdrawn')", name="state"),
)
"""A decision as it was read from a file, whose bytes the archive has under `digest`.

`place` counts the decisions of the file from 1. `head` and `parts` are its JSON, with what people corrected;
`matches` are the codes that records of the portal gave to rows without one, by key. `held_for`: why a person
has to look first. `run_id` is the run in which it took effect, at its logical time `applied_at`.
"""

announcement = Table(
    "announcement",
    metadata,
    key("decision_number"),
    key("code"),
    key("province_decision_number"),
    optional_text("province_decision_date"),
    optional_text("published_on"),
)

service = Table(
    "service",
    metadata,
    key("case_code"),
    key("agency_code"),
    text("code"),
    text("agency"),
    text("level"),
    run_reference(),
    Index(None, "code"),
)

kpi = Table(
    "kpi",
    metadata,
    Column("run_id", Integer, ForeignKey("run.run_id"), primary_key=True),
    key("level"),
    text("as_of"),
    number("procedures"),
    number("eligible_full"),
    number("online_full"),
    number("online_partial"),
    number("online_none"),
    number("without_reason"),
    number("postal"),
    number("decentralised"),
    number("decentralisation_proposed"),
    number("on_national_portal", optional=True),
    number("online_unstated", optional=True),
    number("eligible_unstated", optional=True),
    number("ways_unstated", optional=True),
    number("decentralisation_unstated", optional=True),
)
