"""What an endpoint refuses is left out from then on; nothing else changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import scripted_endpoint as endpoint

from policy_qa.answering.chat_models import ContextTooLongError, Message, ShapeRefusedError
from policy_qa.answering.openai_endpoint import OpenAIEndpoint
from policy_qa.errors import ServiceError

ASKED = [Message("user", "x" * 1000)]
SHAPE = {"type": "object"}


def refusing(unless: Callable[[dict[str, Any]], bool], said: str, status: int = 400) -> endpoint.Script:
    """Answers only requests that suit it."""

    def script(handler: endpoint.Handler) -> None:
        if unless(handler.server.requests[-1]["body"]):
            endpoint.saying("ok")(handler)
            return
        handler.begin(status, "application/json")
        handler.wfile.write(said.encode())

    return script


def test_a_schema_is_sent_as_response_format_and_the_answer_streams() -> None:
    with endpoint.serving(endpoint.saying('{"a', '": 1}')) as server:
        model = OpenAIEndpoint(server.url, "m")
        assert list(model.stream(ASKED, 10, schema=SHAPE)) == ['{"a', '": 1}']
    sent = server.requests[0]["body"]["response_format"]
    assert sent == {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": SHAPE}}


def test_an_endpoint_that_knows_no_schema_is_not_asked_for_one_again() -> None:
    script = refusing(lambda body: "response_format" not in body, '{"error": "unknown response_format"}')
    with endpoint.serving(script) as server:
        model = OpenAIEndpoint(server.url, "m")
        assert model.structured
        with pytest.raises(ShapeRefusedError):
            list(model.stream(ASKED, 10, schema=SHAPE))
        assert not model.structured
        assert list(model.stream(ASKED, 10)) == ["ok"]


@pytest.mark.parametrize(
    ("option", "instead"), [("max_tokens", "max_completion_tokens"), ("temperature", None)]
)
def test_an_option_that_an_endpoint_names_is_left_out(option: str, instead: str | None) -> None:
    script = refusing(lambda body: option not in body, json.dumps({"error": f"'{option}' is not supported"}))
    with endpoint.serving(script) as server:
        model = OpenAIEndpoint(server.url, "m")
        assert list(model.stream(ASKED, 10, schema=SHAPE)) == ["ok"]
        assert list(model.stream(ASKED, 10, schema=SHAPE)) == ["ok"]
    assert [option in request["body"] for request in server.requests] == [True, False, False]
    assert model.structured
    assert instead is None or instead in server.requests[-1]["body"]


@pytest.mark.parametrize(
    ("status", "said", "most"),
    [
        (
            400,
            '{"error": {"type": "exceed_context_size_error", "n_prompt_tokens": 4000, "n_ctx": 2700}}',
            500,
        ),
        (400, '{"error": {"message": "This model\'s maximum context length is 4096 tokens"}}', 500),
        (500, '{"error": "the prompt is too long"}', 500),
    ],
)
def test_messages_that_are_too_long_are_told_apart_and_a_length_is_kept(
    status: int, said: str, most: int
) -> None:
    with endpoint.serving(refusing(lambda _: False, said, status)) as server:
        model = OpenAIEndpoint(server.url, "m")
        with pytest.raises(ContextTooLongError):
            list(model.stream(ASKED, 10))
    assert model.most_characters == most
    assert len(server.requests) == 1


def test_too_many_tokens_a_minute_are_no_question_of_length() -> None:
    with endpoint.serving(refusing(lambda _: False, "too many tokens, slow down", 429)) as server:
        model = OpenAIEndpoint(server.url, "m")
        with pytest.raises(ServiceError, match="429"):
            list(model.stream(ASKED, 1))
    assert model.most_characters is None


def test_an_error_in_the_middle_of_a_stream_is_an_error() -> None:
    def script(handler: endpoint.Handler) -> None:
        handler.begin()
        handler.event("half")
        handler.wfile.write(b'data: {"error": {"message": "out of memory"}}\n\n')

    with endpoint.serving(script) as server, pytest.raises(ServiceError, match="while answering"):
        list(OpenAIEndpoint(server.url, "m").stream(ASKED, 10))
