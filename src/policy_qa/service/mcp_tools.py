"""The MCP tools: ask, search, read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy_qa.engine import PolicyQA

if TYPE_CHECKING:
    from mcp.server import MCPServer


def build_tools(engine: PolicyQA) -> MCPServer:
    """The MCP server with its three tools."""
    from mcp.server import MCPServer

    server = MCPServer("policy_qa", instructions="Cited answers over Chinese articles on AI policy.")

    @server.tool()
    def ask_policy(question: str) -> dict[str, Any]:
        """Answer a question, in Chinese or English, with cited sentences, or abstain."""
        return engine.ask(question).model_dump(mode="json")

    @server.tool()
    def search_policy(question: str, k: int = 8) -> dict[str, Any]:
        """Find the passages closest to a question."""
        return engine.search(question, k=k).model_dump(mode="json")

    @server.tool()
    def read_article(article_id: str) -> dict[str, Any]:
        """Read an article: metadata and full cleaned text."""
        return engine.article(article_id).model_dump(mode="json", exclude={"removed"})

    return server


def run_stdio(engine: PolicyQA) -> None:
    """Serves the tools over standard input and output until the host closes them."""
    build_tools(engine).run("stdio")
