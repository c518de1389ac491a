"""Verified sentences → the Markdown a reader sees, in the question's language.

Only the frame is ours: who says it, and how Chinese numbers read in English. What stands
between the quotation marks is the article's, to the letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from policy_qa.answering.drafting import Drafted
from policy_qa.answering.extractive import MODEL_NAME
from policy_qa.answering.side_by_side import SideBySide
from policy_qa.citing.quantity_rendering import english_glossary_of
from policy_qa.citing.verification import CitedSentence
from policy_qa.index.terms import has_han
from policy_qa.records import Answer, Article, Citation, Language
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.retriever import Retrieval

NOT_IN_CORPUS: Mapping[Language, str] = {
    "zh": "现有文章没有回答这个问题。下面列出最接近的段落，供您自行判断。",
    "en": "The corpus does not say. The nearest passages are listed below for you to judge.",
}
UNCLEAR: Mapping[Language, str] = {
    "zh": "没有看懂这个问题。请用一句完整的话提问，例如“中国到2025年的算力目标是多少？”",
    "en": "The question is unclear. Please ask in a full sentence, such as “How many data centres exist?”",
}
TRUNCATED: Mapping[Language, str] = {
    "zh": "\n\n*问题过长，只按开头部分作答。*",
    "en": "\n\n*The question was too long; only its beginning was answered.*",
}

WRITTEN_BY: Mapping[Language, str] = {
    "zh": "由语言模型{model}撰写，逐句与引文核对过。",
    "en": "Written by the language model {model}; every sentence was checked against its quotes.",
}
TRANSLATED: Mapping[Language, str] = {
    "zh": "引文为外文原文，正文是译文。",
    "en": " The quotes are in Chinese; the sentences above translate them.",
}
MODEL_FAILED: Mapping[Language, str] = {
    "zh": "\n\n*语言模型没有给出可用的回答，以上为文章原句。*",
    "en": "\n\n*The language model gave no usable answer; these are the articles' own sentences.*",
}

BESIDE: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "differ": "各篇文章的说法不一：",
        "over_time": "不同时间的数字：",
        "published": "{}发表",
        "undated": "发表日期不详",
        "as_of": "数字所指时间：{}",
        "and": "；",
        "when": "（{}）：",
        "quote": "，原文“{}”",
    },
    "en": {
        "differ": "The articles disagree:",
        "over_time": "Figures of different dates:",
        "published": "published {}",
        "undated": "publication date unknown",
        "as_of": "figure as of {}",
        "and": "; ",
        "when": " ({}): ",
        "quote": ", in the original “{}”",
    },
}
"""Words around figures of several articles."""

_PLAIN_ORDINAL = re.compile(r"^第[一二三四五六七八九十]$")
"""“First”, “second”: words of the sentence rather than figures a reader needs."""

_YEAR_ALONE = re.compile(r"^(\d{4})年[底末]?$")

Translate = Callable[[str], str | None]
"""Chinese name → usual English name, if there is one."""


def unclear(asked: Question) -> Answer:
    """The answer to what is no question."""
    return Answer(
        question=asked.asked,
        language=asked.language,
        status="unclear_question",
        answer=UNCLEAR[asked.language],
    )


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


def present_written(
    sentences: Sequence[CitedSentence], citations: Sequence[Citation], language: Language, model: str
) -> str:
    """Lays out what a language model wrote and the articles bear out; says so, and what is translated.

    Args:
        sentences: Sentences in the model's words.
        citations: All citations.
        language: Language of the answer.
        model: Name of the model.
    """
    parts = [s.text + "".join(f"[{marker}]" for marker in s.markers) for s in sentences]
    translated = any(has_han(citation.quote) is (language == "en") for citation in citations)
    note = WRITTEN_BY[language].format(model=model) + (TRANSLATED[language] if translated else "")
    return ("" if language == "zh" else " ").join(parts) + f"\n\n*{note}*"


def _beside(
    found: SideBySide,
    citations: Sequence[Citation],
    text: str,
    frame: tuple[Language, Callable[[str], Article], Translate],
) -> str:
    """Figures of several articles one below the other: who says it, when published, of what date."""
    language, article, english_name = frame
    by_marker = {citation.marker: citation for citation in citations}
    words = BESIDE[language]
    lines = [words["over_time" if found.over_time else "differ"]]
    for side in found.sides:
        citation = by_marker[side.marker]
        lead = (_lead_zh if language == "zh" else _lead_en)(
            citation, article(citation.article_id), english_name
        )
        when = [words["published"].format(citation.published) if citation.published else words["undated"]]
        if side.as_of:
            when.append(words["as_of"].format(_date_in_words(side.as_of, language)))
        quote = _inline(citation.quote)
        known = f"“{quote}”" in text
        said = _in_words(side.figure, language) + ("" if known else words["quote"].format(quote))
        lines.append(
            f"- {lead.rstrip('： :')}{words['when'].format(words['and'].join(when))}{said}[{side.marker}]"
        )
    return "\n\n" + "\n".join(lines)


def _in_words(figure: str, language: Language) -> str:
    """A figure, for an English reader with the same in English notation."""
    pairs = english_glossary_of(figure) if language == "en" else []
    return f"{figure} = {pairs[0][1]}" if len(pairs) == 1 else figure


def _date_in_words(date: str, language: Language) -> str:
    """A date, for an English reader in English only."""
    if language == "zh":
        return date
    pairs = english_glossary_of(date)
    year = _YEAR_ALONE.match(date)
    english = pairs[0][1] if len(pairs) == 1 else year[1] if year else date
    return f"end of {english}" if date[-1] in "底末" else english


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


def finish(
    asked: Question,
    retrieval: Retrieval,
    shown: int,
    drafted: Drafted | None,
    confidence: float,
    english_name: Translate,
) -> Answer:
    """The answer that a draft makes; an abstention without one, or if nothing of it holds.

    Args:
        asked: The question.
        retrieval: What was found for it.
        shown: Number of hits in the answer.
        drafted: The verified draft.
        confidence: Calibrated probability that the corpus answers the question.
        english_name: English names for publishers and speakers.
    """
    language = asked.language
    verified = drafted.verified if drafted else None
    answered = verified is not None and bool(verified.sentences)
    text = NOT_IN_CORPUS[language]
    if drafted is not None and verified is not None and answered:
        article = retrieval.generation.store.article
        if drafted.model == MODEL_NAME:
            text = present(verified.sentences, verified.citations, language, article, english_name)
        else:
            text = present_written(verified.sentences, verified.citations, language, drafted.model)
        if drafted.sides is not None:
            text += _beside(drafted.sides, verified.citations, text, (language, article, english_name))
        text += TRUNCATED[language] if asked.truncated else ""
        text += MODEL_FAILED[language] if drafted.failure else ""
    return Answer(
        question=asked.asked,
        language=language,
        status="answered" if answered else "not_in_corpus",
        answer=text,
        short_answer=drafted.short_answer if drafted and answered else None,
        citations=verified.citations if verified else (),
        hits=retrieval.hits[:shown],
        checks=verified.checks if verified else (),
        confidence=confidence,
        model=drafted.model if drafted else MODEL_NAME,
        generation=retrieval.generation.name,
    )
