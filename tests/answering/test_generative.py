from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import scripted_endpoint as endpoint

from policy_qa.answering.bounded import bounded
from policy_qa.answering.chat_models import Message
from policy_qa.answering.circles import until_circles
from policy_qa.answering.passages_for_model import passages_for_model
from policy_qa.embedding.fake import HashingEmbedder
from policy_qa.engine import PolicyQA
from policy_qa.errors import ServiceError, UsageError
from policy_qa.records import Answer
from policy_qa.retrieval.question import read_question

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


def configured(engine: PolicyQA, url: str, **settings: Any) -> PolicyQA:
    return PolicyQA(
        embedder=HashingEmbedder(),
        corpus=engine.settings.corpus,
        index=engine.settings.index,
        abstain_below=0.0,
        reader=False,
        llm_url=url,
        llm_model="model",
        **settings,
    )


def fussy(said: str, refuses: Callable[[dict[str, Any]], str | None]) -> endpoint.Script:
    """Answers every request but those it has something against."""

    def script(handler: endpoint.Handler) -> None:
        if (reason := refuses(handler.server.requests[-1]["body"])) is None:
            endpoint.saying(*said)(handler)
            return
        handler.begin(400, "application/json")
        handler.wfile.write(json.dumps({"error": {"message": reason}}).encode())

    return script


def test_an_endpoint_is_asked_for_json_and_its_sentences_come_one_by_one(engine: PolicyQA) -> None:
    label = label_of(engine, "8.2亿元")
    sentences = [
        {"text": t, "passages": [label]} for t in ("每年发放总额为8.2亿元。", "每家企业最多领取300万元。")
    ]
    seen: list[str] = []

    def script(handler: endpoint.Handler) -> None:
        handler.begin()
        handler.event('{"sentences": [' + json.dumps(sentences[0], ensure_ascii=False) + ", ")
        until = time.monotonic() + 10
        while not seen and time.monotonic() < until:  # goes on only when the first one is out
            time.sleep(0.01)
        handler.event(json.dumps(sentences[1], ensure_ascii=False) + "]}")
        handler.done()

    with endpoint.serving(script) as server:
        asking = configured(engine, server.url)
        answer = asking.ask(QUESTION, on_sentence=lambda s: seen.append(s.text))
        asking.close()
    assert seen == ["每年发放总额为8.2亿元。", "每家企业最多领取300万元。"]
    assert answer.model == "model"
    assert server.requests[0]["body"]["response_format"]["type"] == "json_schema"


def test_an_endpoint_without_json_schema_falls_back_to_text_once_and_for_all(engine: PolicyQA) -> None:
    said = f"每年发放总额为8.2亿元[P{label_of(engine, '8.2亿元')}]。"
    script = fussy(said, lambda body: "no response_format here" if "response_format" in body else None)
    with endpoint.serving(script) as server:
        asking = configured(engine, server.url)
        assert asking.ask(QUESTION).model == "model"
        assert asking.ask(QUESTION).model == "model"
        asking.close()
    assert ["response_format" in request["body"] for request in server.requests] == [True, False, False]
    assert "[P1]" in server.requests[1]["body"]["messages"][0]["content"]


def test_json_can_be_switched_off(engine: PolicyQA) -> None:
    with endpoint.serving(endpoint.saying("NO ANSWER")) as server:
        asking = configured(engine, server.url, llm_structured=False)
        asking.ask(QUESTION)
        asking.close()
    assert "response_format" not in server.requests[0]["body"]


def test_a_short_context_window_gets_fewer_passages_at_once_the_next_time(engine: PolicyQA) -> None:
    said = f"每年发放总额为8.2亿元[P{label_of(engine, '8.2亿元')}]。"

    def too_long(body: dict[str, Any]) -> str | None:
        several = "[P2]" in body["messages"][0]["content"].split("<passage>", 1)[1]
        return "exceeds the context size" if several else None

    with endpoint.serving(fussy(said, too_long)) as server:
        asking = configured(engine, server.url, llm_structured=False)
        assert asking.ask(QUESTION).model == "model"
        tries = len(server.requests)
        assert asking.ask(QUESTION).model == "model"
        asking.close()
    assert tries > 1
    assert len(server.requests) == tries + 1


def test_the_first_word_may_take_longer_than_a_pause_in_the_middle() -> None:
    def slow_start() -> Iterator[str]:
        time.sleep(0.3)
        yield "a"

    def pause() -> Iterator[str]:
        yield "a"
        time.sleep(0.3)
        yield "b"

    assert list(bounded(slow_start, 5, 100, stall=0.1)) == ["a"]
    with pytest.raises(ServiceError, match="silent"):
        list(bounded(pause, 5, 100, stall=0.1))


