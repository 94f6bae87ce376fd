"""Two records of one procedure: what differs, what one alone states, what is the same."""

from __future__ import annotations

from dataclasses import replace

from procedures.model import Procedure
from procedures.values.durations import ProcessingTime
from procedures.wording.procedure_contrast import contrast_procedures


def days(amount: int) -> tuple[ProcessingTime, ...]:
    return (ProcessingTime(amount=amount, unit="day"),)


RECORD = Procedure(
    code="1.000001", name="Thành lập hội", agency="Sở Nội vụ", processing_time=days(45), requirements=""
)


def names(contrasts: object) -> list[str]:
    return [each.attribute for each in contrasts]  # type: ignore[attr-defined]


def test_what_differs_is_apart_from_what_is_the_same() -> None:
    other = replace(RECORD, name="THÀNH LẬP HỘI.", processing_time=days(35))
    contrast = contrast_procedures(RECORD, other, same_source=False)
    assert names(contrast.differing) == ["processing_time"]
    assert names(contrast.equal) == ["name", "agency"]
    assert not contrast.alone
    (time,) = contrast.differing
    assert [piece.text for piece in time.left if piece.differs] == ["45"]
    assert [piece.text for piece in time.right if piece.differs] == ["35"]


def test_what_another_source_does_not_publish_is_no_difference() -> None:
    other = replace(RECORD, agency=None)
    assert names(contrast_procedures(RECORD, other, same_source=False).alone) == ["agency"]
    ((agency,), differing) = (contrast_procedures(RECORD, other, same_source=True).differing, True)
    assert (agency.attribute, agency.right, agency.differs) == ("agency", (), differing)


def test_a_side_without_the_procedure_marks_nothing() -> None:
    for contrast in (
        contrast_procedures(RECORD, None, same_source=True),
        contrast_procedures(None, RECORD, same_source=True),
    ):
        assert names(contrast.alone) == ["name", "agency", "processing_time"]
        assert not any(each.differs for each in contrast.alone)
        assert not contrast.differing
        assert not contrast.equal
