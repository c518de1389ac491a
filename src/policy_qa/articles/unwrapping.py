"""Lines of printed pages put together to paragraphs, by their width."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from policy_qa.articles.lines import Line, is_blank

FULL_SHARE: Final = 0.85
"""Share of the usual width from which a line counts as filled, so that its text goes on."""

_SENTENCE_END: Final = re.compile("[。！？；：.!?;:][”’」』）)]?$")
_NEW_ITEM: Final = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、]|第[一二三四五六七八九十百\d]{1,5}[章节条]|[•●▪-]\s|[①-⑳]"
)


def unwrap(lines: list[Line]) -> list[Line]:
    """Joins a line to the next where the page's width, not the writer, ended it.

    Width counts a Han character as two. The usual width is that which nine lines in ten
    do not exceed.
    """
    widths = sorted(_width(line.text) for line in lines if not is_blank(line))
    if not widths:
        return lines
    usual = widths[int(0.9 * (len(widths) - 1))]
    joined: list[Line] = []
    filled = False
    for line in lines:
        text = line.text.strip()
        if filled and text and not _NEW_ITEM.match(text):
            before = joined[-1]
            joined[-1] = Line(before.number, _glue(before.text, text))
        else:
            joined.append(Line(line.number, text))
        filled = bool(text) and _width(text) >= FULL_SHARE * usual and not _SENTENCE_END.search(text)
    return joined


def _glue(before: str, after: str) -> str:
    if re.search("[A-Za-z]-$", before) and re.match("[a-z]", after):
        return before[:-1] + after
    both_latin = before[-1:].isascii() and after[:1].isascii()
    return f"{before} {after}" if both_latin and not before.endswith(("-", "/")) else before + after


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text.strip())
