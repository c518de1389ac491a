"""Markdown to plain lines: headings keep their marks, everything else its words only.

Links give up their addresses and images themselves, both recorded; emphasis, code marks,
quote signs, rules and table frames go without record, since they are no words. Markup is
also found in ``.txt`` files saved from the web, so both suffixes pass through here.
"""

from __future__ import annotations

import html
import re
from typing import Final

from policy_qa.articles.lines import Cleaned, Line, split_lines
from policy_qa.records import RemovedSpan

_IMAGE: Final = re.compile(r"!\[[^\[\]\n]{0,300}\]\((?:[^()\n]|\([^()\n]*\)){0,4000}\)")
_LINK: Final = re.compile(r"\[([^\[\]\n]{0,500})\]\(((?:[^()\n]|\([^()\n]*\)){0,4000})\)")
_REFERENCE_LINK: Final = re.compile(r"\[([^\[\]\n]{1,500})\]\[([^\[\]\n]{1,80})\]")
_DEFINITION: Final = re.compile(
    r"\s{0,3}\[(?!\^)([^\[\]\n]{1,80})\]:\s+<?(?:https?:|/|\.|#|mailto:)\S{0,2000}>?(?:\s.*)?"
)
_AUTOLINK: Final = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000})>")
_URL: Final = re.compile(r"(https?://[^\s（）“”，。]+)")
_BOLD: Final = re.compile(r"\*{2,3}\s?([^*\n]{1,500}?)\s?\*{2,3}")
_EMPHASIS: Final = (
    re.compile(r"(?<![0-9A-Za-z*\\])\*(?=[\w“「《（(【])([^*\n]{1,300}?)(?<=\S)\*(?![0-9A-Za-z*])"),
    re.compile(r"(?<![0-9A-Za-z_])__([^_\n]{1,300})__(?![0-9A-Za-z_])"),
    re.compile(r"~~([^~\n]{1,300})~~"),
    re.compile(r"`{1,2}([^`\n]{1,300})`{1,2}"),
)
_ESCAPE: Final = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>~|])")
_ENTITY: Final = re.compile(
    r"&(?:nbsp|amp|lt|gt|quot|ldquo|rdquo|hellip|mdash|middot|#\d{2,6}|#x[0-9a-fA-F]{2,5});"
)
_HEADING: Final = re.compile(r"[ \t]{0,3}(#{1,6})(?:[ \t]+|(?=[^\s#0-9A-Za-z]))")
_HASHTAG: Final = re.compile(r"#[^#\s]{1,40}#")
_RULE: Final = re.compile(r"[ \t]{0,3}(?:-[ -]{2,200}|\*[ *]{2,200}|_[ _]{2,200}|=[ =]{2,200})")
_FRAME_CELL = r"\s?(?::?-{2,40}:?|:-{1,40}:?|-{1,40}:)\s?"
_TABLE_FRAME: Final = re.compile(rf"[ \t]{{0,3}}\|?(?:{_FRAME_CELL}\|){{1,60}}(?:{_FRAME_CELL})?")
_QUOTE: Final = re.compile(r"[ \t]{0,3}(?:>[ \t]?){1,6}(?=[^\s>])")
_BULLET: Final = re.compile(r"[*+](?=[ \t]+\S)")
_FENCE: Final = re.compile(r"[ \t]{0,3}(?:```|~~~)")

_TAG_NAMES = (
    "a|abbr|b|big|blockquote|center|code|div|em|figcaption|figure|font|h[1-6]|i|li|mark|ol|p|section|small|"
    "span|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul"
)
_BREAK_TAG: Final = re.compile(r"<br\s?/?>", re.IGNORECASE)
_IMAGE_TAG: Final = re.compile(r"<img\b[^<>]{0,4000}>", re.IGNORECASE)
_TAG: Final = re.compile(rf"</?(?:{_TAG_NAMES})(?:\s[^<>]{{0,2000}})?/?>", re.IGNORECASE)
_SILENT_TAG: Final = re.compile(
    r"<(script|style|iframe|noscript|template|svg|object)\b|<(!)--"
    r"|<(\w+)(?=\s)[^<>]{0,500}?(?:display\s?:\s?none|visibility\s?:\s?hidden|font-size\s?:\s?0|\shidden[\s>=])",
    re.IGNORECASE,
)


def unwrap_markdown(lines: list[Line], *, escapes: bool) -> Cleaned:
    """Takes Markdown and stray HTML marks off the lines.

    Args:
        lines: The lines of the body.
        escapes: Whether a backslash before a mark is an escape (true of ``.md`` files).
    """
    lines, removed = _drop_silent_elements(lines)
    defined = {match[1].casefold() for line in lines if (match := _DEFINITION.fullmatch(line.text))}
    kept: list[Line] = []
    in_code = False
    for line in lines:
        if _FENCE.match(line.text):
            in_code = not in_code
            continue
        if in_code:
            kept.append(line)
            continue
        if defined and _DEFINITION.fullmatch(line.text):
            removed.append(RemovedSpan(rule="link_target", text=line.text, line=line.number))
            continue
        _unwrap_line(line, kept, removed, defined, escapes)
    return Cleaned(kept, removed)


