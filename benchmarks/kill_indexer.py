"""Kills indexing runs with SIGKILL and checks what a reader finds after each.

Two kinds of kill: at named points of a build (between writing, probing and publishing), and at
random moments. After each, a fresh process opens the index: it must answer from the generation
before or from the complete new one, never older than the last one seen. Every run and every
check is a fork of this process, which itself never opens Chroma; so a crash in native code shows
as a signal, and nothing waits for imports.

    python -m benchmarks.kill_indexer --kills 50 --folder /tmp/kills

Prints one JSON object; ends with an error at the first broken promise. Needs no model.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import chromadb  # noqa: F401 - imported once for all forks
import numpy as np

from policy_qa.embedding.fake import HashingEmbedder
from policy_qa.index import generation_writer
from policy_qa.index.builder import update_index
from policy_qa.index.chroma import ChromaVectors
from policy_qa.index.generation import Generation, open_current
from policy_qa.index.lexical import LexicalIndex
from policy_qa.index.manifest import GENERATIONS, Identity
from policy_qa.index.vector_cache import VectorCache

N_ARTICLES = 6
EMBEDDER = HashingEmbedder()
IDENTITY = Identity(model_id=EMBEDDER.model_id, dimension=EMBEDDER.dimension, passage_tokens=120)

POINTS: dict[str, tuple[Any, str, bool]] = {
    "before the first vector is cached": (VectorCache, "put", False),
    "after the first vectors are cached": (VectorCache, "put", True),
    "after the store": (generation_writer, "write_store", True),
    "after the term counts": (LexicalIndex, "save", True),
    "before Chroma is filled": (ChromaVectors, "add", False),
    "after Chroma is filled": (ChromaVectors, "add", True),
    "after Chroma is sealed": (ChromaVectors, "seal", True),
    "after the manifest": (generation_writer, "write_manifest", True),
    "before the probe": (generation_writer, "open_generation", False),
    "after the probe": (generation_writer, "open_generation", True),
    "after the sync": (generation_writer, "sync_folder", True),
    "before publishing": (generation_writer, "publish", False),
    "before the pointer is replaced": (os, "replace", False),
    "after publishing": (generation_writer, "publish", True),
    "after pruning": (generation_writer, "prune", True),
}
"""Where a build is killed: the owner of a function, its name, and whether it may run first."""


class BrokenPromiseError(Exception):
    """The index is not what it must be after a kill."""


def write_corpus(corpus: Path, edition: int) -> None:
    """Writes all articles; the edition shows in the text of every third."""
    corpus.mkdir(parents=True, exist_ok=True)
    for number in range(N_ARTICLES):
        issue = edition if number % 3 == 0 else 0
        lines = [
            f"第{number}号文件第{issue}版第{i}条写明，各地在{i * 7 + number}个月内建成{i + number}座机房。"
            for i in range(25)
        ]
        (corpus / f"{number}.md").write_text(
            f"# 文件{number} 版次{issue}\n\n" + "\n\n".join(lines) + "\n", encoding="utf-8"
        )


def in_fork(task: Callable[[], None]) -> int:
    """Starts a task in a fork of this process; returns its process id."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    try:
        task()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def finish(pid: int, what: str) -> None:
    """Waits for a fork that must end well."""
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status:
        raise BrokenPromiseError(f"{what} ended with {status}")


def index_once(root: Path) -> None:
    """One indexing run."""
    update_index(root / "corpus", root / "index", EMBEDDER, IDENTITY)


def index_and_die(root: Path, owner: Any, name: str, after: bool) -> None:
    """One indexing run that kills itself before or after a function."""
    original = getattr(owner, name)

    def last_words(*args: Any, **kwargs: Any) -> None:
        if after:
            original(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, last_words)
    index_once(root)
    raise BrokenPromiseError(f"{name} was never reached")


def inspect(root: Path) -> None:
    """Opens the index as a reader does, checks it whole, and notes the edition it holds."""
    generation = open_current(root / "index", IDENTITY)
    articles = generation.store.articles()
    if len(articles) != N_ARTICLES:
        raise BrokenPromiseError(f"{len(articles)} of {N_ARTICLES} articles")
    editions = {int(a.metadata.title.split("版次")[1]) for a in articles if int(a.article_id) % 3 == 0}
    if len(editions) != 1:
        raise BrokenPromiseError(f"a mixture of editions {sorted(editions)}")
    for row, passage in enumerate(generation.store.passages(range(generation.size))):
        check_passage(generation, row, passage.passage_id, passage.text)
    (root / "seen").write_text(str(editions.pop()), encoding="ascii")


