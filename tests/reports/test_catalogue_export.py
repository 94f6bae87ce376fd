"""The exported list is read back without loss, and says nothing but what people see in its cells."""

import random
import string
from dataclasses import replace
from datetime import date

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.workbooks.catalogue import read_catalogue
from extractors.workbooks.formats.tables import read_tables
from extractors.workbooks.formats.xlsx_errors import is_error
from procedures.errors import WorkbookError
from procedures.model import Paper, Procedure
from procedures.values.durations import ProcessingTime
from procedures.values.fees import Fee
from procedures.values.keys import codeless_key
from procedures.values.levels import LEVELS, ONLINE_LEVELS
from procedures.values.text import canonical
from procedures.workbook_layout.catalogue_columns import COLUMNS, cell_text, pack_record, unpack_record
from reports.catalogue_export import write_catalogue

ASSOCIATION = Procedure(
    name="Thủ tục thành lập hội",
    code="1.013703",
    local_code="1.013703.000.00.00.H27",
    field="Hội, quỹ",
    executing_levels=frozenset({"province", "commune"}),
    online_level="full",
    online_level_text="Mức độ 4",
    agency="Sở Nội vụ",
    division="Phòng Tổ chức",
    processing_time=(ProcessingTime(way="direct", amount=30, unit="working_day"),),
    fee=(Fee(way=None, type="fee", amount=0),),
    ways=frozenset({"direct", "online"}),
    province_decision_number="1404/QĐ-UBND",
    province_decision_date=date(2025, 7, 5),
    legal_bases=("Luật A; khoản 2", "Nghị định B"),
    raw=(("agency", "Sở Nội Vụ"), ("field", "Hội, quỹ "), ("name", "Thủ tục  thành lập hội")),
)


@pytest.fixture
def again(tmp_path):
    """Writes procedures and reads them back."""

    def round_trip(*rows):
        path = tmp_path / "danh-muc.xlsx"
        write_catalogue(path, [row if isinstance(row, tuple) else (row, "code", row.code) for row in rows])
        return read_catalogue(path)

    return round_trip


def read_back(file):
    return {key: replace(procedure, row=None) for key, procedure in file.procedures.items()}


def test_a_list_is_read_back_as_it_was(again):
    file = again(ASSOCIATION)
    assert read_back(file) == {"1.013703": ASSOCIATION}
    assert (file.leftovers, file.unread, file.problems) == ((), (), ())


def test_every_attribute_of_a_catalogue_has_a_column():
    filled = {attribute for column in COLUMNS for attribute in column.attributes}
    assert filled >= {name for name in Procedure.__dataclass_fields__ if name not in ("raw", "row")}


def test_a_code_found_by_name_stands_apart_and_the_code_cell_stays_empty(again, tmp_path):
    nameless = replace(ASSOCIATION, code=None, local_code=None)
    file = again((nameless, "name", "1.013703"))
    key = codeless_key(nameless.name, nameless.executing_levels, nameless.field)
    assert read_back(file) == {key: nameless}
    [sheet] = read_tables(tmp_path / "danh-muc.xlsx")
    head, row = sheet.rows[:2]
    assert row[head.index("Mã TTHC")] is None
    assert row[head.index("Mã khớp")] == "1.013703"


def test_a_code_that_a_person_confirmed_is_the_rows_code(again):
    nameless = replace(ASSOCIATION, code=None, local_code=None)
    [read] = read_back(again((nameless, "person", "1.013703"))).values()
    assert read == replace(nameless, code="1.013703", local_code="1.013703")


def test_text_is_never_taken_for_a_formula_a_number_or_a_link(again, tmp_path):
    names = ("=1+1", "+84", "-1", "@SUM(A1)", "{=1}", "http://example.invalid/x", "007")
    rows = [
        replace(ASSOCIATION, code=f"1.00000{number}", local_code=f"1.00000{number}", name=name, raw=())
        for number, name in enumerate(names)
    ]
    file = again(*rows)
    assert [procedure.name for procedure in file.procedures.values()] == list(names)
    [sheet] = read_tables(tmp_path / "danh-muc.xlsx")
    at = sheet.rows[0].index("Tên thủ tục hành chính")
    assert [row[at] for row in sheet.rows[1:]] == list(names)


