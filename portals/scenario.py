"""Scenarios: the changes of the portals from night to night, applied to their worlds.

A scenario is a TOML file: `[[night]]` with `[[night.national.KIND]]` and `[[night.provincial.KIND]]`, each
with a `why` that says what of it is real, set by a rule, or scripted. Kinds:

    drop      codes                  gone from list and details
    restore   codes, decision…       back from the real records, with a decision set where one is named
    publish   like, procedures…      new records made after another one (national only)
    amend     code, path, value      one place of a record (`portals.world.set_path`)
    relevel   code, levels           exactly these of isMinistry, isProvince, isWard, isOtherAgency
    retype    code, style            the same name typed otherwise
    fault     name, where, page…     `portals.faults`, for this night only
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from portals.faults import Faults
from portals.records import Record, midnight, scripted_record, stable_id
from portals.world import World
from procedures.errors import InputError
from procedures.plain_files import parse_toml

SCENARIOS = Path(__file__).parent / "scenarios"
TWO_NIGHTS = SCENARIOS / "two_nights.toml"
PORTALS = ("national", "provincial")
LEVEL_FLAGS = ("isMinistry", "isProvince", "isWard", "isOtherAgency")

RETYPINGS: Mapping[str, Callable[[str], str]] = {
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "double_blanks": lambda text: text.replace(" ", "  "),
    "non_breaking": lambda text: text.replace(" ", "\u00a0", 2),
    "capitals": str.upper,
    "stop": lambda text: f"{text} .",
}


@dataclass(frozen=True, slots=True)
class ScenarioEdit:
    """One change of one portal on a night."""

    portal: str
    kind: str
    values: Mapping[str, Any]

    @property
    def reason(self) -> str:
        """Whether it is real, set by a rule, or scripted."""
        return str(self.values["why"])

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that it concerns."""
        procedures = tuple(entry["code"] for entry in self.values.get("procedures", ()))
        one = (self.values["code"],) if "code" in self.values else ()
        return (*one, *self.values.get("codes", ()), *procedures)


