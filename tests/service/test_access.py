from __future__ import annotations

import base64
import http.client
import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from services import BASE, Make, running
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from policy_qa.errors import SettingsError, UsageError
from policy_qa.service.app import create_app
from policy_qa.service.guard import RateGuard
from policy_qa.service.server import check_address
from policy_qa.settings import load_settings

QUESTION = {"question": "算力券每年发放总额是多少？"}
TOKEN = "correct-horse"  # noqa: S105 - it opens a service that lives for one test
EVERY_ROUTE = [
    ("POST", "/v1/answer"), ("POST", "/v1/search"), ("GET", "/v1/articles"), ("GET", "/v1/articles/x"),
    ("PUT", "/v1/articles"), ("DELETE", "/v1/articles/x"), ("POST", "/v1/feedback"), ("GET", "/healthz"),
    ("GET", "/readyz"), ("GET", "/metrics"), ("POST", "/v1/chat/completions"), ("GET", "/v1/models"),
    ("POST", "/mcp"), ("GET", "/docs"), ("GET", "/openapi.json"), ("GET", "/"), ("GET", "/config"),
    ("GET", "/gradio_api/info"), ("POST", "/gradio_api/upload"), ("POST", "/gradio_api/queue/join"),
    ("GET", "/theme.css"), ("GET", "/nowhere"), ("OPTIONS", "/v1/answer"),
]  # fmt: skip


@pytest.fixture(scope="module")
def guarded(with_settings: Make) -> Iterator[TestClient]:
    app = create_app(with_settings(tokens=(TOKEN, "second-token")), with_page=False)
    with TestClient(app, base_url=BASE) as client:
        yield client


@pytest.mark.parametrize(("method", "path"), EVERY_ROUTE)
@pytest.mark.parametrize("header", [None, "Bearer wrong", "Bearer ", "Basic !!", "correct-horse"])
def test_every_route_asks_for_a_token(
    guarded: TestClient, method: str, path: str, header: str | None
) -> None:
    headers = {"Authorization": header} if header else {}
    response = guarded.request(method, path, headers=headers)
    assert response.status_code == 401
    assert "Bearer" in response.headers["www-authenticate"]
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/config", "/gradio_api/info", "/theme.css", "/assets/x.js"])
def test_the_pages_own_routes_ask_for_a_token_too(with_settings: Make, path: str) -> None:
    with TestClient(create_app(with_settings(tokens=(TOKEN,))), base_url=BASE) as client:
        assert client.get(path).status_code == 401


def test_each_token_opens_and_a_browser_may_give_it_as_a_password(guarded: TestClient) -> None:
    password = base64.b64encode(f"anyone:{TOKEN}".encode()).decode()
    for header in (f"Bearer {TOKEN}", "bearer second-token", f"Basic {password}"):
        assert guarded.post("/v1/search", json=QUESTION, headers={"Authorization": header}).status_code == 200


def test_tokens_come_from_the_environment_and_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_QA_TOKENS", "open-sesame, abracadabra")
    settings = load_settings()
    assert [token.get_secret_value() for token in settings.tokens] == ["open-sesame", "abracadabra"]
    assert "sesame" not in repr(settings)
    assert "sesame" not in settings.model_dump_json()


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(SettingsError, match="requests_per_minute"):
        load_settings(requests_per_minute=-1)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])  # noqa: S104
def test_another_address_than_loopback_needs_a_token(host: str) -> None:
    with pytest.raises(UsageError, match="POLICY_QA_TOKENS"):
        check_address(host, has_tokens=False)
    check_address(host, has_tokens=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_loopback_needs_none(host: str) -> None:
    check_address(host, has_tokens=False)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "", "[::1"])
