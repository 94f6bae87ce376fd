"""A record that is known counts, and is counted, as one that was read; what differs in anything is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from extractors.archive.raw_archive import Archive
from extractors.portals import known_records
from extractors.portals.audit.examples import KEPT
from extractors.portals.known_records import KnownRecords
from extractors.portals.national_api import NationalApi
from extractors.portals.read_source import read
from portals.serve import Portals
from portals.world import World
from procedures.model import record_bytes, record_digest
from procedures.snapshot import Observation, ReadingPlan, ReadingResult, SnapshotState
from settings.sources import Expectation, SourceSettings
from steps.sources.recorded_reader import Memory
from tests.addresses import bundled
from tests.office import keep_few

NIGHT = datetime.fromisoformat("2026-11-23T02:00:00+07:00")
MOVING = {"requests", "retries", "bytes"}
"""What a certificate says of the requests themselves, which hang on who connects first."""


def strange(world: World) -> World:
    """Records with fields that nobody knows, blank ones too, and without one that is needed."""
    for n, code in enumerate(world.codes):
        if n % 4 == 0:
            world.edit(code, viewCount=n % 7, tags=[{"name": f"nhãn {n % 3}" if n % 8 else " "}])
        if n % 5 == 0:
            world.edit(code, isProvince=None)
    return world


@pytest.fixture(scope="module")
def portals() -> Iterator[Portals]:
    with bundled() as running:
        keep_few(running)
        running.national.world = strange(running.national.world)
        yield running


def settings(portals: Portals, **said: Any) -> SourceSettings:
    return SourceSettings(
        name="national",
        kind="national-api",
        role="national",
        base_url=portals.national.base_url,
        requests_per_second=1000.0,
        expect=Expectation(min=1),
    ).replace(**said)


class Reader:
    """Reads the portal night after night into one archive."""

    def __init__(self, portals: Portals, folder: Path) -> None:
        self.settings = settings(portals)
        self.archive = Archive(folder)
        self.nights = 0

    def read(self, known: KnownRecords | None) -> tuple[ReadingResult, dict[str, Observation], bytes]:
        """Read once; return what was found, and what is to be known of it the next night."""
        self.nights += 1
        memory = Memory()
        with (
            self.archive.recorder(self.nights) as recorder,
            closing(NationalApi(self.settings, recorder, known=known)) as portal,
        ):
            result = read(portal, self.settings, ReadingPlan(as_of=NIGHT), memory)
            examples = portal.audit.night_examples
        assert result.verdict.state == SnapshotState.COMPLETE
        document = b"" if known is None else known.document(digests(memory), examples)
        return result, memory.observations, document


def digests(memory: Memory) -> dict[str, str]:
    return {key: _digest(each) or "" for key, each in memory.observations.items()}


def _digest(observation: Observation) -> str | None:
    if observation.standing is not None:
        return observation.standing.digest
    return observation.procedure and record_digest(record_bytes(observation.procedure))


def told(night: tuple[ReadingResult, dict[str, Observation], bytes]) -> tuple[Any, ...]:
    """What a night says, except how it came to know it."""
    result, observations, _ = night
    certificate = {name: value for name, value in asdict(result.certificate).items() if name not in MOVING}
    stated = {
        key: (replace(each, procedure=None, standing=None), _digest(each))
        for key, each in observations.items()
    }
    return orjson.dumps(certificate), list(certificate["examples"]), result.verdict, stated


@pytest.fixture(scope="module")
def night(portals: Portals, tmp_path_factory: pytest.TempPathFactory) -> tuple[Reader, bytes]:
    """A reader after its first night, and what is known of it."""
    reader = Reader(portals, tmp_path_factory.mktemp("archive"))
    return reader, reader.read(KnownRecords(reader.settings))[2]


def recalled(observations: dict[str, Observation]) -> set[str]:
    return {key for key, each in observations.items() if each.standing is not None}


def first_by(world: World, field: str) -> list[str]:
    """The codes in the order of a field's text: whose values are its first examples."""
    return [each["code"] for each in sorted(world.ordered(), key=lambda each: str(each[field]))]


def one_renamed(world: World) -> int:
    world.edit(first_by(world, "id")[0], name="Thủ tục đã đổi tên")
    return 1


def all_first_examples_gone(world: World) -> int:
    """So many that of some fields no example of the night before is left; three are new or gone."""
    codes = first_by(world, "id")[: KEPT + 1]
    for code in codes:
        world.edit(code, requirementsAndConditions=f"Có hợp đồng {code}.", tags=None, viewCount=None)
    for code in first_by(world, "name")[: KEPT + 1]:
        world.edit(code, lambda record: record.update(name=f"Ỹ {record['name']}"))
    world.drop(first_by(world, "id")[-1])
    world.edit(first_by(world, "id")[-1], state="INACTIVE")
    world.publish(world.by_code(codes[0]) | {"id": "f" * 8, "code": "1.999001", "codeNotation": "1.999001"})
    return len({*codes, *first_by(world, "name")[-KEPT - 1 :]})


@pytest.mark.parametrize("change", [lambda _: 0, one_renamed, all_first_examples_gone])
def test_a_night_of_known_answers_tells_what_one_that_reads_all_of_them_tells(
    change: Callable[[World], int], night: tuple[Reader, bytes], portals: Portals
) -> None:
    reader, document = night
    before = portals.national.world
    portals.national.world = before.copy()
    try:
        changed = change(portals.national.world)
        known = reader.read(KnownRecords(reader.settings, document))
        whole = reader.read(None)
        third = reader.read(KnownRecords(reader.settings, known[2]))
    finally:
        portals.national.world = before
    assert told(known) == told(whole) == told(third)
    assert (len(recalled(known[1])) == len(known[1])) == (changed == 0)
    assert len(recalled(known[1])) >= len(known[1]) - 3 * (KEPT + 1)
    assert len(recalled(third[1])) >= len(recalled(known[1]))


