"""The archived bytes that the warehouse refers to."""

from __future__ import annotations

from sqlalchemy import Engine

from warehouse.db.bulk import bulk_insert
from warehouse.db.column_values import to_json
from warehouse.db.engine import reading, writing
from warehouse.db.evidence_in_use import WITH_EVIDENCE, sampled_evidence
from warehouse.tables.all_tables import metadata
from warehouse.tables.source_tables import listing


def test_every_table_with_evidence_is_looked_through() -> None:
    assert {each for each in metadata.tables.values() if "evidence" in each.c} == set(WITH_EVIDENCE)


def test_a_sample_is_both_ends_of_a_table_and_a_short_table_whole(engine: Engine) -> None:
    hashes = [f"{number:064x}" for number in range(7)]
    rows = [
        {
            "source": "national",
            "key": f"1.00{number}",
            "list_digest": "",
            "evidence": to_json({"detail": hash_}),
        }
        for number, hash_ in enumerate(hashes)
    ]
    with writing(engine) as connection:
        bulk_insert(connection, listing, rows)
    with reading(engine) as connection:
        assert sampled_evidence(connection, 2) == {*hashes[:2], *hashes[-2:]}
        assert sampled_evidence(connection, 4) == set(hashes)
        assert sampled_evidence(connection, 8) == set(hashes)
