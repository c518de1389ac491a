"""Streams against a real port and a language model that is held back at will."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import openai
import pytest
from fastapi.testclient import TestClient
from gated_model import GatedModel, gated_model
from services import BASE, Make, running

from policy_qa.aio import AsyncPolicyQA, Found
from policy_qa.citing.verification import CitedSentence
from policy_qa.engine import PolicyQA
from policy_qa.errors import IndexMissingError, OverloadedError, UsageError
from policy_qa.records import Answer
from policy_qa.service.app import create_app
from policy_qa.service.openai_api import footnotes

QUESTION = "算力券每年发放总额是多少？"
Events = Iterator[tuple[str, Any]]


@dataclass
class Talking:
    """An engine whose language model is held back, and the service around it."""

    engine: PolicyQA
    model: GatedModel
    address: str = ""


@pytest.fixture
def talking(engine: PolicyQA, with_settings: Make) -> Iterator[Talking]:
    label = next(n for n, hit in enumerate(engine.search(QUESTION, k=10).hits, 1) if "8.2亿元" in hit.text)
    sentences = (f"算力券每年发放总额为8.2亿元[P{label}]。每家", f"企业每年最多领取300万元[P{label}]。")
    with gated_model(*sentences) as model:
        made = with_settings(llm_url=model.url, llm_model="held-back", llm_seconds=20.0)
        made.ask(QUESTION, llm="extractive")
        with running(create_app(made, with_page=False)) as address:
            yield Talking(made, model, address)
        made.close()


@contextmanager
def events(address: str, body: dict[str, Any]) -> Iterator[Events]:
    """The events of a stream, as they arrive."""

    def read(lines: Iterator[str]) -> Events:
        name = ""
        for line in lines:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield name, json.loads(line.removeprefix("data: "))

    with httpx.stream("POST", f"{address}/v1/answer", json={**body, "stream": True}, timeout=20) as response:
        assert response.status_code == 200
        yield read(response.iter_lines())


def same(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key != "timings_ms"}


def until(true: Callable[[], bool], seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return true()


def test_the_first_sentence_arrives_before_the_model_has_finished(talking: Talking) -> None:
    with events(talking.address, {"question": QUESTION}) as stream:
        assert next(stream)[0] == "hits"
        assert next(stream) == ("delta", {"text": "算力券每年发放总额为8.2亿元。[1]"})
        name, citation = next(stream)
        assert (name, citation["marker"]) == ("citation", 1)
        assert "8.2亿元" in citation["quote"]
        assert not talking.model.finished.is_set()
        talking.model.gate.set()
        rest = list(stream)
    whole = rest[-1][1]
    text = "算力券每年发放总额为8.2亿元。[1]" + "".join(d["text"] for name, d in rest if name == "delta")
    assert text == whole["answer"]
    assert "300万元" in whole["answer"]
    assert [d for name, d in [("citation", citation), *rest] if name == "citation"] == whole["citations"]
    assert same(whole) == same(talking.engine.ask(QUESTION).model_dump(mode="json"))


def test_english_sentences_of_a_stream_are_set_apart_as_in_the_answer(talking: Talking) -> None:
    label = talking.model.first.partition("[")[2].partition("]")[0]
    talking.model.first = f"The total amount of 算力券 is 820 million yuan a year[{label}]. "
    talking.model.then = f"Each firm receives at most 3 million yuan a year[{label}]."
    talking.model.gate.set()
    with events(talking.address, {"question": QUESTION, "language": "en"}) as stream:
        got = list(stream)
    assert "".join(d["text"] for name, d in got if name == "delta") == got[-1][1]["answer"]
    assert "[1] " in got[-1][1]["answer"]


def test_an_openai_client_reads_the_first_sentence_before_the_model_has_finished(talking: Talking) -> None:
    model = "policy-qa+held-back"
    with openai.OpenAI(base_url=f"{talking.address}/v1", api_key="unused", max_retries=0) as client:
        stream = client.chat.completions.create(
            model=model, messages=[{"role": "user", "content": QUESTION}], stream=True
        )
        chunks = [next(stream), next(stream)]
        assert "8.2亿元" in (chunks[1].choices[0].delta.content or "")
        assert not talking.model.finished.is_set()
        talking.model.gate.set()
        chunks += stream
    answer = talking.engine.ask(QUESTION)
    text = "".join(c.choices[0].delta.content or "" for c in chunks)
    assert text == answer.answer + "".join(footnotes(answer))
    assert {chunk.model for chunk in chunks} == {model}


def test_a_client_that_goes_away_stops_the_work(talking: Talking) -> None:
    with events(talking.address, {"question": QUESTION}) as stream:
        assert [next(stream)[0], next(stream)[0]] == ["hits", "delta"]
    assert until(talking.model.left.is_set)
    assert until(lambda: _in_hand(talking.address) == 0)


def test_a_client_that_goes_away_while_the_model_is_silent_frees_its_place(
    talking: Talking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talking.model, "first", "")
    with events(talking.address, {"question": QUESTION}) as stream:
        assert next(stream)[0] == "hits"
    assert until(lambda: _in_hand(talking.address) == 0, 3.0)


@pytest.mark.parametrize("door", ["answer", "chat/completions"])
def test_a_client_that_gives_up_on_a_whole_answer_stops_the_work_too(talking: Talking, door: str) -> None:
    messages = [{"role": "user", "content": QUESTION}]
    chat = {"model": "policy-qa+held-back", "messages": messages}
    body = {"question": QUESTION} if door == "answer" else chat
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{talking.address}/v1/{door}", json=body, timeout=2.0)
    assert until(talking.model.left.is_set)
    assert until(lambda: _in_hand(talking.address) == 0)
    assert until(lambda: f'/v1/{door}",status="499"' in httpx.get(f"{talking.address}/metrics").text)


def _in_hand(address: str) -> int:
    lines = httpx.get(f"{address}/metrics").text.splitlines()
    return int(float(next(x for x in lines if x.startswith("policy_qa_questions_in_hand")).split()[-1]))


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (IndexMissingError("Run `policy-qa index`."), 503, "Run `policy-qa index`."),
        (RuntimeError("password 123"), 500, "Something went wrong here."),
    ],
)
def test_an_error_after_the_hits_arrives_as_an_event_without_inner_words(
    own_engine: PolicyQA,
    own_client: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    said: str,
) -> None:
    ask = own_engine.ask

    def broken(question: str, *, on_hits: Any = None, **given: Any) -> Answer:
        ask(question, on_hits=on_hits)
        raise error

    monkeypatch.setattr(own_engine, "ask", broken)
    response = own_client.post("/v1/answer", json={"question": QUESTION, "stream": True})
    blocks = [block.splitlines() for block in response.text.strip().split("\n\n")]
    problem = json.loads(blocks[-1][1].removeprefix("data: "))
    assert [block[0] for block in blocks] == ["event: hits", "event: error"]
    assert (problem["status"], response.status_code) == (status, 200)
    assert problem["detail"].startswith(said)
    assert problem["request_id"] == response.headers["x-request-id"]
    assert "password" not in response.text


def test_an_openai_client_hears_of_an_error_after_its_stream_has_begun(
    own_engine: PolicyQA, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = own_engine.ask

    def broken(question: str, *, on_hits: Any = None, **given: Any) -> Answer:
        ask(question, on_hits=on_hits)
        raise IndexMissingError("Run `policy-qa index`.")

    with running(create_app(own_engine, with_page=False)) as address:
        monkeypatch.setattr(own_engine, "ask", broken)
        with openai.OpenAI(base_url=f"{address}/v1", api_key="unused", max_retries=0) as client:
            stream = client.chat.completions.create(
                model="policy-qa", messages=[{"role": "user", "content": QUESTION}], stream=True
            )
            with pytest.raises(openai.APIError, match="policy-qa index"):
                list(stream)


def test_an_error_before_the_hits_is_an_error_and_no_stream(
    own_engine: PolicyQA, own_client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Answer:
        raise IndexMissingError("Run `policy-qa index`.")

    monkeypatch.setattr(own_engine, "ask", broken)
    response = own_client.post("/v1/answer", json={"question": QUESTION, "stream": True})
    assert (response.status_code, response.headers["content-type"]) == (503, "application/problem+json")


@pytest.mark.parametrize(
    "question", [QUESTION, "每家企业最多领取多少？", "报告研究了几家企业？", "？？", "火星上有水吗"]
)
def test_the_streamed_answer_is_that_of_the_whole_call(client: TestClient, question: str) -> None:
    whole = client.post("/v1/answer", json={"question": question, "k": 2}).json()
    streamed = client.post("/v1/answer", json={"question": question, "k": 2, "stream": True}).text
    last = streamed.strip().split("\n\n")[-1].splitlines()[1].removeprefix("data: ")
    assert same(json.loads(last)) == same(whole)
    assert streamed.startswith("event: hits\n")


def test_the_async_adapter_tells_hits_sentences_and_the_answer(talking: Talking) -> None:
    async def listen() -> list[Any]:
        heard: list[Any] = []
        async for one in AsyncPolicyQA(talking.engine).stream(QUESTION, k=2):
            heard.append(one)
            if isinstance(one, CitedSentence):
                talking.model.gate.set()
        return heard

    heard = asyncio.run(listen())
    assert [type(one) for one in heard] == [Found, CitedSentence, CitedSentence, Answer]
    assert len(heard[0].hits) == 2
    assert heard[1].citations[0] == heard[-1].citations[0]
    assert same(heard[-1].model_dump()) == same(talking.engine.ask(QUESTION, k=2).model_dump())


def test_the_async_adapter_raises_what_the_engine_raises(engine: PolicyQA) -> None:
    async def listen(asker: AsyncPolicyQA, **given: Any) -> None:
        async for _ in asker.stream(QUESTION, **given):
            pass

    with pytest.raises(UsageError, match="POLICY_QA_LLM_URL"):
        asyncio.run(listen(AsyncPolicyQA(engine), llm="nobody"))
    with pytest.raises(OverloadedError):
        asyncio.run(listen(AsyncPolicyQA(engine, at_once=1, waiting=-1)))


def test_only_models_that_are_there_are_listed_and_each_writes_its_own_answer(talking: Talking) -> None:
    talking.model.gate.set()
    with openai.OpenAI(base_url=f"{talking.address}/v1", api_key="unused", max_retries=0) as client:
        assert [m.id for m in client.models.list().data] == ["policy-qa", "policy-qa+held-back"]
        assert client.models.retrieve("policy-qa+held-back").id == "policy-qa+held-back"

        def ask(model: str) -> Any:
            messages: Any = [{"role": "user", "content": QUESTION}]
            return client.chat.completions.create(model=model, messages=messages)

        own, written = ask("policy-qa"), ask("policy-qa+held-back")
        assert talking.model.n_requests == 1
        assert (own.model, written.model) == ("policy-qa", "policy-qa+held-back")
        assert "held-back" not in own.choices[0].message.content
        assert "由语言模型held-back撰写" in written.choices[0].message.content
        with pytest.raises(openai.NotFoundError, match="policy-qa\\+other") as unknown:
            ask("policy-qa+other")
        assert isinstance(unknown.value.body, dict)
        assert "GET /v1/models" in unknown.value.body["message"]


def test_a_model_whose_name_has_a_slash_can_be_described(with_settings: Make) -> None:
    made = with_settings(llm_url="http://127.0.0.1:9/v1", llm_model="Qwen/Qwen3-8B")
    with TestClient(create_app(made, with_page=False), base_url=BASE) as client:
        assert client.get("/v1/models/policy-qa+Qwen%2FQwen3-8B").json()["id"] == "policy-qa+Qwen/Qwen3-8B"
        assert client.get("/v1/models/policy-qa+Qwen").status_code == 404