def test_what_a_person_changes_in_a_cell_is_what_is_read(again, tmp_path):
    again(ASSOCIATION)
    edited = _edited(
        tmp_path / "danh-muc.xlsx",
        {
            "Thời hạn giải quyết": "20 ngày làm việc",
            "Phí, lệ phí": "",
            "Cấp thực hiện": "Cấp xã",
            "Tên thủ tục hành chính": "Giải thể hội",
        },
    )
    [read] = read_catalogue(edited).procedures.values()
    [time] = read.processing_time
    assert (time.amount, time.unit) == (20, "working_day")
    assert read.fee is None
    assert read.executing_levels == {"commune"}
    assert (read.name, read.raw_text("name")) == ("Giải thể hội", "Giải thể hội")
    assert read.legal_bases == ASSOCIATION.legal_bases
    assert read.raw_text("agency") == "Sở Nội Vụ"


def test_a_removed_column_says_nothing_any_more(again, tmp_path):
    again(ASSOCIATION)
    edited = _edited(tmp_path / "danh-muc.xlsx", {}, without="Căn cứ pháp lý")
    [read] = read_catalogue(edited).procedures.values()
    assert read.legal_bases is None
    assert read.agency == "Sở Nội vụ"


def _edited(path, cells, without=None):
    """The workbook saved again by hand, with some cells of its first row changed."""
    [sheet] = read_tables(path)
    keep = [at for at, heading in enumerate(sheet.rows[0]) if heading != without]
    target = path.with_name("da-sua.xlsx")
    with xlsxwriter.Workbook(str(target)) as workbook:
        saved = workbook.add_worksheet()
        for number, row in enumerate(sheet.rows):
            for column, at in enumerate(keep):
                cell = cells.get(sheet.rows[0][at], row[at] if at < len(row) else None) if number else row[at]
                if cell not in (None, ""):
                    saved.write(number, column, cell)
    return target


def test_bcci_alone_stays_a_statement_about_the_post_alone(again):
    postal = replace(ASSOCIATION, ways=frozenset({"postal"}))
    file = again(postal)
    assert read_back(file) == {"1.013703": postal}
    assert "ways" not in file.columns


def test_texts_longer_than_a_cell_are_kept_whole(again):
    letters = random.Random(7)
    noise = "".join(letters.choices(string.ascii_letters, k=90_000))
    long = replace(ASSOCIATION, steps=("Bước 1: " + noise, "Bước 2"))
    assert read_back(again(long, replace(ASSOCIATION, code="1.000001", local_code="1.000001"))) == {
        "1.013703": long,
        "1.000001": replace(ASSOCIATION, code="1.000001", local_code="1.000001"),
    }


def test_an_empty_list_of_things_is_not_the_same_as_saying_nothing(again):
    says_none = replace(ASSOCIATION, legal_bases=(), fee=(), ways=frozenset(), executing_levels=frozenset())
    assert read_back(again(says_none)) == {"1.013703": says_none}


def test_a_place_that_cannot_be_written_is_named_in_one_line(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(WorkbookError, match=r"file/a.xlsx: không ghi được"):
        write_catalogue(tmp_path / "file" / "a.xlsx", [(ASSOCIATION, "code", ASSOCIATION.code)])


@pytest.mark.parametrize("text", ["", "x", "AAAA", pack_record(ASSOCIATION)[:-8], "eJyrVgIAAQsApg=="])
def test_a_damaged_record_is_no_record(text):
    assert unpack_record(text) is None


def test_a_record_never_says_another_thing_than_the_cells():
    other = replace(ASSOCIATION, fee=(Fee(way=None, type=None, amount=10_000),))
    assert cell_text(other, "fee") != cell_text(ASSOCIATION, "fee")
    assert unpack_record(pack_record(other)) == other


# any list

NO_CHARACTERS = "\ufffe\uffff"
"""No workbook can hold them; canonical text is free of them, raw text loses them in a cell."""

texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters=NO_CHARACTERS),
    min_size=1,
    max_size=40,
).filter(lambda text: not is_error(canonical(text)))
"""Any text but the words that stand for a cell without a value, such as #N/A."""