def check_passage(generation: Generation, row: int, passage_id: str, text: str) -> None:
    """A passage is found by its own vector, which is the vector of its text."""
    found = [pid for pid, _ in generation.vectors.nearest(generation.passage_vectors[row], 3)]
    if passage_id not in found:
        raise BrokenPromiseError(f"passage {passage_id} is not found by its own vector")
    similarity = float(EMBEDDER.embed_passages([text])[0] @ generation.passage_vectors[row])
    if similarity < 0.8:
        raise BrokenPromiseError(f"the vector of {passage_id} is another's ({similarity:.2f})")


def look(root: Path, last: int, newest: int) -> int:
    """The edition that a fresh reader finds, which must not be older than the last one seen."""
    finish(in_fork(partial(inspect, root)), "a reader")
    edition = int((root / "seen").read_text(encoding="ascii"))
    if not last <= edition <= newest:
        raise BrokenPromiseError(f"edition {edition} after {last}, with {newest} being written")
    return edition


def folder_bytes(folder: Path) -> int:
    """Size of all files under a folder, in bytes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@dataclass
class Tally:
    """What was seen over all kills."""

    root: Path
    edition: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    most_folders: int = 0
    largest_bytes: int = 0

    def note(self, what: str, edition: int, finished: bool) -> None:
        """Looks at the index after a kill while an edition was being written."""
        before = self.edition
        self.edition = look(self.root, before, edition)
        outcome = "finished" if finished else "new" if self.edition == edition else "old"
        self.outcomes[f"{what}: {outcome}"] += 1
        generations = self.root / "index" / GENERATIONS
        self.most_folders = max(self.most_folders, len(list(generations.iterdir())))
        self.largest_bytes = max(self.largest_bytes, folder_bytes(generations))


def kill_at_points(tally: Tally) -> None:
    """One kill at each named point."""
    for what, (owner, name, after) in POINTS.items():
        edition = tally.edition + 1
        write_corpus(tally.root / "corpus", edition)
        pid = in_fork(partial(index_and_die, tally.root, owner, name, after))
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if status != -signal.SIGKILL:
            raise BrokenPromiseError(f"{what}: the run ended with {status}")
        tally.note("points", edition, finished=False)


def kill_at_random(tally: Tally, kills: int, seconds: float, seed: int) -> None:
    """Kills at moments spread evenly over a little more than the duration of a run."""
    rng = np.random.default_rng(seed)
    for _ in range(kills):
        edition = tally.edition + 1
        write_corpus(tally.root / "corpus", edition)
        pid = in_fork(partial(index_once, tally.root))
        time.sleep(float(rng.uniform(0, 1.1 * seconds)))
        os.kill(pid, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if status not in (0, -signal.SIGKILL):
            raise BrokenPromiseError(f"the run ended with {status}")
        tally.note("moments", edition, finished=status == 0)


def timed_run(root: Path, edition: int) -> float:
    """One run that is let alone; returns its duration in seconds."""
    write_corpus(root / "corpus", edition)
    started = time.monotonic()
    finish(in_fork(partial(index_once, root)), "a run that was let alone")
    return time.monotonic() - started


def main() -> None:
    """Runs all kills and prints what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=50, help="kills at random moments")
    parser.add_argument("--seed", type=int, default=0, help="seed of the random moments")
    parser.add_argument("--folder", type=Path, required=True, help="an empty folder to work in")
    arguments = parser.parse_args()
    root = arguments.folder
    started = time.monotonic()
    timed_run(root, 0)
    one_generation = folder_bytes(root / "index" / GENERATIONS)
    seconds = timed_run(root, 1)
    tally = Tally(root, edition=look(root, 1, 1))
    kill_at_points(tally)
    kill_at_random(tally, arguments.kills, seconds, arguments.seed)
    last = tally.edition + 1
    timed_run(root, last)
    look(root, last, last)
    found = {
        "kills": sum(tally.outcomes.values()),
        "outcomes": dict(tally.outcomes),
        "run_seconds": round(seconds, 2),
        "one_generation_bytes": one_generation,
        "largest_bytes": tally.largest_bytes,
        "most_folders": tally.most_folders,
        "last_bytes": folder_bytes(root / "index" / GENERATIONS),
        "last_folders": len(list((root / "index" / GENERATIONS).iterdir())),
        "seconds": round(time.monotonic() - started, 1),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
