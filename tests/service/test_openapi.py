from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from services import Make, running

from policy_qa.service.app import create_app

CONTRACT = {
    ("post", "/v1/answer"), ("post", "/v1/search"), ("get", "/v1/articles"), ("put", "/v1/articles"),
    ("get", "/v1/articles/{article_id}"), ("delete", "/v1/articles/{article_id}"), ("post", "/v1/feedback"),
    ("get", "/healthz"), ("get", "/readyz"), ("get", "/metrics"), ("post", "/v1/chat/completions"),
    ("get", "/v1/models"), ("get", "/v1/models/{model}"),
}  # fmt: skip


def test_the_description_holds_every_route_of_the_contract(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {(method, path) for path, methods in paths.items() for method in methods} == CONTRACT


def test_every_error_is_described_as_a_problem_document(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    for methods in schema["paths"].values():
        for operation in methods.values():
            assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}
    assert "HTTPValidationError" not in schema["components"]["schemas"]


def test_the_reference_page_names_every_route_and_loads_nothing(client: TestClient) -> None:
    page = client.get("/docs").text
    for method, path in CONTRACT:
        assert f"{method.upper()} {path}" in page
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", page)


@pytest.mark.slow
def test_schemathesis_finds_no_difference_between_description_and_service(
    make_engine: Make, tmp_path: Path
) -> None:
    """Values that a schema cannot rule out (a period that ends before it begins) may be refused, and
    a body over the size limit is refused as such rather than as invalid; so those two checks are out."""
    program = Path(sys.executable).with_name("schemathesis")
    checks = ["positive_data_acceptance", "negative_data_rejection"]
    with running(create_app(make_engine(), with_page=False)) as address:
        command = [str(program), "run", f"{address}/openapi.json", "--checks", "all", "--max-examples", "5"]
        command += ["--exclude-checks", ",".join(checks), "--seed", "7", "--no-color"]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=200, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
