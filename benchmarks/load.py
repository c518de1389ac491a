"""Many readers at once: throughput, waits, errors, and what the service holds on to.

Starts the service on a copy of the bundled corpus and lets clients ask questions of the golden
set, one after the other each, all beginning at once. A third of the questions is streamed, and
every tenth stream is left in the middle. Meanwhile some clients send a byte a second, and
articles may be put in and replaced, each of which publishes an index generation.

    python -m benchmarks.load --clients 64 --questions 30
    python -m benchmarks.load --clients 4 --questions 1250 --swaps 50

Prints one JSON object, times in milliseconds. Ends with 1 if anything came back but an answer or
a plain "come back later" (429 or 503 with Retry-After).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from benchmarks.served import Served, golden_questions, load_average, served

_STREAMED: Final = 3
_LEFT: Final = 10
_MOST_RETRIES: Final = 200
_LATER: Final = (429, 503)


@dataclass
class Seen:
    """What came back.

    Attributes:
        answers: Milliseconds to each whole answer, its retries included.
        first_events: Milliseconds to the first event of each stream.
        statuses: How often each status came.
        errors: What went wrong, with how often.
        left: Streams left in the middle.
        memory: Resident megabytes of the service, over the run.
        handles: Open files and sockets of the service, over the run.
    """

    answers: list[float] = field(default_factory=list)
    first_events: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    left: int = 0
    memory: list[float] = field(default_factory=list)
    handles: list[int] = field(default_factory=list)


class Client:
    """One reader.

    Args:
        http: The connection pool of all readers.
        seen: Where it is written down.
    """

    def __init__(self, http: httpx.AsyncClient, seen: Seen) -> None:
        self._http = http
        self._seen = seen

    async def ask_all(self, questions: Sequence[str], first: int) -> None:
        """Asks one question after the other.

        Args:
            questions: The questions.
            first: Number of the first one in the whole run; decides what is streamed and left.
        """
        for number, question in enumerate(questions, first):
            started = time.perf_counter()
            try:
                for _ in range(_MOST_RETRIES):
                    wait = await self._ask(question, number, started)
                    if wait is None:
                        break
                    await asyncio.sleep(wait)
                else:
                    self._seen.errors["sent away again and again"] += 1
            except httpx.HTTPError as error:
                self._seen.errors[type(error).__name__] += 1

    async def _ask(self, question: str, number: int, started: float) -> float | None:
        """Asks once; the seconds to wait if it is to be asked again."""
        stream = number % _STREAMED == 0
        leave = stream and number // _STREAMED % _LEFT == 0
        body = {"question": question, "stream": stream}
        async with self._http.stream("POST", "/v1/answer", json=body) as response:
            self._seen.statuses[response.status_code] += 1
            if response.status_code in _LATER and (after := response.headers.get("Retry-After")):
                return float(after)
            if response.status_code != 200:
                self._seen.errors[f"status {response.status_code}"] += 1
                return None
            last = await self._read(response, stream, leave, started)
        if last is not None:
            self._seen.answers.append((time.perf_counter() - started) * 1000)
            if '"status": "' not in last and '"status":"' not in last:
                self._seen.errors["no answer in the answer"] += 1
        return None

    async def _read(self, response: httpx.Response, stream: bool, leave: bool, started: float) -> str | None:
        """The last line of data; ``None`` if the stream was left."""
        last = ""
        async for line in response.aiter_lines():
            if stream and not last:
                self._seen.first_events.append((time.perf_counter() - started) * 1000)
                if leave:
                    self._seen.left += 1
                    return None
            if line.startswith("event: error"):
                self._seen.errors["error in a stream"] += 1
            last = line or last
        return last


async def send_slowly(address: str, seen: Seen, stop: asyncio.Event) -> None:
    """A client that sends a byte a second until it is sent away, and comes again."""
    where = urlsplit(address)
    while not stop.is_set():
        try:
            reader, writer = await asyncio.open_connection(where.hostname, where.port)
            writer.write(b"POST /v1/answer HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n")
            while not stop.is_set() and not reader.at_eof():
                writer.write(b"x")
                await writer.drain()
                with_status = asyncio.wait_for(reader.read(100), 1.0)
                try:
                    if answered := await with_status:
                        seen.statuses[int(answered.split()[1])] += 1
                        break
                except TimeoutError:
                    continue
            writer.close()
        except (OSError, ValueError, IndexError):
            await asyncio.sleep(1.0)


async def replace_articles(http: httpx.AsyncClient, n: int, seen: Seen, stop: asyncio.Event) -> None:
    """Publishes generations, one after the other, while questions are asked."""
    for number in range(n):
        if stop.is_set():
            seen.errors["the run ended before all swaps were made"] += 1
            return
        text = f"# 装载测试\n\n装载测试所第{number + 1}次发布数据，共有服务器{number + 1000}台。\n"
        file = {"file": ("load-test.md", text.encode())}
        response = await http.put("/v1/articles", params={"replace": "true"}, files=file)
        if response.status_code not in (200, 201):
            seen.errors[f"status {response.status_code} for an article"] += 1


async def watch(service: Served, seen: Seen, stop: asyncio.Event) -> None:
    """Writes down what the service holds, twice a second."""
    while not stop.is_set():
        seen.memory.append(service.memory())
        seen.handles.append(service.handles())
        await asyncio.sleep(0.5)


async def run(service: Served, given: argparse.Namespace, seen: Seen) -> float:
    """Lets everyone loose; the seconds it took.

    Args:
        service: The service.
        given: The command line.
        seen: Where it is written down.
    """
    pool = golden_questions(given.golden, 10_000, given.seed)
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=given.clients)
    async with httpx.AsyncClient(base_url=service.address, timeout=600.0, limits=limits) as http:
        if given.warm_up:
            await Client(http, Seen()).ask_all(pool[: given.warm_up], 1)
        stop = asyncio.Event()
        beside = [asyncio.create_task(watch(service, seen, stop))]
        beside += [asyncio.create_task(send_slowly(service.address, seen, stop)) for _ in range(given.slow)]
        swaps = asyncio.create_task(replace_articles(http, given.swaps, seen, stop))
        started = time.perf_counter()
        readers = []
        for number in range(given.clients):
            first = number * given.questions
            own = [pool[place % len(pool)] for place in range(first, first + given.questions)]
            readers.append(Client(http, seen).ask_all(own, first))
        await asyncio.gather(*readers)
        seconds = time.perf_counter() - started
        await asyncio.gather(swaps)
        stop.set()
        await asyncio.gather(*beside)
    return seconds


def report(seen: Seen, seconds: float, given: argparse.Namespace) -> dict[str, Any]:
    """Everything as one object."""
    n = len(seen.answers) + seen.left
    return {
        "clients": given.clients,
        "questions": given.clients * given.questions,
        "swaps": given.swaps,
        "machine": load_average(),
        "seconds": round(seconds, 1),
        "answers_per_second": round(n / seconds, 2),
        "answer_ms": _spread(seen.answers),
        "first_event_ms": _spread(seen.first_events),
        "statuses": {str(status): count for status, count in sorted(seen.statuses.items())},
        "left_in_the_middle": seen.left,
        "errors": dict(seen.errors),
        "memory_mb": _course(seen.memory),
        "handles": _course(seen.handles),
    }


def _spread(values: Sequence[float]) -> dict[str, int]:
    if not values:
        return {}
    ordered = sorted(values)
    at = {"p90": 0.9, "p99": 0.99}
    tails = {name: round(ordered[min(len(ordered) - 1, int(q * len(ordered)))]) for name, q in at.items()}
    return {"median": round(statistics.median(ordered)), **tails, "most": round(ordered[-1])}


def _course(values: Sequence[float]) -> dict[str, float]:
    """First tenth, most, last tenth: what the service settles at, not a moment's height."""
    if not values or not max(values):
        return {}
    tenth = max(1, len(values) // 10)
    return {
        "begin": round(statistics.median(values[:tenth])),
        "most": round(max(values)),
        "end": round(statistics.median(values[-tenth:])),
    }


def main() -> None:
    """Runs the load and prints what came of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--golden", type=Path, default=Path("eval/golden.jsonl"))
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--questions", type=int, default=30, help="Of each client.")
    parser.add_argument("--slow", type=int, default=4, help="Clients that send a byte a second.")
    parser.add_argument("--swaps", type=int, default=0, help="Index generations published meanwhile.")
    parser.add_argument("--warm-up", type=int, default=20, help="Questions asked before the clock starts.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--address", help="A service that runs already; swaps change its corpus.")
    given = parser.parse_args()
    seen = Seen()
    with ExitStack() as stack:
        if given.address:
            service = Served(given.address.rstrip("/"), 0)
        else:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            for name in ("corpus", "index"):
                shutil.copytree(name, folder / name)
            running = served(
                corpus=folder / "corpus", index=folder / "index", feedback=folder / "feedback.sqlite"
            )
            service = stack.enter_context(running)
        seconds = asyncio.run(run(service, given, seen))
    print(json.dumps(report(seen, seconds, given), ensure_ascii=False, indent=2))
    if seen.errors:
        sys.exit(1)


if __name__ == "__main__":
    main()
