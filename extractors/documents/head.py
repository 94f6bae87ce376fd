"""The head of a decision: number, date, issuer, cited decisions, and articles.

A signed copy may have its number and date as stamps, its first pages as a picture, or leave them empty; then
they are read from the line over each annex, "(Kèm theo Quyết định số … ngày … của …)".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from extractors.documents.citations import decisions_in, is_of_a_ministry
from extractors.workbooks.cell_values import dates_in
from procedures.office.documents import CitedDecision
from procedures.values.decision_numbers import DECISION_NUMBER
from procedures.values.text import canonical, matching_key

_NUMBER_LINE = re.compile(r"^Số\s*[:.]?\s*(?P<rest>\S.*)$")
_NUMBER_SUFFIX = re.compile(r"/\s*(?:\d{4}\s*/\s*)?QĐ\s*-\s*[A-ZĐ]")
_DATE_LINE = re.compile(r"^[^,:;()]{2,40},\s*ngày", re.I)
_MOTTO = re.compile(r"CỘNG H[ÒO][ÀA]? X[ÃA] HỘI CHỦ NGHĨA VIỆT NAM|Độc lập\s*-\s*Tự do", re.I)
_TITLE_LINE = re.compile(r"^QUYẾT ĐỊNH\s*:?$")
_PREAMBLE = re.compile(r"^(?:Căn cứ|Theo đề nghị|Xét đề nghị|Thực hiện)\b", re.I)
_ARTICLE = re.compile(r"^Điều\s+(\d{1,2})\s*[.:]\s*")
_END = re.compile(r"^(?:Nơi nhận|PHỤ LỤC|DANH MỤC|PHẦN\s+[IVX\d])", re.I)
_OFFICE = re.compile(
    r"^(?:(?:BỘ TRƯỞNG|CHỦ TỊCH|PHÓ CHỦ TỊCH|TỔNG GIÁM ĐỐC|GIÁM ĐỐC|THỐNG ĐỐC|TỔNG THANH TRA|CHỦ NHIỆM|"
    r"CỤC TRƯỞNG|TRƯỞNG BAN)\s*,?\s*)+",
    re.I,
)
_AUTHORITY = re.compile(
    r"^(?:BỘ TRƯỞNG|CHỦ TỊCH|TỔNG GIÁM ĐỐC|GIÁM ĐỐC|THỐNG ĐỐC|TỔNG THANH TRA|CHỦ NHIỆM|CỤC TRƯỞNG|"
    r"TRƯỞNG BAN|ỦY BAN NHÂN DÂN|UỶ BAN NHÂN DÂN|UBND)\b"
)
_ATTACHED = re.compile(
    r"\(?\s*(?:ban hành |công bố )?kèm theo\s+quyết định(?: số)?\s*:?\s*"
    r"(?P<number>.*?)\s*,?\s*(?:ký )?ngày\s*"
    r"(?P<date>.*?\d{4})\s*(?:của\s+(?P<issuer>[^()]+?))?\s*[.)]",
    re.I | re.S,
)
_ATTACHED_LINE = re.compile(r"^\(?\s*(?:ban hành |công bố )?kèm theo\b", re.I)
_EFFECT = re.compile(
    r"hiệu lực(?: thi hành)?,?\s*(?:(?:kể )?từ |vào )?(?:ngày\s*)?(?:(?P<signing>ký(?: ban hành)?\b)|"
    r"(?P<date>\d{1,2}\s*(?:[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}|tháng\s*\d{1,2}\s*năm\s*\d{4})))",
    re.I,
)
_REPLACES_OTHERS = re.compile(r"\b(?:bãi bỏ|hủy bỏ|huỷ bỏ|thay thế|hết hiệu lực)\b", re.I)
_NATIONAL = (
    "bộ ",
    "ngân hàng nhà nước",
    "thanh tra chính phủ",
    "văn phòng chính phủ",
    "bảo hiểm xã hội việt nam",
)
_SHORT = ("ubnd", "hđnd")
_PLACES = ("tỉnh", "phố", "xã", "phường", "bộ", "sở")


@dataclass(frozen=True, slots=True)
class Head:
    """The head's values; `articles` are (number, text), `silent`: there is no head at all."""

    number: str | None = None
    day: date | None = None
    issuer: str | None = None
    title: str | None = None
    effective_date: date | None = None
    effective_article: str | None = None
    cites: tuple[CitedDecision, ...] = ()
    replaced: tuple[CitedDecision, ...] = ()
    articles: tuple[tuple[str, str], ...] = ()
    silent: bool = False
    remarks: tuple[tuple[str, bool], ...] = ()

    @property
    def role(self) -> str | None:
        """`ministry` or `province`, by the number, else by the issuer's name."""
        if self.number:
            return "ministry" if is_of_a_ministry(self.number) else "province"
        if self.issuer:
            return "ministry" if self.issuer.casefold().startswith(_NATIONAL) else "province"
        return None


