"""Why a document is not read, as the words that follow its file's name."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 - says what happened
    """A document that cannot be read: the reason in one line of Vietnamese, without the file's name."""