def _unwrap_line(
    line: Line, kept: list[Line], removed: list[RemovedSpan], defined: set[str], escapes: bool
) -> None:
    text = line.text
    if _RULE.fullmatch(text):
        if text.strip().startswith("=") and kept and _may_be_title(kept[-1]):
            kept[-1] = Line(kept[-1].number, f"# {kept[-1].text.strip()}")
        else:
            kept.append(Line(line.number, ""))
        return
    if _TABLE_FRAME.fullmatch(text):
        return
    text = _inline(text, line.number, removed, defined)
    heading = _HEADING.match(text)
    if heading and not _HASHTAG.match(text):
        words = text[heading.end() :].rstrip().rstrip("#").rstrip()
        text = f"{heading[1]} {words}" if words else ""
    else:
        text = _at_start(_BULLET, "-", _at_start(_QUOTE, "", text).lstrip())
        if text.lstrip().startswith("|") and text.rstrip().endswith("|") and text.count("|") > 2:
            text = " | ".join(cell.strip() for cell in text.strip().strip("|").split("|"))
    kept.append(Line(line.number, _ESCAPE.sub(r"\1", text) if escapes else text))


def _at_start(pattern: re.Pattern[str], left: str, text: str) -> str:
    """Replaces a mark at the start of a line only."""
    match = pattern.match(text)
    return left + text[match.end() :] if match else text


def _inline(text: str, number: int, removed: list[RemovedSpan], defined: set[str]) -> str:
    """Takes the marks off the inside of one line."""

    def drop(rule: str, match: re.Match[str], left: str = "") -> str:
        removed.append(RemovedSpan(rule=rule, text=match[0], line=number))
        return left

    if "[" in text:
        text = _IMAGE.sub(lambda match: drop("image", match), text)
        text = _LINK.sub(lambda match: _link_words(match, number, removed), text)
        text = _REFERENCE_LINK.sub(
            lambda match: match[1] if match[2].casefold() in defined else match[0], text
        )
    if "<" in text:
        text = _AUTOLINK.sub(r"\1", text)
        text = _IMAGE_TAG.sub(lambda match: drop("image", match), text)
        text = _TAG.sub("", _BREAK_TAG.sub(" ", text))
    if "*" in text or "_" in text or "~" in text or "`" in text:
        text = _without_emphasis(text)
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return text


def _without_emphasis(text: str) -> str:
    """Takes emphasis and code marks off the words; an address may hold the same signs."""
    pieces = _URL.split(_BOLD.sub(r"\1", text))
    for index in range(0, len(pieces), 2):
        for pattern in _EMPHASIS:
            pieces[index] = pattern.sub(r"\1", pieces[index])
    return "".join(pieces)


def _link_words(match: re.Match[str], number: int, removed: list[RemovedSpan]) -> str:
    words, target = match[1], match[2]
    if target.startswith("#") and re.fullmatch(r"[\d^*↩︎\s]{1,6}", words):
        removed.append(RemovedSpan(rule="footnote_link", text=match[0], line=number))
        return ""
    if target and target != words:
        removed.append(RemovedSpan(rule="link_target", text=target, line=number))
    return words


def _may_be_title(line: Line) -> bool:
    text = line.text.strip()
    return 0 < len(text) <= 80 and not text.startswith(("#", "-", "|")) and not text.endswith("。")


def _drop_silent_elements(lines: list[Line]) -> tuple[list[Line], list[RemovedSpan]]:
    """Drops scripts, styles, comments and elements hidden by their style, over several lines."""
    if not any("<" in line.text for line in lines):
        return lines, []
    text = "\n".join(line.text for line in lines)
    first = lines[0].number
    removed: list[RemovedSpan] = []
    pieces: list[str] = []
    at, number, unclosed = 0, first, set[str]()
    lowered = text.lower() if len(text.lower()) == len(text) else text
    for match in _SILENT_TAG.finditer(text):
        if match.start() < at:
            continue
        close = "-->" if match[2] else f"</{(match[1] or match[3]).lower()}>"
        end = -1 if close in unclosed else lowered.find(close, match.end())
        if end < 0:
            unclosed.add(close)
            continue
        end += len(close)
        number += text.count("\n", at, match.start())
        gone = text[match.start() : end]
        removed.append(RemovedSpan(rule="hidden_element", text=gone, line=number))
        breaks = gone.count("\n")
        pieces.extend((text[at : match.start()], "\n" * breaks))
        number += breaks
        at = end
    pieces.append(text[at:])
    return split_lines("".join(pieces), first=first), removed