@dataclass(frozen=True, slots=True)
class ScenarioNight:
    """One night: its logical time (aware), and what happens before it."""

    as_of: datetime
    edits: tuple[ScenarioEdit, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """The changes of the portals from night to night."""

    title: str
    nights: tuple[ScenarioNight, ...]
    source: str

    @classmethod
    def load(cls, path: Path = TWO_NIGHTS) -> Scenario:
        """Read a scenario.

        Raises:
            InputError: one line naming the file and what is wrong in it.
        """
        try:
            data = parse_toml(path.read_bytes(), str(path))
        except OSError as error:
            raise InputError(f"{path}: không đọc được kịch bản: {error.strerror}") from error
        nights = tuple(_night(path, number, night) for number, night in enumerate(data.get("night", ()), 1))
        if not nights:
            raise InputError(f"{path}: kịch bản không có [[night]] nào")
        return cls(str(data.get("title", path.stem)), nights, str(path))

    def at(self, night: int, portal: str, world: World) -> World:
        """Return `world` of one portal on that night; nights after the last change nothing."""
        tonight = world.copy()
        for number, entry in enumerate(self.nights[:night], 1):
            for edit in entry.edits:
                if edit.portal == portal and edit.kind != "fault":
                    self._apply(number, edit, tonight, world, entry.as_of)
        return tonight

    def order_faults(self, night: int, portal: str, faults: Faults) -> None:
        """Order the faults of that night alone."""
        for edit in self.nights[night - 1].edits if night <= len(self.nights) else ():
            if edit.portal == portal and edit.kind == "fault":
                faults.order(**{key: value for key, value in edit.values.items() if key != "why"})

    def reasons(self, night: int, portal: str = "national") -> dict[str, str]:
        """Return why each code is touched on that night: by a script, a rule, or a real record."""
        return {
            code: edit.reason
            for edit in self.nights[night - 1].edits
            if edit.portal == portal
            for code in edit.codes
        }

    def _apply(self, night: int, edit: ScenarioEdit, world: World, base: World, as_of: datetime) -> None:
        try:
            KINDS[edit.kind](world, base, edit.values)
            for code in edit.codes if edit.kind in ("amend", "relevel", "retype") else ():
                if edit.portal == "national":
                    world.edit(code, updatedAt=int(as_of.timestamp() * 1000) - 3_600_000)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            place = f"{self.source}: night {night}, {edit.portal}.{edit.kind} {', '.join(edit.codes)}"
            raise InputError(f"{place}: {error}") from error


def _night(path: Path, number: int, night: Mapping[str, Any]) -> ScenarioNight:
    edits: list[ScenarioEdit] = []
    for portal in PORTALS:
        for kind, entries in night.get(portal, {}).items():
            if kind not in KINDS and kind != "fault":
                raise InputError(f"{path}: night {number}: không có loại {portal}.{kind}")
            for entry in entries:
                if "why" not in entry:
                    raise InputError(f"{path}: night {number}, {portal}.{kind}: thiếu why")
                edits.append(ScenarioEdit(portal, kind, entry))
    as_of = night.get("as_of")
    if not isinstance(as_of, datetime) or as_of.tzinfo is None:
        raise InputError(f"{path}: night {number}: as_of phải là thời điểm có múi giờ")
    return ScenarioNight(as_of, tuple(edits))


def _drop(world: World, _: World, what: Mapping[str, Any]) -> None:
    for code in what["codes"]:
        world.drop(code)


def _restore(world: World, base: World, what: Mapping[str, Any]) -> None:
    for code in what["codes"]:
        world.publish(base.by_code(code))
        if "decision" in what:
            world.edit(code, lambda record: _decide(record, what))


def _publish(world: World, base: World, what: Mapping[str, Any]) -> None:
    like = base.by_code(what["like"])
    moment = midnight(what["published"])
    for entry in what["procedures"]:
        record = scripted_record(like, code=entry["code"], name=entry["name"], createdAt=moment)
        _fill(record, what)
        world.publish(_decide(record, what))


def _fill(record: Record, what: Mapping[str, Any]) -> None:
    if "time" in what:
        amount, unit = what["time"]
        for method in record["executionMethods"]:
            method.update(processingTime=amount, processingTimeUnit=unit, description="")
    for flag in LEVEL_FLAGS if "levels" in what else ():
        record[flag] = flag in what["levels"]
    if "field" in what:
        field = {"id": stable_id(0, what["field"]), "name": what["field"], "code": ""}
        record.update(categoriesDetails=[field], categoryIds=[field["id"]])
    if "agency" in what:
        record["departmentsExecuting"] = [
            {"id": stable_id(0, what["agency"]), "name": what["agency"], "code": ""}
        ]
    if "legal_bases" in what:
        bases = [{"id": stable_id(0, basis["code"]), **basis} for basis in what["legal_bases"]]
        record.update(legalBasisesDetails=bases, legalBasisIds=[basis["id"] for basis in bases])


def _decide(record: Record, what: Mapping[str, Any]) -> Record:
    record["procedureProposal"].update(
        proposalNumber=what["decision"], decisionNumber=None, decisionDate=midnight(what["decided"])
    )
    return record


def _amend(world: World, _: World, what: Mapping[str, Any]) -> None:
    world.amend(what["code"], what["path"], what["value"])


def _relevel(world: World, _: World, what: Mapping[str, Any]) -> None:
    world.edit(what["code"], **{flag: flag in what["levels"] for flag in LEVEL_FLAGS})


def _retype(world: World, _: World, what: Mapping[str, Any]) -> None:
    name = world.by_code(what["code"])["name"]
    for style in what["style"]:
        name = RETYPINGS[style](name)
    world.edit(what["code"], name=name)


KINDS: Mapping[str, Callable[[World, World, Mapping[str, Any]], None]] = {
    "drop": _drop,
    "restore": _restore,
    "publish": _publish,
    "amend": _amend,
    "relevel": _relevel,
    "retype": _retype,
}
