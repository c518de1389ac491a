from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

import policy_qa.errors as errors_module
from policy_qa.embedding.fake import HashingEmbedder
from policy_qa.engine import PolicyQA
from policy_qa.errors import PolicyQAError
from policy_qa.service.app import create_app
from policy_qa.service.observing import Metrics, Observer
from policy_qa.service.problems import status_of

QUESTION = "算力券每年发放总额是多少？"


def problem(response: Any, status: int) -> dict[str, Any]:
    body: dict[str, Any] = response.json()
    assert response.status_code == status, body
    assert response.headers["content-type"] == "application/problem+json"
    assert body["status"] == status
    assert {"type", "title", "detail"} <= set(body)
    assert body["request_id"] == response.headers["x-request-id"]
    return body


def test_an_unknown_article_is_404_and_names_it(client: TestClient) -> None:
    body = problem(client.get("/v1/articles/nobody"), 404)
    assert body["type"] == "urn:policy-qa:article-not-found"
    assert "nobody" in body["detail"]


@pytest.mark.parametrize("path", ["/v1", "/v1/nothing", "/v1/answer/", "/nowhere", "/v1/articles/a/b"])
def test_an_unknown_path_is_404(client: TestClient, path: str) -> None:
    assert path in problem(client.get(path), 404)["detail"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/answer", "POST"),
        ("POST", "/v1/articles", "GET, PUT"),
        ("PATCH", "/v1/articles/x", "DELETE, GET"),
        ("DELETE", "/healthz", "GET"),
        ("PUT", "/v1/chat/completions", "POST"),
        ("POST", "/docs", "GET"),
    ],
)
def test_a_wrong_method_is_405_and_names_the_right_ones(
    client: TestClient, method: str, path: str, allowed: str
) -> None:
    response = client.request(method, path)
    problem(response, 405)
    assert response.headers["allow"] == allowed


def test_a_body_that_is_no_json_is_400(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    problem(client.post("/v1/answer", content="{", headers=headers), 400)


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "body.question"),
        ({"question": 7}, "body.question"),
        ({"question": "x" * 20_001}, "body.question"),
        ({"question": "x", "k": 0}, "body.k"),
        ({"question": "x", "k": "3"}, "body.k"),
        ({"question": "x", "stream": 1}, "body.stream"),
        ({"question": "x", "filters": {"since": 0}}, "body.filters.since"),
        ({"question": "x", "colour": "red"}, "body.colour"),
        ({"question": "x", "history": [{"role": "user", "content": "y"}] * 51}, "body.history"),
        ([], "body"),
    ],
)
def test_an_invalid_field_is_422_named_and_not_repeated(client: TestClient, body: Any, where: str) -> None:
    found = problem(client.post("/v1/answer", json=body), 422)
    assert where in [one["where"] for one in found["errors"]]
    assert len(json.dumps(found)) < 1000


def test_half_of_a_surrogate_pair_is_refused(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    problem(client.post("/v1/answer", content='{"question": "\\ud800"}', headers=headers), 422)


def test_a_missing_index_is_503_and_names_the_command(corpus: Path, tmp_path: Path) -> None:
    engine = PolicyQA(embedder=HashingEmbedder(), corpus=corpus, index=tmp_path / "none")
    with TestClient(create_app(engine, with_page=False), base_url="http://127.0.0.1") as client:
        assert client.get("/healthz").status_code == 200
        for response in (
            client.get("/readyz"),
            client.post("/v1/answer", json={"question": QUESTION}),
            client.get("/v1/articles"),
        ):
            assert "policy-qa index" in problem(response, 503)["detail"]
        assert client.get("/metrics").status_code == 200


def test_a_crash_is_500_without_its_words_and_with_an_id(caplog: pytest.LogCaptureFixture) -> None:
    app = FastAPI()

    @app.get("/crash")
    def crash() -> None:
        raise RuntimeError("a secret")

    app.add_middleware(Observer, metrics=Metrics())
    with TestClient(app, raise_server_exceptions=False) as client:
        response = client.get("/crash")
    body = problem(response, 500)
    assert "a secret" not in response.text
    assert body["request_id"] in [getattr(r, "fields", {}).get("request_id") for r in caplog.records]


def test_every_error_of_ours_has_a_status_that_is_no_crash() -> None:
    kinds = [
        kind
        for kind in vars(errors_module).values()
        if isinstance(kind, type) and issubclass(kind, PolicyQAError) and kind is not PolicyQAError
    ]
    assert len(kinds) > 8
    assert all(status_of(kind("x")) in {404, 409, 422, 502, 503} for kind in kinds)


def test_a_request_id_of_the_caller_is_kept_unless_it_could_do_harm(client: TestClient) -> None:
    kept = client.get("/healthz", headers={"X-Request-ID": "trace-1.A_b"})
    made = client.get("/healthz", headers={"X-Request-ID": "a b\tc"})
    assert kept.headers["x-request-id"] == "trace-1.A_b"
    assert made.headers["x-request-id"] not in {"", "a b\tc"}