canonical_texts = texts.map(canonical).filter(bool)
maybe = st.none() | canonical_texts
lists = st.none() | st.lists(canonical_texts, max_size=3).map(tuple)
ways = st.sampled_from(["direct", "online", "postal"])
dates = st.none() | st.dates()
times = st.builds(
    ProcessingTime,
    way=st.none() | ways,
    amount=st.none() | st.integers(0, 400),
    unit=st.none() | st.sampled_from(["working_day", "day", "month", "hour", "year"]),
    text=maybe,
)
fees = st.builds(
    Fee,
    way=st.none() | ways,
    type=st.sampled_from([None, "fee", "charge", "price"]),
    amount=st.none() | st.integers(0, 10**8),
    text=maybe,
)
papers = st.builds(
    Paper, name=canonical_texts, originals=st.none() | st.integers(0, 9), copies=st.none() | st.integers(0, 9)
)


@st.composite
def catalogue_procedures(draw):
    """Any procedure as a catalogue may hold it: canonical texts, and raw ones that read as they."""
    name, field, agency = draw(texts.filter(canonical)), draw(st.none() | texts), draw(st.none() | texts)
    raw = {"name": name, "field": field, "agency": agency}
    said = {key: text for key, text in raw.items() if text is not None and canonical(text)}
    digits = draw(st.none() | st.integers(0, 999_999))
    code = None if digits is None else f"1.{digits:06d}"
    values = {key: draw(maybe) for key in ("promulgating_agency", "promulgating_agency_code", "kind", "state",
                                           "requirements", "url", "decision_number", "division",
                                           "competent_authority", "province_decision_number", "online_reason",
                                           "online_basis", "online_plan", "online_level_text",
                                           "decentralised_to", "decentralisation_basis",
                                           "decentralisation_texts", "decentralisation_reason")}  # fmt: skip
    values |= {key: draw(lists) for key in ("subjects", "legal_bases", "steps", "results")}
    return Procedure(
        **values,
        **{key: canonical(text) for key, text in said.items()},
        raw=tuple(sorted(said.items())),
        code=code,
        local_code=code and code + draw(st.sampled_from(["", ".H27", ".000.00.00.H27"])),
        executing_levels=draw(st.none() | st.frozensets(st.sampled_from(LEVELS), min_size=1)),
        online_level=draw(st.none() | st.sampled_from(ONLINE_LEVELS)),
        ways=draw(st.none() | st.frozensets(ways)),
        processing_time=draw(st.none() | st.lists(times, max_size=3).map(tuple)),
        fee=draw(st.none() | st.lists(fees, max_size=3).map(tuple)),
        dossier=draw(st.none() | st.lists(papers, max_size=3).map(tuple)),
        decision_date=draw(dates),
        province_decision_date=draw(dates),
        eligible_full_online=draw(st.none() | st.booleans()),
        delegated=draw(st.none() | st.booleans()),
        decentralisation_state=draw(st.sampled_from([None, "none", "proposed", "decided"])),
    )


def _key(procedure):
    return procedure.code or codeless_key(procedure.name, procedure.executing_levels, procedure.field)


@given(st.lists(catalogue_procedures(), min_size=1, max_size=5, unique_by=_key))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_list_is_read_back_as_it_was(tmp_path_factory, procedures):
    path = tmp_path_factory.mktemp("xuat") / "danh-muc.xlsx"
    assert write_catalogue(
        path, [(one, "code" if one.code else None, one.code) for one in procedures]
    ) == len(procedures)
    assert read_back(read_catalogue(path)) == {_key(one): one for one in procedures}
