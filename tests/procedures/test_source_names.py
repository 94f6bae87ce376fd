"""A source as people know it, never as the settings call it unless two share a role."""

from __future__ import annotations

from pathlib import Path

import pytest

from settings.configuration import Configuration
from settings.department import Department
from settings.sources import Role, SourceSettings


def following(**roles: Role) -> Configuration:
    sources = tuple(SourceSettings(name=name, kind="html", role=role) for name, role in roles.items())
    return Configuration(home=Path(), database_url="", department=Department(), sources=sources)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dvcqg", "Cổng DVC quốc gia"),
        ("igate", "Cổng DVC tỉnh (igate)"),
        ("provincial", "Cổng DVC tỉnh (provincial)"),
        ("catalogue", "Danh mục của Sở"),
        ("services", "Dịch vụ công trên Cổng DVC quốc gia"),
        ("warehouse", "Kho dữ liệu"),
        ("national", "Cổng DVC quốc gia"),
        ("cũ", "Nguồn không còn dùng (cũ)"),
    ],
)
def test_a_source_is_told_by_its_role(name: str, words: str) -> None:
    configuration = following(dvcqg="national", igate="provincial", provincial="provincial")
    assert configuration.source_name(name) == words
