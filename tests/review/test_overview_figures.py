"""The first page's share of what is decentralised follows the rule of the page and the reports about it."""

from __future__ import annotations

import re
from dataclasses import replace

from settings.configuration import Configuration
from steps.database import engine_of
from tests.review.desk import Visitor, _kpi
from tests.warehouse.nights import at
from warehouse.announcements import run_figures
from warehouse.db.engine import writing
from warehouse.sources import runs


def test_only_the_province_s_procedures_count(office: Configuration, lan: Visitor) -> None:
    province = replace(_kpi("province", 1), procedures=122, decentralised=25)
    total = replace(_kpi("total", 1), procedures=142, decentralised=30)
    with writing(engine_of(office)) as connection:
        run_id = runs.begin_run(connection, as_of=at(24), kind="sync")
        run_figures.store_kpi(connection, run_id, at(24), [province, total])
        runs.finish_run(connection, run_id, "complete", at=at(24))
    told = re.sub("<[^>]*>", "", lan.get("/").text)
    assert "25 (20,49 %, mục tiêu 20 %)" in told
    assert told.count("mục tiêu 20 %") == 1
    assert "Đã phân cấp (% thủ tục cấp tỉnh, mục tiêu 20)" in told
