"""The OpenAPI description, brought in line with how the service answers errors."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from policy_qa.service.problems import MEDIA_TYPE, Problem

_DESCRIPTION = (
    "Cited answers over Chinese articles on AI policy, asked in Chinese or English. Every sentence of an "
    "answer points to the exact words of an article, or is not shown. Every error is a problem document "
    "(RFC 9457)."
)
_UNUSED = ("HTTPValidationError", "ValidationError")
_TAGS = (
    ("Questions", "Answers, passages, judgements."),
    ("Articles", "The corpus: read, add, remove."),
    ("OpenAI", "The wire format of OpenAI's chat completions."),
    ("Operation", "Health, readiness, metrics."),
)


def describe(app: FastAPI, *, with_tokens: bool) -> None:
    """Completes the description that FastAPI makes.

    Args:
        app: The application, its routes already on it.
        with_tokens: Whether a token is needed.
    """
    app.description = _DESCRIPTION
    app.openapi_tags = [{"name": name, "description": text} for name, text in _TAGS]
    made = app.openapi

    def complete() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(made(), with_tokens)
        return app.openapi_schema

    app.openapi = complete  # type: ignore[method-assign] # FastAPI's documented way


def _completed(schema: dict[str, Any], with_tokens: bool) -> dict[str, Any]:
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in _UNUSED:
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    components["responses"] = {
        "Problem": {
            "description": "An error",
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    }
    for path in schema["paths"].values():
        for operation in path.values():
            responses = operation["responses"]
            if "422" in responses:
                responses["422"] = {"$ref": "#/components/responses/Problem"}
            responses["default"] = {"$ref": "#/components/responses/Problem"}
    if with_tokens:
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        schema["security"] = [{"token": []}]
    return schema
