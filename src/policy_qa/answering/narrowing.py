"""A sentence that cites whole passages → the same citing the sentences of them that it rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from policy_qa.citing.alignment import TokenModel
from policy_qa.citing.claims import Knowledge
from policy_qa.citing.support import focus_on
from policy_qa.citing.verification import check_sentence
from policy_qa.records import Article, DraftSentence, Evidence, Hit
from policy_qa.sentences import split_sentences


def narrowed(
    sentence: DraftSentence, hits: Sequence[Hit], article: Callable[[str], Article], knowledge: Knowledge
) -> DraftSentence:
    """Cuts what a sentence cites down to what bears it out: a reader wants the words, not the page.

    Args:
        sentence: A sentence with whole passages as evidence.
        hits: The hits its evidence refers to.
        article: Looks up an article by id.
        knowledge: Names in both languages and the encoder.

    Returns:
        The sentence as it was if less than the whole passages does not bear it out.
    """
    model = knowledge.model()
    if model is None or not sentence.evidence:
        return sentence
    evidence = tuple(_window(sentence.text, whole, model) for whole in sentence.evidence)
    smaller = sentence.model_copy(update={"evidence": evidence})
    if evidence == sentence.evidence:
        return sentence
    holds = all(check.passed for check in check_sentence(smaller, hits, article, knowledge))
    return smaller if holds else sentence


def _window(claim: str, whole: Evidence, model: TokenModel) -> Evidence:
    """From the first sentence that the claim or a clause of it comes from to the last one."""
    focus = focus_on(claim, [whole.text], model)
    spans = split_sentences(whole.text)
    wanted = [
        span for span in spans if focus is not None and whole.text[span.start : span.end] in focus.sources
    ]
    if not wanted:
        return whole
    start, end = wanted[0].start, wanted[-1].end
    place = {"start": whole.start + start, "end": whole.start + end, "text": whole.text[start:end]}
    return whole.model_copy(update=place)
