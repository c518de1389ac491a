"""The engine over HTTP and MCP."""
