"""A record's page of a portal of web pages, by its labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from extractors.portals.audit.schema_audit import Audit
from extractors.portals.read_source import read
from extractors.portals.source import Detail, ListedItem, NotFound, UnfitRecord, Unread, read_record
from procedures.errors import SourceBlocked
from procedures.model import Paper, Procedure
from procedures.snapshot import ListedItemState, ReadingPlan, SnapshotState
from procedures.values.fees import Fee
from settings.sources import SourceSettings
from steps.sources.recorded_reader import Memory
from tests.extractors.loopback import Loopback, Say
from tests.extractors.web import NEXT, Pages, page, parsed, profile_file, reading, record, row, table
from tests.office import NIGHTS


def one(attribute: str, value: str, label: str = "Nhãn", audit: Audit | None = None) -> Any:
    """What one value on the page says of an attribute."""
    return getattr(parsed((label, value), labels={label: attribute}, audit=audit), attribute)


# labels


def test_labels_are_compared_by_their_key() -> None:
    procedure = parsed(("  LĨNH  VỰC : ", "Hội, quỹ"), labels={"Lĩnh vực": "field"})
    assert procedure.field == "Hội, quỹ"


def test_a_label_that_nobody_knows_is_left_over_with_an_example() -> None:
    audit = Audit()
    parsed(("Biểu mẫu", "<p>Mẫu số 01</p>"), labels={"Lĩnh vực": "field"}, audit=audit)
    assert audit.leftovers == {"nhãn «Biểu mẫu»": "Mẫu số 01"}


def test_a_value_that_cannot_be_read_is_named_and_says_nothing() -> None:
    audit = Audit()
    assert one("online_level", "Chưa xác định", audit=audit) is None
    assert audit.leftovers == {"giá trị của online_level": "Chưa xác định"}


def test_a_repeated_label_adds_to_a_list() -> None:
    procedure = parsed(("Căn cứ", "Luật A"), ("Căn cứ", "<p>Luật B</p>"), labels={"Căn cứ": "legal_bases"})
    assert procedure.legal_bases == ("Luật A", "Luật B")


def test_of_a_repeated_single_value_the_first_stands_and_the_other_is_named() -> None:
    audit = Audit()
    pairs = [("Lĩnh vực", "Hội"), ("Lĩnh vực", "Hội"), ("Lĩnh vực", "Quỹ")]
    assert parsed(*pairs, labels={"Lĩnh vực": "field"}, audit=audit).field == "Hội"
    assert audit.leftovers == {"nhãn «Lĩnh vực», lần nữa": "Quỹ"}


@pytest.mark.parametrize("value", ["", "  ", "&nbsp;", "Không có thông tin", "Đang cập nhật."])
def test_what_says_nothing_is_not_said(value: str) -> None:
    assert one("requirements", value) is None


def test_the_page_goes_before_the_row() -> None:
    assert parsed(("Tên", "Cấp lại giấy"), labels={"Tên": "name"}).name == "Cấp lại giấy"
    assert parsed(labels={"Tên": "name"}).name == "Cấp giấy"


def test_the_text_as_published_is_kept_beside_the_canonical_one() -> None:
    procedure = parsed(("Lĩnh vực", "Ðăng ký –  hội"), labels={"Lĩnh vực": "field"})
    assert procedure.field == "Đăng ký - hội"
    assert dict(procedure.raw) == {"field": "Ðăng ký – hội"}


# values


def test_a_page_within_the_page_is_no_obstacle() -> None:
    nested = "<html><body><p>Sở Nội vụ</p></body></html>"
    assert one("agency", nested) == "Sở Nội vụ"


def test_comments_scripts_and_styles_are_no_text() -> None:
    hidden = "<!--[if gte mso 9]>30 ngày<![endif]--><style>p{}</style><script>x=1</script>"
    [time] = one("processing_time", f"{hidden}05 ngày")
    assert (time.amount, time.unit, time.text) == (5, "day", "05 ngày")


@pytest.mark.parametrize(
    "value",
    [
        "<ul><li>Trực tiếp</li><li>Trực tuyến</li></ul>",
        "<p>Trực tiếp</p>Trực tuyến",
        "Trực tiếp<br>Trực tuyến",
        "<table><tr><td>Trực tiếp</td><td>Trực tuyến</td></tr></table>",
    ],
)
def test_blocks_and_cells_never_grow_together(value: str) -> None:
    assert one("ways", value) == {"direct", "online"}


@pytest.mark.parametrize(
    ("value", "items"),
    [
        ("<ul><li>Luật A</li><li><p>Luật B<b> số 1</b></p></li></ul>", ("Luật A", "Luật B số 1")),
        ("<p>Luật A</p><p>Luật B<br>số 1</p>", ("Luật A", "Luật B số 1")),
        ("Luật A<br>Luật B", ("Luật A", "Luật B")),
        ("<p>Luật A<br/>Luật B</p>", ("Luật A", "Luật B")),
        ("<p>Gồm:</p><ul><li>Luật A</li></ul><p>và Luật B</p>", ("Gồm:", "Luật A", "và Luật B")),
        ("<ul><li>Luật A<ul><li>khoản 1</li></ul></li></ul>", ("Luật A", "khoản 1")),
        ("<ul><li>Luật A</li><li>Luật A</li></ul>", ("Luật A",)),
    ],
)
def test_lists_lose_none_of_their_text(value: str, items: tuple[str, ...]) -> None:
    assert one("legal_bases", value) == items


def test_a_time_is_read_with_its_unit_and_its_way() -> None:
    times = one("processing_time", "Trực tiếp: 10 ngày làm việc<br>Trực tuyến: 8 ngày")
    assert [(time.way, time.amount, time.unit) for time in times] == [
        ("direct", 10, "working_day"),
        ("online", 8, "day"),
    ]


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Phí", "charge"),
        ("Mức phí", "charge"),
        ("Lệ phí", "fee"),
        ("Mức lệ phí", "fee"),
        ("Phí, lệ phí", None),
        ("Lệ phí/Phí", None),
    ],
)
def test_the_label_tells_a_fee_from_a_charge(label: str, kind: str | None) -> None:
    assert one("fee", "Không", label) == (Fee(None, kind, 0, "Không"),)


def test_fee_and_charge_stand_side_by_side() -> None:
    procedure = parsed(("Phí", "10.000 đồng"), ("Lệ Phí", "Không"), labels={"Phí": "fee", "Lệ phí": "fee"})
    assert {(fee.type, fee.amount) for fee in procedure.fee or ()} == {("charge", 10000), ("fee", 0)}


@pytest.mark.parametrize("attribute", ["decision_number", "province_decision_number"])
def test_a_decision_is_the_province_s_or_the_ministry_s_by_its_sign(attribute: str) -> None:
    def said(text: str) -> Procedure:
        return parsed(("Quyết định", text), labels={"Quyết định": attribute})

    own = said("Số 2045/QĐ-UBND ngày 12/8/2025")
    assert (own.province_decision_number, own.province_decision_date) == ("2045/QĐ-UBND", date(2025, 8, 12))
    assert own.decision_number is None
    theirs = said("627/QĐ-BNV")
    assert (theirs.decision_number, theirs.province_decision_number) == ("627/QĐ-BNV", None)


@pytest.mark.parametrize(
    ("value", "papers"),
    [
        (
            "<table><thead><tr><th>Tên giấy tờ</th><th>Số lượng</th></tr></thead>"
            "<tr><td>Đơn</td><td>Bản chính: 1<br>Bản sao: 0</td></tr></table>",
            [Paper(name="Đơn", originals=1, copies=0)],
        ),
        (
            "<table><tr><td>STT</td><td>Tên hồ sơ</td></tr><tr><td>1</td><td>Đơn</td></tr>"
            "<tr><td>2</td><td>Ảnh 3x4</td></tr></table>",
            [Paper(name="Đơn"), Paper(name="Ảnh 3x4")],
        ),
        (
            "<h4>Trường hợp 1</h4><table><tr><td>1</td><td>Đơn</td></tr></table>"
            "<h4>Trường hợp 2</h4><table><tr><td>Đơn</td></tr><tr><td>Tờ khai</td></tr></table>",
            [Paper(name="Đơn"), Paper(name="Tờ khai")],
        ),
        ("<p>Đơn đề nghị</p><p>Bản sao giấy khai sinh</p>", ["Đơn đề nghị", "Bản sao giấy khai sinh"]),
    ],
    ids=["headings", "numbered", "two cases", "no table"],
)
def test_papers_stand_under_their_heading_whatever_stands_beside_them(value: str, papers: list[Any]) -> None:
    expected = tuple(Paper(name=each) if isinstance(each, str) else each for each in papers)
    assert one("dossier", value) == expected


# the record that a row leads to


def detail(
    tmp_path: Path,
    body: str | Say,
    *,
    href: str = "/tt?id=1",
    change: Callable[[ListedItem], ListedItem] = lambda item: item,
    remembered: ListedItemState | None = None,
) -> Detail:
    said = page(body) if isinstance(body, str) else body
    web = Pages({1: page(table([row(1)]))}, {href: said})
    with Loopback(web) as server, reading(server.url, profile_file(tmp_path, NEXT)) as portal:
        return read_record(portal, change(portal.first_page("").items[0]), remembered)


CODE = ("Mã thủ tục", "1.000001.000.00.00.H27")
BROKEN_LETTERS = "Thủ tục của Ủy ban nhân dân tỉnh".encode().decode("latin1")
RIGHT = record(CODE, ("Tên thủ tục", "Cấp giấy số 1"))


def known(code: str | None) -> ListedItemState:
    return ListedItemState(key=code or "~x", source_id="/tt?id=1", code=code)


def test_the_code_comes_from_the_record_and_fills_the_local_code_too(tmp_path: Path) -> None:
    procedure = detail(tmp_path, RIGHT).procedure
    assert (procedure.code, procedure.local_code) == ("1.000001", "1.000001.000.00.00.H27")
    assert (procedure.name, procedure.field) == ("Cấp giấy số 1", "Hội, quỹ")
    assert procedure.url is not None
    assert procedure.url.endswith("/tt?id=1")


def test_another_record_than_the_row_s_is_never_that_procedure(tmp_path: Path) -> None:
    other = record(CODE, ("Tên thủ tục", "Cấp lại giấy số 1"))
    with pytest.raises(UnfitRecord, match=r"dẫn tới bản ghi của '1\.000001'") as caught:
        detail(tmp_path, other)
    assert caught.value.rule == "wrong_code"
    with pytest.raises(UnfitRecord) as caught:
        detail(tmp_path, other, remembered=known("1.000002"))
    assert caught.value.rule == "wrong_code"
    with pytest.raises(UnfitRecord) as caught:
        detail(tmp_path, RIGHT, change=lambda item: replace(item, code="1.000002"))
    assert caught.value.rule == "wrong_code"


def test_a_record_under_its_row_s_name_may_be_given_another_code(tmp_path: Path) -> None:
    assert detail(tmp_path, RIGHT, remembered=known("1.000002")).procedure.code == "1.000001"


def test_a_record_known_by_its_code_may_change_its_name(tmp_path: Path) -> None:
    renamed = record(CODE, ("Tên thủ tục", "Cấp lại giấy số 1"))
    assert detail(tmp_path, renamed, remembered=known("1.000001")).procedure.name == "Cấp lại giấy số 1"


@pytest.mark.parametrize("name", ["Cấp giấy số 1 …", "CẤP GIẤY SỐ 1...", "Cấp giấy số 1 ."])
def test_a_row_may_cut_a_long_name_short(tmp_path: Path, name: str) -> None:
    long = record(CODE, ("Tên thủ tục", "Cấp giấy số 1" + ("" if name.endswith(" .") else " cho hội")))
    assert detail(tmp_path, long, change=lambda item: replace(item, name=name)).procedure.code == "1.000001"


@pytest.mark.parametrize(
    ("code", "words"),
    [("T-HTH-1234", "mã 'T-HTH-1234' không đúng dạng"), ("", "bản ghi không có mã")],
)
def test_a_record_without_a_sound_code_is_put_aside(tmp_path: Path, code: str, words: str) -> None:
    with pytest.raises(UnfitRecord, match=words) as caught:
        detail(tmp_path, record(("Mã thủ tục", code), ("Tên thủ tục", "Cấp giấy số 1")))
    assert caught.value.rule == "code_malformed"


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (page("<p>Hệ thống đang được nâng cấp</p>"), Unread),
        (page("<p>404</p>", status=404), NotFound),
        (page("<p>500</p>", status=500), Unread),
        (
            page(
                RIGHT.replace("Cấp giấy số 1", "Thủ tục của Ủy ban nhân dân tỉnh".encode().decode("latin1"))
            ),
            Unread,
        ),
    ],
    ids=["no labels", "not found", "broken", "broken letters"],
)
def test_a_page_that_is_no_record_is_unread(tmp_path: Path, said: Say, error: type[Unread]) -> None:
    with pytest.raises(error):
        detail(tmp_path, said)


def test_a_label_that_is_called_otherwise_on_most_pages_ends_the_source(tmp_path: Path) -> None:
    others = {
        f"/tt?id={n}": page(record(("Số hiệu", f"1.00000{n}"), ("Tên thủ tục", f"Cấp giấy số {n}")))
        for n in range(1, 8)
    }
    lists = {1: page(table([row(n) for n in range(1, 8)]))}
    settings_plan = ReadingPlan(as_of=datetime.fromisoformat(NIGHTS[0]))
    with Loopback(Pages(lists, others)) as web, reading(web.url, profile_file(tmp_path, NEXT)) as portal:
        settings = SourceSettings(name="provincial", kind="html", role="provincial")
        verdict = read(portal, settings, settings_plan, Memory()).verdict
    assert verdict.state == SnapshotState.FAILED
    assert "Mã thủ tục ở 7/7 bản ghi" in (verdict.reason or "")


# what is absent from the list


@pytest.mark.parametrize(
    ("said", "code", "outcome"),
    [
        (page(RIGHT), "1.000001", "published"),
        (page(RIGHT), None, "published"),
        (page(RIGHT), "1.000002", "error"),
        (page(record(CODE, ("Tình trạng", "Công khai"))), "1.000001", "published"),
        (page(record(CODE, ("Tình trạng", "Còn hiệu lực"))), "1.000001", "published"),
        (page(record(CODE, ("Tình trạng", "Đang hiệu lực"))), "1.000001", "published"),
        (page(record(CODE, ("Tình trạng", "Hết hiệu lực"))), "1.000001", "dead"),
        (page("<p>404</p>", status=404), "1.000001", "not_found"),
        (page("<p>410</p>", status=410), "1.000001", "not_found"),
        (page("<p>500</p>", status=500), "1.000001", "error"),
        (page("<p>Không tìm thấy</p>"), "1.000001", "error"),
    ],
)
def test_only_a_page_that_is_gone_is_not_found(
    tmp_path: Path, said: Say, code: str | None, outcome: str
) -> None:
    web = Pages({1: page(table([row(2)]))}, {"/tt?id=1": said})
    with Loopback(web) as server, reading(server.url, profile_file(tmp_path, NEXT)) as portal:
        portal.first_page("")
        assert portal.look_up(known(code)).outcome == outcome


def test_without_an_address_nothing_can_be_asked(tmp_path: Path) -> None:
    with Loopback(Pages({})) as server, reading(server.url, profile_file(tmp_path, NEXT)) as portal:
        assert (
            portal.look_up(ListedItemState(key="1.000001", source_id=None, code="1.000001")).outcome
            == "error"
        )
        assert portal.ask("1.000001") is None
    assert server.asked == []


def test_a_challenge_in_place_of_a_record_ends_the_source(tmp_path: Path) -> None:
    with pytest.raises(SourceBlocked):
        detail(tmp_path, page("Request Rejected. Your support ID is: 1234567890"))
