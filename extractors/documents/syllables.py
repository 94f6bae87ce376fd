"""Words that a PDF broke, put together where no other reading is possible.

Where a blank stands is decided by the signs' places; some files have the blanks themselves in the text. Of
those a consonant cluster alone ("ch", "nh", "ng") is no Vietnamese word, so it belongs to the vowel after it.
"""

from __future__ import annotations

import re

_VOWEL = "aăâeêioôơuưyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
_BROKEN = re.compile(rf"(?<![\w.,/-])((?i:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr)) (?=[{_VOWEL}]\w*)")


def mended(text: str) -> str:
    """Return the text with "ch ứng nh ận" as "chứng nhận"."""
    return _BROKEN.sub(r"\1", text)


def breaks(text: str) -> int:
    """Return how many words of a text are surely broken."""
    return len(_BROKEN.findall(text))
