"""Cleaning: from the lines of a file to the text of an article and a record of what went.

The steps run in one order: characters that show nothing, markup, furniture by rule and by
block, line breaks, and last what only shows once lines are whole. White space is layout:
it is put in order without record. Everything else that goes is recorded.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from policy_qa.articles import page_blocks
from policy_qa.articles.footnotes import count_arrows, drop_note_marks
from policy_qa.articles.inline_rules import INLINE_RULES, INVISIBLE, LAYOUT_SPACE
from policy_qa.articles.line_rules import LINE_RULES
from policy_qa.articles.lines import (
    HEAD,
    HEAD_AND_TAIL,
    MIDDLE,
    TAIL,
    Cleaned,
    Line,
    Zones,
    bare,
    is_blank,
    split_lines,
    zones,
)
from policy_qa.articles.reflow import reflow
from policy_qa.articles.rules import LONGEST_FURNITURE, Rule
from policy_qa.records import RemovedSpan

EDGE_CHARACTERS: Final = 2_500
"""Characters at the start and end of a page in which inline rules for head and tail search."""

EDGE_LINES: Final = 3
"""Lines at the start and end of a page in which those rules search."""

_PLACES: Final = (MIDDLE, HEAD, TAIL, HEAD_AND_TAIL)


class CleanText(NamedTuple):
    """Cleaned text and what was taken away, in order of lines."""

    text: str
    removed: tuple[RemovedSpan, ...]


def drop_invisible(lines: list[Line]) -> Cleaned:
    """Takes out characters that show nothing: zero-width, direction marks, lone surrogates.

    The record holds all that a line lost in one piece; surrogates, which no file can
    hold, are written there as escapes.
    """
    kept: list[Line] = []
    removed: list[RemovedSpan] = []
    for line in lines:
        text = line.text
        if not text.isascii() or not text.isprintable():
            gone = "".join(INVISIBLE.findall(text))
            if gone:
                shown = gone.encode("utf-8", "backslashreplace").decode("utf-8")
                removed.append(RemovedSpan(rule="invisible_character", text=shown, line=line.number))
                text = INVISIBLE.sub("", text)
            text = LAYOUT_SPACE.sub(" ", text)
        kept.append(Line(line.number, text))
    return Cleaned(kept, removed)


def clean(lines: list[Line], *, title: str | None, reflowed: bool) -> CleanText:
    """Cleans the lines of a body.

    Args:
        lines: Lines without invisible characters and without markup.
        title: The title, if it is known, so that its copies can be told.
        reflowed: Whether the lines are whole paragraphs already (HTML, DOCX), so that
            line breaks are left alone.
    """
    removed: list[RemovedSpan] = []

    def keep(step: Cleaned) -> list[Line]:
        removed.extend(step.removed)
        return step.lines

    lines = keep(_apply_inline(lines))
    lines = keep(page_blocks.drop_breadcrumb(lines))
    lines = keep(page_blocks.drop_data_sheet(lines, title))
    lines = keep(_apply_lines(lines))
    lines = keep(page_blocks.drop_repeated_title(lines, title))
    if not reflowed:
        lines = reflow(lines)
    lines = keep(page_blocks.drop_stray_punctuation(lines))
    lines = keep(page_blocks.drop_section_numbers(lines))
    lines = keep(page_blocks.drop_decorative_headings(lines))
    lines = keep(drop_note_marks(lines, count_arrows(removed)))
    removed.sort(key=lambda span: span.line)
    return CleanText(_assemble(lines), tuple(removed))


def _apply_inline(lines: list[Line]) -> Cleaned:
    filled = [index for index, line in enumerate(lines) if not is_blank(line)]
    first, last = set(filled[:EDGE_LINES]), set(filled[-EDGE_LINES:])
    kept: list[Line] = []
    removed: list[RemovedSpan] = []
    for index, line in enumerate(lines):
        text = line.text
        for rule in INLINE_RULES:
            if rule.where == "anywhere":
                text = _cut(rule, text, line.number, removed, "")
            elif rule.where == "head" and index in first:
                text = _cut(rule, text[:EDGE_CHARACTERS], line.number, removed, "\n") + text[EDGE_CHARACTERS:]
            elif rule.where == "tail" and index in last:
                text = text[:-EDGE_CHARACTERS] + _cut(
                    rule, text[-EDGE_CHARACTERS:], line.number, removed, "\n"
                )
        kept.extend(Line(line.number, piece) for piece in text.split("\n"))
    return Cleaned(kept, removed)


def _cut(rule: Rule, text: str, number: int, removed: list[RemovedSpan], left: str) -> str:
    def drop(match: re.Match[str]) -> str:
        removed.append(RemovedSpan(rule=rule.name, text=match[0], line=number))
        return left

    return rule.pattern.sub(drop, text)


def _apply_lines(lines: list[Line]) -> Cleaned:
    """Applies the line rules, first those for anywhere, then those that need head and tail."""
    removed: list[RemovedSpan] = []
    everywhere = [rule for rule in LINE_RULES if rule.where == "anywhere"]
    elsewhere = [rule for rule in LINE_RULES if rule.where != "anywhere"]
    lines = _sweep(lines, everywhere, removed)
    lines = _sweep(lines, elsewhere, removed)
    rest = page_blocks.drop_between_furniture(lines, {span.line for span in removed}, zones(lines))
    return Cleaned(rest.lines, removed + rest.removed)


def _sweep(lines: list[Line], rules: list[Rule], removed: list[RemovedSpan]) -> list[Line]:
    zone = zones(lines)
    met = {span.rule for span in removed} | _met(lines, rules, zone)
    rules = [rule for rule in rules if rule.needs is None or rule.needs in met]
    here = {place: [rule for rule in rules if rule.where in place] for place in _PLACES}
    kept: list[Line] = []
    block: Rule | None = None
    for index, line in enumerate(lines):
        words = bare(line.text) if len(line.text) <= LONGEST_FURNITURE else ""
        if not words:
            kept.append(line)
            continue
        continued = block is not None and block.continues is not None and block.continues.fullmatch(words)
        rule = block if continued else _match(words, here[zone.place(index)])
        block = rule if rule is not None and (continued or rule.kind == "block") else None
        if rule is None:
            kept.append(line)
        else:
            removed.append(RemovedSpan(rule=rule.name, text=line.text, line=line.number))
    return kept


def _match(words: str, rules: list[Rule]) -> Rule | None:
    return next((rule for rule in rules if rule.pattern.fullmatch(words)), None)


def _met(lines: list[Line], rules: list[Rule], zone: Zones) -> set[str]:
    """Gives the names of rules that others need and that match somewhere in their zone."""
    needed = {rule.needs for rule in rules if rule.needs is not None}
    return {
        rule.name
        for rule in rules
        if rule.name in needed
        and any(
            rule.pattern.fullmatch(bare(line.text))
            for index, line in enumerate(lines)
            if len(line.text) <= LONGEST_FURNITURE and rule.where in zone.place(index)
        )
    }


def _assemble(lines: list[Line]) -> str:
    """Puts the lines together: no white space around lines, at most one blank line between."""
    text = "\n".join(line.text.strip() for line in lines)
    return re.sub("\n{3,}", "\n\n", text).strip("\n")


def lines_of(text: str, *, first: int = 1) -> Cleaned:
    """Splits a text into lines and takes the invisible characters out of them."""
    return drop_invisible(split_lines(text, first=first))
