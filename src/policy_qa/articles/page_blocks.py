"""Furniture that shows only across several lines of a page."""

from __future__ import annotations

import re
from typing import Final

from policy_qa.articles.lines import Cleaned, Line, Zones, bare, compact, count_han, is_blank
from policy_qa.records import RemovedSpan

HEAD_LINES: Final = 60
"""Lines from the top of a page among which its path, data sheet and repeated title stand."""

_LABEL: Final = re.compile(
    r"(发文机关|发文机构|制发机关|标\s*题|名\s*称|发文字号|文\s*号|成文日期|生成日期|发文日期|发布日期|发布机构|分\s*类|"
    r"主题分类|主\s*题\s*词|索\s*引\s*号|有\s*效\s*性|效力状态|公文种类|体裁分类|信息分类|公开方式|废止日期)\s*[:：]\s*(.*)"
)
_PATH_SIGN: Final = re.compile("[>›»/|]")
_FIRST_OF_PATH: Final = re.compile(r"(?:(?:您的|当前)?(?:所在)?位置[:：]\s*)?首\s?页")
_CAPITALS: Final = re.compile(r"[A-Z][A-Z&'’‘,/\- ]{3,60}")
_INITIALS: Final = re.compile(
    r"[A-Z][\w'’‘-]*(?: (?:[A-Z][\w'’‘-]*|&|and|of|the|in|on|for)){1,6}",
)
_SHORTEST_TITLE: Final = 4
_FEWEST_DECORATIONS: Final = 2
_FEWEST_LABELS: Final = 3
_SHORT_REST: Final = 30
_KEEPS: Final = re.compile(
    r"附件|来源|作者|编译|原文|https?:|#|[-•·]\s|\d{1,2}[.、]|.*\d{3}|.*[。！？；：，:,《]"
)


def drop_breadcrumb(lines: list[Line]) -> Cleaned:
    """Takes away a path written one word a line with signs between (首页 / > / 政策 / > …)."""
    for index, line in enumerate(lines[:HEAD_LINES]):
        if not _FIRST_OF_PATH.fullmatch(line.text.strip()):
            continue
        end = index + 1
        while end + 1 < len(lines) and _PATH_SIGN.fullmatch(lines[end].text.strip()):
            end += 2
        if end > index + 1:
            gone = lines[index:end]
            return Cleaned(lines[:index] + lines[end:], [_span("breadcrumb", line) for line in gone])
    return Cleaned(lines, [])


def drop_data_sheet(lines: list[Line], title: str | None) -> Cleaned:
    """Takes away the data sheet of a government page (发文机关、成文日期、分类 …).

    The document's number stays as a line of its own if the page does not give it again,
    and so does a title in the sheet that differs from the page's: both are facts that
    no other line holds.
    """
    start = next(
        (i for i, line in enumerate(lines[:HEAD_LINES]) if _LABEL.fullmatch(line.text.strip())), None
    )
    if start is None:
        return Cleaned(lines, [])
    end, fields = _read_sheet(lines, start)
    if len(fields) < _FEWEST_LABELS:
        return Cleaned(lines, [])
    told = compact("".join(line.text for line in lines[:start] + lines[end:]) + (title or ""))
    kept: list[Line] = []
    stays: set[int] = set()
    for label, value, first, last in fields:
        if not value or compact(value) in told:
            continue
        if label == "标题":
            kept.append(Line(last.number, value))
            stays |= {last.number}
            told += compact(value)
        elif label in ("发文字号", "文号"):
            kept.append(Line(last.number, f"{label}：{value}"))
            stays |= {first.number, last.number}
    gone = [line for line in lines[start:end] if not is_blank(line) and line.number not in stays]
    removed = [_span("data_sheet", line) for line in gone]
    return Cleaned(lines[:start] + _set_apart(kept) + lines[end:], removed)


