"""Which language model drafts: none, one at the configured endpoint, or one that is handed in."""

from __future__ import annotations

import threading
from typing import Any, Final

from policy_qa.answering.chat_models import ChatModel, LlamaIndexModel
from policy_qa.answering.extractive import MODEL_NAME
from policy_qa.answering.openai_endpoint import OpenAIEndpoint
from policy_qa.errors import UsageError
from policy_qa.settings import Settings

_MOST_NAMES: Final = 16
"""Models remembered: names come from outside."""


class Models:
    """The models of one engine. What is learnt about an endpoint is kept as long as the engine."""

    def __init__(self, settings: Settings) -> None:
        """Contacts nobody yet.

        Args:
            settings: Address, model and key of the endpoint.
        """
        self._settings = settings
        self._lock = threading.Lock()
        self._endpoints: dict[str, OpenAIEndpoint] = {}

    def chosen(self, llm: object) -> ChatModel | None:
        """The model to draft with.

        Args:
            llm: ``None`` for the configured one, ``extractive`` for none, the name of a model at the
                configured endpoint, a ``ChatModel`` or a llama-index ``LLM``.

        Raises:
            UsageError: A model is named and no endpoint is configured.
        """
        settings = self._settings
        if llm == MODEL_NAME or (llm is None and settings.llm_url is None):
            return None
        if llm is not None and not isinstance(llm, str):
            return _wrap(llm)
        if settings.llm_url is None:
            raise UsageError(
                f"No language model {llm!r}: set POLICY_QA_LLM_URL to an OpenAI-compatible address."
            )
        name = llm or settings.llm_model
        if name is None:
            raise UsageError("Set POLICY_QA_LLM_MODEL to the name of a model at POLICY_QA_LLM_URL.")
        return self._endpoint(settings.llm_url, name)

    def _endpoint(self, url: str, name: str) -> OpenAIEndpoint:
        with self._lock:
            if name not in self._endpoints:
                if len(self._endpoints) >= _MOST_NAMES:
                    del self._endpoints[next(iter(self._endpoints))]
                key = self._settings.llm_key
                self._endpoints[name] = OpenAIEndpoint(
                    url,
                    name,
                    key.get_secret_value() if key else None,
                    structured=self._settings.llm_structured,
                )
            return self._endpoints[name]


def _wrap(llm: Any) -> ChatModel:
    if hasattr(llm, "stream_chat"):
        return LlamaIndexModel(llm)
    if hasattr(llm, "stream") and isinstance(getattr(llm, "name", None), str):
        model: ChatModel = llm
        return model
    raise UsageError(f"{type(llm).__name__} is neither a llama-index LLM nor a model that streams.")
