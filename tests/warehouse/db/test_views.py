"""The views that people and programs hold on to: their columns on both engines."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from tests.office import VIEWS
from warehouse.db.engine import reading

PROCEDURE = (
    "source code local_code name field executing_levels online_level agency promulgating_agency "
    "decision_number decision_date processing_time fee ways division decentralised url matched_by "
    "presence valid_from"
)
COLUMNS = {
    "v_run": "run_id as_of started_at finished_at status rules_version",
    "v_snapshot": "snapshot_id run_id source state reason declared_total listed distinct_codes details_read "
    "pages requests bytes certificate",
    "v_procedure_current": f"{PROCEDURE} record",
    "v_procedure_history": f"{PROCEDURE} record valid_to",
    "v_change": "change_id run_id source code kind attribute old_value new_value successor_code evidence "
    "rules_version",
    "v_finding": "finding_id fingerprint kind severity status code name attribute catalogue_value "
    "national_value provincial_value successor_code division due_date first_seen_run last_seen_run "
    "resolved_run evidence rules_version case_id",
    "v_finding_event": "event_id finding_id at actor action from_status to_status note",
    "v_quarantine": "run_id source code stage rule reason record quarantine_id state",
    "v_validation": "run_id source suite expectation severity success observed",
    "v_alert": "alert_id dedupe_key kind channel state subject finding_count created_at sent_at attempts",
    "v_kpi": "as_of level procedures eligible_full online_full online_partial online_none without_reason "
    "postal decentralised decentralisation_proposed on_national_portal online_unstated eligible_unstated "
    "ways_unstated decentralisation_unstated",
    "v_decision": "decision_number agency decision_date effective_date due_date due_basis new changed "
    "repealed announced division stage province_decision_number province_decision_date published_on state "
    "late_days repealed_rows on_portal",
    "v_document": "document_id hash file number date role read_at by parts state",
    "v_announcement": "decision_number code province_decision_number province_decision_date published_on",
    "v_service": "code case_code agency_code agency level run_id",
    "v_ledger_event": "event_id at actor subject_kind subject attribute from_value to_value reason",
    "v_duty": "duty_id subject_kind subject division person leader due_date extended_until "
    "extension_reason reply replied_at reminders escalated_on closed_at",
    "v_register": "entry_id register division deadline state record version",
}


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_has_the_columns_of_the_interface_in_their_order(engine: Engine, view: str) -> None:
    with reading(engine) as connection:
        found = connection.execute(text(f"SELECT * FROM {view}"))
        assert list(found.keys()) == COLUMNS[view].split()
