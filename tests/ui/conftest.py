"""A served page over a small corpus with the real model, and a browser that reports what it does."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from ui_samples import HOSTILE

from policy_qa.engine import PolicyQA
from policy_qa.feedback import FeedbackStore

REPOSITORY = Path(__file__).parents[2]
ARTICLES = (
    "wengu-china-ai-policy-blockade",
    "strider-china-ai-infrastructure",
    "csis-countering-china-ai-challenge",
)
HOSTILE_ARTICLE = f"""---
title: '湖心岛条例{HOSTILE.replace("'", "")}'
publisher: '湖心岛管理局<script>window.pwned = 1</script>'
published: 2025-04-01
url: javascript:window.pwned=2
---

# 湖心岛条例

湖心岛管理局规定，每艘游船最多载客48人<img src="https://evil.example/pixel.png" onerror="window.pwned=3">。

湖心岛 [链接](javascript:window.pwned=4) ![图](https://evil.example/x.png) 每天开放9小时。
"""


@dataclass
class Served:
    """A running page."""

    url: str
    engine: PolicyQA
    feedback: FeedbackStore


@dataclass
class Visit:
    """One visit to the page, and everything that went wrong in it."""

    page: Any
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        """Types a question, sends it and waits for the end of the answer."""
        self.page.fill("#pq-question textarea", question)
        self.page.press("#pq-question textarea", "Enter")
        self.answered(question)

    def answered(self, question: str) -> None:
        """Waits for the end of the answer to a question."""
        self.page.wait_for_function(
            """(question) => {
              const live = document.querySelector("#pq-current .pq-live");
              return live?.getAttribute("aria-busy") === "false"
                && live.querySelector(".pq-question")?.textContent === question;
            }""",
            arg=question,
            timeout=20_000,
        )

    def marked(self) -> str:
        """The words highlighted in the pane, lines joined."""
        self.page.wait_for_selector("#pq-reader mark")
        found: str = self.page.evaluate(
            """() => [...document.querySelectorAll("#pq-reader .pq-reader-text > p")]
              .map((line) => [...line.querySelectorAll("mark")].map((m) => m.textContent).join(""))
              .filter((words) => words).join("\\n")"""
        )
        return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A real browser; tests that need one are skipped, with the reason, where there is none."""
    api = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("no Chromium on this machine")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page, served from a thread."""
    import uvicorn
    from fastapi import FastAPI

    from policy_qa.ui.page import mount_page

    folder = tmp_path_factory.mktemp("served")
    corpus = folder / "corpus"
    corpus.mkdir()
    for name in ARTICLES:
        shutil.copy(REPOSITORY / "corpus" / f"{name}.md", corpus)
    (corpus / "hostile.md").write_text(HOSTILE_ARTICLE, encoding="utf-8")
    engine = PolicyQA(corpus=corpus, index=folder / "index", feedback=folder / "feedback.sqlite")
    engine.index()
    engine.ask("热身 warm-up")
    feedback = FeedbackStore(folder / "feedback.sqlite")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = mount_page(FastAPI(), engine, feedback=feedback)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    yield Served(f"http://127.0.0.1:{port}/", engine, feedback)
    server.should_exit = True
    thread.join(timeout=10)
    engine.close()


@pytest.fixture
def visit(chromium: Any, served: Served) -> Iterator[Callable[..., Visit]]:
    """Opens the page; at the end, no visit may have asked anyone outside or met an error."""
    contexts: list[Any] = []
    visits: list[Visit] = []

    def open_page(path: str = "", locale: str = "zh-CN", **options: Any) -> Visit:
        context = chromium.new_context(locale=locale, accept_downloads=True, **options)
        contexts.append(context)
        seen = Visit(context.new_page())
        visits.append(seen)
        own = (served.url, "data:", "blob:")
        seen.page.on("request", lambda r: None if r.url.startswith(own) else seen.outside.append(r.url))
        seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
        seen.page.on("console", lambda m: seen.errors.append(m.text) if m.type == "error" else None)
        seen.page.goto(served.url + path)
        seen.page.wait_for_selector(".pq-welcome, #pq-current .pq-turn", timeout=30_000)
        return seen

    yield open_page
    for context in contexts:
        context.close()
    for seen in visits:
        assert seen.outside == []
        assert seen.errors == []
