"""Questions to start with: taken from the corpus at hand, and shown only if it answers them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files

from policy_qa.records import Answer, Article, Language

SHOWN = 6
_IN_OWN_LANGUAGE = 4
_TRIED = 16
_SURE = 0.6
_HEADING = re.compile(r"^##+[ \t]+(?P<words>[^\n#`<>\[\]{}]{2,24})$", re.MULTILINE)
_LONGEST_TITLE = 40


def pick_examples(
    articles: Sequence[Article], language: Language, ask: Callable[[str], Answer]
) -> tuple[str, ...]:
    """Picks questions, most in the reader's language, some in the other.

    Args:
        articles: The corpus.
        language: The reader's.
        ask: Answers a question; only questions it answers from the article they are about stay.
    """
    other: Language = "en" if language == "zh" else "zh"
    own = _answered(candidates(articles, language), ask, _IN_OWN_LANGUAGE)
    rest = _answered(candidates(articles, other), ask, SHOWN - len(own))
    return (*own, *rest)


def candidates(articles: Sequence[Article], language: Language) -> Iterator[tuple[str, str]]:
    """Article ids with a question about each.

    Articles of our own corpus have questions written for them; for any other, a section
    heading makes the question.
    """
    present = {article.article_id for article in articles}
    written = json.loads((files("policy_qa.ui") / "examples.json").read_text(encoding="utf-8"))
    known = [
        (entry["article"], entry[language])
        for entry in written
        if entry["article"] in present and language in entry
    ]
    yield from known
    named = {article_id for article_id, _ in known}
    for article in articles:
        if article.article_id not in named and (question := _from_heading(article, language)):
            yield article.article_id, question


def _answered(
    proposed: Iterator[tuple[str, str]], ask: Callable[[str], Answer], wanted: int
) -> tuple[str, ...]:
    found: list[str] = []
    for _, (article_id, question) in zip(range(_TRIED), proposed, strict=False):
        if len(found) == wanted:
            break
        answer = ask(question)
        cited = {citation.article_id for citation in answer.citations}
        if answer.status == "answered" and answer.confidence >= _SURE and article_id in cited:
            found.append(question)
    return tuple(found)


def _from_heading(article: Article, language: Language) -> str | None:
    heading = _HEADING.search(article.text)
    title = article.metadata.title
    if heading is None or len(title) > _LONGEST_TITLE:
        return None
    words = heading["words"].strip()
    if language == "zh":
        return f"《{title}》对“{words}”是怎么说的？"
    return f"What does “{title}” say about “{words}”?"
