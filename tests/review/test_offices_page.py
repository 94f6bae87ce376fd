"""The page of all offices: whom it is shown to, and what it says of one that is away."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from review.serve import serving
from settings.configuration import Configuration
from tests.cli.test_offices import NAMES, Server
from tests.review.desk import Visitor

AWAY = "postgresql://a:bi-mat-77@127.0.0.1:1/b"


@pytest.fixture
def centre(office: Configuration, tmp_path: Path) -> Configuration:
    """An office that sees all: one that has had no night, and one whose database is away."""
    server = Server(tmp_path)
    for name in NAMES:
        assert server.add(name).returncode == 0
    settings = server.files("ha-tinh").settings
    text = settings.read_text().replace("[alerts]", '[alerts]\nsite_url = "https://ha-tinh.rasoat.example"')
    settings.write_text(text)
    variables = server.files("nghe-an").environment
    variables.write_text(f"{variables.read_text()}RASOAT_DATABASE_URL={AWAY}\n")
    return office.replace(site=office.site.replace(all_offices=True), offices=server.offices)


def test_administrators_see_every_office_and_why_one_is_away(centre: Configuration) -> None:
    with serving(centre) as address, Visitor(address) as quan:
        quan.sign_in("quan")
        assert 'href="/offices"' in quan.get("/").text
        page = quan.get("/offices").text
    rows = re.findall(r"<tr><th scope=.row.*?</tr>", page, re.DOTALL)
    assert len(rows) == 2
    assert 'href="https://ha-tinh.rasoat.example"' in rows[0]
    assert "chưa có đêm nào" in rows[0]
    assert "Sở Nội vụ tỉnh Nghệ An" in rows[1]
    assert "Không đọc được" in rows[1]
    assert "bi-mat-77" not in page
    assert "2 đơn vị cần xem" in page
    assert "<form" not in page.partition("<main")[2]


def test_nobody_else_is_shown_it(centre: Configuration) -> None:
    with serving(centre) as address, Visitor(address) as lan:
        lan.sign_in("lan")
        assert 'href="/offices"' not in lan.get("/").text
        assert lan.get("/offices").status_code == 403


def test_a_site_of_one_office_has_no_such_page(visitor: Visitor) -> None:
    visitor.sign_in("quan")
    assert 'href="/offices"' not in visitor.get("/").text
    assert visitor.get("/offices").status_code == 404