def test_needed_fields_that_known_records_lack_end_a_source_as_well(
    night: tuple[Reader, bytes], portals: Portals
) -> None:
    reader, document = night
    stored = orjson.loads(document)
    stored["traces"]["traces"] = [[*trace[:3], ["isWard"]] for trace in stored["traces"]["traces"]]
    known = KnownRecords(reader.settings, orjson.dumps(stored))
    with closing(NationalApi(reader.settings, reader.archive.recorder("lacking"), known=known)) as portal:
        result = read(portal, reader.settings, ReadingPlan(as_of=NIGHT), Memory())
    assert result.verdict.state == SnapshotState.FAILED
    assert "isWard" in (result.verdict.reason or "")


def test_the_same_bytes_with_another_status_or_for_another_item_are_read(
    night: tuple[Reader, bytes], portals: Portals
) -> None:
    reader, document = night
    known = KnownRecords(reader.settings, document)
    with closing(NationalApi(reader.settings, reader.archive.recorder("status"), known=known)) as portal:
        item, other, *_ = (each for page in portal.pages() for each in page.items)
        answer = portal.fetch(item)
        assert answer.json is None
        assert portal.recall(item, replace(answer, status=404)) is None
        assert portal.recall(other, answer) is None
        assert portal.recall(replace(item, code=None), answer) is None
        assert portal.record(item, None, answer).procedure.code == item.code
        assert portal.recall(item, answer) is not None


@pytest.mark.parametrize("said", [{"volatile": ("viewCount",)}, {"base_url": "https://other.invalid"}])
def test_under_other_settings_nothing_is_known(
    said: dict[str, Any], night: tuple[Reader, bytes], portals: Portals
) -> None:
    assert len(KnownRecords(settings(portals, **said), night[1])) == 0


def test_what_only_judges_a_snapshot_does_not_make_a_record_another(
    night: tuple[Reader, bytes], portals: Portals
) -> None:
    learned = settings(portals, expect=Expectation(min=40, max=50))
    assert len(KnownRecords(learned, night[1])) == len(portals.national.world.codes)


@pytest.mark.parametrize("file", ["http/response_body.py", "portals/national_record.py", "new.txt"])
def test_a_change_in_any_file_of_the_readers_is_another_program(
    file: str, portals: Portals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http/response_body.py", "portals/national_record.py"):
        path = tmp_path / "extractors" / name
        path.parent.mkdir(parents=True)
        path.write_text("as it was")
    monkeypatch.setattr(known_records, "READERS", (tmp_path / "extractors",))
    known_records._program.cache_clear()
    before = known_records.fingerprint(settings(portals))
    known_records._program.cache_clear()
    assert known_records.fingerprint(settings(portals)) == before
    (tmp_path / "extractors" / file).write_text("changed")
    known_records._program.cache_clear()
    assert known_records.fingerprint(settings(portals)) != before
    known_records._program.cache_clear()


def test_the_whole_packages_that_read_are_looked_at() -> None:
    assert [(each / "__init__.py").is_file() for each in known_records.READERS] == [True, True]
    assert [each.name for each in known_records.READERS] == ["procedures", "extractors"]


@pytest.mark.parametrize("damage", [b"", b"{}", b"[1]", b'{"fingerprint":', b"null"])
def test_a_damaged_document_is_as_none(damage: bytes, night: tuple[Reader, bytes]) -> None:
    reader, document = night
    assert len(KnownRecords(reader.settings, damage)) == 0
    assert len(KnownRecords(reader.settings, document[:-20])) == 0
    assert (
        len(KnownRecords(reader.settings, document.replace(b'"leftovers":{', b'"leftovers":{"a":[],'))) == 0
    )


def test_an_answer_is_known_while_its_record_is_current(night: tuple[Reader, bytes]) -> None:
    reader, document = night
    known = KnownRecords(reader.settings, document)
    (answer, code), (other, another), *_ = ((row[0], row[1]) for row in orjson.loads(document)["records"])
    assert known.recall(answer, another) is None
    assert known.recall("f" * 64, code) is None
    assert known.recall(None, code) is None
    known.keep_current(lambda key, _digest: key != code)
    assert known.recall(answer, code) is None
    assert answer not in known
    assert known.recall(other, another) is not None


def test_of_what_was_not_stored_or_stood_under_one_code_twice_nothing_is_remembered(
    night: tuple[Reader, bytes], portals: Portals
) -> None:
    reader, _ = night
    _, observations, _ = reader.read(None)
    first, twice, third, *_ = (each.procedure for each in observations.values() if each.procedure)
    known = KnownRecords(reader.settings)
    with closing(NationalApi(reader.settings, None)) as portal:
        trace, examples = portal.audit.trace, portal.audit.night_examples
    known.learn("a" * 64, first, 0, trace)
    known.learn("b" * 64, twice, 0, trace)
    known.learn("c" * 64, replace(twice, name="Tên khác"), 1, trace)
    known.learn("d" * 64, third, 0, trace)
    stored = {each.code or "": record_digest(record_bytes(each)) for each in (twice, third)}
    again = KnownRecords(reader.settings, known.document(stored, examples))
    assert [letter * 64 in again for letter in "abcd"] == [False, False, False, True]
