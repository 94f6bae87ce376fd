"""One Prefect server on PostgreSQL, shared by the tests of the flows, and one night that it carried out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flows.up import deploy, server_environment, start_worker, stop
from tests.addresses import bundled
from tests.flows.served import Served, free_port
from tests.office import EVENING, NIGHTS, SmallOffice, keep_few
from tests.postgres import Cluster, fresh_database, postgres  # noqa: F401 - one is a fixture


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory, postgres: Cluster) -> Iterator[Served]:  # noqa: F811 - the fixture
    """An office that has imported its list; a server that has every deployment, twice over."""
    with bundled() as portals, fresh_database(postgres) as database:
        keep_few(portals)
        office = SmallOffice(tmp_path_factory.mktemp("served"), portals, schedule={"dead_after": 40})
        office.take_in(office.sample_catalogue(), as_of=EVENING)
        environment = office.environment | server_environment(free_port(), office.home / "var")
        environment["PREFECT_API_DATABASE_CONNECTION_URL"] = database.replace("+psycopg", "+asyncpg")
        served = Served(office, portals, environment)
        environment |= served.environment_of(office) | {"PREFECT_WORKER_QUERY_SECONDS": "1"}
        served.start()
        try:
            deploy(environment)
            yield served
        finally:
            served.stop()


@pytest.fixture(scope="package")
def done(served: Served) -> dict[str, Any]:
    """Runs that a worker carried out, by flow: a night, then the week's, the month's and the mail.

    The night was due while neither the server nor a worker ran; `back` is when the server ran again.
    """
    due = datetime.now(UTC) + timedelta(seconds=2)
    night = served.order("nightly", due=due, as_of=NIGHTS[0])
    served.stop()
    served.start()
    back = datetime.now(UTC)
    worker = start_worker(served.environment)
    try:
        return {
            "back": back,
            "nightly": served.ended(night),
            "weekly": served.run("weekly", as_of="2026-11-23T07:30:00+07:00"),
            "monthly": served.run("monthly", as_of="2026-12-15T07:45:00+07:00"),
            "mail": served.run("mail"),
        }
    finally:
        stop([worker])
