"""Mail headers that decode to what was written (RFC 2047), unlike those that the standard library folds.

`EmailPolicy` splits a header at its blanks into encoded words, and readers drop a blank between two encoded
words: "123 sai lệch" comes out as "123 sailệch". Here a text is encoded whole, with its blanks.
"""

from __future__ import annotations

from email.header import Header
from email.headerregistry import Address, AddressHeader, UnstructuredHeader
from email.policy import EmailPolicy
from typing import Any

MAX_LINE = 76
"""Most characters of a line with an encoded word (RFC 2047, section 2); a word has 75 at most."""

CHARSET = "utf-8"


def encode_header(text: str) -> str:
    """Return the text as one encoded word, so that a message takes no part of it for one."""
    return Header(text, CHARSET).encode(maxlinelen=0)


class HeaderPolicy(EmailPolicy):
    """A policy that folds texts and the names of addresses as a whole, and all else as the library does."""

    def fold(self, name: str, value: Any) -> str:
        """Return the header's lines, each with its line end."""
        folded = self._encode(name, value)
        return super().fold(name, value) if folded is None else f"{name}: {folded}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return the same as bytes."""
        folded = self._encode(name, value)
        if folded is None:
            return super().fold_binary(name, value)
        return f"{name}: {folded}{self.linesep}".encode("ascii")

    def _encode(self, name: str, value: Any) -> str | None:
        """Return the header's text in encoded words; None where the library's folding will do.

        A file's name is a parameter (RFC 2231), which the library folds well.
        """
        if isinstance(value, AddressHeader):
            return self._addresses(name, value.addresses)
        if not isinstance(value, UnstructuredHeader):
            return None
        text = str(value)
        if text.isascii() and "=?" not in text and len(name) + 2 + len(text) <= MAX_LINE:
            return None
        return self._words(text, len(name) + 2)

    def _addresses(self, name: str, addresses: tuple[Address, ...]) -> str | None:
        """Return addresses with names in encoded words, each on lines of its own; None for ASCII names."""
        if all(each.display_name.isascii() for each in addresses):
            return None
        used, parts = len(name) + 2, []
        for each in addresses:
            words = self._words(each.display_name, used) + self.linesep if each.display_name else ""
            parts.append(f"{words} <{each.addr_spec}>")
            used = 1
        return f",{self.linesep} ".join(parts)

    def _words(self, text: str, used: int) -> str:
        """Return the text in encoded words, one per line; `used` characters precede the first."""
        header = Header(text, CHARSET, maxlinelen=MAX_LINE, header_name="x" * max(used - 2, 0))
        return header.encode(linesep=self.linesep)


MAIL = HeaderPolicy(linesep="\r\n")
"""The policy of sent messages: like `email.policy.SMTP`, with headers that decode."""
