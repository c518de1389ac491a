from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from policy_qa.aio import AsyncPolicyQA
from policy_qa.engine import PolicyQA
from policy_qa.records import Answer
from policy_qa.service.mcp_tools import build_tools

QUESTION = "出口管制使研发周期延长了多久？"
Talk = Callable[[Client], Awaitable[None]]


def talk_to(server: Any, talk: Talk, **options: Any) -> None:
    async def connect() -> None:
        async with asyncio.timeout(120), Client(server, **options) as client:
            await talk(client)

    asyncio.run(connect())


async def the_three_tools_work(client: Client) -> None:
    listed = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(listed) == {"ask_policy", "search_policy", "read_article"}
    assert all(tool.description and tool.output_schema for tool in listed.values())

    asked = await client.call_tool("ask_policy", {"question": QUESTION})
    answer = Answer.model_validate(asked.structured_content)
    assert answer.status == "answered"
    assert Answer.model_validate_json(asked.content[0].text) == answer  # type: ignore[union-attr]

    found = await client.call_tool("search_policy", {"question": QUESTION, "k": 2})
    assert found.structured_content is not None
    assert len(found.structured_content["hits"]) == 2

    citation = answer.citations[0]
    read = await client.call_tool("read_article", {"article_id": citation.article_id})
    assert read.structured_content is not None
    assert read.structured_content["text"][citation.start : citation.end] == citation.quote


async def wrong_calls_are_told_what_is_wrong(client: Client) -> None:
    unknown = await client.call_tool("read_article", {"article_id": "nobody"})
    assert unknown.is_error
    assert "nobody" in unknown.content[0].text  # type: ignore[union-attr]
    backwards = {"question": QUESTION, "since": "2025-02-01", "until": "2025-01-01"}
    refused = await client.call_tool("ask_policy", backwards)
    assert refused.is_error
    assert "later" in refused.content[0].text  # type: ignore[union-attr]
    assert (await client.call_tool("search_policy", {"question": QUESTION, "k": 0})).is_error


async def filters_restrict(client: Client) -> None:
    found = await client.call_tool("search_policy", {"question": QUESTION, "articles": ["data-centres"]})
    assert found.structured_content is not None
    assert {hit["article_id"] for hit in found.structured_content["hits"]} == {"data-centres"}


@pytest.mark.parametrize("talk", [the_three_tools_work, wrong_calls_are_told_what_is_wrong, filters_restrict])
@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_over_streamable_http(live: str, talk: Talk, mode: str) -> None:
    talk_to(f"{live}/mcp", talk, mode=mode)


@pytest.mark.parametrize("talk", [the_three_tools_work, wrong_calls_are_told_what_is_wrong])
def test_in_process(engine: PolicyQA, talk: Talk) -> None:
    talk_to(build_tools(AsyncPolicyQA(engine)), talk)


@pytest.mark.slow
def test_over_stdio_with_the_real_model(corpus: Path, tmp_path: Path) -> None:
    policy_qa = str(Path(sys.executable).with_name("policy-qa"))
    arguments = ["--corpus", str(corpus), "--index", str(tmp_path / "index")]
    made = os.spawnv(os.P_WAIT, policy_qa, [policy_qa, *arguments, "index"])  # noqa: S606
    assert made == 0
    server = StdioServerParameters(
        command=policy_qa, args=[*arguments, "mcp"], env={**os.environ, "POLICY_QA_ABSTAIN_BELOW": "0"}
    )
    talk_to(server, the_three_tools_work)


def test_with_a_token_mcp_asks_for_it(with_settings: Callable[..., PolicyQA]) -> None:
    import httpx2
    from services import running

    from policy_qa.service.app import create_app

    app = create_app(with_settings(tokens=("mcp-token",)), with_page=False)
    with running(app) as address:
        with pytest.raises(BaseException):  # noqa: B017, PT011 - the client wraps the 401 in a group
            talk_to(f"{address}/mcp", the_three_tools_work)

        async def with_token() -> None:
            headers = {"Authorization": "Bearer mcp-token"}
            async with httpx2.AsyncClient(headers=headers) as http:
                transport = streamable_http_client(f"{address}/mcp", http_client=http)
                async with Client(transport) as client:
                    await the_three_tools_work(client)

        asyncio.run(with_token())
