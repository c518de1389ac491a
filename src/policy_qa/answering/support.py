"""How well one sentence, read with its title, heading and date, supports an answer to the question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policy_qa.answering.date_agreement import date_agreement
from policy_qa.answering.expected_answer import (
    NAME_KINDS,
    ExpectedAnswer,
    addresses_assistant,
    expected_answer,
    new_quantities,
)
from policy_qa.answering.question_content import Atom, ContentReader, ContentWord, QuestionContent
from policy_qa.answering.reader_features import ReaderFeatures
from policy_qa.citing.quantities import PartialDate, Quantity, find_quantities, same_quantity
from policy_qa.index.terms import fold
from policy_qa.retrieval.evidence import standardise
from policy_qa.retrieval.retriever import Retrieval

HITS = 8
WINDOW = 36
"""Characters on either side of an expected quantity within which the asked-for words should stand."""

_PART = 0.8


@dataclass(frozen=True)
class _Scope:
    """A stretch of text and what it states."""

    folded: str
    quantities: tuple[Quantity, ...]

    @classmethod
    def of(cls, text: str) -> _Scope:
        return cls(fold(text), tuple(find_quantities(text)))


def sentence_features(retrieval: Retrieval, reader: ContentReader) -> list[dict[str, float]]:
    """Features of every sentence of the first hits; the same names for each.

    Returns:
        One mapping a sentence; empty without hits.
    """
    content = reader.read(retrieval)
    read = ReaderFeatures(retrieval)
    expected = expected_answer(retrieval.question.text)
    scores = standardise(retrieval.evidence.sentences)
    weights = np.array([word.weight for word in content.words])
    total = float(weights.sum()) or 1.0
    common = _question_features(content, expected, retrieval, total)
    names = reader.names(expected.kind) if expected.kind in NAME_KINDS else ()
    question = fold(retrieval.question.text)
    result: list[dict[str, float]] = []
    for number, (hit, row) in enumerate(zip(retrieval.hits[:HITS], retrieval.rows, strict=False)):
        passage = retrieval.passages[number]
        start = int(retrieval.generation.sentence_starts[row])
        frame = _Scope.of(f"{hit.title} ; {hit.heading} ; {hit.publisher or ''}")
        dates = _Scope.of(_dates(retrieval, hit.article_id))
        whole = _Scope.of(hit.text)
        in_frame = _presence(content.words, frame.folded)
        in_whole = np.maximum(in_frame, _presence(content.words, whole.folded))
        article = retrieval.generation.store.article(passage.article_id).text
        before = ""
        for offset, span in enumerate(passage.sentences):
            text = article[span.start : span.end]
            scope = _Scope.of(text)
            inside = _presence(content.words, scope.folded)
            near = np.maximum(inside, np.maximum(in_frame, 0.8 * _presence(content.words, fold(before))))
            window, held = _window(expected, content, text)
            dates_here = date_agreement(content.quantities, scope.quantities)
            in_window = _presence(content.words, window) if held else inside * 0
            values = {
                "in_sentence": float(inside @ weights) / total,
                "in_frame": float(np.maximum(inside, in_frame) @ weights) / total,
                "near": float(near @ weights) / total,
                "in_passage": float(in_whole @ weights) / total,
                "worst_near": float((weights * (1 - near)).max(initial=0.0)) / 5,
                "worst_passage": float((weights * (1 - in_whole)).max(initial=0.0)) / 5,
                "expected_gap": _gap(expected, held, names, question, scope.folded),
                "window": float(in_window @ weights) / total if expected.is_quantity else 0.0,
                "names_near": _name_gap(content.words, near),
                "names_passage": _name_gap(content.words, in_whole),
                "expected": float(held) if expected.is_quantity else 0.0,
                "held_near": float(near @ weights) / total if held else 0.0,
                "plain_near": 0.0 if expected.is_quantity else float(near @ weights) / total,
                "date_stated": dates_here.stated,
                "date_clash": dates_here.clash,
                **_atom_features(content.atoms, scope, frame, whole, dates),
                "close": float(scores[start + offset]),
                "cosine": float(retrieval.evidence.sentences[start + offset]) * 10,
                "fused": retrieval.fused[number],
                **read.of(number, span),
                **common,
            }
            result.append(values)
            before = text
    return result


def _gap(expected: ExpectedAnswer, held: bool, names: Sequence[str], question: str, folded: str) -> float:
    """1 if the sentence lacks the kind of thing asked for."""
    if expected.is_quantity:
        return float(not held)
    if expected.kind in NAME_KINDS:
        return float(not any(name in folded and name not in question for name in names))
    return 0.0


def _question_features(
    content: QuestionContent, expected: ExpectedAnswer, retrieval: Retrieval, total: float
) -> dict[str, float]:
    unknown = sum(word.weight for word in content.words if not word.known)
    return {
        "unknown": unknown / total,
        "words": min(len(content.words), 12) / 10,
        "asks_quantity": float(expected.is_quantity),
        "addressed": float(addresses_assistant(retrieval.question.text)),
        "asks_date": float(expected.kind == "date"),
        "asks_count": float(expected.kind in ("count", "measure")),
        "asks_name": float(expected.kind in ("person", "organisation", "place")),
        "atoms": min(len(content.atoms), 4) / 2,
        "parts": float(len(retrieval.aspects) > 0),
    }


def _presence(words: Sequence[ContentWord], folded: str) -> NDArray[np.float64]:
    return np.array([_share(word, folded) for word in words], dtype=float)


def _share(word: ContentWord, folded: str) -> float:
    """1 if a form of the word stands in the text; part of it for a part of a longer Chinese word."""
    if any(form in folded for form in word.forms):
        return 1.0
    form = word.forms[0] if word.forms else ""
    if len(form) < 3 or form.isascii() or (word.name and form[:2] not in folded):
        return 0.0
    pairs = [form[i : i + 2] for i in range(len(form) - 1)]
    return _PART * sum(pair in folded for pair in pairs) / len(pairs)


def _name_gap(words: Sequence[ContentWord], presence: NDArray[np.float64]) -> float:
    gaps = [word.weight * (1 - share) for word, share in zip(words, presence, strict=True) if word.name]
    return max(gaps, default=0.0) / 5


def _window(expected: ExpectedAnswer, content: QuestionContent, text: str) -> tuple[str, bool]:
    found = new_quantities(expected, content.quantities, text)
    if not found:
        return "", False
    parts = [text[max(0, q.start - WINDOW) : q.end + WINDOW] for q in found]
    return fold(" ; ".join(parts)), True


def _atom_features(
    atoms: Sequence[Atom], sentence: _Scope, frame: _Scope, passage: _Scope, dates: _Scope
) -> dict[str, float]:
    """What the question states and its surroundings do not, by how much it matters."""
    found = dict.fromkeys(
        ("edition_gap", "year_near", "year_passage", "year_dated", "month_gap", "number_gap", "conflict"), 0.0
    )
    for atom in atoms:
        if _states(sentence, atom):
            continue
        here, there = _states(frame, atom), _states(passage, atom)
        if atom.kind == "year":
            found["conflict"] += float(_has_other(sentence, atom) and not here)
            found["year_near"] += float(not here)
            found["year_passage"] += float(not (here or there))
            found["year_dated"] += float(not (here or there or _states(dates, atom)))
        elif atom.kind in {"month", "day"}:
            found["month_gap"] += 0.5 * float(not (here or there)) + 0.25 * float(not here)
        elif atom.singles_out:
            found["edition_gap"] += float(not here) + float(not (here or there))
            found["conflict"] += float(_has_other(sentence, atom) and not here)
        else:
            found["number_gap"] += float(not (here or there))
    return {name: min(value, 2.0) for name, value in found.items()}


def _states(scope: _Scope, atom: Atom) -> bool:
    if isinstance(atom.value, Quantity):
        return any(same_quantity(atom.value, q) for q in scope.quantities)
    if atom.kind == "edition":
        return re.search(rf"(?<![\d.]){re.escape(str(atom.value))}(?![\d.])", scope.folded) is not None
    return any(
        isinstance(q.value, PartialDate) and getattr(q.value, atom.kind) == atom.value
        for q in scope.quantities
    )


def _has_other(scope: _Scope, atom: Atom) -> bool:
    """Whether the text states another value of the same sort in place of the one asked about."""
    if isinstance(atom.value, Quantity):
        return any(q.kind == atom.value.kind and q.unit == atom.value.unit for q in scope.quantities)
    if atom.kind == "edition":
        return re.search(r"(?<![\d.])\d\.\d(?![\d.])", scope.folded) is not None
    return any(
        isinstance(q.value, PartialDate) and getattr(q.value, atom.kind) is not None for q in scope.quantities
    )


def _dates(retrieval: Retrieval, article_id: str) -> str:
    metadata = retrieval.generation.metadata[article_id]
    original = metadata.original.published if metadata.original else None
    return " ; ".join(f"{d.year}年{d.month}月{d.day}日" for d in (metadata.published, original) if d)
