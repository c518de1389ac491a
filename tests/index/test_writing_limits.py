"""One writer at a time, and a disk that does not take more."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_corpora import CountingEmbedder, TinyIndex, nearest_ids, sentences, three_articles

from policy_qa.embedding.protocol import Progress, Vectors
from policy_qa.errors import IndexLockedError, IndexUnusableError
from policy_qa.index import generation_writer
from policy_qa.index.chroma import ChromaVectors
from policy_qa.index.lexical import LexicalIndex
from policy_qa.index.locking import disk_errors, writer_lock
from policy_qa.index.manifest import current_name
from policy_qa.index.vector_cache import VectorCache

HOLD_THE_LOCK = """
import sys
from pathlib import Path
from policy_qa.index.locking import writer_lock
with writer_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def tiny(tmp_path: Path) -> TinyIndex:
    tiny = three_articles(tmp_path)
    tiny.build()
    tiny.write("d.md", "第四份规划", sentences(5, 4))
    return tiny


def files_of(tiny: TinyIndex) -> dict[str, bytes]:
    return {
        path.relative_to(tiny.index).as_posix(): path.read_bytes()
        for path in tiny.index.rglob("*")
        if path.is_file() and "LOCK" not in path.name
    }


def test_a_second_indexer_is_told_which_process_holds_the_lock(tiny: TinyIndex) -> None:
    before = files_of(tiny)
    command = [sys.executable, "-c", HOLD_THE_LOCK, str(tiny.index)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(IndexLockedError, match=f"locked by process {holder.pid}"):
            tiny.build()
        assert files_of(tiny) == before
        holder.kill()
    assert tiny.build().added == ("d.md",), "the lock of a killed process should be free"


def test_a_second_thread_of_one_process_is_locked_out_too(tiny: TinyIndex) -> None:
    inside, leave = threading.Event(), threading.Event()

    class Waiting(CountingEmbedder):
        def embed_passages(self, texts: Sequence[str], *, on_progress: Progress | None = None) -> Vectors:
            inside.set()
            assert leave.wait(30)
            return super().embed_passages(texts, on_progress=on_progress)

    tiny.embedder = Waiting()
    first = threading.Thread(target=tiny.build)
    first.start()
    try:
        assert inside.wait(30)
        with pytest.raises(IndexLockedError, match=f"locked by process {os.getpid()}"):
            three_articles(tiny.root).build()
    finally:
        leave.set()
        first.join()
    assert len(tiny.generations()) == 2


@pytest.mark.parametrize("content", [b"", b"\xff\xfe"])
def test_a_lock_without_a_readable_number_says_unknown(tmp_path: Path, content: bytes) -> None:
    with writer_lock(tmp_path):
        (tmp_path / "LOCK.pid").write_bytes(content)
        with pytest.raises(IndexLockedError, match="process unknown"), writer_lock(tmp_path):
            pass


def full(*_args: Any, **_kwargs: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def sqlite_full(*_args: Any, **_kwargs: Any) -> None:
    raise sqlite3.OperationalError("database or disk is full")


def chroma_full(*_args: Any, **_kwargs: Any) -> None:
    """As Chroma reports it: in the words of its own exception."""
    reason = RuntimeError("error returned from database: (code: 13) database or disk is full")
    raise IndexUnusableError("Chroma cannot read the index.") from reason


@pytest.mark.parametrize(
    ("owner", "name", "failure"),
    [
        (VectorCache, "put", sqlite_full),
        (generation_writer, "write_store", sqlite_full),
        (LexicalIndex, "save", full),
        (np, "savez", full),
        (ChromaVectors, "create", chroma_full),
        (ChromaVectors, "add", chroma_full),
        (ChromaVectors, "seal", sqlite_full),
        (generation_writer, "write_manifest", full),
        (generation_writer, "sync_folder", full),
        (generation_writer, "publish", full),
        (os, "replace", full),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_a_full_disk_is_named_and_the_old_index_serves(
    tiny: TinyIndex, monkeypatch: pytest.MonkeyPatch, owner: object, name: str, failure: Any
) -> None:
    served = current_name(tiny.index)
    with monkeypatch.context() as during:
        during.setattr(owner, name, failure)
        with pytest.raises(IndexUnusableError, match=r"disk with .* is full.*`policy-qa index`"):
            tiny.build()
        assert current_name(tiny.index) == served
        assert tiny.generations() == [served]
        generation = tiny.open()
        assert nearest_ids(generation, generation.passage_vectors[0], 1) == [generation.keys[0].passage_id]
        generation.close()
    assert tiny.build().added == ("d.md",)
    generation = tiny.open()
    assert generation.manifest.n_articles == 4
    generation.close()


def test_a_folder_that_cannot_be_made_is_named(tiny: TinyIndex) -> None:
    shutil.rmtree(tiny.index)
    tiny.index.write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(IndexUnusableError, match=r"cannot be written \(FileExistsError"):
        tiny.build()


def test_errors_of_ours_pass_unchanged(tmp_path: Path) -> None:
    with pytest.raises(IndexLockedError, match="mine"), disk_errors(tmp_path):
        raise IndexLockedError("mine")


ON_A_SMALL_DISK = """
import json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tiny_corpora import nearest_ids, sentences, three_articles
from policy_qa.errors import IndexUnusableError
from policy_qa.index.manifest import current_name

tiny = three_articles(Path(sys.argv[1]))
first = tiny.build().generation
ballast = tiny.root / "ballast"
outcomes = []
tiny.write("d.md", "第四份规划", sentences(400, 4))
for kib in range(2800, 0, -100):
    # The disk is filled to the brim, then a little more is given back from one round to the next.
    ballast.unlink(missing_ok=True)
    with ballast.open("wb", buffering=0) as file:
        try:
            for _ in range(kib):
                file.write(bytes(1024))
        except OSError:
            pass
    try:
        tiny.build()
    except IndexUnusableError as error:
        outcomes.append(str(error))
        assert current_name(tiny.index) == first, "pointer moved"
        generation = tiny.open()
        assert nearest_ids(generation, generation.passage_vectors[0], 1) == [generation.keys[0].passage_id]
        generation.close()
    else:
        break
generation = tiny.open()
print(json.dumps({"refusals": outcomes, "articles": generation.manifest.n_articles}))
"""


@pytest.mark.slow
def test_a_disk_that_is_really_full_is_named_and_a_later_run_succeeds(tmp_path: Path) -> None:
    if sys.platform != "linux" or shutil.which("unshare") is None:
        pytest.skip("needs a small file system of its own, which only Linux's unshare can give")
    disk, script = tmp_path / "disk", tmp_path / "on_a_small_disk.py"
    disk.mkdir()
    script.write_text(ON_A_SMALL_DISK, encoding="utf-8")
    mount = f"mount -t tmpfs -o size=4m tmpfs '{disk}' && exec '{sys.executable}' '{script}' '{disk}' "
    command = ["unshare", "--mount", "--map-root-user", "sh", "-c", mount + f"'{Path(__file__).parent}'"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if run.returncode and ("mount:" in run.stderr or "unshare:" in run.stderr):
        pytest.skip(f"this system gives no file system to its users: {run.stderr.strip()}")
    assert run.returncode == 0, run.stderr
    outcome = json.loads(run.stdout)
    assert outcome["articles"] == 4
    assert len(outcome["refusals"]) >= 3
    assert all("is full" in refusal for refusal in outcome["refusals"]), outcome["refusals"]
