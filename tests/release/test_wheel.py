"""The wheel, installed where no checkout is, does what the checkout does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.machine import end_without

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = [each.removesuffix("*") for each in PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that nothing left over from an earlier build gets in."""
    source, made = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(made),
        str(source),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "No matching distribution found for setuptools" in done.stderr:
        end_without("the build needs setuptools from a registry, and none answers")
    assert done.returncode == 0, done.stderr
    (built,) = made.iterdir()
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel, and the dependencies of this one."""
    place = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    (packages,) = place.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = [sys.executable, "-m", "pip", "--python", str(place / "bin" / "python")]
    install = ["install", "--quiet", "--no-deps", "--no-index", "--ignore-installed", str(wheel)]
    subprocess.run([*pip, *install], check=True)
    return place / "bin"


def in_folder(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    outside = {
        name: value for name, value in os.environ.items() if not name.startswith(("RASOAT_", "PYTHON"))
    }
    return subprocess.run(
        command, cwd=folder, env=outside, capture_output=True, text=True, timeout=500, check=False
    )


def test_the_wheel_holds_the_program_and_every_file_that_it_needs(wheel: Path) -> None:
    assert wheel.name == f"rasoat-{PROJECT['project']['version']}-py3-none-any.whl"
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    tracked = subprocess.run(
        ["git", "ls-files", "--", *PACKAGES], cwd=ROOT, capture_output=True, text=True, check=True
    )
    needed = {name for name in tracked.stdout.splitlines() if not name.endswith(("README.md", ".mako"))}
    assert needed - held == set()
    assert {name.partition("/")[0] for name in held} == set(PACKAGES)


def test_it_runs_where_no_checkout_is(installed: Path, tmp_path: Path) -> None:
    where = in_folder(tmp_path, installed / "python", "-c", "import rasoat, steps; print(steps.__file__)")
    assert where.stdout.startswith(str(installed.parent)), where.stderr
    version = in_folder(tmp_path, installed / "rasoat", "--version")
    assert version.stdout == f"rasoat {PROJECT['project']['version']}\n", version.stderr
    asked = in_folder(
        tmp_path, installed / "rasoat", "init", "--department", "Sở Nội vụ", "--province", "H27"
    )
    assert asked.returncode == 0, asked.stderr
    checked = in_folder(tmp_path, installed / "rasoat", "doctor")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_demo_runs_where_no_checkout_is(installed: Path, tmp_path: Path) -> None:
    done = in_folder(tmp_path, installed / "rasoat", "demo")
    assert done.returncode == 0, done.stderr
    assert "Hai đêm đã diễn ra đúng kịch bản." in done.stdout
    assert list((tmp_path / "var" / "demo" / "reports").glob("*.docx"))
