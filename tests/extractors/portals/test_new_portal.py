"""A province's portal is added by a profile alone: made-up layouts, and the cookbook's worked example."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from extractors.portals.html.profile import built_in, load_profile
from extractors.portals.open_source import open_source
from extractors.portals.read_source import read
from procedures.errors import SettingsError
from procedures.snapshot import ReadingPlan, ReadingResult, SnapshotState
from settings.sources import SourceSettings
from steps.sources.recorded_reader import Memory
from tests.extractors.loopback import Asked, Loopback, Say
from tests.office import NIGHTS

COOKBOOK = Path(__file__).parents[3] / "docs" / "new-portal.md"
NAMES = [f"Thủ tục thử nghiệm số {n} của tỉnh" for n in range(1, 15)]


def a_page(body: str) -> Say:
    return Say(
        f"<html><meta charset='utf-8'><body>{body}</body></html>".encode(), kind="text/html; charset=utf-8"
    )


def danang(asked: Asked) -> Say:
    """The layout of the cookbook: six rows at a position, then none."""
    parts = urlsplit(asked.path)
    if parts.path == "/dich-vu-cong":
        start = int(parse_qs(parts.query)["count"][0])
        rows = "".join(
            f'<li><div><div class="tb-td-3"><a href="/chi-tiet?id={n}">{NAMES[n]}</a></div></div></li>'
            for n in range(start, min(start + 6, len(NAMES)))
        )
        return a_page(f"<ul>{rows}</ul>")
    n = int(parse_qs(parts.query)["id"][0])
    pairs = {
        "Mã thủ tục": f"1.0{n:05d}.000.00.00.H17",
        "Lĩnh vực": "Hội, quỹ",
        "Thời hạn giải quyết": "07 ngày làm việc",
        "Mức trực tuyến": "Mức độ 4",
        "Số bộ hồ sơ": "01 bộ",
        "Tình trạng hiệu lực": "Đang công khai",
    }
    rows = "".join(
        f'<tr><td class="td-1">{label}</td><td>{value}</td></tr>' for label, value in pairs.items()
    )
    return a_page(f'<h2 class="tieude-h2">{NAMES[n]}</h2><table class="table"><tbody>{rows}</tbody></table>')


def read_all(base_url: str, profile: str) -> tuple[Memory, ReadingResult]:
    settings = SourceSettings(
        name="provincial",
        kind="html",
        role="provincial",
        base_url=base_url,
        profile=profile,
        requests_per_second=500,
    )

    memory = Memory()
    portal = open_source(settings, None)
    try:
        outcome = read(portal, settings, ReadingPlan(as_of=datetime.fromisoformat(NIGHTS[0])), memory)
    finally:
        portal.close()
    return memory, outcome


def test_the_worked_example_of_the_cookbook_reads_a_list_asked_by_position() -> None:
    with Loopback(danang) as portal:
        memory, outcome = read_all(portal.url, "liferay")
    assert outcome.verdict.state == SnapshotState.COMPLETE
    assert len(memory.observations) == len(NAMES)
    one = memory.observations["1.000003"].procedure
    assert one is not None
    assert (one.name, one.local_code, one.online_level) == (NAMES[3], "1.000003.000.00.00.H17", "full")
    assert outcome.certificate.leftovers == {"nhãn «Số bộ hồ sơ»": "01 bộ"}


def made_up(asked: Asked) -> Say:
    parts = urlsplit(asked.path)
    if parts.path == "/tthc":
        page = int(parse_qs(parts.query)["trang"][0])
        rows = "".join(
            f'<article data-ma="1.0{n:05d}"><b>1.0{n:05d}</b> <a href="tthc/{n}">{NAMES[n]}</a></article>'
            for n in range(page * 5, min(page * 5 + 5, len(NAMES)))
        )
        return a_page(f'<p class="dem">Có 14 thủ tục</p>{rows}')
    n = int(parts.path.rsplit("/", 1)[1])
    return a_page(
        f"<dl><div><dt>Mã số:</dt><dd>1.0{n:05d}</dd></div><div><dt>Tên gọi:</dt><dd>{NAMES[n]}</dd></div>"
        "<div><dt>Giải quyết trong:</dt><dd>5 ngày</dd></div></dl>"
    )


PROFILE = """
[list]
url = "/tthc?trang={page}"
first_page = 0
rows = "article"
total = ".dem"
link = "a"
[list.columns]
code = "b"
name = "a"
[detail]
items = "dl > div"
label = "dt"
value = "dd"
[detail.labels]
"Mã số" = "code"
"Tên gọi" = "name"
"Giải quyết trong" = "processing_time"
"""


def test_a_layout_nobody_has_seen_is_read_by_its_profile_alone(tmp_path: Path) -> None:
    file = tmp_path / "tinh-moi.toml"
    file.write_text(PROFILE, encoding="utf-8")
    with Loopback(made_up) as portal:
        memory, outcome = read_all(portal.url, str(file))
    assert outcome.verdict.state == SnapshotState.COMPLETE
    assert (outcome.certificate.declared_total, outcome.certificate.listed) == (14, 14)
    one = memory.observations["1.000007"].procedure
    assert one is not None
    assert one.processing_time is not None
    assert (one.processing_time[0].amount, one.processing_time[0].unit) == (5, "day")


@pytest.mark.parametrize("name", built_in())
def test_every_built_in_profile_is_sound(name: str) -> None:
    assert load_profile(name).name == name


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('rows = "article"', 'rows = "article >>"', "list.rows"),
        ('rows = "article"', "", "list.rows: thiếu"),
        ('code = "b"', 'ma_so = "b"', "ma_so"),
        ('label = "dt"', 'lable = "dt"', "detail.lable"),
        ('"Mã số" = "code"', '"Mã số" = "codes"', "codes"),
        ("{page}", "{offset}", "step"),
        ("first_page = 0", 'first_page = "một"', "first_page"),
    ],
)
def test_a_profile_that_is_no_use_names_the_file_and_the_key(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    file = tmp_path / "tinh-moi.toml"
    file.write_text(PROFILE.replace(old, new), encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_profile(str(file))
    assert "tinh-moi.toml" in str(caught.value)
    assert words in str(caught.value)


def test_the_cookbook_shows_the_profile_that_is_built_in() -> None:
    shown = re.search(r"```toml\n(.*?)```", COOKBOOK.read_text(encoding="utf-8"), re.DOTALL)
    assert shown is not None
    built = Path(__file__).parents[3] / "extractors" / "portals" / "html" / "profiles" / "liferay.toml"
    assert shown[1].strip() == built.read_text(encoding="utf-8").strip()
