"""The text moved, what it says did not: `cosmetic`, with the texts as received."""

from __future__ import annotations

import unicodedata

import pytest

from procedures.changes import ChangeKind
from procedures.values.text import canonical
from reconciliation import compare
from tests.reconciliation.making import known, night, only, procedure, read

NAME = "Thủ tục hội tự giải thể - Uỷ ban nhân dân cấp xã"


def written(name=NAME, field="Quản lý nhà nước về hội, quỹ", agency="Ủy ban nhân dân cấp xã"):
    raw = (("agency", agency), ("field", field), ("name", name))
    return procedure(
        "1.013708", name=canonical(name), field=canonical(field), agency=canonical(agency), raw=raw
    )


WRITINGS = {
    "decomposed letters": unicodedata.normalize("NFD", NAME),
    "a blank that does not break": NAME.replace(" ", "\u00a0"),
    "a zero-width blank": NAME.replace("hội", "h\u200bội"),
    "blanks doubled": NAME.replace(" ", "  "),
    "a line break": NAME.replace("tự ", "tự\r\n"),
    "a mark of byte order": "\ufeff" + NAME,
    "capitals": NAME.upper(),
    "small letters": NAME.lower(),
    "the look-alike Ð": NAME.replace("đ", "ð"),
    "an accent placed otherwise": NAME.replace("Uỷ", "Ủy"),
    "another dash": NAME.replace("-", "–"),
    "a full stop at the end": NAME + ".",
    "a blank and a full stop": NAME + " .",
    "a number in front": "1.\t" + NAME,
    "without the word procedure": NAME.removeprefix("Thủ tục ").capitalize(),
}


@pytest.mark.parametrize("writing", [key for key, name in WRITINGS.items() if name != NAME])
def test_another_writing_of_the_name_is_one_cosmetic_row(writing):
    comparison = compare(known(written()), read(written(name=WRITINGS[writing])), night())
    change = only(comparison.changes)
    assert (change.kind, change.attribute) == (ChangeKind.COSMETIC, "name")
    assert (change.old_value, change.new_value) == (NAME, WRITINGS[writing])
    assert [step.action for step in comparison.versions] == ["open"]


@pytest.mark.parametrize("attribute", ["name", "field", "agency"])
def test_it_is_said_of_names_fields_and_agencies(attribute):
    was = dict(written().raw)[attribute]
    comparison = compare(known(written()), read(written(**{attribute: was.upper()})), night())
    assert [(c.kind.value, c.attribute) for c in comparison.changes] == [("cosmetic", attribute)]


def test_fields_in_another_order_are_nothing():
    one = written(field="Việc làm; Lao động, tiền lương")
    other = written(field="Lao động, tiền lương; Việc làm")
    assert compare(known(one), read(other), night()) == compare({}, {}, night())


def test_a_cosmetic_night_followed_by_the_same_night_is_silent():
    new = written(name=NAME.upper())
    assert compare(known(new), read(new), night(1)).changes == ()
