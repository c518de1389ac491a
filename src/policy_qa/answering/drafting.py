"""Who writes an answer: a language model if one is set and holds, else the articles' own sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from policy_qa.answering.chat_models import ChatModel, LlamaIndexModel, OpenAIEndpoint
from policy_qa.answering.extractive import MODEL_NAME, ExtractiveDrafter
from policy_qa.answering.generative import GenerativeDrafter
from policy_qa.citing.claims import Knowledge
from policy_qa.citing.verification import CitedSentence, Verified, Verifier, verify_draft
from policy_qa.errors import ServiceError, UsageError
from policy_qa.records import Check, Record
from policy_qa.retrieval.retriever import Retrieval
from policy_qa.settings import Settings


class Drafted(Record):
    """A verified draft.

    Attributes:
        verified: What holds, with its citations, and all checks.
        short_answer: The words that answer, if they can be named.
        model: Who wrote it.
        failure: Why a language model that was asked did not write it.
    """

    verified: Verified
    short_answer: str | None = None
    model: str = MODEL_NAME
    failure: str | None = None


def chosen_model(llm: object, settings: Settings) -> ChatModel | None:
    """The model to draft with.

    Args:
        llm: ``None`` for the configured one, ``extractive`` for none, the name of a model at the
            configured endpoint, a ``ChatModel`` or a llama-index ``LLM``.
        settings: Address, model and key of the endpoint.

    Raises:
        UsageError: A model is named and no endpoint is configured.
    """
    if llm == MODEL_NAME or (llm is None and settings.llm_url is None):
        return None
    if llm is not None and not isinstance(llm, str):
        return _wrap(llm)
    if settings.llm_url is None:
        raise UsageError(f"No language model {llm!r}: set POLICY_QA_LLM_URL to an OpenAI-compatible address.")
    name = llm or settings.llm_model
    if name is None:
        raise UsageError("Set POLICY_QA_LLM_MODEL to the name of a model at POLICY_QA_LLM_URL.")
    key = settings.llm_key.get_secret_value() if settings.llm_key else None
    return OpenAIEndpoint(settings.llm_url, name, key)


def _wrap(llm: Any) -> ChatModel:
    if hasattr(llm, "stream_chat"):
        return LlamaIndexModel(llm)
    if hasattr(llm, "stream") and isinstance(getattr(llm, "name", None), str):
        model: ChatModel = llm
        return model
    raise UsageError(f"{type(llm).__name__} is neither a llama-index LLM nor a model that streams.")


@dataclass(frozen=True)
class Drafters:
    """Who may write an answer.

    Attributes:
        extractive: Writes if there is no model, if it fails or if nothing of what it writes holds.
        model: The language model, if any.
        seconds: Time for the model.
        on_sentence: Told of each sentence of the model that holds, as soon as it does.
    """

    extractive: ExtractiveDrafter
    model: ChatModel | None = None
    seconds: float = 30.0
    on_sentence: Callable[[CitedSentence], None] = lambda _: None


def draft_answer(
    retrieval: Retrieval, confidence: float, drafters: Drafters, knowledge: Knowledge
) -> Drafted:
    """Drafts an answer and verifies it.

    Args:
        retrieval: What was found.
        confidence: Calibrated probability that it answers the question.
        drafters: Who may write it.
        knowledge: Names in both languages and the encoder.
    """
    model = drafters.model
    article = retrieval.generation.store.article
    failure: str | None = None
    checks: tuple[Check, ...] = ()
    if model is not None:
        verifier = Verifier(retrieval.hits, article, knowledge, move=True)
        question = retrieval.question
        try:
            GenerativeDrafter(model, drafters.seconds).write(
                question.text, question.language, retrieval.hits, verifier, drafters.on_sentence
            )
        except ServiceError as error:
            failure = str(error)
        verified = verifier.verified
        if verified.sentences:
            return Drafted(verified=verified, model=model.name)
        failure = failure or "nothing it wrote was borne out by the articles"
        checks = verified.checks
    draft = drafters.extractive.draft(retrieval, confidence)
    verified = verify_draft(draft, retrieval.hits, article, knowledge)
    return Drafted(
        verified=verified.model_copy(update={"checks": (*checks, *verified.checks)}),
        short_answer=draft.short_answer if verified.sentences else None,
        failure=failure,
    )