def test_a_name_that_somebody_pointed_at_this_machine_is_refused(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost", "LOCALHOST:80", "[::1]:7860"])
def test_names_of_this_machine_are_answered_to(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


def test_further_names_can_be_allowed(with_settings: Make) -> None:
    app = create_app(with_settings(allowed_hosts="qa.example.org, other"), with_page=False)
    with TestClient(app, base_url="http://qa.example.org") as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/healthz", headers={"Host": "127.0.0.1"}).status_code == 421


def test_pages_of_other_sites_can_neither_change_nor_read(client: TestClient) -> None:
    evil = {"Origin": "https://evil.example"}
    assert client.post("/v1/answer", json=QUESTION, headers=evil).status_code == 403
    assert client.delete("/v1/articles/chip-report", headers={"Origin": "null"}).status_code == 403
    assert "access-control-allow-origin" not in client.get("/v1/articles", headers=evil).headers
    assert client.post("/v1/answer", json=QUESTION, headers={"Origin": BASE}).status_code == 200


def test_an_origin_can_be_allowed(with_settings: Make) -> None:
    app = create_app(with_settings(cors_origins=("https://app.example",), tokens=(TOKEN,)), with_page=False)
    with TestClient(app, base_url=BASE) as client:
        origin = {"Origin": "https://app.example"}
        asked = {**origin, "Access-Control-Request-Method": "POST"}
        assert client.options("/v1/answer", headers=asked).status_code == 200
        answer = client.post(
            "/v1/answer", json=QUESTION, headers={**origin, "Authorization": f"Bearer {TOKEN}"}
        )
        assert answer.headers["access-control-allow-origin"] == "https://app.example"


def test_one_token_at_its_limit_gets_429_and_others_are_unaffected(with_settings: Make) -> None:
    app = create_app(with_settings(tokens=("a-token", "b-token"), requests_per_minute=3), with_page=False)
    with TestClient(app, base_url=BASE) as client:
        first, second = ({"Authorization": f"Bearer {name}-token"} for name in "ab")
        codes = [client.get("/v1/models", headers=first).status_code for _ in range(4)]
        refused = client.get("/v1/models", headers=first)
        assert codes == [200, 200, 200, 429]
        assert 1 <= int(refused.headers["retry-after"]) <= 20
        assert client.get("/v1/models", headers=second).status_code == 200
        assert client.get("/healthz", headers=first).status_code == 200


def test_the_bucket_refills_with_time() -> None:
    now = 0.0

    async def hello(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("hello")(scope, receive, send)

    client = TestClient(RateGuard(hello, 2, clock=lambda: now))
    assert [client.get("/v1/x").status_code for _ in range(3)] == [200, 200, 429]
    assert client.get("/v1/x").headers["retry-after"] == "30"
    now = 30.0
    assert [client.get("/v1/x").status_code for _ in range(2)] == [200, 429]


def test_callers_that_come_once_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    from policy_qa.service import guard

    monkeypatch.setattr(guard, "_MOST_CALLERS", 10)
    limiter = RateGuard(None, 2)  # type: ignore[arg-type] # it is never called
    for caller in range(50):
        limiter._take(caller)
    assert len(limiter._buckets) == 10


def test_a_declared_body_over_the_limit_is_413(with_settings: Make) -> None:
    app = create_app(with_settings(max_body_bytes=2000), with_page=False)
    with TestClient(app, base_url=BASE) as client:
        refused = client.post("/v1/answer", json={"question": "x" * 3000})
        assert refused.status_code == 413
        assert refused.headers["content-type"] == "application/problem+json"


def raw(address: str, *parts: bytes, pause: float = 0.0) -> bytes:
    """What comes back for bytes sent as they are."""
    where = urlsplit(address)
    with socket.create_connection((where.hostname, where.port), timeout=20) as connection:
        try:
            for part in parts:
                connection.sendall(part)
                time.sleep(pause)
        except OSError:  # the server has hung up already, as it should
            pass
        received = b""
        try:
            while chunk := connection.recv(65536):
                received += chunk
        except OSError:
            pass
        return received


@pytest.fixture
def strict(with_settings: Make) -> Iterator[str]:
    with running(
        create_app(with_settings(max_body_bytes=5000, body_seconds=1.0), with_page=False)
    ) as address:
        yield address


HEAD = b"POST /v1/answer HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


def test_a_body_without_a_length_is_counted_as_it_arrives(strict: str) -> None:
    chunk = b"400\r\n" + b"x" * 1024 + b"\r\n"
    answer = raw(strict, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 10, b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413")


def test_a_client_that_sends_less_than_it_says_is_sent_away_in_time(strict: str) -> None:
    started = time.monotonic()
    answer = raw(strict, HEAD + b"Content-Length: 4000\r\n\r\n{")
    assert answer.startswith(b"HTTP/1.1 408")
    assert time.monotonic() - started < 10


def test_a_byte_at_a_time_does_not_outlast_the_limit(strict: str) -> None:
    answer = raw(strict, HEAD + b"Content-Length: 4000\r\n\r\n", *[b"x"] * 15, pause=0.1)
    assert b"HTTP/1.1 408" in answer


def test_the_service_goes_on_after_such_clients(strict: str) -> None:
    raw(strict, b"\x00\xff nonsense\r\n\r\n")
    raw(strict, HEAD + b"Content-Length: -1\r\n\r\n")
    raw(strict, HEAD + b"Content-Length: 99999999999999999999999\r\n\r\n")
    connection = http.client.HTTPConnection(urlsplit(strict).netloc, timeout=20)
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200


def test_uploads_have_a_limit_of_their_own(make_engine: Make) -> None:
    app = create_app(make_engine(max_body_bytes=2000, max_upload_bytes=10_000), with_page=False)
    text = ("# 报告\n\n" + "东湖市2025年共有算力中心十二个，由市科技局统一调度。" * 60).encode()
    with TestClient(app, base_url=BASE) as client:

        def put(data: bytes) -> Any:
            return client.put("/v1/articles", files={"file": ("report.md", data)})

        assert put(text).status_code == 201
        assert put(text * 5).status_code == 422
        assert put(text * 40).status_code == 413
