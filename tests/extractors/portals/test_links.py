"""Links in which a session's number changes from answer to answer: the rows behind them are the same rows."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from extractors.portals.html.links import stable_link, varying_parameters
from extractors.portals.listing import LINKS_MOVE
from extractors.portals.read_source import read
from procedures.errors import SourceFailed
from procedures.snapshot import ListedItemState, ReadingPlan, ReadingResult, SnapshotState
from settings.sources import SourceSettings
from steps.sources.recorded_reader import Memory
from tests.extractors.loopback import Asked, Loopback, Say
from tests.extractors.web import NEXT, page, profile_file, reading, record, row, table

NIGHT = datetime.fromisoformat("2026-11-23T02:00:00+07:00")
NUMBERS = (1, 2, 3, 4)


@pytest.mark.parametrize(
    ("link", "stays"),
    [
        ("/tt?id=5", "/tt?id=5"),
        ("/tt?id=5&&x=", "/tt?id=5&&x="),
        ("/tt;jsessionid=0A1B2C.node1?id=5", "/tt?id=5"),
        ("/cong/tt;JSESSIONID=0A1B2C", "/cong/tt"),
        ("/(S(lit3py55t21z5v55vlm25s55))/tt.aspx?id=5", "/tt.aspx?id=5"),
        ("/cong/(A(x1)S(y2)F(z3))/tt.aspx", "/cong/tt.aspx"),
        ("/tt?id=5&p_auth=Xy12", "/tt?id=5"),
        ("/tt?PHPSESSID=ab12&id=5", "/tt?id=5"),
        ("/tt?__RequestVerificationToken=q", "/tt"),
        ("/tt?sid=5", "/tt?sid=5"),
        ("/van-ban-(so-5)/tt", "/van-ban-(so-5)/tt"),
        ("/tt;phien-ban=2?id=5", "/tt;phien-ban=2?id=5"),
    ],
)
def test_what_is_known_to_be_a_session_s_is_left_out(link: str, stays: str) -> None:
    assert stable_link(link) == stays


@pytest.mark.parametrize(
    ("counts", "link", "stays"),
    [
        ("matt=[0-9]+", "/tthc?a=1&matt=26052&sid=f3", "/tthc?matt=26052"),
        ("matt=([0-9]+)", "/tthc?matt=26052x9&sid=f3", "/tthc?26052x9"),
        ("(matt=[0-9]+).*", "/tthc?matt=26052x9&sid=f3", "/tthc?matt=26052"),
        ("/thu-tuc/[0-9]+", "/thu-tuc/26052?phien=f3", "/thu-tuc/26052"),
        ("/p-[0-9a-f]+(/thu-tuc/[0-9]+)", "/cong/p-0f3/thu-tuc/26052?phien=f3", "/cong/thu-tuc/26052"),
        ("(?<=p=100:5:)[0-9]+(.*)", "/f?p=100:5:77123::NO::P5_ID:42", "/f?p=100:5:::NO::P5_ID:42"),
        ("matt=[0-9]+", "/khac?id=5", "/khac?id=5"),
    ],
)
def test_a_profile_names_the_part_that_counts(counts: str, link: str, stays: str) -> None:
    assert stable_link(link, re.compile(counts)) == stays


@pytest.mark.parametrize(
    ("one", "other", "parameters"),
    [
        ("/tt?id=5&sid=a", "/tt?id=5&sid=b", {"sid"}),
        ("/tt?id=5", "/tt?id=5", set()),
        ("/tt?a1=x&id=5", "/tt?b2=x&id=5", {"a1", "b2"}),
        ("/a1/tt?id=5", "/b2/tt?id=5", None),
        ("/tt?id=5", "/tt?id=5&sid=b", None),
    ],
)
def test_what_moves_between_two_links_to_one_record(
    one: str, other: str, parameters: set[str] | None
) -> None:
    assert varying_parameters(one, other) == parameters


SESSIONS: dict[str, Callable[[int, str], str]] = {
    "in the path": lambda number, session: f"/tt;jsessionid={session}?id={number}",
    "before the path": lambda number, session: f"/(S({session}))/tt?id={number}",
    "in the query": lambda number, session: f"/tt?id={number}&sid={session}",
    "anywhere": lambda number, session: f"/{session}/tt?id={number}",
}
COUNTS = '\ncounts = "id=[0-9]+"'


class Portal:
    """Two pages of two rows; each answer has a session of its own, and a record is had with any session."""

    def __init__(self, link: Callable[[int, str], str], *, codes: bool = True) -> None:
        self._link = link
        self._codes = codes
        self._session = itertools.count(1)
        self.silent: frozenset[int] = frozenset()
        self.numbers = NUMBERS

    def __call__(self, asked: Asked) -> Say:
        if asked.path.startswith("/ds?page="):
            at = 2 * (int(asked.path.partition("=")[2]) - 1)
            session = f"s{next(self._session):08x}"
            rows = [row(n, href=self._link(n, session)) for n in self.numbers[at : at + 2]]
            return page(table(rows, more=at + 2 < len(self.numbers)))
        found = re.search(r"[?&]id=(\d+)", asked.path)
        number = int(found[1]) if found else 0
        if number not in NUMBERS or number in self.silent:
            return page("<p>500</p>", status=500)
        code = [("Mã thủ tục", f"1.00000{number}")] if self._codes else []
        return page(record(*code, ("Tên thủ tục", f"Cấp giấy số {number}"), ("Lĩnh vực", "Hội, quỹ")))


def a_night(
    portal: Portal, profile: str, before: Memory | None = None
) -> tuple[ReadingResult, Memory, list[str]]:
    memory = Memory()
    settings = SourceSettings(name="provincial", kind="html", role="provincial", refresh_nights=4)
    met = before.observations.values() if before else ()
    plan = ReadingPlan(
        as_of=NIGHT,
        baseline=before is not None,
        remembered={
            each.key: ListedItemState(
                key=each.key, source_id=each.source_id, code=each.code, list_digest=each.list_digest,
                read_at=NIGHT, loaded=True,
            )
            for each in met
        },
    )  # fmt: skip
    with Loopback(portal) as web, reading(web.url, profile) as extractor:
        outcome = read(extractor, settings, plan, memory)
        return outcome, memory, [each.path for each in web.asked if "/tt" in each.path]


@pytest.mark.parametrize("codes", [True, False], ids=["codes", "no codes"])
@pytest.mark.parametrize("session", ["in the path", "before the path", "in the query"])
def test_the_rows_are_the_same_from_night_to_night(tmp_path: Path, session: str, codes: bool) -> None:
    portal = Portal(SESSIONS[session], codes=codes)
    profile = profile_file(tmp_path, NEXT, COUNTS if session == "in the query" else "")
    if not codes:
        text = Path(profile).read_text(encoding="utf-8").replace('"Mã thủ tục" = "code"', "")
        Path(profile).write_text(text, encoding="utf-8")
    first, memory, asked = a_night(portal, profile)
    assert (first.verdict.state, first.certificate.first_page_again) == (SnapshotState.COMPLETE, True)
    assert first.certificate.notes == ()
    assert all("s0000000" in path for path in asked), "each is asked for as its row leads to it"
    procedures = [each.procedure for each in memory.observations.values()]
    assert not [each.url for each in procedures if each and "s0000000" in (each.url or "")]

    second, again, asked = a_night(portal, profile, memory)
    assert second.verdict.state == SnapshotState.COMPLETE
    assert len(asked) == 1, "the share of one night in four"
    assert again.observations.keys() == memory.observations.keys()
    assert {each.source_id for each in again.observations.values()} == {
        each.source_id for each in memory.observations.values()
    }


@pytest.mark.parametrize(("session", "address"), [("in the query", "/tt?id=1"), ("anywhere", None)])
def test_a_link_without_a_known_session_makes_no_list_partial_and_says_so(
    tmp_path: Path, session: str, address: str | None
) -> None:
    portal, profile = Portal(SESSIONS[session]), profile_file(tmp_path, NEXT)
    first, memory, _ = a_night(portal, profile)
    assert first.verdict.state == SnapshotState.COMPLETE
    assert first.certificate.notes == (LINKS_MOVE,)
    second, again, asked = a_night(portal, profile, memory)
    assert second.verdict.state == SnapshotState.COMPLETE
    assert len(asked) == 4, "which record a row is, its page alone tells"
    assert again.observations.keys() == memory.observations.keys()
    record = again.observations["1.000001"].procedure
    assert record is not None
    assert (record.url and record.url[record.url.index("/tt") :]) == address, "it moves no version either"


@pytest.mark.parametrize("session", ["in the path", "before the path"])
def test_a_record_that_stays_unread_is_still_the_one_of_the_night_before(
    tmp_path: Path, session: str
) -> None:
    portal, profile = Portal(SESSIONS[session]), profile_file(tmp_path, NEXT)
    _, memory, _ = a_night(portal, profile)
    portal.silent = frozenset({2})
    _, again, _ = a_night(portal, profile, memory)
    assert again.observations.keys() == memory.observations.keys()


def test_what_is_gone_from_the_list_is_asked_for_without_the_session(tmp_path: Path) -> None:
    portal, profile = Portal(SESSIONS["in the path"]), profile_file(tmp_path, NEXT)
    _, memory, _ = a_night(portal, profile)
    portal.numbers = NUMBERS[:-1]
    _, again, asked = a_night(portal, profile, memory)
    assert again.look_ups["1.000004"].outcome == "published"
    assert "/tt?id=4" in asked


def test_a_list_whose_rows_moved_while_it_was_read_is_still_told(tmp_path: Path) -> None:
    portal = Portal(SESSIONS["in the query"])
    times = itertools.count()

    def shifting(asked: Asked) -> Say:
        if asked.path == "/ds?page=1":
            portal.numbers = NUMBERS if next(times) % 2 == 0 else NUMBERS[::-1]
        return portal(asked)

    settings = SourceSettings(name="provincial", kind="html", role="provincial")
    with Loopback(shifting) as web, reading(web.url, profile_file(tmp_path, NEXT)) as extractor:
        outcome = read(extractor, settings, ReadingPlan(as_of=NIGHT), Memory())
    assert outcome.verdict.state == SnapshotState.PARTIAL
    assert "trang đầu đọc lại khác" in (outcome.verdict.reason or "")


def test_a_page_that_is_shown_again_is_known_again_by_its_rows(tmp_path: Path) -> None:
    """Past its last page this portal shows that page once more, with other links."""
    portal = Portal(SESSIONS["in the query"])

    def again(asked: Asked) -> Say:
        return portal(asked._replace(path="/ds?page=2") if asked.path == "/ds?page=3" else asked)

    with Loopback(again) as web, reading(web.url, profile_file(tmp_path)) as extractor:
        pages = list(extractor.pages())
    assert [each.lost for each in pages] == [None, None, "trang 3 (lặp lại trang đã đọc)"]


def test_a_part_that_counts_for_nothing_is_named(tmp_path: Path) -> None:
    with (
        Loopback(Portal(SESSIONS["in the query"])) as web,
        reading(web.url, profile_file(tmp_path, NEXT, '\ncounts = "/tt"')) as extractor,
        pytest.raises(SourceFailed, match=r"list\.counts: 'Cấp giấy số 1' và 'Cấp giấy số 2'"),
    ):
        list(extractor.pages())
