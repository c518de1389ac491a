"""Who writes an answer: a language model if one is set and holds, else the articles' own sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from policy_qa.answering.chat_models import ChatModel
from policy_qa.answering.extractive import MODEL_NAME, ExtractiveDrafter
from policy_qa.answering.generative import GenerativeDrafter
from policy_qa.answering.narrowing import narrowed
from policy_qa.answering.passages_for_model import passages_for_model
from policy_qa.answering.quoted_words import label_translations
from policy_qa.answering.side_by_side import SideBySide, side_by_side
from policy_qa.citing.claims import Knowledge
from policy_qa.citing.verification import CitedSentence, Verified, Verifier, verify_draft
from policy_qa.records import Check, Language, Record
from policy_qa.retrieval.retriever import Retrieval
from policy_qa.settings import Settings


class Drafted(Record):
    """A verified draft.

    Attributes:
        verified: What holds, with its citations, and all checks.
        short_answer: The words that answer, if they can be named.
        model: Who wrote it.
        failure: Why a language model that was asked did not write it.
        sides: Other figures that articles give, beside that of the draft.
    """

    verified: Verified
    short_answer: str | None = None
    model: str = MODEL_NAME
    failure: str | None = None
    sides: SideBySide | None = None


@dataclass(frozen=True)
class Drafters:
    """Who may write an answer.

    Attributes:
        extractive: Writes if there is no model, if it fails or if nothing of what it writes holds.
        settings: Time for the model and what it is given.
        model: The language model, if any.
        on_sentence: Told of each sentence of the model that holds, as soon as it does.
    """

    extractive: ExtractiveDrafter
    settings: Settings
    model: ChatModel | None = None
    on_sentence: Callable[[CitedSentence], None] = lambda _: None


def draft_answer(
    retrieval: Retrieval, confidence: float, drafters: Drafters, knowledge: Knowledge
) -> Drafted:
    """Drafts an answer, verifies it and sets figures of other articles beside its own.

    Args:
        retrieval: What was found.
        confidence: Calibrated probability that it answers the question.
        drafters: Who may write it.
        knowledge: Names in both languages and the encoder.
    """
    drafted = _verified_draft(retrieval, confidence, drafters, knowledge)
    verified, sides = side_by_side(retrieval, drafted.verified, knowledge)
    return drafted.model_copy(update={"verified": verified, "sides": sides})


def _verified_draft(
    retrieval: Retrieval, confidence: float, drafters: Drafters, knowledge: Knowledge
) -> Drafted:
    model = drafters.model
    article = retrieval.generation.store.article
    failure: str | None = None
    checks: tuple[Check, ...] = ()
    if model is not None:
        n_passages = drafters.settings.llm_passages
        ordered = passages_for_model(retrieval, n_passages)
        verifier = Verifier(ordered, article, knowledge, move=True)
        question = retrieval.question
        written = GenerativeDrafter(
            model,
            drafters.settings.llm_seconds,
            lambda sentence: narrowed(sentence, ordered, article, knowledge),
        ).write(
            question.text,
            question.language,
            ordered[:n_passages],
            verifier,
            lambda sentence: drafters.on_sentence(_labelled(sentence, question.language)),
        )
        verified = verifier.verified
        checks = (*verified.checks, *written.malformed)
        if verified.sentences:
            sentences = tuple(_labelled(sentence, question.language) for sentence in verified.sentences)
            verified = verified.model_copy(update={"sentences": sentences, "checks": checks})
            return Drafted(verified=verified, model=model.name)
        failure = written.failure or "nothing it wrote was borne out by the articles"
    draft = drafters.extractive.draft(retrieval, confidence)
    verified = verify_draft(draft, retrieval.hits, article, knowledge)
    return Drafted(
        verified=verified.model_copy(update={"checks": (*checks, *verified.checks)}),
        short_answer=draft.short_answer if verified.sentences else None,
        failure=failure,
    )


def _labelled(sentence: CitedSentence, language: Language) -> CitedSentence:
    quotes = [citation.quote for citation in sentence.citations]
    return sentence.model_copy(update={"text": label_translations(sentence.text, quotes, language)})
