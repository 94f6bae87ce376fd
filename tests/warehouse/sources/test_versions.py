"""Versions: what each night moves in the warehouse, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from procedures.changes import Comparison, VersionStep
from procedures.errors import NotFoundError
from procedures.findings import CATALOGUE
from procedures.snapshot import LookUp, SnapshotState
from tests.warehouse.nights import SCOPE, Nights, as_stored, at, met, procedure, read
from warehouse.db.engine import reading, writing
from warehouse.sources import arrivals, code_matches, runs, snapshots, versions
from warehouse.sources.source_status import alerts_waiting, source_status

ONE, TWO, THREE = (procedure(f"1.00000{number}") for number in (1, 2, 3))


def test_the_first_complete_night_is_a_baseline_without_changes(nights: Nights) -> None:
    assert nights.night(at(22), ONE, TWO) == {}
    assert nights.rows("v_change") == []
    assert nights.rows("v_procedure_current", "code", "valid_from") == [
        ("1.000001", as_stored(at(22))),
        ("1.000002", as_stored(at(22))),
    ]


def test_an_unchanged_night_writes_no_version_and_no_change(nights: Nights) -> None:
    nights.night(at(22), ONE, TWO, THREE)
    before = nights.rows("v_procedure_history")
    assert nights.night(at(23), ONE, TWO, met("1.000003", "seen")) == {}
    assert nights.rows("v_procedure_history") == before
    assert nights.rows("v_change") == []


def test_a_changed_record_ends_its_version_when_the_next_begins(nights: Nights) -> None:
    nights.night(at(22), ONE, TWO)
    renamed = replace(ONE, name="Cấp lại giấy phép", online_level="full")
    assert nights.night(at(23), renamed, TWO) == {"changed": 2}
    history = nights.rows("v_procedure_history", "name", "valid_from", "valid_to", code="1.000001")
    assert history == [
        (ONE.name, as_stored(at(22)), as_stored(at(23))),
        (renamed.name, as_stored(at(23)), None),
    ]
    assert nights.rows("v_change", "kind", "attribute", "old_value", "new_value") == [
        ("changed", "name", ONE.name, renamed.name),
        ("changed", "online_level", "partial", "full"),
    ]
    assert len(nights.rows("v_procedure_history", code="1.000002")) == 1


def test_a_cosmetic_difference_opens_a_version_too(nights: Nights) -> None:
    nights.night(at(22), ONE)
    assert nights.night(at(23), replace(ONE, name=ONE.name.upper())) == {"cosmetic": 1}
    assert len(nights.rows("v_procedure_history")) == 2


def test_at_any_moment_one_version_of_a_procedure_stands(nights: Nights) -> None:
    for day, name in ((22, "A"), (23, "B"), (24, "B"), (25, "C")):
        nights.night(at(day), replace(ONE, name=f"Tên {name}"))
    spans = nights.rows("v_procedure_history", "valid_from", "valid_to")
    assert [span[1] for span in spans] == [*(span[0] for span in spans[1:]), None]


def test_an_absence_is_missing_first_and_repealed_on_the_second_day(nights: Nights) -> None:
    nights.night(at(22), ONE, TWO)
    assert nights.night(at(23), TWO) == {"missing": 1}
    assert nights.rows("v_procedure_current", "code", "presence") == [
        ("1.000001", "missing"),
        ("1.000002", "listed"),
    ]
    assert nights.counts()["v_procedure_history"] == 2
    assert nights.night(at(23, 20), TWO) == {}
    assert nights.night(at(24), TWO) == {"repealed": 1}
    assert nights.rows("v_procedure_current", "code") == ["1.000002"]
    assert nights.rows("v_procedure_history", "valid_to", "presence", code="1.000001") == [
        (as_stored(at(24)), "listed")
    ]
    with reading(nights.engine) as connection:
        gone = versions.retired_procedures(connection, "national")
        assert (gone["1.000001"].kind, gone["1.000001"].procedure) == ("repealed", ONE)
    assert nights.night(at(25), TWO) == {}


def test_what_comes_back_from_the_ladder_keeps_its_version(nights: Nights) -> None:
    nights.night(at(22), ONE, TWO)
    nights.night(at(23), TWO)
    with reading(nights.engine) as connection:
        assert arrivals.oldest_absence(connection, "national") == date(2026, 11, 23)
        assert list(versions.load_side(connection, "national", role="national", fresh=True).missing) == [
            "1.000001"
        ]
    assert nights.night(at(24), met("1.000001", "seen"), TWO) == {"reinstated": 1}
    assert nights.rows("v_procedure_current", "presence") == ["listed", "listed"]
    assert nights.counts()["v_procedure_history"] == 2
    with reading(nights.engine) as connection:
        assert arrivals.oldest_absence(connection, "national") is None


def test_a_successor_is_no_older_than_the_absence_that_it_ends(nights: Nights) -> None:
    """1.000001 stays missing for weeks, so that what came since then is still looked through."""
    held = [LookUp(key="1.000001", outcome="published")]
    alike = procedure("1.000009", name=TWO.name)
    nights.night(at(22), ONE, TWO)
    nights.night(at(23), TWO, look_ups=held)
    nights.night(at(24), TWO, alike, look_ups=held)
    nights.night(at(26), alike, look_ups=held)
    assert nights.night(at(27), alike, look_ups=held) == {"repealed": 1}


def test_what_comes_back_after_its_repeal_is_reinstated_with_a_new_version(nights: Nights) -> None:
    nights.night(at(22), ONE, TWO)
    nights.night(at(23), TWO)
    nights.night(at(24), TWO)
    assert nights.night(at(25), ONE, TWO) == {"reinstated": 1}
    assert nights.rows("v_procedure_history", "valid_from", "valid_to", code="1.000001") == [
        (as_stored(at(22)), as_stored(at(24))),
        (as_stored(at(25)), None),
    ]
    with reading(nights.engine) as connection:
        assert versions.retired_procedures(connection, "national") == {}


def test_an_unpublished_record_is_repealed_at_once(nights: Nights) -> None:
    nights.night(at(22), ONE, TWO)
    assert nights.night(at(23), met("1.000001", "unpublished", state="INACTIVE"), TWO) == {"repealed": 1}
    assert nights.rows("v_procedure_current", "code") == ["1.000002"]


def test_the_successor_is_found_among_what_was_new_since_the_absence_began(nights: Nights) -> None:
    nights.night(at(22), ONE, TWO)
    successor = procedure("1.000009", name=ONE.name)
    assert nights.night(at(23), TWO, successor) == {"missing": 1, "new": 1}
    assert nights.night(at(24), TWO, successor) == {"replaced": 1}
    assert nights.rows("v_change", "code", "successor_code", kind="replaced") == [("1.000001", "1.000009")]
    with reading(nights.engine) as connection:
        assert versions.retired_procedures(connection, "national")["1.000001"].successor_code == "1.000009"


def test_a_partial_snapshot_loads_what_it_read_and_retires_nothing(nights: Nights) -> None:
    nights.night(at(22), ONE, TWO)
    partial = {"state": SnapshotState.PARTIAL, "reason": "mất trang 2"}
    assert nights.night(at(23), replace(ONE, name="Tên mới"), **partial) == {"changed": 1}
    assert nights.rows("v_procedure_current", "code", "presence") == [
        ("1.000001", "listed"),
        ("1.000002", "listed"),
    ]
    with reading(nights.engine) as connection:
        assert snapshots.last_as_of(connection, "national") == at(23)
        last = snapshots.last_complete(connection, "national")
        assert last is not None
        assert last.as_of == at(22)


def test_a_partial_snapshot_before_the_baseline_loads_nothing(nights: Nights) -> None:
    nights.night(at(22), ONE, state=SnapshotState.PARTIAL)
    assert nights.rows("v_procedure_history") == []
    assert nights.night(at(23), ONE) == {}
    assert len(nights.rows("v_procedure_current")) == 1


def test_a_snapshot_becomes_current_once(nights: Nights) -> None:
    nights.night(at(22), ONE)
    snapshot_id = nights.take(at(23), ONE, TWO)
    assert nights.load(snapshot_id) == {"new": 1}
    before = nights.counts()
    assert nights.load(snapshot_id) == {"new": 1}
    assert nights.counts() == before


def test_a_row_missing_from_a_new_catalogue_ends_at_once(nights: Nights) -> None:
    catalogue = Nights(nights.engine, CATALOGUE, CATALOGUE)
    catalogue.night(at(22), ONE, TWO)
    assert catalogue.night(at(23), TWO) == {"missing": 1}
    assert catalogue.rows("v_procedure_current", "code", "presence") == [("1.000002", "listed")]
    assert catalogue.night(at(24), ONE, TWO) == {"reinstated": 1}


def test_a_silent_end_makes_no_change_and_leaves_nothing_retired(nights: Nights) -> None:
    nights.night(at(22), ONE, TWO)
    snapshot_id = nights.take(at(23), TWO)
    with writing(nights.engine) as connection:
        run_id = snapshots.get_snapshot(connection, snapshot_id).run_id
        ends = Comparison(versions=(VersionStep(action="close", key="1.000001"),))
        versions.apply_comparison(connection, snapshot_id, ends, as_of=at(23), run_id=run_id)
        assert versions.retired_procedures(connection, "national") == {}
        assert list(versions.current_procedures(connection, "national")) == ["1.000002"]
    assert nights.rows("v_change") == []


def test_every_attribute_comes_back_as_it_was_read(nights: Nights) -> None:
    full = replace(
        ONE,
        local_code="1.000001.000.00.00.H27",
        subjects=("Cá nhân", "Tổ chức"),
        legal_bases=(),
        raw=(("name", "  Cấp  giấy phép"),),
        requirements="Không",
        division="Phòng Việc làm",
        decentralisation_state="decided",
        eligible_full_online=False,
        province_decision_date=date(2026, 4, 2),
    )
    nights.night(at(22), full)
    with reading(nights.engine) as connection:
        assert versions.current_procedures(connection, "national") == {"1.000001": full}
    (row,) = nights.rows("v_procedure_current")
    assert row["executing_levels"] == '["province"]'
    assert row["ways"] == '["direct", "online"]'
    assert row["decision_date"] == "2026-03-01"
    assert (row["decentralised"], row["division"]) == (1, "Phòng Việc làm")
    assert (row["fee"], row["matched_by"]) == (None, "code")


def test_a_row_without_a_code_carries_the_match_that_was_found_or_confirmed(nights: Nights) -> None:
    catalogue = Nights(nights.engine, CATALOGUE, CATALOGUE)
    nameless = [replace(procedure("1.000001"), code=None, name=name) for name in ("Một", "Hai", "Ba")]
    catalogue.night(at(22), *(read(row, key=f"~{row.name}") for row in nameless))
    before = catalogue.counts()
    with writing(nights.engine) as connection:
        found = {"~Một": "1.000001", "~Hai": "1.000002"}
        code_matches.store_name_matches(connection, CATALOGUE, found, run_id=1)
        assert code_matches.confirm_match(connection, "~Hai", "1.000022", actor="Lan") == (CATALOGUE,)
        code_matches.store_name_matches(connection, CATALOGUE, {"~Hai": "1.000002"}, run_id=1)
        assert code_matches.matches_of(connection, CATALOGUE) == {"~Hai": ("1.000022", "person")}
        side = versions.load_side(connection, CATALOGUE, role=CATALOGUE, fresh=True)
        assert {key: row.code for key, row in side.procedures.items()} == {
            "~Một": None,
            "~Hai": "1.000022",
            "~Ba": None,
        }
        code_matches.store_name_matches(connection, CATALOGUE, found, run_id=1)
        plan = snapshots.reading_plan(connection, "national", at(23))
    assert plan.ask == {"1.000001", "1.000022"}
    assert sorted(catalogue.rows("v_procedure_current", "name", "code", "matched_by"), key=str) == [
        ("Ba", None, None),
        ("Hai", "1.000022", "person"),
        ("Một", "1.000001", "name"),
    ]
    assert catalogue.counts() == before


def test_a_reader_is_told_what_the_nights_before_showed(nights: Nights) -> None:
    with reading(nights.engine) as connection:
        empty = snapshots.reading_plan(connection, "national", at(22))
    assert (empty.baseline, empty.remembered, empty.known_states) == (False, {}, frozenset())

    nights.night(
        at(22),
        read(ONE, source_id="u1", list_digest="d1"),
        met("1.000002", "filtered", source_id="u2", list_digest="d2"),
        met("1.000003", "unread", source_id="u3", list_digest="d3"),
        states={"ACTIVE": 3},
    )
    nights.night(
        at(23), met("1.000001", "seen", source_id="u1", list_digest="d1"), met("1.000002", "filtered")
    )
    with reading(nights.engine) as connection:
        plan = snapshots.reading_plan(connection, "national", at(24))
    assert plan.baseline
    assert plan.known_states == {"ACTIVE"}
    assert set(plan.remembered) == {"1.000001", "1.000002"}
    one, two = (plan.remembered[key] for key in ("1.000001", "1.000002"))
    assert (one.source_id, one.list_digest, one.read_at, one.loaded) == ("u1", "d1", at(22), True)
    assert (two.source_id, two.list_digest, two.read_at, two.loaded) == ("u2", "d2", None, False)


def test_what_could_not_be_read_is_due_again(nights: Nights) -> None:
    nights.night(at(22), read(ONE, list_digest="old"))
    nights.night(at(23), met("1.000001", "unread", list_digest="new"))
    with reading(nights.engine) as connection:
        plan = snapshots.reading_plan(connection, "national", at(24))
    assert plan.remembered["1.000001"].list_digest == "old"


def test_the_last_answer_about_a_code_is_kept_until_it_is_listed(nights: Nights) -> None:
    def asked(day: int, *answers: LookUp, listed: tuple[str, ...] = ()) -> dict[str, str]:
        nights.night(at(day), ONE, *(procedure(code) for code in listed), look_ups=answers)
        with reading(nights.engine) as connection:
            side = versions.load_side(connection, "national", role="national", fresh=True)
        return {key: answer.outcome for key, answer in side.looked_up.items()}

    assert asked(22, LookUp(key="1.000007", outcome="not_found")) == {"1.000007": "not_found"}
    assert asked(23, LookUp(key="1.000007", outcome="error")) == {"1.000007": "not_found"}
    assert asked(24, LookUp(key="1.000007", outcome="dead", state="INACTIVE")) == {"1.000007": "dead"}
    assert asked(25, listed=("1.000007",)) == {}


def test_the_status_tells_the_last_complete_night_and_the_last_attempt(nights: Nights) -> None:
    nights.night(at(22), ONE, TWO)
    nights.take(at(23), state=SnapshotState.BLOCKED, reason="trang thử thách")
    held = nights.take(at(24), ONE, state=SnapshotState.HELD, reason="mất quá nhiều")
    nights.begin(at(25))
    with reading(nights.engine) as connection:
        (status,) = source_status(connection)
        assert alerts_waiting(connection) == 0
    assert (status.source, status.procedures, status.held) == ("national", 2, (held,))
    assert status.last_complete_as_of == at(22)
    assert (status.last_attempt_as_of, status.last_state) == (at(24), "held")
    assert status.last_reason == "mất quá nhiều"


def test_a_source_that_was_never_read_to_its_end_is_told_too(nights: Nights) -> None:
    _, snapshot_id = nights.begin(at(22))
    with reading(nights.engine) as connection:
        (status,) = source_status(connection)
        assert snapshots.get_snapshot(connection, snapshot_id).scope == SCOPE
    assert (status.last_attempt_id, status.last_state, status.last_complete_id) == (snapshot_id, None, None)
    assert nights.rows("v_snapshot") == []


def test_runs_are_told_in_order_and_unknown_ones_are_named(nights: Nights) -> None:
    with reading(nights.engine) as connection:
        assert runs.last_run(connection) is None
    for day in (22, 23):
        nights.night(at(day), ONE)
    with reading(nights.engine) as connection:
        assert [run.as_of for run in runs.all_runs(connection)] == [at(22), at(23)]
        last = runs.last_run(connection)
        assert last == runs.get_run(connection, 2)
        assert [row.snapshot_id for row in runs.snapshots_of_run(connection, 2)] == [2]
        for unknown in (runs.get_run, snapshots.get_snapshot):
            with pytest.raises(NotFoundError, match="99"):
                unknown(connection, 99)


def test_the_summary_of_a_snapshot_has_the_names_of_the_interface(nights: Nights) -> None:
    nights.night(at(22), ONE)
    nights.night(at(23), ONE, TWO)
    with reading(nights.engine) as connection:
        (row,) = runs.snapshots_of_run(connection, 2)
    assert row.summary_values == {
        "snapshot_id": 2,
        "state": "complete",
        "reason": None,
        "procedures": 2,
        "requests": 7,
        "new": 1,
        "changed": 0,
        "cosmetic": 0,
        "missing": 0,
        "repealed": 0,
        "replaced": 0,
        "level_transfer": 0,
        "reinstated": 0,
        "quarantined": 0,
    }
