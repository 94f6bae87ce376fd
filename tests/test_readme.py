"""README's commands are run, and every command that README and docs show is one that exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from rasoat.cli import app
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


PAGES = ["README.md", *sorted(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))]


def commands_shown(page: str) -> list[list[str]]:
    """The words after `rasoat`, of every command in a block or between backquotes."""
    text = (ROOT / page).read_text(encoding="utf-8")
    code = [*re.findall(r"```\w*\n(.*?)```", text, re.DOTALL), *re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)]
    lines = [line for block in code for line in block.replace("\\\n", " ").splitlines()]
    found = []
    for line in lines:
        for piece in re.split(r"(?:^|[\s/])rasoat (?=[a-z-]+(?: |$))", line)[1:]:
            found.append(re.split(r"[;&|>]", piece)[0].replace("[", " ").replace("]", " ").split())
    return found


@pytest.mark.parametrize("page", PAGES)
def test_every_command_and_option_that_a_page_shows_exists(page: str) -> None:
    for words in commands_shown(page):
        command, rest = typer.main.get_command(app), list(words)
        while rest and rest[0] in (group := getattr(command, "commands", {})):
            command = group[rest.pop(0)]
        assert command.name != "rasoat" or not rest, words
        if "…" in rest:
            continue  # any command of the group
        known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
        for word in rest:
            if word.startswith("--"):
                assert word.partition("=")[0].rstrip("),.") in known | {"--help"}, (words, word)


def test_the_pages_show_many_commands() -> None:
    assert sum(len(commands_shown(page)) for page in PAGES) > 100


@pytest.mark.parametrize("page", PAGES)
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
