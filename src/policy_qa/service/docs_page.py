"""The API's reference as one plain HTML page, made from the OpenAPI description.

The usual viewers load their scripts from a content delivery network; this page loads nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.6 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font: 14px/1.5 ui-monospace, monospace; }
pre { overflow-x: auto; padding: .75rem 1rem; background: color-mix(in srgb, currentColor 7%, transparent); }
h3 code { font-size: 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0;
  border-bottom: 1px solid #8885; }
summary { cursor: pointer; }
"""


def docs_html(schema: Mapping[str, Any]) -> str:
    """Renders the reference.

    Args:
        schema: The OpenAPI description.
    """
    info = schema["info"]
    body = "".join(
        [
            f"<h1>{escape(info['title'])} {escape(info['version'])}</h1>",
            f"<p>{escape(info.get('description', ''))}</p>",
            '<p>The machine-readable description is at <a href="openapi.json">openapi.json</a>.</p>',
            *_operations(schema),
            "<h2>Schemas</h2>",
            *(_schema(name, one) for name, one in sorted(schema["components"]["schemas"].items())),
        ]
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(info['title'])} API</title><style>{_STYLE}</style></head>"
        f"<body><main>{body}</main></body></html>"
    )


def _operations(schema: Mapping[str, Any]) -> Iterator[str]:
    for tag in schema.get("tags", ()):
        yield f"<h2>{escape(tag['name'])}</h2><p>{escape(tag['description'])}</p>"
        for path, methods in schema["paths"].items():
            for method, operation in methods.items():
                if tag["name"] in operation.get("tags", ()):
                    yield _operation(path, method, operation, schema)


def _operation(path: str, method: str, operation: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    parts = [
        f'<h3 id="{escape(operation["operationId"])}"><code>{method.upper()} {escape(path)}</code></h3>',
        f"<p>{escape(operation.get('description', ''))}</p>",
    ]
    if parameters := operation.get("parameters"):
        parts.append(_table([(p["name"], p["schema"], p.get("description", "")) for p in parameters]))
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        parts.append(f"<p>Body: <code>{escape(media)}</code>, {_kind(content['schema'])}</p>")
        parts.extend(_example(one) for one in _resolve(content["schema"], schema).get("examples", ()))
    for status, response in operation["responses"].items():
        for media, content in response.get("content", {}).items():
            parts.append(
                f"<p>{escape(status)}: <code>{escape(media)}</code>, {_kind(content.get('schema', {}))}. "
                f"{escape(response.get('description', ''))}</p>"
            )
    return "".join(parts)


def _schema(name: str, one: Mapping[str, Any]) -> str:
    rows = [(key, value, value.get("description", "")) for key, value in one.get("properties", {}).items()]
    paragraphs = escape(one.get("description", "")).split("\n\n")
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs if paragraph)
    return (
        f'<details id="schema-{escape(name)}"><summary>{escape(name)}</summary>{text}{_table(rows)}</details>'
    )


def _table(rows: list[tuple[str, Mapping[str, Any], str]]) -> str:
    lines = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{_kind(kind)}</td><td>{escape(text)}</td></tr>"
        for name, kind, text in rows
    )
    return f"<table><tr><th>Name</th><th>Type</th><th>Meaning</th></tr>{lines}</table>" if rows else ""


def _kind(schema: Mapping[str, Any]) -> str:
    if reference := schema.get("$ref"):
        name = escape(reference.rsplit("/", 1)[-1])
        return f'<a href="#schema-{name}">{name}</a>'
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return " or ".join(_kind(one) for one in schema[key])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    if "enum" in schema:
        return " or ".join(f"<code>{escape(json.dumps(one))}</code>" for one in schema["enum"])
    return escape(str(schema.get("format") or schema.get("type") or schema.get("const") or "any"))


def _example(value: object) -> str:
    return f"<pre>{escape(json.dumps(value, ensure_ascii=False, indent=2))}</pre>"


def _resolve(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref", "")
    name = reference.rsplit("/", 1)[-1]
    found: Mapping[str, Any] = root["components"]["schemas"].get(name, schema) if name else schema
    return found