def read_head(lines: Sequence[str]) -> Head:
    """Return the head in the lines of a decision before and between its tables."""
    texts = [text for line in lines if (text := canonical(line)) and not text.isdigit()]
    begin = next((at for at, text in enumerate(texts) if _PREAMBLE.match(text) or _ARTICLE.match(text)), None)
    top = texts[: begin or 0]
    end = next((at for at, text in enumerate(texts) if at > (begin or 0) and _is_end(text)), len(texts))
    body = texts[begin:end] if begin is not None else []
    articles = _articles(body)
    attached = _annex_lines(texts[end:] if begin is not None else texts)
    remarks: list[tuple[str, bool]] = []
    number, numbered = _number(top)
    day = _day(top)
    authority = _authority(top)
    issuer = _in_words(authority, texts) if authority else _letterhead(top)
    if attached:
        number, day, issuer = _complete_from_annexes(number, day, issuer, attached, remarks)
    if number is None and numbered:
        remarks.append(("số quyết định để trống trong tệp", True))
    effective, article, effect_remarks = _effect(articles, day)
    remarks += effect_remarks
    preamble = " ".join(body[: _first_article(body)])
    own = number
    ended = _replaced_decisions(articles)
    return Head(
        number=number,
        day=day,
        issuer=issuer,
        title=_title(top),
        effective_date=effective,
        effective_article=article,
        cites=tuple(each for each in decisions_in(preamble) if each.number != own),
        replaced=tuple(each for each in ended if each.number != own),
        articles=articles,
        silent=begin is None,
        remarks=tuple(remarks),
    )


def begins_decision(lines: Sequence[str], at: int) -> bool:
    """Whether the motto in a line heads a decision that announces procedures, not a form of an annex."""
    if not _MOTTO.search(lines[at]):
        return False
    ahead = [canonical(line) for line in lines[at : at + 30]]
    titled = next((n for n, text in enumerate(ahead) if _TITLE_LINE.match(text)), None)
    if titled is None or not any(_NUMBER_LINE.match(text) and _NUMBER_SUFFIX.search(text) for text in ahead):
        return False
    return "công bố" in " ".join(ahead[titled : titled + 8]).casefold()


def attached_number(text: str) -> str | None:
    """Return the number of the decision to which a line says that its annex belongs."""
    match = _ATTACHED.match(canonical(text))
    number = DECISION_NUMBER.search(match["number"]) if match else None
    return re.sub(r"\s+", "", number[0]) if number else None


def _is_end(text: str) -> bool:
    return bool(_END.match(text))


def _first_article(body: Sequence[str]) -> int:
    return next((at for at, text in enumerate(body) if _ARTICLE.match(text)), len(body))


def _articles(body: Sequence[str]) -> tuple[tuple[str, str], ...]:
    articles: list[list[str]] = []
    numbers: list[str] = []
    for text in body[_first_article(body) :]:
        match = _ARTICLE.match(text)
        if match:
            numbers.append(match[1])
            articles.append([text[match.end() :]])
        elif articles:
            articles[-1].append(text)
    return tuple(
        (number, canonical(" ".join(parts))) for number, parts in zip(numbers, articles, strict=True)
    )


def _number(top: Sequence[str]) -> tuple[str | None, bool]:
    """Return the number of the head's "Số:" line, and whether there is such a line."""
    for text in top:
        line = _NUMBER_LINE.match(text)
        if line and _NUMBER_SUFFIX.search(text):
            number = DECISION_NUMBER.match(line["rest"])
            return (re.sub(r"\s+", "", number[0]) if number else None), True
    return None, False


def _day(top: Sequence[str]) -> date | None:
    for text in top:
        if _DATE_LINE.match(text) and (dates := dates_in(text)):
            return dates[0]
    return None


def _authority(top: Sequence[str]) -> str | None:
    """Return the deciding office, in capitals between the title and the grounds."""
    titled = next((at for at, text in enumerate(top) if _TITLE_LINE.match(text)), None)
    if titled is None:
        return None
    after = top[titled + 1 :]
    first = next((at for at, text in enumerate(after) if _AUTHORITY.match(text)), None)
    if first is None:
        return None
    lines = [after[first]]
    for text in after[first + 1 :]:
        if not text.isupper():
            break
        lines.append(text)
    return _OFFICE.sub("", " ".join(lines)).strip(" ,") or None


