"""The measures of the golden set, by name, and which of them apply to a question.

A measure that does not apply gives no score and leaves the mean alone. A crash gives the worst
score of every measure that would have applied.
"""

from __future__ import annotations

from policy_qa.evaluation.abstention import hallucinated, wrongly_abstained
from policy_qa.evaluation.citation_quality import citation_quality
from policy_qa.evaluation.correctness import character_f1, contains_answer
from policy_qa.evaluation.evidence_recall import facts_in_hits, facts_in_quotes, relevant_quotes
from policy_qa.evaluation.golden import GoldenQuestion
from policy_qa.records import Answer, Record


class Measure(Record):
    """A measure between 0 and 1.

    Attributes:
        name: Its key in results and baselines.
        label: What a reader sees.
        meaning: One line of explanation.
        lower_is_better: Whether 0 is the best value.
        gated: Whether a baseline pins it.
    """

    name: str
    label: str
    meaning: str
    lower_is_better: bool = False
    gated: bool = True


MEASURES: tuple[Measure, ...] = (
    Measure(
        name="evidence_top5",
        label="evidence in top 5",
        meaning="share of the expected facts within the first five hits",
    ),
    Measure(
        name="right_quote",
        label="right quote cited",
        meaning="the answer quotes at least one expected fact",
    ),
    Measure(
        name="evidence_quoted",
        label="evidence quoted",
        meaning="share of the expected facts within the answer's quotes",
    ),
    Measure(
        name="relevant_quotes",
        label="quotes to the point",
        meaning="share of an answer's quotes that bear on the expected facts",
    ),
    Measure(
        name="answer_contained",
        label="answer contained",
        meaning="the answer or a source under it holds an accepted short answer, in words or by value",
    ),
    Measure(
        name="short_answer_f1",
        label="short answer F1",
        meaning="character F1 of the short answer, where one is given",
        gated=False,
    ),
    Measure(
        name="citation_recall",
        label="citation recall",
        meaning="share of an answer's sentences that their quotes support (ALCE, judged without a model)",
    ),
    Measure(
        name="citation_precision",
        label="citation precision",
        meaning="share of citations that their sentence needs (ALCE, judged without a model)",
    ),
    Measure(
        name="hallucination",
        label="hallucination",
        meaning="an unanswerable question was answered",
        lower_is_better=True,
    ),
    Measure(
        name="wrong_abstention",
        label="wrong abstention",
        meaning="an answerable question was not answered",
        lower_is_better=True,
    ),
    Measure(
        name="no_lexical_hit",
        label="no lexical hit",
        meaning="no passage shares a term with the question",
        lower_is_better=True,
        gated=False,
    ),
    Measure(
        name="crashed",
        label="crashed",
        meaning="the question ended in an error",
        lower_is_better=True,
    ),
)
MEASURE: dict[str, Measure] = {measure.name: measure for measure in MEASURES}


def score_answer(question: GoldenQuestion, answer: Answer, lexical_hits: int | None) -> dict[str, float]:
    """Every measure that applies to an answer.

    Args:
        question: The golden question.
        answer: What the engine answered.
        lexical_hits: How many passages share a term with the question; ``None`` if unknown.
    """
    answered = answer.status == "answered"
    scores: dict[str, float | None] = {
        "hallucination": hallucinated(question.answerable, answered),
        "wrong_abstention": wrongly_abstained(question.answerable, answered),
        "no_lexical_hit": None if lexical_hits is None else float(lexical_hits == 0),
        "crashed": 0.0,
    }
    quality = citation_quality(answer)
    if quality is not None:
        scores.update(citation_recall=quality.recall, citation_precision=quality.precision)
    if question.answerable:
        quoted = facts_in_quotes(question, answer.citations)
        scores.update(
            evidence_top5=facts_in_hits(question, answer.hits),
            evidence_quoted=quoted,
            right_quote=float(quoted > 0),
            relevant_quotes=relevant_quotes(question, answer.citations),
            answer_contained=float(answered and contains_answer(_shown(answer), question.answer)),
        )
        if answer.short_answer:
            scores["short_answer_f1"] = character_f1(answer.short_answer, question.answer)
    return _ordered(scores)


def score_crash(question: GoldenQuestion) -> dict[str, float]:
    """The scores of a question that ended in an error."""
    scores: dict[str, float | None] = {"crashed": 1.0}
    if question.answerable:
        scores.update(evidence_top5=0, right_quote=0, evidence_quoted=0, answer_contained=0)
        scores["wrong_abstention"] = 1
    else:
        scores["hallucination"] = 1
    return _ordered(scores)


def _shown(answer: Answer) -> str:
    """The answer and the sources listed under it, which answer a question of who or where."""
    sources = (
        part
        for citation in answer.citations
        for part in (citation.title, citation.publisher, citation.attributed_to)
        if part
    )
    return "\n".join([answer.answer, *sources])


def _ordered(scores: dict[str, float | None]) -> dict[str, float]:
    return {m.name: float(value) for m in MEASURES if (value := scores.get(m.name)) is not None}
