"""A PostgreSQL server of the tests' own: started once a session, a database for each test.

    from tests.postgres import postgres  # noqa: F401 - the fixture

It listens on a socket in its own folder only, as user `postgres` where the tests run as root.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest

from tests.machine import end_without, find_program

FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "autovacuum": "off",
    "jit": "off",
    "listen_addresses": "",
    "log_min_messages": "fatal",
}
"""Settings of a server whose data nobody will miss."""


class Cluster:
    """A running server; databases are made and dropped by name."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="rasoat-pg-", dir="/tmp"))
        self.account = _account()
        self._numbers = count(1)
        self.spare: str | None = None
        data = self.folder / "data"
        os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)
        initdb = [
            _program("initdb"),
            "-D",
            str(data),
            "-U",
            "rasoat",
            "-A",
            "trust",
            "-N",
            "--locale=C.UTF-8",
        ]
        subprocess.run(initdb, check=True, capture_output=True, **self._as_account)
        settings = [f"-c{name}={value}" for name, value in FAST.items()]
        settings.append(f"-cunix_socket_directories={self.folder}")
        self._log = (self.folder / "log").open("wb")
        self.server = subprocess.Popen(
            [_program("postgres"), "-D", str(data), *settings],
            stdout=self._log,
            stderr=self._log,
            **self._as_account,
        )
        self._wait()

    def address(self, database: str) -> str:
        """The database as `RASOAT_DATABASE_URL` names it."""
        return f"postgresql+psycopg://rasoat@/{database}?host={self.folder}"

    def create(self, template: str | None = None, *, sorted_as: str | None = None) -> str:
        """A new database's name: empty, or a copy of `template`; one that is `sorted_as` in a language."""
        name = f"d{next(self._numbers)}"
        words = f" LOCALE_PROVIDER icu ICU_LOCALE '{sorted_as}' TEMPLATE template0" if sorted_as else ""
        self.execute(f"CREATE DATABASE {name}{words}" + (f" TEMPLATE {template}" if template else ""))
        return name

    def drop(self, database: str) -> None:
        """Drop a database, whoever is still connected."""
        self.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Carry out a statement; the rows it gives, if any."""
        with self._connect(database) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def cpu_seconds(self) -> float:
        """Seconds of CPU of the server so far: its ended and its running processes."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parts = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(stat.parent.name) == self.server.pid:
                ticks += sum(map(int, parts[11:15]))
            elif int(parts[1]) == self.server.pid:
                ticks += sum(map(int, parts[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """End the server and take its folder away."""
        if self.server.poll() is None:
            self.server.send_signal(signal.SIGQUIT)  # at once: nothing has to be kept
            self.server.wait(30)
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _as_account(self) -> dict[str, object]:
        if os.geteuid() != 0:
            return {"cwd": self.folder}
        account = self.account
        return {"cwd": self.folder, "user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def _connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.folder), user="rasoat", dbname=database, autocommit=True, connect_timeout=5
        )

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                self._connect().close()
                return
            except psycopg.OperationalError:
                if self.server.poll() is not None or time.monotonic() > deadline:
                    self._log.flush()
                    words = (self.folder / "log").read_text(errors="replace")
                    raise RuntimeError(f"PostgreSQL did not start:\n{words}") from None
                time.sleep(0.05)


@contextlib.contextmanager
def fresh_database(
    cluster: Cluster, template: str | None = None, *, sorted_as: str | None = None
) -> Iterator[str]:
    """The address of a database that lives as long as the context."""
    name = cluster.create(template, sorted_as=sorted_as)
    try:
        yield cluster.address(name)
    finally:
        cluster.drop(name)


@contextlib.contextmanager
def emptied_database(cluster: Cluster, migrate: Callable[[str], object]) -> Iterator[str]:
    """The address of a migrated database without a row, ten times cheaper than a fresh one.

    The tests have it one after the other; one that changes tables itself takes a fresh one.
    """
    template = migrated_template(cluster, migrate)
    name = cluster.spare or cluster.create(template)
    cluster.spare = None
    yield cluster.address(name)
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    cluster.execute(f"{others} AND pid <> pg_backend_pid()", name)
    tables = ", ".join(f'"{table}"' for table in _tables(cluster, template))
    try:
        cluster.execute(f"TRUNCATE {tables} RESTART IDENTITY", name)
    except psycopg.Error:
        cluster.drop(name)
        raise
    cluster.spare = name


@pytest.fixture(scope="session")
def postgres() -> Cluster:
    """The server, started by the first test that asks for it."""
    if find_program("initdb") is None:
        end_without("PostgreSQL is missing on this machine")
    return _cluster()


@pytest.fixture
def postgres_database(postgres: Cluster) -> Iterator[str]:
    """The address of an empty database."""
    with fresh_database(postgres) as address:
        yield address


@cache
def _cluster() -> Cluster:
    cluster = Cluster()
    atexit.register(cluster.stop)
    return cluster


@cache
def migrated_template(cluster: Cluster, migrate: Callable[[str], object]) -> str:
    """A database of the current version to copy from; made once."""
    name = cluster.create()
    migrate(cluster.address(name))
    return name


@cache
def _tables(cluster: Cluster, database: str) -> tuple[object, ...]:
    query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    return tuple(name for (name,) in cluster.execute(query, database))


def _account() -> pwd.struct_passwd:
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    names = {each.pw_name: each for each in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _program(name: str) -> str:
    found = find_program(name)
    if found is None:
        raise RuntimeError(f"{name} is missing on this machine")
    return found
