"""What the log says of questions: nothing, unless it was asked to."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from services import BASE, Make

from policy_qa.errors import IndexMissingError
from policy_qa.service.app import create_app
from policy_qa.service.observing import LOGGER, JsonLines
from policy_qa.settings import load_settings

QUESTION = "算力券每年发放总额是多少？"
ANSWER = "8.2亿元"
CHAT = [{"role": "user", "content": QUESTION}]
MCP = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "ask_policy", "arguments": {"question": QUESTION}},
}
DOORS: dict[str, tuple[str, dict[str, Any]]] = {
    "answer": ("/v1/answer", {"question": QUESTION}),
    "stream": ("/v1/answer", {"question": QUESTION, "stream": True}),
    "search": ("/v1/search", {"question": QUESTION}),
    "chat": ("/v1/chat/completions", {"model": "policy-qa", "messages": CHAT}),
    "chat-stream": ("/v1/chat/completions", {"model": "policy-qa", "messages": CHAT, "stream": True}),
}
UNLOGGED: dict[str, tuple[str, dict[str, Any]]] = {
    "feedback": ("/v1/feedback", {"thumb": "up", "question": QUESTION, "answer": ANSWER}),
    "invalid": ("/v1/answer", {"question": QUESTION, "k": QUESTION}),
    "unknown-model": ("/v1/answer", {"question": QUESTION, "llm": "nobody"}),
    "mcp": ("/mcp", MCP),
}
Post = Callable[[str, dict[str, Any]], list[dict[str, Any]]]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that is logged anywhere, down to the smallest notice, as the service writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root, ours = logging.getLogger(), logging.getLogger(LOGGER)
    before = root.level, ours.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    ours.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before[0])
    ours.setLevel(before[1])


def lines_after(
    with_settings: Make, written: io.StringIO, path: str, body: dict[str, Any], **settings: Any
) -> list[dict[str, Any]]:
    headers = {"Accept": "application/json, text/event-stream"}
    with TestClient(create_app(with_settings(**settings), with_page=False), base_url=BASE) as client:
        client.post(path, json=body, headers=headers).read()
    return [json.loads(line) for line in written.getvalue().splitlines()]


def about_requests(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["message"] == "request"]


@pytest.mark.parametrize("door", [*DOORS, *UNLOGGED])
def test_neither_question_nor_answer_is_in_the_log_by_default(
    with_settings: Make, written: io.StringIO, tmp_path: Any, door: str
) -> None:
    path, body = (DOORS | UNLOGGED)[door]
    lines = lines_after(with_settings, written, path, body, feedback=tmp_path / "feedback.sqlite")
    assert [line["route"] for line in about_requests(lines)] == [path]
    for words in (QUESTION, "算力券", ANSWER):
        assert words not in written.getvalue()
        assert json.dumps(words).strip('"') not in written.getvalue()


@pytest.mark.parametrize("door", DOORS)
def test_a_setting_writes_the_question_into_the_line_of_its_request(
    with_settings: Make, written: io.StringIO, door: str
) -> None:
    lines = lines_after(with_settings, written, *DOORS[door], log_questions=True)
    assert [line["question"] for line in about_requests(lines)] == [QUESTION]
    assert ANSWER not in written.getvalue()


def test_a_long_question_is_cut_in_the_log(with_settings: Make, written: io.StringIO) -> None:
    body = {"question": QUESTION * 500}
    lines = lines_after(with_settings, written, "/v1/search", body, log_questions=True)
    assert len(about_requests(lines)[0]["question"]) == 500


def test_the_setting_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().log_questions is False
    monkeypatch.setenv("POLICY_QA_LOG_QUESTIONS", "true")
    assert load_settings().log_questions is True


def test_a_stream_that_breaks_off_says_why_in_its_line_and_not_what_was_asked(
    own_engine: Any, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = own_engine.ask

    def broken(question: str, *, on_hits: Any = None, **given: Any) -> Any:
        ask(question, on_hits=on_hits)
        raise IndexMissingError("Run `policy-qa index`.")

    monkeypatch.setattr(own_engine, "ask", broken)
    with TestClient(create_app(own_engine, with_page=False), base_url=BASE) as client:
        client.post("/v1/answer", json={"question": QUESTION, "stream": True}).read()
    (line,) = about_requests([json.loads(line) for line in written.getvalue().splitlines()])
    assert (line["broke_off"], line["status"]) == ("IndexMissingError", 200)
    assert QUESTION not in written.getvalue()
