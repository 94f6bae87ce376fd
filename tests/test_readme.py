"""README's commands are run, and every command that README and docs show is one that exists."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from rasoat.cli import app
from tests.office import Office

ROOT = Path(__file__).parents[1]
SHELL = re.compile(r"```sh\n(.*?)```", re.DOTALL)
GUIDE = sorted(str(page.relative_to(ROOT)) for page in (ROOT / "review" / "guide" / "text").glob("*.md"))


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


def test_the_guide_s_commands_do_what_they_say(office: Office) -> None:
    office.first_nights()
    blocks = [block for page in GUIDE for block in SHELL.findall((ROOT / page).read_text(encoding="utf-8"))]
    lines = [shlex.split(line) for block in blocks for line in block.splitlines() if line.strip()]
    assert len(lines) >= 5
    for program, *arguments in lines:
        assert program == "rasoat"
        done = office.rasoat(*arguments)
        assert done.returncode == 0, (arguments, done.stderr)


@pytest.mark.parametrize("line", [line for line in shown() if line.startswith("make ")])
def test_readme_s_make_targets_exist(line: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{line.split()[1]}:", makefile, re.MULTILINE)


PAGES = ["README.md", "README.vi.md", *sorted(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md")), *GUIDE]


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
        command = getattr(command, "commands", {}).get(getattr(command, "short_for", ""), command)
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


def documented() -> dict[str, dict[str, str]]:
    """The settings of each table of docs/settings.md, with their defaults; "" is the environment's."""
    tables: dict[str, dict[str, str]] = {}
    for part in re.split(r"^(?=`\[|## )", (ROOT / "docs/settings.md").read_text("utf-8"), flags=re.MULTILINE):
        title = re.match(r"`(\[[^`]+\])`", part)
        rows = re.findall(r"^\| `(\w+)` \| ([^|]*) \|", part, re.MULTILINE)
        tables.setdefault(title[1] if title else "", {}).update(rows)
    return tables


def settings_tables() -> dict[str, Any]:
    """Every table of `rasoat.toml` as the docs call it, and its model."""
    from settings.alerts import Recipient
    from settings.oidc import OidcSettings
    from settings.reading import SettingsFile
    from settings.sources import SourceTable

    whole = {f"[{name}]": each.annotation for name, each in SettingsFile.model_fields.items()}
    del whole["[sources]"]
    return whole | {
        "[sources.NAME]": SourceTable,
        "[[alerts.to]]": Recipient,
        "[site.oidc]": OidcSettings,
    }


def test_every_setting_is_in_the_docs_and_the_other_way_round() -> None:
    from settings.environment import Environment

    known = {title: set(model.model_fields) for title, model in settings_tables().items()}
    known[""] = {f"RASOAT_{name.upper()}" for name in Environment.model_fields}
    assert known == {title: set(rows) for title, rows in documented().items()}


def test_the_docs_name_the_default_of_every_setting_that_has_one() -> None:
    page = documented()
    for title, model in settings_tables().items():
        for name, field in model.model_fields.items():
            if isinstance(field.default, (bool, int, float, str)):
                default = json.dumps(field.default, ensure_ascii=False).strip('"')
                assert page[title][name].strip('`"') in {default, default.removesuffix(".0")}, (title, name)
