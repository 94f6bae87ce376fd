"""The database's version: from nothing to the current one, whatever comes in between."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, Table, inspect, text, update

from procedures.errors import WarehouseError
from procedures.indicators import known_count
from procedures.run_origin import RunOrigin
from tests.warehouse.nights import Nights, at, procedure
from warehouse.alerts import news_queries
from warehouse.db import schema, views
from warehouse.db.engine import name_of, open_engine, reading, writing
from warehouse.db.revision import HEAD, is_current, version
from warehouse.db.schema import remove, upgrade
from warehouse.sources import runs
from warehouse.tables.all_tables import finding_tables, metadata, source_tables
from warehouse.tables.source_tables import run

MIGRATIONS = Path(schema.__file__).parents[1] / "migrations"
TRIALS = Path(__file__).parents[2] / "golden" / "warehouse"


def names_in(engine: Engine) -> set[str]:
    with reading(engine) as connection:
        found = inspect(connection)
        return {*found.get_table_names(), *found.get_view_names()}


def test_an_empty_database_is_brought_to_the_current_version(empty_engine: Engine) -> None:
    assert version(empty_engine) is None
    assert upgrade(empty_engine)
    assert version(empty_engine) == HEAD
    assert is_current(empty_engine)
    assert set(views.COLUMNS) < names_in(empty_engine)


def test_a_second_migration_does_nothing(engine: Engine) -> None:
    before = names_in(engine)
    assert not upgrade(engine)
    assert names_in(engine) == before


def test_the_newest_revision_is_the_programs_version() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert scripts.get_heads() == [HEAD]


def test_the_migrations_make_exactly_the_tables_of_the_program(engine: Engine) -> None:
    assert {source_tables.run, finding_tables.finding} < set(metadata.tables.values())
    with reading(engine) as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": lambda _o, name, kind, *_: kind != "table" or not name.startswith("v_"),
            },
        )
        assert compare_metadata(context, metadata) == []


def test_an_index_of_some_rows_holds_only_those_on_either_engine(engine: Engine) -> None:
    limited = {each.name for table in metadata.tables.values() for each in table.indexes if each.info}
    query = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index'",
        "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    }[engine.dialect.name]
    with reading(engine) as connection:
        made = {name for name, sql in connection.execute(text(query)) if " WHERE " in (sql or "")}
    assert made == limited != set()


def test_an_interrupted_migration_leaves_the_database_as_it_was(
    empty_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_connection: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(views, "create_views", broken)
        with pytest.raises(KeyboardInterrupt):
            upgrade(empty_engine)
    assert names_in(empty_engine) == set()
    assert upgrade(empty_engine)
    assert is_current(empty_engine)


def test_a_migration_that_is_killed_leaves_the_database_as_it_was(empty_address: str) -> None:
    killed = (
        "import os, sys; from warehouse.db import views; from warehouse.db.engine import open_engine;"
        "from warehouse.db.schema import upgrade;"
        "views.create_views = lambda connection: os.kill(os.getpid(), 9); upgrade(open_engine(sys.argv[1]))"
    )
    assert subprocess.run([sys.executable, "-c", killed, empty_address], check=False).returncode == -9
    engine = open_engine(empty_address)
    assert names_in(engine) == set()
    assert upgrade(engine)
    engine.dispose()


def test_two_programs_migrate_at_once_and_both_find_the_current_version(empty_address: str) -> None:
    migrating = (
        "import sys; from warehouse.db.engine import open_engine; from warehouse.db.schema import upgrade;"
        "print(upgrade(open_engine(sys.argv[1])))"
    )
    programs = [
        subprocess.Popen([sys.executable, "-c", migrating, empty_address], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert sorted(program.communicate()[0].strip() for program in programs) == ["False", "True"]


def trial_database(engine: Engine) -> None:
    """Make what `tests/golden/warehouse` keeps of a night of the trial version 0009, on this engine."""
    database_of(engine, "0009")


def database_of(engine: Engine, version: str) -> None:
    """Make a database as that version of the program left it."""
    script = (TRIALS / f"{version}.{engine.dialect.name}.sql").read_text()
    if engine.dialect.name == "sqlite":
        with sqlite3.connect(str(engine.url.database)) as plain:
            plain.executescript(script)
        return
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(script)


def rows_by_table(engine: Engine) -> dict[str, list[dict[str, object]]]:
    """All rows of all tables, in the order of their keys."""
    with reading(engine) as connection:
        found = inspect(connection)
        tables = {name: Table(name, MetaData(), autoload_with=connection) for name in found.get_table_names()}
        return {
            name: [
                dict(row)
                for row in connection.execute(table.select().order_by(*table.primary_key)).mappings()
            ]
            for name, table in tables.items()
            if name != "alembic_version"
        }


def words(found: object) -> object:
    """What the inspector found, every value as its text."""
    return {name: words(value) for name, value in found.items()} if isinstance(found, dict) else str(found)


def shape(engine: Engine) -> dict[str, object]:
    """Columns, keys, indexes, constraints, triggers and views, whatever their order."""
    triggers = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
    }[engine.dialect.name]
    with reading(engine) as connection:
        found = inspect(connection)
        tables = {
            table: [
                sorted(str(words(each)) for each in look(table))
                for look in (
                    found.get_columns,
                    found.get_indexes,
                    found.get_foreign_keys,
                    found.get_unique_constraints,
                    found.get_check_constraints,
                )
            ]
            for table in found.get_table_names()
        }
        seen = {view: found.get_view_definition(view) for view in found.get_view_names()}
        return tables | seen | {"triggers": connection.exec_driver_sql(triggers).all()}


def shape_of_a_new_one(engine: Engine) -> dict[str, object]:
    """What `shape` is of a database made anew in the place of this one."""
    remove(engine)
    upgrade(engine)
    return shape(engine)


def test_a_trial_database_becomes_like_a_new_one_and_keeps_every_row(empty_engine: Engine) -> None:
    trial_database(empty_engine)
    before = rows_by_table(empty_engine)
    assert len(before["procedure_version"]) == 3
    assert upgrade(empty_engine)
    assert is_current(empty_engine)
    after = rows_by_table(empty_engine)
    for table, rows in before.items():
        names = rows[0] if rows else ()
        assert [{name: row[name] for name in names} for row in after[table]] == rows
    assert shape(empty_engine) == shape_of_a_new_one(empty_engine)


def test_what_a_trial_version_did_not_keep_is_filled_in_or_left_unknown(empty_engine: Engine) -> None:
    trial_database(empty_engine)
    upgrade(empty_engine)
    after = rows_by_table(empty_engine)
    (figures,), (decision,) = after["kpi"], after["decision"]
    assert [known_count(figures, name) for name in ("online_full", "postal", "decentralised")] == [18, 0, 0]
    assert (figures["online_unstated"], figures["ways_unstated"]) == (10, None)
    assert json.loads(decision["repealed_rows"]) == [{"code": "1.999402", "level": None, "name": None}]
    assert (decision["late_days"], decision["counts"], decision["asks"]) == (None, 1, 1)
    with pytest.raises(WarehouseError, match="append-only"), writing(empty_engine) as connection:
        connection.execute(text("DELETE FROM change"))


def test_what_a_trial_run_was_begun_for_is_read_as_today(empty_engine: Engine) -> None:
    upgrade(empty_engine)
    kept: dict[str, RunOrigin] = {
        "release 12": RunOrigin(released=12),
        "import accepted 5 lan": RunOrigin(accepted=5, by="lan"),
        "import undone 7 Trần Thị Lan": RunOrigin(undone=7, by="Trần Thị Lan"),
        "import 12": RunOrigin(word="12"),
        "import accepted x y": RunOrigin(word="accepted x y"),
        "sync demo": RunOrigin(word="demo"),
        'import {"by": "lan"}': RunOrigin(by="lan"),
    }
    with writing(empty_engine) as connection:
        for text in kept:
            kind, _, argument = text.partition(" ")
            number = runs.begin_run(connection, as_of=at(22), kind=kind)
            connection.execute(update(run).where(run.c.run_id == number).values(argument=argument))
    stamp(empty_engine, "0014")
    upgrade(empty_engine)
    with reading(empty_engine) as connection:
        told = [runs.get_run(connection, number).origin for number in range(1, len(kept) + 1)]
    assert told == list(kept.values())


def test_the_next_night_goes_on_from_a_trial_database(empty_engine: Engine) -> None:
    trial_database(empty_engine)
    upgrade(empty_engine)
    nights = Nights(empty_engine)
    said = procedure("1.000001", name="Cấp lại giấy phép")
    assert nights.night(at(23), said, procedure("1.000002")) == {}
    assert nights.night(at(24), said, procedure("1.000002", online_level="full")) == {"changed": 1}
    with writing(empty_engine) as connection:
        told = news_queries.claim_runs(connection, runs.begin_run(connection, as_of=at(25), kind="sync"))
    assert told == [3, 4, 5], "what the trial version took in is old news"


def stamp(engine: Engine, revision: str) -> None:
    with writing(engine) as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'"))


def test_a_table_a_column_and_an_index_that_are_declared_since_are_added(
    empty_engine: Engine, engine: Engine
) -> None:
    upgrade(empty_engine)
    with writing(empty_engine) as connection:
        views.drop_views(connection)
        for change in (
            "DROP TABLE finding_past",
            "DROP INDEX ix_alert_sent_run",
            "ALTER TABLE change DROP COLUMN successor_code",
            "DROP INDEX ix_finding_event_finding_id",
            "ALTER TABLE kpi DROP COLUMN online_unstated",
            "CREATE INDEX ix_change_key ON change (key)",
        ):
            connection.execute(text(change))
    stamp(empty_engine, "0014")
    assert upgrade(empty_engine)
    assert shape(empty_engine) == shape_of_a_new_one(empty_engine)


def test_a_trial_database_that_is_too_old_is_left_as_it_is(empty_engine: Engine) -> None:
    upgrade(empty_engine)
    stamp(empty_engine, "0008")
    with pytest.raises(WarehouseError, match=r"bản thử quá cũ \(0008\).*cơ sở dữ liệu trống") as caught:
        upgrade(empty_engine)
    assert "\n" not in str(caught.value)
    assert version(empty_engine) == "0008"
    remove(empty_engine)
    assert upgrade(empty_engine)


def test_a_database_of_a_newer_version_is_refused(empty_engine: Engine) -> None:
    upgrade(empty_engine)
    with writing(empty_engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(WarehouseError, match="phiên bản mới hơn \\(9999\\)"):
        upgrade(empty_engine)


def test_a_database_of_another_program_is_neither_migrated_nor_emptied(empty_engine: Engine) -> None:
    with writing(empty_engine) as connection:
        connection.execute(text("CREATE TABLE run (id INTEGER)"))
    for change in (upgrade, remove):
        with pytest.raises(WarehouseError, match="chương trình khác") as caught:
            change(empty_engine)
        assert name_of(empty_engine) in str(caught.value)
    assert names_in(empty_engine) == {"run"}


def test_everything_of_ours_can_be_removed_and_made_again(empty_engine: Engine) -> None:
    upgrade(empty_engine)
    assert is_current(empty_engine)
    for _ in range(2):
        remove(empty_engine)
        assert names_in(empty_engine) == set()
        assert not is_current(empty_engine)
    assert upgrade(empty_engine)
    assert is_current(empty_engine)


def test_a_file_of_no_bytes_is_an_empty_database(tmp_path: Path) -> None:
    file = tmp_path / "rasoat.db"
    file.touch()
    engine = open_engine(f"sqlite:///{file}")
    assert upgrade(engine)
    with sqlite3.connect(file) as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_database_of_the_first_version_is_brought_to_todays_with_every_row(empty_engine: Engine) -> None:
    database_of(empty_engine, "1.0")
    assert version(empty_engine) == "1.0"
    before = rows_by_table(empty_engine)
    assert [row["status"] for row in before["finding"]] == ["open", "confirmed", "resolved"]
    assert upgrade(empty_engine)
    after = rows_by_table(empty_engine)
    for table, rows in before.items():
        names = rows[0] if rows else ()
        assert [{name: row[name] for name in names} for row in after[table]] == rows
    assert {row["case_id"] for row in after["finding"]} == {None}
    with reading(empty_engine) as connection:
        found = runs.view_rows(connection, "v_finding")
    assert [row["case_id"] for row in found] == [f"finding:{row['fingerprint']}" for row in found]
    assert shape(empty_engine) == shape_of_a_new_one(empty_engine)
