"""Mail headers that decode to what was written (RFC 2047); those that the standard library folds do not.

`EmailPolicy` cuts a header at its blanks into encoded words, and a blank between two encoded words is none to
whoever reads them: "123 sai lệch" comes out as "123 sailệch". Here a text is encoded whole, with its blanks.
"""

from __future__ import annotations

from email.header import Header
from email.headerregistry import Address, AddressHeader, UnstructuredHeader
from email.policy import EmailPolicy
from typing import Any

LINE = 76
"""Signs of a line that holds an encoded word (RFC 2047, section 2); a word has 75 at most."""

CHARSET = "utf-8"


def encoded(text: str) -> str:
    """The text as one encoded word, to hand to a message, which then takes no part of it for one."""
    return Header(text, CHARSET).encode(maxlinelen=0)


class HeaderPolicy(EmailPolicy):
    """Folds a text and the names of addresses as a whole; all else as the library does."""

    def fold(self, name: str, value: Any) -> str:
        """The header's lines, each with its end."""
        folded = self._folded(name, value)
        return super().fold(name, value) if folded is None else f"{name}: {folded}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The same as bytes."""
        folded = self._folded(name, value)
        if folded is None:
            return super().fold_binary(name, value)
        return f"{name}: {folded}{self.linesep}".encode("ascii")

    def _folded(self, name: str, value: Any) -> str | None:
        """The header's text in encoded words; None where the library's folding will do.

        A file's name is a parameter (RFC 2231), which the library folds well.
        """
        if isinstance(value, AddressHeader):
            return self._addresses(name, value.addresses)
        if not isinstance(value, UnstructuredHeader):
            return None
        text = str(value)
        if text.isascii() and "=?" not in text and len(name) + 2 + len(text) <= LINE:
            return None
        return self._words(text, len(name) + 2)

    def _addresses(self, name: str, addresses: tuple[Address, ...]) -> str | None:
        """Names in encoded words, each address with its name on lines of its own; None for plain ones."""
        if all(each.display_name.isascii() for each in addresses):
            return None
        used, parts = len(name) + 2, []
        for each in addresses:
            words = self._words(each.display_name, used) + self.linesep if each.display_name else ""
            parts.append(f"{words} <{each.addr_spec}>")
            used = 1
        return f",{self.linesep} ".join(parts)

    def _words(self, text: str, used: int) -> str:
        """Encoded words, one a line; `used` signs stand before the first."""
        header = Header(text, CHARSET, maxlinelen=LINE, header_name="x" * max(used - 2, 0))
        return header.encode(linesep=self.linesep)


MAIL = HeaderPolicy(linesep="\r\n")
"""For messages that are sent: what `email.policy.SMTP` is, with headers that decode."""
