"""How long a reader waits for the first words, at every door that streams.

Starts the service on the bundled corpus and asks questions of the golden set, one at a time,
in an order drawn anew for each door:

- `/v1/answer` with `stream`: the first event (the passages found), the first piece of the answer;
- `/v1/chat/completions` with `stream`: the first chunk with text;
- the chat page in Chromium: the first words painted (which articles are being read), the first
  words of the answer painted.

The time of the whole answer stands beside each, as the wait there would be without streaming.

    python -m benchmarks.first_words --questions 20

Prints medians and 90th percentiles in milliseconds, with the load of the machine.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from benchmarks.served import golden_questions, load_average, served

Times = dict[str, float]
"""Milliseconds from the question to something, by its name."""

WHOLE = "whole answer"

_WATCH = """() => {
  const painted = (then) => requestAnimationFrame(() => setTimeout(() => then(performance.now())));
  const look = () => {
    const live = document.querySelector("#pq-current .pq-live");
    if (!live || !window.took) return;
    const seen = {
      "first words painted": live.querySelector(".pq-notice, .pq-words p, .pq-none"),
      "first words of the answer painted": live.querySelector(".pq-words p, .pq-none"),
      "whole answer": live.getAttribute("aria-busy") === "false" && live.querySelector(".pq-words, .pq-none"),
    };
    for (const [name, there] of Object.entries(seen)) {
      if (there && !(name in window.took)) {
        window.took[name] = null;
        painted((now) => { window.took[name] = now - window.sent; });
      }
    }
  };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributes: true });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { window.sent = performance.now(); window.took = {}; }
  }, true);
}"""

_ALL_SEEN = (
    "() => { const at = Object.values(window.took || {}); return at.length === 3 && at.every((x) => x); }"
)


def ask_events(client: httpx.Client, question: str) -> Times:
    """One question to `/v1/answer`."""
    took: Times = {}
    started = time.perf_counter()
    with client.stream("POST", "/v1/answer", json={"question": question, "stream": True}) as response:
        for line in response.iter_lines():
            if line.startswith("event: "):
                now = (time.perf_counter() - started) * 1000
                took.setdefault("first event", now)
                if line == "event: delta":
                    took.setdefault("first words of the answer", now)
    took[WHOLE] = (time.perf_counter() - started) * 1000
    return took


def ask_chunks(client: httpx.Client, question: str) -> Times:
    """One question to `/v1/chat/completions`."""
    took: Times = {}
    body = {"model": "policy-qa", "stream": True, "messages": [{"role": "user", "content": question}]}
    started = time.perf_counter()
    with client.stream("POST", "/v1/chat/completions", json=body) as response:
        for line in response.iter_lines():
            now = (time.perf_counter() - started) * 1000
            if line.startswith("data: {"):
                took.setdefault("first chunk", now)
                if '"content": "' in line and '"content": ""' not in line:
                    took.setdefault("first chunk with text", now)
    took[WHOLE] = (time.perf_counter() - started) * 1000
    return took


def ask_page(page: Any, question: str) -> Times:
    """One question on the chat page, which is then made new."""
    page.fill("#pq-question textarea", question)
    page.press("#pq-question textarea", "Enter")
    page.wait_for_function(_ALL_SEEN, timeout=60_000)
    took: Times = page.evaluate("window.took")
    page.evaluate("window.took = null")
    page.click("[data-act=new]")
    page.wait_for_selector(".pq-welcome")
    return took


@contextmanager
def opened_page(address: str) -> Iterator[Any]:
    """The chat page in Chromium, ready for a question; ``None`` where there is no browser."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        yield None
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(locale="zh-CN")
        page.goto(f"{address}/")
        page.wait_for_selector(".pq-example", timeout=120_000)  # its own questions are asked by then
        page.evaluate(_WATCH)
        yield page
        browser.close()


def show(door: str, waits: Sequence[Times]) -> None:
    """Prints one line for each thing that was waited for."""
    for name in waits[0]:
        values = sorted(wait[name] for wait in waits if name in wait)
        ninth = values[min(len(values) - 1, int(0.9 * len(values)))]
        print(f"{door:<22} {name:<36} {statistics.median(values):7.0f} {ninth:7.0f}")


def main() -> None:
    """Measures every door."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--golden", type=Path, default=Path("eval/golden.jsonl"))
    parser.add_argument("--questions", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--address", help="A service that runs already.")
    given = parser.parse_args()
    if given.address:
        measure(given, given.address)
        return
    with served() as service:
        measure(given, service.address)


def measure(given: argparse.Namespace, address: str) -> None:
    """Asks at every door of one service.

    Args:
        given: The command line.
        address: The service's.
    """
    print(f"{given.questions} questions, {load_average()}; milliseconds")
    print(f"{'door':<22} {'until':<36} {'median':>7} {'90 %':>7}")
    doors = (("/v1/answer", ask_events), ("/v1/chat/completions", ask_chunks))
    with httpx.Client(base_url=address, timeout=120.0) as client:
        for number, (door, ask) in enumerate(doors):
            questions = golden_questions(given.golden, given.questions, given.seed + number)
            show(door, [ask(client, question) for question in questions])
    if not given.no_browser:
        with opened_page(address) as page:
            if page is None:
                print("chat page: no Chromium on this machine")
            else:
                questions = golden_questions(given.golden, given.questions, given.seed + 2)
                show("chat page", [ask_page(page, question) for question in questions])
    print(f"afterwards {load_average()}")


if __name__ == "__main__":
    main()
