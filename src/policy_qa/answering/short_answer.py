"""The few words of a quote that answer: 300 EFLOPS, 三个月, 2025年9月1日, 市发展改革委.

Rules find numbers and dates; where they find none, and for names, the reader's words are taken
unless it is sure that they do not answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.expected_answer import ExpectedAnswer, ExpectedKind, fits
from policy_qa.answering.read_spans import ReadSpan
from policy_qa.citing.quantities import PartialDate, Quantity, find_quantities, same_quantity
from policy_qa.citing.quantity_rendering import render_english
from policy_qa.index.terms import fold, has_han, terms

SENTENCES = 3
"""Chosen sentences looked into, best first."""

LEAST_SURE: dict[str, float] = {"zh": -4.0, "en": 0.0}
"""Logit from which on the reader's words are given, by language of the answer.

Low in Chinese, as their sentence was chosen by other means; higher in English, where the reader is
wrong more often.
"""

_LONGEST = 40
"""Characters of words that are still short."""

_NO_WORDS: frozenset[ExpectedKind] = frozenset({"yes_no", "list", "reason"})

_LOOSER: dict[ExpectedKind, frozenset[str]] = {
    "count": frozenset({"number"}),
    "measure": frozenset({"measure", "money", "multiple", "number", "percent"}),
    "money": frozenset({"money"}),
}
_STOPS = re.compile(r"[。；！？\n]|[.;!?] ")
_TRIM = re.compile(r"^[（(“]|[）)”]$")


def short_answer(
    question: str,
    sentences: Sequence[str],
    expected: ExpectedAnswer,
    language: str | None = None,
    spans: Sequence[ReadSpan] = (),
    words: Sequence[Sequence[str]] = (),
) -> str | None:
    """Finds the words that answer a question.

    Args:
        question: The question, in Chinese or English.
        sentences: Chosen sentences, the best one first.
        expected: What the question asks for.
        language: Language of the answer; that of the question if omitted. For English, the
            quote's words are followed by their English form in brackets.
        spans: What the reader marked in the sentences, the surest first.
        words: For each word of the question, the folded words that may stand for it in a sentence;
            those of the question itself if omitted.

    Returns:
        The words as they stand in a sentence, or ``None`` when unsure.
    """
    language = language or ("zh" if has_han(question) else "en")
    if expected.is_quantity:
        keys = words or [(term,) for term in dict.fromkeys(terms(question)) if len(term) > 1]
        best = _best_quantity(question, sentences, expected, keys)
        if best is not None:
            return _shown(best, language)
    if expected.kind in _NO_WORDS:
        return None
    return _read(question, expected, sentences, spans, LEAST_SURE[language])


def _best_quantity(
    question: str,
    sentences: Sequence[str],
    expected: ExpectedAnswer,
    keys: Sequence[Sequence[str]],
) -> Quantity | None:
    stated = find_quantities(question)
    best: tuple[float, Quantity] | None = None
    for place, sentence in enumerate(sentences[:SENTENCES]):
        for quantity in _fitting(expected, stated, sentence):
            value = _nearness(quantity, sentence, keys) - 0.35 * place + _fit_bonus(expected, quantity)
            if best is None or value > best[0]:
                best = (value, quantity)
    return best[1] if best else None


def _read(
    question: str,
    expected: ExpectedAnswer,
    sentences: Sequence[str],
    spans: Sequence[ReadSpan],
    least_sure: float,
) -> str | None:
    """The reader's surest words, if they are short, sure and say more than the question."""
    for span in spans[:1]:
        words = sentences[span.sentence][span.start : span.end].strip()
        new = fold(words) not in fold(question)
        short = 0 < len(words) <= _LONGEST and not _STOPS.search(words)
        if span.sureness >= least_sure and new and short and not _of_another_kind(expected, words):
            return words
    return None


def _of_another_kind(expected: ExpectedAnswer, words: str) -> bool:
    """Whether the words are a number, but not of the kind asked for: a count where a share is."""
    quantities = find_quantities(words) if expected.is_quantity else []
    return bool(quantities) and not any(_may_answer(expected, q) for q in quantities)


def _fitting(expected: ExpectedAnswer, stated: Sequence[Quantity], sentence: str) -> list[Quantity]:
    new = [q for q in find_quantities(sentence) if not any(same_quantity(q, s) for s in stated)]
    return [q for q in new if fits(expected, q)] or [q for q in new if _may_answer(expected, q)]


def _may_answer(expected: ExpectedAnswer, quantity: Quantity) -> bool:
    return fits(expected, quantity) or quantity.kind in _LOOSER.get(expected.kind, ())


def _fit_bonus(expected: ExpectedAnswer, quantity: Quantity) -> float:
    """Prefers the very unit asked for, and exact dates to vague ones."""
    if expected.units and quantity.unit in expected.units:
        return 0.5
    if isinstance(quantity.value, PartialDate) and expected.kind == "date":
        return 0.0 if expected.precision == "year" else 0.1 * (quantity.value.day is not None)
    if expected.kind == "measure":
        return 0.3 if quantity.kind in {"measure", "money"} else 0.0
    return 0.0


def _nearness(quantity: Quantity, sentence: str, keys: Sequence[Sequence[str]]) -> float:
    """Share of the question's words in the sentence, those close to the quantity counting most."""
    folded = fold(sentence)
    total = 0.0
    for forms in keys:
        gaps = [
            max(quantity.start - match.end(), match.start() - quantity.end, 0)
            for form in forms
            for match in re.finditer(re.escape(form), folded)
        ]
        if gaps:
            total += 1 / (1 + min(gaps) / 8)
    return 4 * total / max(len(keys), 1)


def _shown(quantity: Quantity, language: str) -> str:
    words = _TRIM.sub("", quantity.text).strip()
    if language != "en" or not has_han(words):
        return words
    english = render_english(quantity)
    return f"{words} ({english})" if english else words
