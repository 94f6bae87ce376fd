"""The site over PostgreSQL: what a browser sends that only SQLite would hold, and a database that refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect

from review.serve import serving
from settings.configuration import Configuration
from steps.database import engine_of
from tests.postgres import Cluster, fresh_database, postgres  # noqa: F401 - the fixture
from tests.review.desk import Visitor, configuration, fill
from tests.review.test_doors import FILLED, FOR_ANYBODY, OF_ONE_S_OWN, addresses
from warehouse.db.engine import writing

KEPT = {"alembic_version", "account", "site_session", "second_factor"}
"""What it takes to know who asks."""

WITHOUT_TABLES = {
    *("/password", "/second-factor", "/sheets/tasks.xlsx", "/evidence/" + "0" * 64, "/findings/columns"),
    "/offices",
}
"""Pages that ask no other table: a form, the sheet of no division, evidence of nothing, columns, and other
offices, which this site does not see."""


@pytest.fixture
def office(tmp_path: Path, postgres: Cluster) -> Iterator[Configuration]:  # noqa: F811
    with fresh_database(postgres) as address:
        there = configuration(tmp_path, database_url=address)
        fill(there)
        yield there
        engine_of(there).dispose()


@pytest.fixture
def quan(office: Configuration) -> Iterator[Visitor]:
    """An administrator who has signed in."""
    with serving(office) as site, Visitor(site) as one:
        assert one.sign_in("quan").status_code == 303
        yield one


def test_a_nul_sign_wherever_a_browser_may_send_it_is_no_fault_of_the_site(quan: Visitor) -> None:
    asked = dict.fromkeys(("text", "division", "kind", "status", "field", "about"), "a\x00b")
    for address in addresses("GET"):
        answers = [quan.get(address, params=asked), quan.get(address.replace("1.000001", "1.0%0000001"))]
        assert [answer.status_code for answer in answers if answer.status_code >= 500] == [], address
    form = FILLED | quan.hidden("/findings/1")
    for address in set(addresses("POST")) - OF_ONE_S_OWN:
        for name in ("division", "person", "leader", "value", "note", "reason", "number", "content", "until"):
            answer = quan.post(address, data=form | {name: "a\x00b"})
            assert answer.status_code < 500, (address, name)


def test_every_page_says_that_the_database_cannot_be_used_and_not_how(
    quan: Visitor, office: Configuration
) -> None:
    with writing(engine_of(office)) as connection:
        for table in set(inspect(connection).get_table_names()) - KEPT:
            connection.exec_driver_sql(f'DROP TABLE "{table}" CASCADE')
    answers = {address: quan.get(address) for address in addresses("GET") if address not in FOR_ANYBODY}
    assert {address for address, answer in answers.items() if answer.status_code != 503} == WITHOUT_TABLES
    for address in answers.keys() - WITHOUT_TABLES:
        assert "Kho dữ liệu tạm không dùng được" in answers[address].text, address
        assert "SELECT" not in answers[address].text, address
