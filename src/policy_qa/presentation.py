"""Verified sentences → the Markdown a reader sees, in the question's language.

Only the frame is ours: who says it, and how Chinese numbers read in English. What stands
between the quotation marks is the article's, to the letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from policy_qa.citing.quantity_rendering import english_glossary_of
from policy_qa.citing.verification import CitedSentence
from policy_qa.records import Article, Citation, Language

NOT_IN_CORPUS: Mapping[Language, str] = {
    "zh": "现有文章没有回答这个问题。下面列出最接近的段落，供您自行判断。",
    "en": "The corpus does not say. The nearest passages are listed below for you to judge.",
}
UNCLEAR: Mapping[Language, str] = {
    "zh": "没有看懂这个问题。请用一句完整的话提问，例如“中国到2025年的算力目标是多少？”",
    "en": "The question is unclear. Please ask in a full sentence, such as “How many data centres exist?”",
}

_PLAIN_ORDINAL = re.compile(r"^第[一二三四五六七八九十]$")
"""“First”, “second”: words of the sentence rather than figures a reader needs."""

Translate = Callable[[str], str | None]
"""Chinese name → usual English name, if there is one."""


def present(
    sentences: Sequence[CitedSentence],
    citations: Sequence[Citation],
    language: Language,
    article: Callable[[str], Article],
    english_name: Translate,
) -> str:
    """Lays out an extractive answer.

    Args:
        sentences: Sentences whose text is an exact quote, in reading order.
        citations: All citations.
        language: Language of the frame.
        article: Looks up an article by id.
        english_name: English names for publishers and speakers.

    Returns:
        Markdown; one paragraph for each run of quotes of one source, every quote followed by
        its marker.
    """
    by_marker = {citation.marker: citation for citation in citations}
    paragraphs: list[str] = []
    last_lead = None
    for sentence in sentences:
        citation = by_marker[sentence.markers[0]]
        lead = (_lead_zh if language == "zh" else _lead_en)(
            citation, article(citation.article_id), english_name
        )
        markers = "".join(f"[{marker}]" for marker in sentence.markers)
        body = f"“{_inline(sentence.text)}”{_gloss(sentence.text, language)}{markers}"
        if lead == last_lead:
            paragraphs[-1] += body if language == "zh" else f" {body}"
        else:
            paragraphs.append(f"{lead}{body}")
            last_lead = lead
    return "\n\n".join(paragraphs)


def _inline(quote: str) -> str:
    """A quote on one line: a line break inside it is shown as a space."""
    return quote.replace("\n", " ")


def _gloss(quote: str, language: Language) -> str:
    """For an English reader, the quote's numbers and units in English notation."""
    if language == "zh":
        return ""
    pairs = dict.fromkeys(
        f"{chinese} = {english}"
        for chinese, english in english_glossary_of(quote)
        if not _PLAIN_ORDINAL.match(chinese)
    )
    return f" ({'; '.join(pairs)})" if pairs else ""


def _lead_zh(citation: Citation, article: Article, _: Translate) -> str:
    outlet = citation.publisher or f"《{citation.title}》"
    if citation.attributed_to and citation.attributed_to not in outlet:
        return f"{outlet}转述{citation.attributed_to}："
    if (original := article.metadata.original) and original.publisher and original.publisher != outlet:
        return f"{outlet}（依据{original.publisher}）："
    return f"{outlet}："


def _lead_en(citation: Citation, article: Article, english_name: Translate) -> str:
    outlet = _name(citation.publisher or article.metadata.title_en or citation.title, english_name)
    if citation.attributed_to and citation.attributed_to not in (citation.publisher or ""):
        return f"{outlet}, quoting {_name(citation.attributed_to, english_name)}: "
    if (
        (original := article.metadata.original)
        and original.publisher
        and original.publisher != citation.publisher
    ):
        return f"{outlet}, relaying {_name(original.publisher, english_name)}: "
    return f"{outlet}: "


def _name(name: str, english_name: Translate) -> str:
    english = english_name(name)
    return f"{english} ({name})" if english and english != name else name
