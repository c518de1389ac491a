"""Note marks inside the text: the ``1`` of ``受限1。`` is no figure of the article.

Marks go only where a list of notes says which numbers are marks. A bare digit goes only
if the note that it names has at least as many arrows back (↩) as there are such digits,
for then every one of them is accounted for. The notes themselves stay.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from policy_qa.articles.lines import Cleaned, Line
from policy_qa.records import RemovedSpan

_ARROW: Final = re.compile("[↩↪⤴]")
_NOTES_HEADING: Final = re.compile(
    r"(?:#{1,6}\s+)?(?:引用|参考文献|参考资料|引文|注释|尾注|脚注|注|资料来源|References|Notes|Sources)\s?[:：]?",
    re.IGNORECASE,
)
_NOTE: Final = re.compile(r"\s{0,8}(?:[\[［](\d{1,3})[\]］]|\[\^(\w{1,12})\]:|(\d{1,3})[.．、)）])\s*\S")
_BARE_MARK: Final = re.compile("(?<=[\u4e00-\u9fff”’」』）)》])(\\d{1,3})(?=[。，,；;、！？!?”」』]|\\s*$)")
_BRACKET_MARK: Final = re.compile(r"[ ]?[\[［](\d{1,3}(?:[,，、\-–]\s?\d{1,3}){0,5})[\]］]")
_CARET_MARK: Final = re.compile(r"\[\^(\w{1,12})\](?!:)")
_RAISED_MARK: Final = re.compile("(?<=[\u4e00-\u9fff。，；、”’」』）)》])[⁰¹²³⁴-⁹]{1,3}")
_RAISED_DIGITS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_COUNTED: Final = (
    "第前约至到为达是有超过近在共仅增加减涨跌降占比满余逾高低破居排名列"
    "型代版本号类级期届条款项卷页图表式章节米里方"
)


def drop_note_marks(lines: list[Line], arrows: Counter[int]) -> Cleaned:
    """Takes note marks out of the text.

    Args:
        lines: The lines, arrows already taken away.
        arrows: Arrows back by number of the line in which they stood.
    """
    notes = _notes(lines, arrows)
    if not notes:
        return Cleaned(lines, [])
    numbers = {number for number, _ in notes.values()}
    covered = Counter({number: arrows[line] for line, (number, _) in notes.items()})
    bare = _bare_marks(lines, notes, covered)
    kept: list[Line] = []
    removed: list[RemovedSpan] = []
    for line in lines:
        text = line.text
        if line.number not in notes:
            text = _without_marks(line, numbers, bare, removed)
        kept.append(Line(line.number, text))
    return Cleaned(kept, removed)


def count_arrows(removed: list[RemovedSpan]) -> Counter[int]:
    """Counts the arrows that cleaning took away, by line."""
    counted: Counter[int] = Counter()
    for span in removed:
        if span.rule == "reference_arrow":
            counted[span.line] += len(_ARROW.findall(span.text))
    return counted


def _notes(lines: list[Line], arrows: Counter[int]) -> dict[int, tuple[str, str]]:
    """Finds the lines that are notes: number of the line → number of the note, its form."""
    notes: dict[int, tuple[str, str]] = {}
    listed = False
    for line in lines:
        text = line.text
        if not text.strip():
            continue
        if len(text) <= 24 and _NOTES_HEADING.fullmatch(text.strip()):
            listed = True
            continue
        match = _NOTE.match(text[:40])
        if match and (listed or arrows[line.number] or match[2]):
            number = match[1] or match[2] or match[3]
            notes[line.number] = (number, "bracket" if match[1] else "caret" if match[2] else "plain")
        elif listed and not match:
            listed = False
    return notes


def _bare_marks(
    lines: list[Line], notes: dict[int, tuple[str, str]], covered: Counter[str]
) -> set[tuple[int, int]]:
    """Finds bare digits that are marks: (number of the line, offset in it)."""
    found: dict[str, list[tuple[int, int]]] = {}
    for line in lines:
        if line.number in notes or not any(covered.values()):
            continue
        for match in _BARE_MARK.finditer(line.text):
            if line.text[match.start() - 1] not in _COUNTED and covered[match[1]]:
                found.setdefault(match[1], []).append((line.number, match.start()))
    return {place for number, places in found.items() if len(places) <= covered[number] for place in places}


def _without_marks(
    line: Line, numbers: set[str], bare: set[tuple[int, int]], removed: list[RemovedSpan]
) -> str:
    def drop(match: re.Match[str]) -> str:
        removed.append(RemovedSpan(rule="note_mark", text=match[0], line=line.number))
        return ""

    def named(match: re.Match[str], mark: str) -> str:
        return drop(match) if set(re.findall(r"\w+", mark)) <= numbers else match[0]

    text = _BARE_MARK.sub(
        lambda match: drop(match) if (line.number, match.start()) in bare else match[0], line.text
    )
    text = _CARET_MARK.sub(lambda match: named(match, match[1]), text)
    text = _BRACKET_MARK.sub(lambda match: named(match, match[1]), text)
    return _RAISED_MARK.sub(lambda match: named(match, match[0].translate(_RAISED_DIGITS)), text)