def read_data_sheet(lines: list[Line]) -> dict[str, str]:
    """Reads the data sheet of a government page as label and value; empty if there is none."""
    for index, line in enumerate(lines[:HEAD_LINES]):
        if _LABEL.fullmatch(line.text.strip()):
            _, fields = _read_sheet(lines, index)
            return {label: value for label, value, *_ in fields} if len(fields) >= _FEWEST_LABELS else {}
    return {}


def _read_sheet(lines: list[Line], start: int) -> tuple[int, list[tuple[str, str, Line, Line]]]:
    """Reads the fields from a line on: label, value, line of the label, line of the value."""
    fields: list[tuple[str, str, Line, Line]] = []
    index = start
    while index < len(lines):
        label = _LABEL.fullmatch(lines[index].text.strip())
        if not label:
            break
        name, value, first, last = re.sub(r"\s", "", label[1]), label[2].strip(), lines[index], lines[index]
        index += 1
        following = lines[index].text.strip() if index < len(lines) else ""
        if not value and following and not _LABEL.fullmatch(following) and _may_be_value(lines, index):
            value, last = following, lines[index]
            index += 1
        fields.append((name, value, first, last))
    return index, fields


def _may_be_value(lines: list[Line], index: int) -> bool:
    """Says whether the line after an empty label is its value, not the text after the sheet."""
    text = lines[index].text.strip()
    following = lines[index + 1].text.strip() if index + 1 < len(lines) else ""
    return bool(_LABEL.fullmatch(following)) or (len(text) <= 40 and not re.search("[。；！？]", text))


def drop_repeated_title(lines: list[Line], title: str | None) -> Cleaned:
    """Leaves one of the several copies of the title at the head of a page.

    A copy may be spread over up to four lines. The one that stays is set apart from the
    text. Without a known title the first line of the page is taken for it.
    """
    first = next((line.text for line in lines if not is_blank(line)), "")
    wanted = {text for text in (compact(title or ""), compact(first)) if len(text) >= _SHORTEST_TITLE}
    kept: list[Line] = []
    removed: list[RemovedSpan] = []
    seen = False
    index = 0
    while index < len(lines):
        width = _title_width(lines, index, wanted) if index < HEAD_LINES and wanted else 0
        copy = lines[index : index + max(width, 1)]
        if width and seen:
            removed.extend(_span("repeated_title", line) for line in copy)
        elif width and title is not None:
            kept.extend(_set_apart([Line(copy[0].number, "".join(line.text for line in copy))]))
        else:
            kept.extend(copy)
        seen = seen or width > 0
        index += len(copy)
    return Cleaned(kept, removed)


def _set_apart(lines: list[Line]) -> list[Line]:
    """Puts blank lines around and between lines, so that nothing is joined to them."""
    apart = [blank for line in lines for blank in (Line(line.number, ""), line)]
    return [*apart, Line(lines[-1].number, "")] if lines else []


def _title_width(lines: list[Line], index: int, wanted: set[str]) -> int:
    """Gives the number of lines from an index on that make up the title, 0 if they do not."""
    text = ""
    for width, line in enumerate(lines[index : index + 4], start=1):
        if is_blank(line) or len(line.text) > 200:
            return 0
        text += compact(line.text)
        if text in wanted:
            return width
    return 0


def drop_between_furniture(lines: list[Line], gone: set[int], zone: Zones) -> Cleaned:
    """Takes away what stands between furniture below the article: an account's name, a slogan.

    Args:
        lines: The lines left so far, blank ones included.
        gone: Numbers of the lines taken away as furniture.
        zone: Head and tail of the page.
    """
    kept: list[Line] = []
    removed: list[RemovedSpan] = []
    order = sorted([line.number for line in lines if not is_blank(line)] + list(gone))
    place = {number: index for index, number in enumerate(order)}
    for index, line in enumerate(lines):
        if is_blank(line) or index < zone.tail or not _forlorn(line.text):
            kept.append(line)
            continue
        at = place[line.number]
        before = at > 0 and order[at - 1] in gone
        after = at + 1 < len(order) and order[at + 1] in gone
        if after and (before or _is_slogan(line.text)):
            removed.append(_span("between_furniture", line))
            gone = gone | {line.number}
        else:
            kept.append(line)
    return Cleaned(kept, removed)


