"""Looks whether this machine has what the tests need; installs it as root on Debian.

`python -m tests.machine` runs before pytest. Without a part, its tests are not run and are named
by pytest; with CI=true a missing part is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

PARTS = {
    "PostgreSQL": ("initdb", "postgresql"),
    "Chromium": ("chromium", "chromium fonts-dejavu-core"),
    "systemd": ("systemd-analyze", "systemd"),
    "LibreOffice": ("soffice", "libreoffice-calc"),
    "LibreOffice Writer": ("lowriter", "libreoffice-writer fonts-liberation"),
}
"""Part → the program that shows it is there, and Debian's packages of it."""


def find_program(name: str) -> str | None:
    """The program's path; PostgreSQL's own are not always on the PATH."""
    found = shutil.which(name)
    if found is None:
        places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
        found = str(places[0]) if places else None
    return found


def end_without(what: str) -> NoReturn:
    """End a test of which the machine lacks a part: a failure with CI=true, not run elsewhere."""
    import pytest

    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(what)


def missing() -> list[str]:
    """The parts that this machine lacks."""
    return [part for part, (program, _) in PARTS.items() if find_program(program) is None]


def main() -> int:
    lacking = missing()
    if lacking and os.geteuid() == 0 and shutil.which("apt-get"):
        packages = [package for part in lacking for package in PARTS[part][1].split()]
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "install", "-y", "-qq", *packages], check=False, env=environment)
        lacking = missing()
    for part in lacking:
        print(f"{part} is missing on this machine: its tests are not run", file=sys.stderr)
    return 1 if lacking and os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