@pytest.mark.parametrize(
    ("said", "detail"),
    [
        ("每年发放总额为8.2亿元。", "cites no passage"),
        ("每年发放总额为8.2亿元[P77]。", "does not exist"),
        ("算力券每年发放总额是多少？[P1]", "states nothing"),
        ("2025-03-14 [P1]", "states nothing"),
        ("It totals 820 million yuan a year [P1].", "language"),
        ("办法写明“每年发放总额为八点二亿元人民币”[P1]。", "quoted words"),
    ],
)
def test_a_sentence_of_wrong_form_is_reported_and_not_shown(engine: PolicyQA, said: str, detail: str) -> None:
    answer = engine.ask(QUESTION, llm=ScriptedModel(said, "没有别的。"))
    assert answer.model == "extractive"
    assert any(not check.passed and detail in check.detail for check in answer.checks)


def test_a_model_that_runs_in_circles_is_stopped() -> None:
    counting = (f"{number}. NVIDIA CUDA-Cuda{2000 + number}, " for number in range(2000))
    assert len(list(until_circles(counting))) < 20
    blank = (" " for _ in range(2000))
    assert len(list(until_circles(blank))) < 100
    text = [
        "算力券每年发放总额为8.2亿元[P1]。",
        "每家企业每年最多领取300万元[P1]。",
        "领取的企业应报送用量[P2]。",
    ]
    assert list(until_circles(text)) == text


def test_an_english_answer_keeps_the_chinese_quote_and_says_what_is_translated(engine: PolicyQA) -> None:
    question = "How much is paid out in computing vouchers a year?"
    label = label_of(engine, "8.2亿元", question)
    said = f"The rules say that “a total of 820 million yuan is paid out each year” [P{label}]."
    answer = engine.ask(question, llm=ScriptedModel(said))
    assert answer.model == "scripted"
    assert "is paid out each year” (translated)" in answer.answer
    assert "8.2亿元" in answer.citations[0].quote
    assert "The quotes are in Chinese" in answer.answer


def test_an_exact_quote_is_not_called_a_translation(engine: PolicyQA) -> None:
    label = label_of(engine, "8.2亿元")
    answer = engine.ask(QUESTION, llm=ScriptedModel(f"办法规定“每年发放总额为8.2亿元”[P{label}]。"))
    assert answer.model == "scripted"
    assert "译文" not in answer.answer


def test_what_is_streamed_is_what_the_answer_begins_with(engine: PolicyQA) -> None:
    question = "How much is paid out in computing vouchers a year?"
    label = label_of(engine, "8.2亿元", question)
    said = f"The rules say that “a total of 820 million yuan is paid out each year” [P{label}]."
    seen: list[str] = []
    answer = engine.ask(question, llm=ScriptedModel(said), on_sentence=lambda s: seen.append(s.text))
    assert answer.answer.startswith(seen[0])


@pytest.mark.slow
def test_a_citation_is_cut_down_to_the_sentences_that_bear_the_claim_out(
    corpus: Path, tmp_path: Path
) -> None:
    from policy_qa.embedding.bundled import BundledE5

    engine = PolicyQA(embedder=BundledE5(), corpus=corpus, index=tmp_path, abstain_below=0.0, reader=False)
    engine.index()
    label = label_of(engine, "300万元")
    answer = engine.ask(QUESTION, llm=ScriptedModel(f"每家企业一年最多可以领取300万元[P{label}]。"))
    assert [citation.quote for citation in answer.citations] == ["每家企业每年最多领取300万元。"]
    engine.close()


def test_each_part_of_a_question_has_its_passage_in_front_of_a_model(engine: PolicyQA) -> None:
    question = "算力券每年发放总额是多少？国产芯片的良率达到了多少？"
    asked = read_question(question, 2000)
    retrieval = engine.retrieve(asked, 10)
    assert len(retrieval.aspects) == 2
    for n in (2, 3):
        front = " ".join(hit.text for hit in passages_for_model(retrieval, n)[:n])
        assert "8.2亿元" in front
        assert "82%" in front
    assert sorted(h.passage_id for h in passages_for_model(retrieval, 2)) == sorted(
        h.passage_id for h in retrieval.hits
    )


def test_a_question_in_several_parts_is_answered_part_by_part(engine: PolicyQA) -> None:
    question = "算力券每年发放总额是多少？国产芯片的良率达到了多少？"

    class PartByPart(ScriptedModel):
        def stream(self, messages: Sequence[Message], seconds: float) -> Iterator[str]:
            passages = re.findall(r"\[P(\d+)\](.*?)</passage>", messages[0].content, re.DOTALL)
            for words, said in (
                ("8.2亿元", "算力券每年发放总额为8.2亿元"),
                ("82%", "国产芯片的良率已达到82%"),
            ):
                label = next(number for number, text in passages if words in text)
                yield f"{'林一舟指出，' if '82%' in said else ''}{said}[P{label}]。"

    answer = engine.ask(question, llm=PartByPart())
    assert {"8.2亿元", "82%"} <= {w for w in ("8.2亿元", "82%") if w in answer.answer}
    assert len({c.article_id for c in answer.citations}) == 2
