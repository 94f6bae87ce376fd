"""The commands that README and docs show are run, so that they keep telling the truth."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.office import Office

ROOT = Path(__file__).parents[1]
SHELL = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def shown() -> list[str]:
    """Every line of README's shell blocks."""
    blocks = SHELL.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def test_readme_s_commands_do_what_they_say_in_their_order(office: Office) -> None:
    office.sample_catalogue()
    commands = [shlex.split(line) for line in shown() if line.startswith(".venv/bin/rasoat ")]
    assert len(commands) >= 5
    for _, *arguments in commands:
        done = office.rasoat(*arguments)
        assert done.returncode == 0, (arguments, done.stderr)
    assert (office.home / "bang-sai-lech.xlsx").stat().st_size > 5_000


@pytest.mark.parametrize("line", [line for line in shown() if line.startswith("make ")])
def test_readme_s_make_targets_exist(line: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{line.split()[1]}:", makefile, re.MULTILINE)


@pytest.mark.parametrize(
    "page", ["README.md", *sorted(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))]
)
def test_links_between_pages_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if "://" not in target:
            assert (ROOT / page).parent.joinpath(target).exists(), target


def test_every_setting_is_in_the_docs_and_the_other_way_round() -> None:
    from steps import settings

    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(\w+)`", page, re.MULTILINE))
    models = (
        settings._Department, settings._Source, settings.Alerts, settings.To, settings._Site,
        settings._Archive, settings._Retention, settings.Reports, settings.Schedule,
    )  # fmt: skip
    known = {name for model in models for name in model.model_fields}
    environment = {f"RASOAT_{name.upper()}" for name in settings.Environment.model_fields}
    assert known | environment == told