def _letterhead(top: Sequence[str]) -> str | None:
    """Return the agency over the number, where nothing else names the issuer."""
    words = []
    for text in top:
        if _NUMBER_LINE.match(text):
            break
        if text.isupper() and not _MOTTO.search(text) and not _TITLE_LINE.match(text):
            words.append(text)
    return _in_words(" ".join(words), ()) if words else None


def _in_words(capitals: str, texts: Sequence[str]) -> str:
    """Return a name in capitals as the text writes it elsewhere, else in its usual form."""
    pattern = re.compile(r"\s+".join(map(re.escape, capitals.split())), re.I)
    for match in pattern.finditer(" ".join(texts)):
        if not match[0].isupper():
            return canonical(match[0])
    words = capitals.casefold().split()
    large = {0} | {
        at
        for at, word in enumerate(words)
        if at and (words[at - 1] in _PLACES or (at > 1 and words[at - 2] in ("tỉnh", "phố")))
    }
    return " ".join(
        word.upper() if word in _SHORT else word.capitalize() if at in large else word
        for at, word in enumerate(words)
    )


def _title(top: Sequence[str]) -> str | None:
    titled = next((at for at, text in enumerate(top) if _TITLE_LINE.match(text)), None)
    if titled is None:
        return None
    words = []
    for text in top[titled + 1 :]:
        if _AUTHORITY.match(text) and text.isupper():
            break
        words.append(text)
    return canonical(" ".join(words)) or None


@dataclass(frozen=True, slots=True)
class _AnnexLine:
    number: str | None
    day: date | None
    issuer: str | None


def _annex_lines(texts: Sequence[str]) -> tuple[_AnnexLine, ...]:
    """Return what the lines over the annexes say of their decision, each once."""
    result = []
    for at, text in enumerate(texts):
        match = _ATTACHED.match(" ".join(texts[at : at + 4])) if _ATTACHED_LINE.match(text) else None
        if match is None:
            continue
        number = DECISION_NUMBER.search(match["number"])
        dates = dates_in(match["date"])
        issuer = canonical(match["issuer"] or "")
        result.append(
            _AnnexLine(
                re.sub(r"\s+", "", number[0]) if number else None,
                dates[0] if dates else None,
                _OFFICE.sub("", issuer).strip(" ,.") or None,
            )
        )
    return tuple(dict.fromkeys(result))


def _complete_from_annexes(
    number: str | None,
    day: date | None,
    issuer: str | None,
    attached: Sequence[_AnnexLine],
    remarks: list[tuple[str, bool]],
) -> tuple[str | None, date | None, str | None]:
    """Complete number, date and issuer from the annexes; remark on other numbers or dates there."""
    for annex in attached:
        if number and annex.number and matching_key(number) != matching_key(annex.number):
            remarks.append((f"phụ lục ghi kèm theo Quyết định số {annex.number}, khác số {number}", True))
        elif day and annex.day and day != annex.day:
            remarks.append((f"phụ lục ghi ngày {annex.day:%d/%m/%Y}, khác ngày {day:%d/%m/%Y}", True))
        number, day = number or annex.number, day or annex.day
        issuer = issuer or annex.issuer
    return number, day, issuer


def _effect(
    articles: Sequence[tuple[str, str]], signed: date | None
) -> tuple[date | None, str | None, list[tuple[str, bool]]]:
    """Return the effective date, its article, and remarks."""
    for number, text in articles:
        matches = list(_EFFECT.finditer(text))
        if not matches:
            continue
        days = [
            signed if match["signing"] else next(iter(dates_in(match["date"])), None) for match in matches
        ]
        remarks: list[tuple[str, bool]] = []
        others = sorted({day for day in days[1:] if day and day != days[0]})
        if others:
            dates = ", ".join(f"{day:%d/%m/%Y}" for day in others)
            remarks.append((f"Điều {number} còn ghi ngày hiệu lực khác: {dates}", False))
        return days[0], f"Điều {number}. {text}", remarks
    unclear = next((number for number, text in articles if "có hiệu lực" in text.casefold()), None)
    if unclear:
        return None, None, [(f"Điều {unclear} nói về hiệu lực nhưng không rõ ngày", False)]
    return None, None, []


def _replaced_decisions(articles: Sequence[tuple[str, str]]) -> tuple[CitedDecision, ...]:
    replaced: dict[str, CitedDecision] = {}
    for _, text in articles:
        if _REPLACES_OTHERS.search(text):
            replaced.update({each.number: each for each in decisions_in(text)})
    return tuple(replaced.values())
