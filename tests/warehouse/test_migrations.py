"""The database's version: from nothing to the current one, whatever comes in between."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from procedures.errors import WarehouseError
from procedures.indicators import known
from tests.warehouse.nights import at
from warehouse.alerts import night_news
from warehouse.db import schema, views
from warehouse.db.column_types import metadata
from warehouse.db.engine import name_of, open_engine, reading, writing
from warehouse.db.schema import HEAD, is_current, remove, upgrade, version
from warehouse.sources import runs
from warehouse.tables import finding_tables, source_tables

MIGRATIONS = Path(schema.__file__).parents[1] / "migrations"


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


def upgrade_to(connection: Connection, revision: str) -> None:
    """What an older program left behind."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def test_the_figures_of_earlier_nights_keep_their_numbers_and_tell_what_they_never_counted(
    empty_engine: Engine,
) -> None:
    with writing(empty_engine) as connection:
        upgrade_to(connection, "0009")
        run = (
            "INSERT INTO run (run_id, kind, as_of, started_at, rules_version, summary)"
            " VALUES (1, 'sync', '2026-11-22', '2026-11-22', '1', '{}')"
        )
        counts = (
            "INSERT INTO kpi (run_id, level, as_of, procedures, eligible_full, online_full, online_partial,"
            " online_none, without_reason, postal, decentralised, decentralisation_proposed)"
            " VALUES (1, 'province', '2026-11-22', 93, 31, 18, 62, 3, 52, 0, 0, 0)"
        )
        for statement in (run, counts):
            connection.execute(text(statement))
    assert upgrade(empty_engine)
    with reading(empty_engine) as connection:
        (row,) = connection.execute(text("SELECT * FROM v_kpi")).mappings().all()
    assert (row["online_unstated"], row["ways_unstated"]) == (10, None)
    assert [known(row, name) for name in ("online_full", "postal", "decentralised")] == [18, 0, 0]


def test_what_an_older_database_took_in_is_old_news(empty_engine: Engine) -> None:
    with writing(empty_engine) as connection:
        upgrade_to(connection, "0008")
        for status in ("'complete'", "'failed'", "NULL"):
            connection.execute(
                text(
                    "INSERT INTO run (kind, as_of, started_at, status, rules_version, summary)"
                    f" VALUES ('sync', '2026-11-22', '2026-11-22', {status}, '1', '{{}}')"
                )
            )
    assert upgrade(empty_engine)
    with writing(empty_engine) as connection:
        runs_told = []
        for day in (23, 24):
            begun = runs.begin_run(connection, as_of=at(day), kind="sync")
            runs_told.append((begun, night_news.take_up(connection, begun) if day == 24 else None))
        assert runs_told == [(4, None), (5, [4, 5])]
        assert night_news.take_up(connection, 5) == [4, 5], "asked again it is the same"


def test_what_older_decisions_repealed_is_told_by_code_until_a_night_names_it(
    empty_engine: Engine,
) -> None:
    with writing(empty_engine) as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0009")
        connection.execute(
            text("INSERT INTO run (kind, as_of, started_at, rules_version, summary)"
                 " VALUES ('sync', '2026-11-22', '2026-11-22', '1', '{}')")
        )  # fmt: skip
        connection.execute(
            text("INSERT INTO decision (decision_number, new_codes, changed_codes, repealed_codes, announced,"
                 " state, run_id) VALUES ('627/QĐ-BNV', '[]', '[]', '[\"1.999402\"]', 0, 'pending', 1)")
        )  # fmt: skip
    assert upgrade(empty_engine)
    with reading(empty_engine) as connection:
        (row,) = runs.rows_of(connection, "v_decision")
    assert json.loads(row["repealed_rows"]) == [{"code": "1.999402", "level": None, "name": None}]
    assert row["late_days"] is None


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
    for _ in range(2):
        remove(empty_engine)
        assert names_in(empty_engine) == set()
    assert upgrade(empty_engine)


def test_a_file_of_no_bytes_is_an_empty_database(tmp_path: Path) -> None:
    file = tmp_path / "rasoat.db"
    file.touch()
    engine = open_engine(f"sqlite:///{file}")
    assert upgrade(engine)
    with sqlite3.connect(file) as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)
