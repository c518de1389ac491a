"""What a model writes → sentences with the labels of the passages they cite, as it comes in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from policy_qa.answering.json_draft import OPENS, Entry, JsonDraft

NO_ANSWER: Final = "NO ANSWER"

_SURE_LABEL: Final = re.compile(r"[\[【]\s*P?\d{1,3}(?:\s*[,，、;]\s*P?\d{1,3})*\s*[\]】]", re.IGNORECASE)
_THOUGHT_OPENS, _THOUGHT_ENDS = "<think>", "</think>"
_MAY_OPEN: Final = re.compile(r"(?:`{1,2}|\{\s*|(?:^|\n)\s*\[\s*)$")
_LINE_START: Final = re.compile(r"^\s*(?:[-*•]|\d+[.)、])\s+")
# A sentence ends with its labels, behind or in front of the full stop.
_END: Final = re.compile(
    r"(?:[。！？!?]|(?-i:(?<![A-Z])(?<!\b[A-Z]o)(?<!\b[DM][rs])(?<!\bInc)(?<!\bLtd)(?<!\bvs)(?<!e\.g)(?<!i\.e))"
    r"\.(?=[\s\[【]|$))[”’」』\"']*(?:\s?[\[【]\s*P?\d[^\]】]{0,12}[\]】])*"
    r"|(?:[\[【]\s*P?\d[^\]】]{0,12}[\]】])+[。.！？!?]?|\n+",
    re.IGNORECASE,
)


class MarkedSentence(NamedTuple):
    """A sentence without its labels, and the numbers of the passages, from 1."""

    text: str
    passages: tuple[int, ...]


def read_marked(pieces: Iterable[str]) -> Iterator[MarkedSentence]:
    """Sentences as soon as they are complete.

    Plain text with labels such as [P1], or JSON ``{"sentences": [{"text", "passages"}]}``, with or
    without plain text before it. Bold type, list marks and a model's thoughts in ``<think>`` are
    left out.

    Args:
        pieces: What the model writes, in order.
    """
    buffer = ""
    draft: JsonDraft | None = None
    for piece in _without_thoughts(pieces):
        if draft is None:
            buffer += piece
            if opened := OPENS.search(buffer):
                yield from _take(buffer[: opened.start()] + "\n")[0]
                draft, piece, buffer = JsonDraft(), buffer[opened.start() :], ""
            elif not _MAY_OPEN.search(buffer):
                done, buffer = _take(buffer)
                yield from done
        if draft is not None:
            for entry in draft.feed(piece):
                yield from _sentences_of(entry)
    if draft is not None:
        for entry in draft.rest():
            yield from _sentences_of(entry)
        return
    done, rest = _take(buffer + "\n")
    yield from done
    if sentence := _sentence(rest):
        yield sentence


def _sentences_of(entry: Entry) -> Iterator[MarkedSentence]:
    """The sentences of an entry; one without labels of its own rests on the entry's passages."""
    for sentence in _take(entry.text + "\n")[0]:
        yield sentence if sentence.passages else sentence._replace(passages=entry.passages)


def _without_thoughts(pieces: Iterable[str]) -> Iterator[str]:
    """What comes after a leading ``<think>…</think>``."""
    head: str | None = ""
    for piece in pieces:
        if head is None:
            yield piece
            continue
        head += piece
        begun = head.lstrip()
        if _THOUGHT_OPENS.startswith(begun[: len(_THOUGHT_OPENS)]):
            if _THOUGHT_ENDS not in begun:
                continue
            begun = begun.partition(_THOUGHT_ENDS)[2]
        head = None
        yield begun
    if head and not head.lstrip().startswith(_THOUGHT_OPENS):
        yield head


def _take(buffer: str) -> tuple[list[MarkedSentence], str]:
    """Complete sentences, and what is left. A label may still follow the last full stop."""
    found: list[MarkedSentence] = []
    start = 0
    for match in _END.finditer(buffer):
        following = buffer[match.end() :]
        if not following.strip() and "\n" not in following and "\n" not in match[0]:
            break
        if re.match(r"\s*[\[【]", following) and not _SURE_LABEL.match(following.lstrip()):
            break
        if _SURE_LABEL.match(following.lstrip()) and not _SURE_LABEL.search(match[0]):
            continue
        if sentence := _sentence(buffer[start : match.end()]):
            found.append(sentence)
        start = match.end()
    return found, buffer[start:]


def _sentence(raw: str) -> MarkedSentence | None:
    labels = [int(n) for match in _SURE_LABEL.findall(raw) for n in re.findall(r"\d+", match)]
    text = _LINE_START.sub("", _SURE_LABEL.sub("", raw)).replace("**", "").strip(" \t\n#")
    text = re.sub(r"\s+([。.,，！？!?])", r"\1", text)
    if sum(char.isalnum() for char in text) < 2 or NO_ANSWER in text.upper():
        return None
    return MarkedSentence(text, tuple(dict.fromkeys(labels)))
