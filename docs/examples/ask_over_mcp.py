"""Ask a running service (`policy-qa serve`) as an MCP host does."""

import asyncio
import os

from mcp import Client

address = os.environ.get("QA_ADDRESS", "http://127.0.0.1:7860")


async def main() -> None:
    async with Client(f"{address}/mcp") as client:
        print([tool.name for tool in (await client.list_tools()).tools])
        question = {"question": "到2025年，中国的算力总规模目标是多少？"}
        asked = await client.call_tool("ask_policy", question)
        print(asked.structured_content["answer"])


asyncio.run(main())
