"""A source's first complete snapshot enters within the database, as if each record had been compared."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, select, text

from procedures.snapshot import SnapshotState
from procedures.values.durations import ProcessingTime
from tests.warehouse.nights import Nights, at, met, procedure, read
from warehouse.db.bulk import bulk_insert, bulk_upsert
from warehouse.db.engine import reading, writing
from warehouse.sources import baseline, snapshots, staging
from warehouse.tables.source_tables import absence, listing

ITEMS = (
    procedure("1.000003", division="Phòng Nội vụ", processing_time=(ProcessingTime(None, 5, "day", None),)),
    procedure("1.000001", name="Tên có 'dấu nháy', \t thẻ và \\ gạch", decentralisation_state="decided"),
    read(procedure("1.000002", field=None, ways=None), evidence={"detail": "a" * 64}),
    met("1.000009", "filtered"),
    met("1.000008", "unpublished", state="INACTIVE"),
    met("1.000007", "quarantined"),
)


def enter(nights: Nights) -> dict[str, int]:
    snapshot_id = nights.take(at(2), *ITEMS)
    with writing(nights.engine) as connection:
        row = snapshots.get_snapshot(connection, snapshot_id)
        assert baseline.has_no_version(connection, nights.source)
        return baseline.load_baseline(connection, snapshot_id, as_of=row.as_of, run_id=row.run_id)


def remembered(connection: Connection, source: str) -> list[Any]:
    columns = [listing.c[name] for name in ("key", "source_id", "code", "list_digest", "read_at", "evidence")]
    query = select(*columns).where(listing.c.source == source).order_by(listing.c.key)
    return list(connection.execute(query))


def test_a_source_that_enters_whole_stands_as_if_each_record_had_been_compared(engine: Engine) -> None:
    whole, compared = Nights(engine, source="national"), Nights(engine, source="provincial")
    counts = enter(whole)
    assert not any(counts.values())
    assert not compared.night(at(2), *ITEMS)
    alike = [
        [{**row, "source": ""} for row in nights.rows("v_procedure_history", source=nights.source)]
        for nights in (whole, compared)
    ]
    assert len(alike[0]) == 3
    assert alike[0] == alike[1]
    assert whole.rows("v_change") == []
    with reading(engine) as connection:
        assert remembered(connection, "national") == remembered(connection, "provincial") != []
        assert connection.execute(text("SELECT count(*) FROM staged")).scalar_one() == 0


def test_the_night_after_is_compared_as_ever(nights: Nights) -> None:
    enter(nights)
    with reading(nights.engine) as connection:
        assert not baseline.has_no_version(connection, nights.source)
    moved = procedure("1.000001", name="Tên khác", decentralisation_state="decided")
    assert nights.night(at(3), ITEMS[0], moved, ITEMS[2]) == {"changed": 1}


def test_a_record_that_stands_already_is_staged_by_its_digest_alone_and_read_whole(nights: Nights) -> None:
    nights.night(at(2), procedure("1.000001"), procedure("1.000002"))
    snapshot_id = nights.take(at(3), procedure("1.000001"), procedure("1.000002", name="Tên khác"))
    with reading(nights.engine) as connection:
        stored = connection.execute(text("SELECT record IS NULL FROM staged ORDER BY key")).scalars().all()
        whole = [each.procedure for each in staging.staged_observations(connection, snapshot_id)]
    assert list(map(bool, stored)) == [True, False]
    assert whole == [procedure("1.000001"), procedure("1.000002", name="Tên khác")]


def test_a_record_staged_by_its_digest_outlives_the_version_it_was_the_same_as(nights: Nights) -> None:
    """A snapshot that waits for release is read whole after a later one has ended that version."""
    nights.night(at(2), procedure("1.000001"))
    waiting = nights.take(at(3), procedure("1.000001"), state=SnapshotState.HELD)
    nights.night(at(4), procedure("1.000001", name="Tên khác"))
    with reading(nights.engine) as connection:
        whole = [each.procedure for each in staging.staged_observations(connection, waiting)]
    assert whole == [procedure("1.000001")]


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_postgresql_plans_the_night_after_by_how_many_rows_there_are_by_then(nights: Nights) -> None:
    """It knew the tables as empty and walked through all rows for each: 36 s for 20,000 records."""
    snapshot_id = nights.take(at(2), *(procedure(f"1.{n:06}") for n in range(300)))
    with writing(nights.engine) as connection:
        baseline.load_baseline(connection, snapshot_id, as_of=at(2), run_id=1)
    nights.take(at(3), *(procedure(f"1.{n:06}") for n in range(250)))
    query = "SELECT reltuples FROM pg_class WHERE relname = :name"
    with reading(nights.engine) as connection:
        known = {
            name: connection.execute(text(query), {"name": name}).scalar_one()
            for name in ("procedure_version", "listing", "staged")
        }
    assert known == {"procedure_version": 300, "listing": 300, "staged": 250}


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_postgresql_compares_no_row_with_each_other_row(nights: Nights) -> None:
    """A first night of 40,000 records took a minute to find nothing that it had to forget."""
    plans: list[tuple[str, str]] = []

    def explain(connection: Connection, _cursor: object, statement: str, values: Any, *_: object) -> None:
        if statement.startswith(("SELECT", "INSERT INTO", "UPDATE", "DELETE")):
            driver: Any = connection.connection.driver_connection
            one = values[0] if isinstance(values, list) else values
            plan = driver.execute(f"EXPLAIN {statement}", one).fetchall()
            plans.append((statement, "\n".join(row[0] for row in plan)))

    first = [procedure(f"1.{n:06}") for n in range(2000)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("warehouse.db.bulk.COPY_MIN_ROWS", 1)
        event.listen(nights.engine, "before_cursor_execute", explain)
        snapshot_id = nights.take(at(2), *first)
        with writing(nights.engine) as connection:
            baseline.load_baseline(connection, snapshot_id, as_of=at(2), run_id=1)
        nights.night(at(3), *first[5:], *(procedure(f"2.{n:06}") for n in range(2000)))
        event.remove(nights.engine, "before_cursor_execute", explain)
    assert (
        sum(statement.startswith(("INSERT INTO listing", "DELETE FROM listing")) for statement, _ in plans)
        == 4
    )
    assert [(statement, plan) for statement, plan in plans if "Join Filter" in plan] == []


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_postgresql_compiles_no_statement(engine: Engine) -> None:
    """Compiling cost more than all that a night asks of it."""
    for _ in range(2):
        with reading(engine) as connection:
            assert connection.exec_driver_sql("SHOW jit").scalar_one() == "off"
        engine.dispose()


def test_an_item_met_again_later_in_the_night_replaces_the_one_before(nights: Nights) -> None:
    first = [procedure(f"1.{n:06}") for n in range(100)]
    again = [procedure("1.000003", name="Tên khác"), *(procedure(f"2.{n:06}") for n in range(99))]
    _, snapshot_id = nights.begin(at(2))
    for batch in (first, again):
        with staging.StagingSink(nights.engine, snapshot_id, batch=100) as stage:
            for each in batch:
                stage.observe(read(each))
    with reading(nights.engine) as connection:
        whole = [each.procedure for each in staging.staged_observations(connection, snapshot_id)]
    assert whole == [*first[:3], again[0], *first[4:], *again[1:]]


def test_many_rows_at_once_are_stored_as_few_are(engine: Engine) -> None:
    """Signs that a bulk format could take for its own, on either side of where it begins to be used."""
    texts = ["\\N", "\\", "\t", "a\nb", "\r", "", "'\"", "Ủy ban ₫", "{}", "\\."]
    for number in (3, 300):
        rows = [
            {
                "source": f"s{number}",
                "key": f"{n:04}",
                "since": texts[n % len(texts)],
                "last_day": "",
                "nights": n,
            }
            for n in range(number)
        ]
        with writing(engine) as connection:
            bulk_insert(connection, absence, [{**row, "evidence": "[]"} for row in rows])
        with writing(engine) as connection:
            bulk_upsert(connection, absence, [{**row, "evidence": "[1]"} for row in rows[1:]])
        with reading(engine) as connection:
            stored = connection.execute(
                absence.select().where(absence.c.source == f"s{number}").order_by(absence.c.key)
            ).all()
        assert [(row.since, row.nights) for row in stored] == [(row["since"], row["nights"]) for row in rows]
        assert [row.evidence for row in stored] == ["[]"] + ["[1]"] * (number - 1)
