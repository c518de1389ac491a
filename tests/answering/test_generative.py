from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import scripted_endpoint as endpoint

from policy_qa.answering.chat_models import Message
from policy_qa.embedding.fake import HashingEmbedder
from policy_qa.engine import PolicyQA
from policy_qa.errors import UsageError
from policy_qa.records import Answer

QUESTION = "算力券每年发放总额是多少？"
SECONDS = 2.0
"""Given to endpoints that fail; those that answer get more, so that a busy machine fails no test."""


class ScriptedModel:
    """Says what it is told to, one script a call."""

    name = "scripted"

    def __init__(self, *scripts: str) -> None:
        self.scripts = list(scripts)
        self.calls: list[Sequence[Message]] = []

    def stream(self, messages: Sequence[Message], seconds: float) -> Iterator[str]:
        self.calls.append(messages)
        yield from self.scripts[min(len(self.calls), len(self.scripts)) - 1]


def ask(
    engine: PolicyQA, script: endpoint.Script, seconds: float = 30.0
) -> tuple[Answer, float, endpoint.Endpoint]:
    with endpoint.serving(script) as server:
        configured = PolicyQA(
            embedder=HashingEmbedder(),
            corpus=engine.settings.corpus,
            index=engine.settings.index,
            abstain_below=0.0,
            llm_url=server.url,
            llm_model="bad-model",
            llm_key="secret-key",
            llm_seconds=seconds,
        )
        configured.ask(QUESTION, llm="extractive")  # opens the index before the clock starts
        started = time.monotonic()
        answer = configured.ask(QUESTION)
        took = time.monotonic() - started
        configured.close()
        return answer, took, server


def label_of(engine: PolicyQA, words: str, question: str = QUESTION) -> int:
    hits = engine.search(question, k=10).hits
    return next(number for number, hit in enumerate(hits, 1) if words in hit.text)


def test_a_sentence_that_its_passage_bears_out_is_shown_with_its_quote(engine: PolicyQA) -> None:
    label = label_of(engine, "8.2亿元")
    answer, _, server = ask(engine, endpoint.saying("算力券每年发放", f"总额为8.2亿元[P{label}]。"))
    assert (answer.status, answer.model) == ("answered", "bad-model")
    assert "算力券每年发放总额为8.2亿元。[1]" in answer.answer
    assert "8.2亿元" in answer.citations[0].quote
    assert server.requests[0]["authorization"] == "Bearer secret-key"


def test_a_changed_number_never_reaches_the_reader_and_is_reported(engine: PolicyQA) -> None:
    label = label_of(engine, "8.2亿元")
    answer, _, _ = ask(engine, endpoint.saying(f"算力券每年发放总额为9.9亿元[P{label}]。"))
    assert "9.9亿" not in answer.answer
    assert answer.model == "extractive"
    assert any(not check.passed and "9.9亿" in check.detail for check in answer.checks)


@pytest.mark.parametrize("label", ["", "[P99]", "[99]", "[P0]"])
def test_a_sentence_without_a_passage_that_exists_is_not_shown(engine: PolicyQA, label: str) -> None:
    answer, _, _ = ask(engine, endpoint.saying(f"月球基地今年开工{label}。"))
    assert "月球" not in answer.answer


def test_a_marker_on_the_wrong_passage_moves_to_the_right_one(engine: PolicyQA) -> None:
    right = label_of(engine, "8.2亿元")
    wrong = 2 if right == 1 else 1
    answer, _, _ = ask(engine, endpoint.saying(f"每年发放总额为8.2亿元[P{wrong}]。"))
    assert answer.model == "bad-model"
    assert "8.2亿元" in answer.citations[0].quote
    assert any("wrong source" in check.detail for check in answer.checks)


def test_a_failed_sentence_is_written_again_once(engine: PolicyQA) -> None:
    label = label_of(engine, "8.2亿元")
    model = ScriptedModel(f"每年发放9亿元[P{label}]。", f"每年发放总额为8.2亿元[P{label}]。", "没有第三次。")
    answer = engine.ask(QUESTION, llm=model)
    assert len(model.calls) == 2
    assert "8.2亿元" in answer.answer
    assert answer.model == "scripted"


def test_what_a_model_writes_is_handed_on_sentence_by_sentence(engine: PolicyQA) -> None:
    label = label_of(engine, "8.2亿元")
    model = ScriptedModel(f"每年发放总额为8.2亿元[P{label}]。每家企业最多领取300万元[P{label}]。")
    seen: list[str] = []
    engine.ask(QUESTION, llm=model, on_sentence=lambda sentence: seen.append(sentence.text))
    assert seen == ["每年发放总额为8.2亿元。", "每家企业最多领取300万元。"]


@pytest.mark.parametrize(
    "script",
    [
        endpoint.stall,
        endpoint.drip,
        endpoint.disconnect,
        endpoint.too_many,
        endpoint.broken,
        endpoint.web_page,
        endpoint.broken_json,
        endpoint.odd_json,
        endpoint.endless,
    ],
    ids=lambda script: script.__name__,
)
def test_a_failing_endpoint_gives_the_extractive_answer_in_time(
    engine: PolicyQA, script: endpoint.Script, caplog: pytest.LogCaptureFixture
) -> None:
    answer, took, _ = ask(engine, script, SECONDS)
    assert took < SECONDS + 6
    assert (answer.status, answer.model) == ("answered", "extractive")
    assert "8.2亿元" in answer.answer
    assert "语言模型没有给出可用的回答" in answer.answer
    assert "secret-key" not in caplog.text + answer.model_dump_json()


def test_an_endpoint_that_is_not_there_gives_the_extractive_answer(engine: PolicyQA, corpus: Path) -> None:
    lost = PolicyQA(
        embedder=HashingEmbedder(),
        corpus=corpus,
        index=engine.settings.index,
        abstain_below=0.0,
        llm_url="http://127.0.0.1:9/v1",
        llm_model="nobody",
    )
    assert lost.ask(QUESTION).model == "extractive"
    lost.close()


def test_a_named_model_without_an_endpoint_is_a_usage_error(engine: PolicyQA) -> None:
    with pytest.raises(UsageError, match="POLICY_QA_LLM_URL"):
        engine.ask(QUESTION, llm="deepseek-chat")


def test_a_llama_index_model_can_draft(engine: PolicyQA) -> None:
    from llama_index.core.llms import CustomLLM

    label = label_of(engine, "8.2亿元")
    said = f"每年发放总额为8.2亿元[P{label}]。"

    class Parrot(CustomLLM):  # type: ignore[misc]
        @property
        def metadata(self):  # type: ignore[no-untyped-def]
            from llama_index.core.llms import LLMMetadata

            return LLMMetadata(model_name="parrot")

        def complete(self, prompt, formatted=False, **_):  # type: ignore[no-untyped-def]
            from llama_index.core.llms import CompletionResponse

            return CompletionResponse(text=said)

        def stream_complete(self, prompt, formatted=False, **_):  # type: ignore[no-untyped-def]
            from llama_index.core.llms import CompletionResponse

            yield CompletionResponse(text=said, delta=said)

    answer = engine.ask(QUESTION, llm=Parrot())
    assert answer.model == "parrot"
    assert "8.2亿元" in answer.answer


def test_json_is_read_as_well_as_marked_text(engine: PolicyQA) -> None:
    label = label_of(engine, "8.2亿元")
    said = f'{{"sentences": [{{"text": "每年发放总额为8.2亿元。", "passages": ["P{label}"]}}]}}'
    assert engine.ask(QUESTION, llm=ScriptedModel(said)).model == "scripted"
