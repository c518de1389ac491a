"""Do the quotes support the sentences that cite them?

Citation recall and precision as defined by ALCE (Gao et al., EMNLP 2023, section 3.2): a
sentence has recall 1 if everything it cites, taken together, supports it; a citation of such a
sentence is precise unless it does not support the sentence alone and the others do without it.
ALCE asks a language model whether a text supports a sentence. Our judge needs no model, so that
it gives the same verdict anywhere: words between quotation marks must stand in the cited
quotes to the letter, every quantity must be found there by value, and words outside quotation
marks must share half their terms with the quotes. Words in another script than the quotes
cannot be compared; they are judged by their quantities alone, and a sentence with nothing to
judge gets no score.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from policy_qa.citing.quantities import find_quantities, missing_quantities
from policy_qa.evaluation.matching import squeeze
from policy_qa.index.terms import has_han, terms
from policy_qa.records import Answer, Record

SHARED_TERMS = 0.5
"""Share of a sentence's terms that its quotes must hold."""

_STATEMENT = re.compile(r"(?P<text>.+?)(?P<markers>(?:\[\d+\])+)", re.DOTALL)
_MARKER = re.compile(r"\[(\d+)\]")
_OPENING = re.compile(r"(?:^|[：:]\s*)[“「]")
_CLOSING = re.compile(r"[”」](?=\s*(?:[（(]|$))")

Judge = Callable[[str, Sequence[str]], bool | None]
"""Statement, quotes → supported or not; ``None`` if there is nothing to judge."""


class Statement(Record):
    """A sentence of an answer and the markers behind it."""

    text: str
    markers: tuple[int, ...]


class CitationQuality(Record):
    """ALCE's two measures for one answer.

    Attributes:
        recall: Mean over statements, 0 to 1.
        precision: Mean over citations, 0 to 1.
        statements: How many were judged.
    """

    recall: float
    precision: float
    statements: int


def statements_of(answer: str) -> tuple[Statement, ...]:
    """Cuts an answer behind every run of markers; words behind the last one carry none."""
    found: list[Statement] = []
    end = 0
    for match in _STATEMENT.finditer(answer):
        markers = tuple(int(number) for number in _MARKER.findall(match["markers"]))
        found.append(Statement(text=match["text"].strip(), markers=markers))
        end = match.end()
    if rest := answer[end:].strip(" \n*_。."):
        found.append(Statement(text=rest, markers=()))
    return tuple(found)


def citation_quality(answer: Answer, judge: Judge | None = None) -> CitationQuality | None:
    """Measures one answer.

    Args:
        answer: An answer, with its citations.
        judge: Decides on support; the model-free judge if omitted.

    Returns:
        ``None`` for an abstention or if no statement can be judged.
    """
    if answer.status != "answered":
        return None
    quotes = {citation.marker: citation.quote for citation in answer.citations}
    recalls: list[bool] = []
    precisions: list[bool] = []
    for statement in statements_of(answer.answer):
        judged = _judge_statement(statement, quotes, judge or supports)
        if judged is not None:
            recalls.append(judged[0])
            precisions.extend(judged[1])
    if not recalls:
        return None
    return CitationQuality(
        recall=sum(recalls) / len(recalls),
        precision=sum(precisions) / len(precisions) if precisions else 0.0,
        statements=len(recalls),
    )


def _judge_statement(
    statement: Statement, quotes: Mapping[int, str], judge: Judge
) -> tuple[bool, list[bool]] | None:
    """Recall of a statement and precision of each of its citations."""
    if not statement.markers:
        return False, []
    cited = [quotes.get(marker, "") for marker in statement.markers]
    recalled = judge(statement.text, cited)
    if recalled is None:
        return None
    if not recalled:
        return False, [False] * len(cited)
    precise = [
        bool(judge(statement.text, [quote]))
        or not judge(statement.text, [other for j, other in enumerate(cited) if j != i])
        for i, quote in enumerate(cited)
    ]
    return True, precise


def supports(statement: str, quotes: Sequence[str]) -> bool | None:
    """Judges without a model whether quotes support a statement.

    Args:
        statement: A sentence without its markers.
        quotes: The exact words it cites.
    """
    quotations = _quotations(statement)
    if quotations:
        shown = [squeeze(quote) for quote in quotes]
        return any(squeeze(words) in quote for words in quotations for quote in shown)
    quantities = find_quantities(statement)
    if quantities and missing_quantities(statement, list(quotes)):
        return False
    held = {term for quote in quotes for term in terms(quote)}
    if has_han(statement) != any(has_han(quote) for quote in quotes):
        return True if quantities and any(quotes) else None
    said = set(terms(statement))
    return bool(said) and len(said & held) >= SHARED_TERMS * len(said)


def _quotations(statement: str) -> list[str]:
    """Possible readings of what a statement puts between quotation marks, longest first.

    The words quoted, and the name before them, may hold quotation marks of their own.
    """
    closings = [match.start() for match in _CLOSING.finditer(statement)]
    if not closings:
        return []
    openings = [match.end() for match in _OPENING.finditer(statement)]
    return [statement[opening : closings[-1]] for opening in openings if opening < closings[-1]]
