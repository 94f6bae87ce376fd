"""Codes of procedures as cells, pages and people write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from procedures.values.codes import Code, parse_code
from tests.procedures.real_names import records

FIXED = settings(derandomize=True, database=None, deadline=None)
REAL = tuple(record["code"] for record in records())
some_codes = st.sampled_from(REAL)


def test_every_real_code_is_read_as_itself() -> None:
    assert [code for code in REAL if parse_code(code) != Code(code, code)] == []


def test_every_real_code_that_a_spreadsheet_took_for_a_number_is_restored() -> None:
    restored = [parse_code(float(code)) for code in REAL]
    assert [found.core if found else None for found in restored] == list(REAL)


def test_every_real_code_that_a_vietnamese_spreadsheet_shows_as_a_number_is_restored() -> None:
    shown = [str(float(code)).replace(".", ",") for code in REAL]
    assert [found.core if (found := parse_code(text)) else None for text in shown] == list(REAL)


@pytest.mark.parametrize("suffix", [".000.00.00.H27", ".H27", ".000.00.00"])
def test_the_province_s_suffix_is_kept_apart_from_the_core(suffix: str) -> None:
    for core in REAL[:50]:
        province = "H27" if suffix.endswith("H27") else None
        assert parse_code(core + suffix) == Code(core, core + suffix, province)


@settings(FIXED, max_examples=300)
@given(
    some_codes,
    st.sampled_from(["", ".H12", ".000.00.00.H27"]),
    st.lists(st.sampled_from([" ", "\u00a0", "\u200b", "\ufeff", "\t", "\n", "\u00ad"]), max_size=4),
    st.sampled_from(["", ".", ". ", " ;", ","]),
    st.sampled_from([str, str.lower, "fullwidth"]),
    st.data(),
)
def test_a_code_is_read_through_what_surrounds_it(
    core: str, suffix: str, noise: list[str], ending: str, written: object, data: st.DataObject
) -> None:
    text = core + suffix
    if written == "fullwidth":
        text = text.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    elif callable(written):
        text = written(text)
    for sign in noise:
        place = data.draw(st.integers(0, len(text)))
        text = text[:place] + sign + text[place:]
    assert parse_code(text + ending) == Code(core, core + suffix, suffix[-3:] or None)


@pytest.mark.parametrize(
    "number, core",
    [
        (1.0123, "1.012300"),
        (1.01, "1.010000"),
        (2.001, "2.001000"),
        (6.005706, "6.005706"),
    ],
)
def test_a_number_is_a_code_without_its_last_zeros(number: float, core: str) -> None:
    assert parse_code(number) == Code(core, core)


@pytest.mark.parametrize("value", [1, 2, 37, 2.0, 0, -1, True, 10**400, "1,000000", "1,0"])
def test_a_whole_number_is_a_serial_number_and_no_code(value: int | float | str) -> None:
    assert parse_code(value) is None


@pytest.mark.parametrize(
    "value", [1.0123456, 0.012299, -1.012299, 10.012299, math.nan, math.inf, -math.inf, 1e300]
)
def test_a_number_that_is_no_code_is_none(value: float) -> None:
    assert parse_code(value) is None


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "  ",
        "Không có",
        "TTHC-01",
        "0.012299",
        "1.01229",
        "1.0122990",
        "1.0123",
        "1-012299",
        "1012299",
        "1.012299.01",
        "1.012299.000.00.H27",
        "1.012299.H2",
        "1.012299.H277",
        "1.012299 1.012300",
        "1.012299\n1.012300",
        "Mã: 1.012299",
        "KQ.G09.000452",
        "1.O12299",
        "١.٠١٢٢٩٩",
        "1.01229²",
    ],
)
def test_what_is_not_certainly_one_code_is_none(text: str | None) -> None:
    """The code of an online service (`1.012299.01`) and two codes in one cell are among them."""
    assert parse_code(text) is None


@pytest.mark.parametrize(
    "text", ["1.012299 ", " 1.012299", "1.012299\n", "1.012299.h27", "1,012299", "1.01229٩"]
)
def test_what_is_not_written_as_a_code_has_to_be_is_never_read_as_itself(text: str) -> None:
    found = parse_code(text)
    assert found is None or found.local != text


@settings(FIXED, max_examples=400)
@given(some_codes, st.data())
def test_a_changed_digit_is_another_code_or_none(code: str, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([at for at, sign in enumerate(code) if sign.isdigit()]))
    digit = data.draw(st.sampled_from([sign for sign in "0123456789" if sign != code[place]]))
    changed = code[:place] + digit + code[place + 1 :]
    found = parse_code(changed)
    assert found is None or found.core == changed
    number = parse_code(float(changed))
    assert number is None or number.core == changed


@settings(FIXED, max_examples=400)
@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.text("0123456789.,H \u00a0")))
@example("1.012299.000.00.00.H27")
def test_whatever_a_cell_holds_a_code_found_in_it_reads_as_itself(value: str | int | float | None) -> None:
    found = parse_code(value)
    if found is not None:
        assert parse_code(found.local) == found
