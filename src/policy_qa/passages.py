"""Article → passages: runs of whole sentences under one heading, measured in model tokens."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from policy_qa.records import Article, Passage, Span
from policy_qa.sentences import split_sentences

PASSAGE_VERSION = "3"
"""Changes whenever the same article would be cut differently; part of an index's identity."""

HEADING_SEPARATOR = " › "

_MARKED_HEADING = re.compile(r"^(#{1,6})\s+(\S.*)$")
# Chapter lines of statutes and short numbered lines without a full stop act as headings.
_CHAPTER = re.compile(r"^第[一二三四五六七八九十百\d]+[编章节](?:[\s　]+\S.{0,30})?$")
_NUMBERED = re.compile(
    r"^(?:([一二三四五六七八九十]+)、|[（(]([一二三四五六七八九十]+)[）)])[^。；！？.;!?：:]{2,30}$"
)
# Plain text has no marks: a short line without any punctuation above a long one is a heading too.
_PLAIN_HEADING = re.compile(r"^(?![-*•·\d（(])[^。！？；，、：.!?;,:|@/《》]{5,30}$")
_PLAIN_LEVEL = 6
_LONG_LINE = 40
_EARLY_FLUSH = 0.6
_SHORT_TAIL = 0.3

CountTokens = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True)
class PassageLimits:
    """How long passages may be, in tokens of the embedding model.

    Attributes:
        target: Length to aim at, context line included.
        maximum: Length never exceeded: the model's window.
    """

    target: int = 200
    maximum: int = 512


@dataclass
class _Line:
    start: int
    end: int
    level: int  # 0 for body text, else depth of the heading
    title: str = ""


@dataclass
class _Section:
    heading: str
    paragraphs: list[list[Span]] = field(default_factory=list)


def context_line(title: str, heading: str) -> str:
    """The line put above a passage when it is embedded: title and headings."""
    return HEADING_SEPARATOR.join(part for part in (title, heading) if part)


def embedding_text(title: str, heading: str, text: str) -> str:
    """The words a passage is embedded by: its context line, then its text."""
    context = context_line(title, heading)
    return f"{context}\n{text}" if context else text


def split_article(article: Article, count_tokens: CountTokens, limits: PassageLimits) -> list[Passage]:
    """Cuts an article into passages.

    Args:
        article: The cleaned article.
        count_tokens: Tokens that each text costs the embedding model as a passage.
        limits: Target and maximum length.

    Returns:
        Passages in reading order. Together their sentences cover all text but headings
        that have body text under them.
    """
    passages: list[Passage] = []
    for section in _sections(article):
        context = embedding_text(article.metadata.title, section.heading, "")
        overhead = count_tokens([context])[0]
        sentences = [span for paragraph in section.paragraphs for span in paragraph]
        lengths = dict(
            zip(sentences, count_tokens([article.text[s.start : s.end] for s in sentences]), strict=True)
        )
        for group in _pack(section.paragraphs, lengths, max(limits.target - overhead, limits.target // 3)):
            passages.extend(_fit(article, section.heading, group, count_tokens, limits.maximum))
    return passages


def _lines(article: Article) -> list[_Line]:
    lines: list[_Line] = []
    position = 0
    for raw in article.text.splitlines(keepends=True):
        stripped = raw.strip()
        level, title = 0, ""
        if marked := _MARKED_HEADING.match(stripped):
            level, title = len(marked.group(1)), marked.group(2).strip()
        elif _CHAPTER.match(stripped):
            level, title = 3, stripped
        elif numbered := _NUMBERED.match(stripped):
            level, title = (4 if numbered.group(1) else 5), stripped
        if stripped:
            lines.append(_Line(position, position + len(raw), level, title))
        position += len(raw)
    _mark_plain_headings(article, lines)
    return lines


def _mark_plain_headings(article: Article, lines: list[_Line]) -> None:
    """Finds the headings of a text without marks; bylines are none."""
    if any(line.level and line.title != article.metadata.title for line in lines):
        return
    bylines = {article.metadata.author, article.metadata.publisher, article.metadata.title}
    for line, below in pairwise(lines):
        text = article.text[line.start : line.end].strip()
        if below.end - below.start > _LONG_LINE and text not in bylines and _PLAIN_HEADING.match(text):
            line.level, line.title = _PLAIN_LEVEL, text


def _sections(article: Article) -> list[_Section]:
    """Groups body lines under their headings; a heading without body is body itself."""
    lines = _lines(article)
    path: list[_Line] = []
    sections: list[_Section] = []
    for index, line in enumerate(lines):
        is_title = line.level == 1 and line.title == article.metadata.title
        if line.level and (is_title or _has_body(lines, index)):
            path = [*(above for above in path if above.level < line.level), line]
            sections.append(_Section(_heading(path, article.metadata.title)))
            continue
        if not sections:
            sections.append(_Section(""))
        if spans := split_sentences(article.text, line.start, line.end):
            sections[-1].paragraphs.append(spans)
    return [section for section in sections if section.paragraphs]


def _has_body(lines: list[_Line], index: int) -> bool:
    level = lines[index].level
    for line in lines[index + 1 :]:
        if line.level == 0:
            return True
        if line.level <= level:
            return False
    return False


def _heading(path: list[_Line], title: str) -> str:
    return HEADING_SEPARATOR.join(line.title for line in path if line.title != title)


def _pack(paragraphs: list[list[Span]], lengths: dict[Span, int], target: int) -> list[list[Span]]:
    """Fills groups up to the target, preferring to end at the end of a paragraph."""
    groups: list[list[Span]] = []
    current: list[Span] = []
    size = 0
    for paragraph in paragraphs:
        for sentence in paragraph:
            if current and size + lengths[sentence] > target:
                groups.append(current)
                current, size = [], 0
            current.append(sentence)
            size += lengths[sentence]
        if size >= target * _EARLY_FLUSH:
            groups.append(current)
            current, size = [], 0
    if current:
        if groups and size < target * _SHORT_TAIL:
            groups[-1].extend(current)
        else:
            groups.append(current)
    return groups


def _fit(
    article: Article, heading: str, sentences: list[Span], count_tokens: CountTokens, maximum: int
) -> list[Passage]:
    """Makes a passage of the sentences, or several if they do not fit the model's window."""
    start, end = sentences[0].start, sentences[-1].end
    text = article.text[start:end]
    tokens = count_tokens([embedding_text(article.metadata.title, heading, text)])[0]
    if tokens > maximum:
        if len(sentences) > 1:
            middle = len(sentences) // 2
            halves = [sentences[:middle], sentences[middle:]]
        elif len(heading) > 0 and end - start < 100:
            # The headings themselves fill the window: the passage goes without them.
            return _fit(article, "", sentences, count_tokens, maximum)
        else:
            middle = (start + end) // 2
            halves = [[Span(start=start, end=middle)], [Span(start=middle, end=end)]]
        return [p for half in halves for p in _fit(article, heading, half, count_tokens, maximum)]
    digest = hashlib.sha256(f"{article.article_id}\0{start}\0{end}\0{text}".encode()).hexdigest()[:16]
    return [
        Passage(
            passage_id=f"{article.article_id}:{digest}",
            article_id=article.article_id,
            start=start,
            end=end,
            text=text,
            heading=heading,
            sentences=tuple(sentences),
            tokens=tokens,
        )
    ]
