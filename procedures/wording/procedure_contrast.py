"""Two records of one procedure, attribute by attribute: two sides, or one side on two nights."""

from __future__ import annotations

from dataclasses import dataclass

from procedures.attributes import ATTRIBUTE_NAMES
from procedures.model import Procedure, value_text
from procedures.wording.item_contrast import contrast_items
from procedures.wording.readable_values import value_items
from procedures.wording.text_diff import TextPiece, merged


@dataclass(frozen=True, slots=True)
class AttributeContrast:
    """One attribute of both records in words, marking what the other has not; empty where not stated."""

    attribute: str
    left: tuple[TextPiece, ...]
    right: tuple[TextPiece, ...]

    @property
    def differs(self) -> bool:
        """Return whether something is marked; another spelling or order is no difference."""
        return any(piece.differs for piece in (*self.left, *self.right))


@dataclass(frozen=True, slots=True)
class ProcedureContrast:
    """All attributes that a record states, in the order people read them.

    `alone`: stated by one record only, which another source may simply not publish.
    """

    differing: tuple[AttributeContrast, ...] = ()
    alone: tuple[AttributeContrast, ...] = ()
    equal: tuple[AttributeContrast, ...] = ()


def contrast_procedures(
    left: Procedure | None, right: Procedure | None, *, same_source: bool
) -> ProcedureContrast:
    """Return both records side by side; None is a side without the procedure.

    `same_source`: what one record alone states was added or removed, and differs.
    """
    groups: dict[str, list[AttributeContrast]] = {"differing": [], "alone": [], "equal": []}
    for attribute in ATTRIBUTE_NAMES:
        old, new = _items(left, attribute), _items(right, attribute)
        if not old and not new:
            continue
        if old and new:
            contrast = AttributeContrast(attribute, *contrast_items(attribute, old, new))
            groups["differing" if contrast.differs else "equal"].append(contrast)
        else:
            added = same_source and left is not None and right is not None
            contrast = AttributeContrast(attribute, _text(old, marked=added), _text(new, marked=added))
            groups["differing" if added else "alone"].append(contrast)
    return ProcedureContrast(**{name: tuple(contrasts) for name, contrasts in groups.items()})


def _items(procedure: Procedure | None, attribute: str) -> list[str]:
    if procedure is None:
        return []
    return [item for item in value_items(attribute, value_text(getattr(procedure, attribute))) if item]


def _text(items: list[str], *, marked: bool) -> tuple[TextPiece, ...]:
    return merged([TextPiece("; ".join(items), marked)])
