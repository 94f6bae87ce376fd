"""Words that a PDF broke, joined where no other reading is possible.

Blanks are decided by the positions of the characters; some files have the blanks themselves in the text. Of
those a consonant cluster alone ("ch", "nh", "ng") is not a Vietnamese word, so it belongs to the vowel after
it.
"""

from __future__ import annotations

import re

_VOWEL = "aăâeêioôơuưyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
_BROKEN = re.compile(rf"(?<![\w.,/-])((?i:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr)) (?=[{_VOWEL}]\w*)")


def join_syllables(text: str) -> str:
    """Return the text with "ch ứng nh ận" as "chứng nhận"."""
    return _BROKEN.sub(r"\1", text)


def count_broken_words(text: str) -> int:
    """Return how many words of a text are certainly broken."""
    return len(_BROKEN.findall(text))
