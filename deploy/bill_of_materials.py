"""Writes what a release carries along: an SBOM (CycloneDX 1.6, JSON) and the licences of all it depends on.

`python deploy/bill_of_materials.py dist`, with the Python into which the program was installed.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

PROGRAM = "rasoat"

Installed = Mapping[str, tuple[Distribution, frozenset[str]]]
"""By normalised name: a distribution, and the names of those that it needs here."""


def normalised(name: str) -> str:
    """Return a name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def needed(root: str = PROGRAM) -> Installed:
    """Return the program and all that it needs on this machine, directly or not."""
    found: dict[str, tuple[Distribution, frozenset[str]]] = {}
    waiting = [(normalised(root), frozenset[str]())]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue  # of another system or Python
        below = list(_requirements(package, extras))
        names = frozenset(each for each, _ in below)
        found[name] = package, names | (found[name][1] if name in found else frozenset())
        waiting += below
    return found


def _requirements(package: Distribution, extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for text in package.requires or ():
        requirement = Requirement(text)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield normalised(requirement.name), frozenset(requirement.extras)


def licence(package: Distribution) -> str:
    """Return the licence that a distribution declares; "?" where it declares none."""
    declared = package.metadata
    if expression := declared.get("License-Expression"):
        return str(expression)
    classified = [
        each.rpartition(" :: ")[2]
        for each in declared.get_all("Classifier") or ()
        if each.startswith("License :: ") and not each.endswith("OSI Approved")
    ]
    if classified:
        return "; ".join(classified)
    first = (declared.get("License") or "").strip().splitlines()[:1]
    return first[0].strip() if first else "?"


def bill(packages: Installed) -> dict[str, Any]:
    """Return the SBOM as CycloneDX 1.6 has it."""
    own = packages[PROGRAM][0]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid4()}",
        "version": 1,
        "metadata": {
            "timestamp": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "component": _component(own, "application"),
        },
        "components": [
            _component(package, "library")
            for name, (package, _) in sorted(packages.items())
            if name != PROGRAM
        ],
        "dependencies": [
            {
                "ref": _reference(package),
                "dependsOn": sorted(_reference(packages[each][0]) for each in below if each in packages),
            }
            for _, (package, below) in sorted(packages.items())
        ],
    }


def _component(package: Distribution, kind: str) -> dict[str, Any]:
    return {
        "type": kind,
        "bom-ref": _reference(package),
        "name": package.metadata["Name"],
        "version": package.version,
        "purl": _reference(package),
        "licenses": [{"license": {"name": licence(package)}}],
    }


def _reference(package: Distribution) -> str:
    return f"pkg:pypi/{normalised(package.metadata['Name'])}@{package.version}"


def licences_text(packages: Installed) -> str:
    """Return a line for each distribution: its name, version and licence."""
    rows = [(package.metadata["Name"], package.version, licence(package)) for package, _ in packages.values()]
    return "".join(
        f"{name}\t{version}\t{its}\n" for name, version, its in sorted(rows, key=lambda row: row[0].lower())
    )


def main(folder: Path) -> None:
    """Write both files into the folder."""
    packages = needed()
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(bill(packages), ensure_ascii=False, indent=1) + "\n"
    (folder / "sbom.cdx.json").write_text(text, encoding="utf-8")
    (folder / "licences.tsv").write_text(licences_text(packages), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
