"""What the catalogue's last changes were made for, on either engine."""

from __future__ import annotations

from dataclasses import replace

from procedures.findings import CATALOGUE
from procedures.run_origin import RunOrigin
from procedures.values.keys import codeless_key
from tests.warehouse.nights import Nights, at, procedure, read
from warehouse.db.engine import reading, writing
from warehouse.findings import taken_values
from warehouse.sources import code_matches
from warehouse.tables.source_tables import run


def test_the_last_change_of_an_attribute_is_told_with_its_errand(nights: Nights) -> None:
    catalogue = Nights(nights.engine, CATALOGUE, CATALOGUE)
    coded, key = procedure("1.000001"), codeless_key("Đổi tên hồ sơ", {"province"}, "Việc làm")
    nameless = replace(procedure("1.000002", name="Đổi tên hồ sơ"), code=None)
    catalogue.night(at(20), coded, read(nameless, key))
    catalogue.night(at(21), replace(coded, agency="UBND tỉnh"), read(nameless, key))
    coded, nameless = (replace(each, agency="UBND xã") for each in (coded, nameless))
    catalogue.night(at(22), coded, read(nameless, key))
    with writing(nights.engine) as connection:
        code_matches.confirm_match(connection, key, "1.000002", actor="Lan")
        connection.execute(
            run.update().where(run.c.run_id == 3), {"kind": "import", "argument": '{"accepted": 7}'}
        )
    with reading(nights.engine) as connection:
        last = taken_values.last_changes(connection, ["1.000001", "1.000002", "1.000003"])
        rows = [taken_values.current_row(connection, CATALOGUE, f"1.00000{number}") for number in (1, 2, 3)]
        standing = taken_values.current_rows(connection, [key, "1.000009"])
    assert {about: (its.key, its.value, its.run_id, its.errand) for about, its in last.items()} == {
        ("1.000001", "agency"): ("1.000001", "UBND xã", 3, RunOrigin(accepted=7)),
        ("1.000002", "agency"): (key, "UBND xã", 3, RunOrigin(accepted=7)),
    }
    assert rows == [("1.000001", coded), (key, nameless), None]
    assert standing == {key: nameless}
