"""A reader's own draft → its sentences with the sources they name, each checked against the corpus."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from policy_qa.citing.claims import ClaimVerdict, Knowledge, verify_claim
from policy_qa.citing.support import focus_on
from policy_qa.errors import BadInputError
from policy_qa.records import Article, Check, Hit
from policy_qa.sentences import split_sentences

Search = Callable[[str, tuple[str, ...]], Sequence[Hit]]
"""A sentence and the ids of articles (none: all of them) → the passages closest to it, best first."""

_UNSEEN: Final = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_BREAK: Final = re.compile(r"</?(?:p|div|br|li|ul|ol|h\d|tr|td|section|article)\b[^<>]*>", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>")
_MARKER: Final = re.compile(r"\s?(?:\[\^?(\d{1,3})\]|［(\d{1,3})］|【(\d{1,3})】)(?!\()")
_REFERENCE: Final = re.compile(r"^\s*(?:\[\^?(\d{1,3})\]|［(\d{1,3})］|【(\d{1,3})】)[:：]?\s*(?=\S)(?!\[)")
_LEADING: Final = re.compile(r"^\s*(?:[-*+•>]\s+|\d{1,2}[.)、]\s*(?=\D))+")
_EMPHASIS: Final = re.compile(r"\*\*|__|`")
_HEADING: Final = re.compile(r"^\s*#{1,6}\s")
_LETTER: Final = re.compile(r"\w")
_FEWEST_LETTERS: Final = 4
_SHORTEST_TITLE: Final = 6


@dataclass(frozen=True)
class DraftClaim:
    """A sentence of a draft.

    Attributes:
        text: The sentence without markers and markup.
        markers: The numbers in brackets behind it.
    """

    text: str
    markers: tuple[int, ...]


def read_draft(text: str) -> tuple[list[DraftClaim], dict[int, str]]:
    """Takes a draft apart.

    Args:
        text: Plain text, Markdown or HTML. Lines that begin with ``[1]`` list the sources that the
            markers ``[1]`` stand for: by id, title or address of an article.

    Returns:
        The sentences in order, headings left out, and the sources by marker.
    """
    plain = html.unescape(_TAG.sub("", _BREAK.sub("\n", _UNSEEN.sub(" ", text))))
    claims: list[DraftClaim] = []
    references: dict[int, str] = {}
    for line in plain.splitlines():
        listed = _REFERENCE.match(line)
        if listed:
            references[_number(listed)] = line[listed.end() :].strip()
        elif not _HEADING.match(line):
            claims += _claims_of(_EMPHASIS.sub("", _LEADING.sub("", line)))
    return claims, references


def _claims_of(line: str) -> list[DraftClaim]:
    # A marker behind the full stop belongs to the sentence before it.
    line = re.sub(r"([。！？；.!?;])((?:\s?(?:\[\^?\d{1,3}\]|［\d{1,3}］|【\d{1,3}】))+)", r"\2\1", line)
    found = []
    for span in split_sentences(line):
        piece = line[span.start : span.end]
        words = _MARKER.sub("", piece).strip()
        if len(_LETTER.findall(words)) >= _FEWEST_LETTERS:
            markers = tuple(dict.fromkeys(_number(match) for match in _MARKER.finditer(piece)))
            found.append(DraftClaim(words, markers))
    return found


def _number(match: re.Match[str]) -> int:
    return int(next(group for group in match.groups() if group))


def check_draft(
    text: str, articles: Callable[[], Sequence[Article]], search: Search, knowledge: Knowledge
) -> list[ClaimVerdict]:
    """Checks every sentence of a draft: against the sources it names, else against the whole corpus.

    Args:
        text: The draft.
        articles: All articles; asked only if the draft lists sources.
        search: Finds passages.
        knowledge: What the checks know.

    Returns:
        One verdict a sentence, in order.

    Raises:
        BadInputError: The draft holds no sentence.
    """
    claims, references = read_draft(text)
    if not claims:
        raise BadInputError("The draft holds no sentence to check: it is empty, or all markers and headings.")
    known = articles() if references else ()
    named = {number: _articles_named(reference, known) for number, reference in references.items()}
    verdicts = []
    for claim in claims:
        cited = tuple(dict.fromkeys(found for marker in claim.markers for found in named.get(marker, ())))
        quotes = [hit.text for hit in search(claim.text, cited)]
        if cited:
            verdicts.append(check_claim(claim.text, quotes, search, knowledge))
        else:
            verdicts.append(verify_claim(claim.text, quotes, knowledge))
    return verdicts


def check_claim(sentence: str, quotes: Sequence[str], search: Search, knowledge: Knowledge) -> ClaimVerdict:
    """Checks a sentence against quotes and, if they do not bear it out, looks for a passage that does.

    Returns:
        A verdict with status ``wrong_source`` and a check that names the better source if there is one.
    """
    verdict = verify_claim(sentence, quotes, knowledge)
    if verdict.supported:
        return verdict
    for hit in search(sentence, ()):
        if hit.text in quotes or not verify_claim(sentence, [hit.text], knowledge).supported:
            continue
        better = (
            f"wrong source: borne out by {hit.article_id} ({hit.title}): {_closest(sentence, hit, knowledge)}"
        )
        moved = Check(sentence=sentence, kind="marker", passed=False, detail=better)
        return verdict.model_copy(update={"status": "wrong_source", "checks": (*verdict.checks, moved)})
    return verdict


def _closest(sentence: str, hit: Hit, knowledge: Knowledge) -> str:
    model = knowledge.model()
    focus = focus_on(sentence, [hit.text], model) if model is not None else None
    return focus.sources[0] if focus is not None else hit.text


def _articles_named(reference: str, articles: Sequence[Article]) -> tuple[str, ...]:
    """Articles that a line of a list of sources names; the longest title if one holds another."""
    found = [a for a in articles if re.search(rf"(?<![\w-]){re.escape(a.article_id)}(?![\w-])", reference)]
    found += [a for a in articles if a.metadata.url and a.metadata.url in reference]
    if not found:
        titles = [
            (len(title), article)
            for article in articles
            for title in (article.metadata.title, article.metadata.title_en)
            if title and len(title) >= _SHORTEST_TITLE and title.lower() in reference.lower()
        ]
        found = [max(titles, key=lambda pair: pair[0])[1]] if titles else []
    return tuple(dict.fromkeys(article.article_id for article in found))