def _forlorn(text: str) -> bool:
    words = bare(text)
    return len(words) <= _SHORT_REST and not _KEEPS.match(words)


def _is_slogan(text: str) -> bool:
    """Says whether a line is a motto: two or three phrases of one length, set apart by spaces."""
    phrases = bare(text).split()
    return len(phrases) in (2, 3) and len({len(phrase) for phrase in phrases}) == 1 and len(phrases[0]) >= 4


def drop_section_numbers(lines: list[Line]) -> Cleaned:
    """Takes away numbers set alone on a line above a section (01, 02 …).

    They go only if they count up from one, so that a column of figures stays.
    """
    alone = [(i, int(match[1])) for i, line in enumerate(lines) if (match := _lone_number(line))]
    counted, expected = set(), 1
    for index, value in alone:
        if value not in (expected, 1):
            return Cleaned(lines, [])
        counted.add(index)
        expected = value + 1
    removed = [_span("section_number", line) for i, line in enumerate(lines) if i in counted]
    return Cleaned([line for i, line in enumerate(lines) if i not in counted], removed)


def _lone_number(line: Line) -> re.Match[str] | None:
    return re.fullmatch(r"(?:#{1,6}\s+)?(?:(?i:PART|NO)[.\s]{0,2})?0?(\d{1,2})[.、]?", bare(line.text))


def drop_decorative_headings(lines: list[Line]) -> Cleaned:
    """Takes away English lines in capitals that only repeat the Chinese heading above them.

    They go only where the layout is plain: from two on; then such lines with capital
    initials go as well.
    """
    gone = {i for i in range(len(lines)) if _repeats_heading(lines, i, _CAPITALS)}
    if len(gone) < _FEWEST_DECORATIONS:
        return Cleaned(lines, [])
    gone |= {i for i in range(len(lines)) if _repeats_heading(lines, i, _INITIALS)}
    removed = [_span("decorative_heading", line) for i, line in enumerate(lines) if i in gone]
    return Cleaned([line for i, line in enumerate(lines) if i not in gone], removed)


def _repeats_heading(lines: list[Line], index: int, pattern: re.Pattern[str]) -> bool:
    text = lines[index].text.strip()
    if not 6 <= len(text) <= 60 or not pattern.fullmatch(text):
        return False
    above = next((line.text.strip() for line in reversed(lines[max(0, index - 2) : index]) if line.text), "")
    return count_han(above) > 0 and len(above) <= 30 and not re.search("[。！？；：，:]", above)


def drop_stray_punctuation(lines: list[Line]) -> Cleaned:
    """Takes away lines of nothing but punctuation, and a cell bar left at the end of a line."""
    kept: list[Line] = []
    removed: list[RemovedSpan] = []
    for line in lines:
        text = line.text.rstrip()
        if text and len(text) <= 200 and re.fullmatch(r"[^\w]+", text) and not _is_symbol(text):
            removed.append(_span("stray_punctuation", line))
            continue
        if text.endswith((" |", " ｜")) and text.count("|") + text.count("｜") == 1:
            removed.append(RemovedSpan(rule="stray_punctuation", text=text[-1], line=line.number))
            text = text[:-2].rstrip()
        kept.append(Line(line.number, text))
    return Cleaned(kept, removed)


def _is_symbol(text: str) -> bool:
    """Keeps lines that speak in symbols: emoji and the like."""
    return any(character >= "\u2600" and not "\u3000" <= character <= "\uffef" for character in text)


def _span(rule: str, line: Line) -> RemovedSpan:
    return RemovedSpan(rule=rule, text=line.text, line=line.number)
