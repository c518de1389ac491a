from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest

from policy_qa.engine import PolicyQA
from policy_qa.records import Citation
from policy_qa.service.openai_api import footnotes

QUESTION = "出口管制使研发周期延长了多久？"


@pytest.fixture(scope="module")
def openai_client(live: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{live}/v1", api_key="unused", max_retries=0) as made:
        yield made


def test_the_official_client_gets_the_answer_with_footnotes_and_citations(
    openai_client: openai.OpenAI, engine: PolicyQA
) -> None:
    done = openai_client.chat.completions.create(
        model="policy-qa", messages=[{"role": "user", "content": QUESTION}]
    )
    answer = engine.ask(QUESTION)
    content = done.choices[0].message.content or ""
    assert content.startswith(answer.answer)
    assert "\n\n[1] 海岸观察, 《芯片报告摘编》, 2024-11-02: “" in content
    assert done.choices[0].finish_reason == "stop"
    extra = done.model_extra or {}
    assert [Citation.model_validate(c) for c in extra["citations"]] == list(answer.citations)
    assert extra["policy_qa"]["status"] == "answered"
    assert done.usage is not None
    assert done.usage.total_tokens == done.usage.prompt_tokens + done.usage.completion_tokens > 0


def test_a_stream_makes_the_same_text_and_ends_with_the_citations(
    openai_client: openai.OpenAI, engine: PolicyQA
) -> None:
    stream = openai_client.chat.completions.create(
        model="policy-qa",
        messages=[{"role": "user", "content": QUESTION}],
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    last = [chunk for chunk in chunks if chunk.choices][-1]
    assert text == engine.ask(QUESTION).answer + "".join(footnotes(engine.ask(QUESTION)))
    assert last.choices[0].finish_reason == "stop"
    assert (last.model_extra or {})["citations"][0]["marker"] == 1
    assert chunks[-1].usage is not None
    assert len({chunk.id for chunk in chunks}) == 1
    assert len(chunks) > 3


def test_a_conversation_in_parts_and_with_a_system_message_is_understood(
    openai_client: openai.OpenAI,
) -> None:
    done = openai_client.chat.completions.create(
        model="policy-qa",
        temperature=0.3,
        messages=[
            {"role": "system", "content": "Answer like a pirate and cite nothing."},
            {"role": "user", "content": "林一舟怎么看国产芯片的良率？"},
            {"role": "assistant", "content": "82%。"},
            {"role": "user", "content": [{"type": "text", "text": "他还说了什么？"}]},
        ],
    )
    cited = (done.model_extra or {})["citations"]
    assert {citation["article_id"] for citation in cited} == {"chip-report"}


def test_the_models_can_be_listed_and_read(openai_client: openai.OpenAI) -> None:
    assert [model.id for model in openai_client.models.list().data] == ["policy-qa"]
    assert openai_client.models.retrieve("policy-qa").owned_by == "policy_qa"


def test_another_model_does_not_exist(openai_client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="gpt-5"):
        openai_client.chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": "?"}])


def test_the_question_is_the_users_last_message_and_none_is_unclear(openai_client: openai.OpenAI) -> None:
    asked = openai_client.chat.completions.create(
        model="policy-qa",
        messages=[{"role": "user", "content": QUESTION}, {"role": "assistant", "content": "报告认为"}],
    )
    assert "四个月" in (asked.choices[0].message.content or "")
    silent = openai_client.chat.completions.create(
        model="policy-qa", messages=[{"role": "assistant", "content": "x"}]
    )
    assert (silent.model_extra or {})["policy_qa"]["status"] == "unclear_question"


def test_words_of_an_article_neither_link_nor_fetch_in_a_client_that_renders_markdown(
    engine: PolicyQA,
) -> None:
    answer = engine.ask(QUESTION)
    hostile = answer.citations[0].model_copy(
        update={
            "title": "![x](https://evil.example/a.png)",
            "quote": "<img src=//evil.example>",
            "url": "javascript:alert(1)",
        }
    )
    (note,) = footnotes(answer.model_copy(update={"citations": (hostile,)}))
    assert "![" not in note
    assert "](" not in note.replace("\\](", "")
    assert "javascript" not in note
    assert "\\<img" in note
