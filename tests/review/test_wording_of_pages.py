"""Pages speak to officials: of nothing that only who runs the machine knows."""

from __future__ import annotations

from pathlib import Path

import pytest

import review
from review import page_words
from review.templating import _TEMPLATES

TEMPLATES = sorted(Path(review.__file__).parent.glob("templates/**/*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_no_page_tells_of_commands(template: Path) -> None:
    words = template.read_text(encoding="utf-8")
    assert "<code>" not in words
    assert "rasoat " not in words


def test_what_to_do_about_a_source_is_for_officials() -> None:
    for words in page_words.WHAT_TO_DO.values():
        assert [each for each in ("rasoat", "docs/", "--") if each in words] == [], words


def test_what_the_program_did_is_told_as_the_program_s() -> None:
    template = _TEMPLATES.from_string("{{ 'rasoat'|actor }}, {{ 'lan'|actor }}")
    assert template.render() == "chương trình, lan"
