"""One contract for passage vectors, held by embedded Chroma and by a real server."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from chroma_server import BINARY, ChromaServer
from numpy.typing import NDArray

from policy_qa.errors import IndexUnusableError, SettingsError
from policy_qa.index import chroma
from policy_qa.index.chroma import ChromaVectors


@dataclass
class Place:
    """Where collections of one test module go."""

    url: str | None


@pytest.fixture(
    scope="module",
    params=[pytest.param("embedded", id="embedded"), pytest.param("server", marks=pytest.mark.slow)],
)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    if request.param == "embedded":
        yield Place(None)
        return
    if not BINARY.exists():
        pytest.skip("chromadb's server is not installed beside this Python")
    server = ChromaServer(tmp_path_factory.mktemp("server"))
    server.start()
    yield Place(server.url)
    server.stop()


def unit_vectors(n: int, dimension: int = 16, seed: int = 0) -> NDArray[np.float32]:
    vectors = np.random.default_rng(seed).normal(size=(n, dimension)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def fill(folder: Path, name: str, url: str | None, vectors: NDArray[np.float32]) -> None:
    n = len(vectors)
    store = ChromaVectors.create(folder, name, url, n)
    store.add(
        [f"p{i}" for i in range(n)],
        vectors,
        [f"第{i}段" for i in range(n)],
        [{"article_id": f"a{i % 3}", "start": i} for i in range(n)],
    )
    store.seal()


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("n", [1, 2, 3, 99, 100, 101, 250])
def test_every_record_is_found_by_its_own_vector(place: Place, tmp_path: Path, n: int) -> None:
    vectors = unit_vectors(n)
    fill(tmp_path, f"own-{n}", place.url, vectors)
    store = ChromaVectors.open(tmp_path, f"own-{n}", place.url)
    assert store.count() == n
    for row in range(0, n, 7):
        found = store.nearest(vectors[row], 1)
        assert found[0][0] == f"p{row}"
        assert found[0][1] == pytest.approx(1.0, abs=1e-4)
    store.close()


def test_scores_are_cosines_best_first(place: Place, tmp_path: Path) -> None:
    vectors = unit_vectors(60)
    fill(tmp_path, "cosines", place.url, vectors)
    store = ChromaVectors.open(tmp_path, "cosines", place.url)
    question = unit_vectors(1, seed=9)[0]
    found = store.nearest(question, 10)
    exact = vectors @ question
    assert [pid for pid, _ in found] == [f"p{i}" for i in np.argsort(-exact)[:10]]
    assert [score for _, score in found] == pytest.approx(sorted(exact, reverse=True)[:10], abs=1e-4)
    store.close()


def test_a_search_can_be_kept_to_some_articles(place: Place, tmp_path: Path) -> None:
    vectors = unit_vectors(30)
    fill(tmp_path, "filtered", place.url, vectors)
    store = ChromaVectors.open(tmp_path, "filtered", place.url)
    found = store.nearest(vectors[0], 30, ["a1", "a2"])
    assert {int(pid[1:]) % 3 for pid, _ in found} == {1, 2}
    assert len(found) == 20
    assert store.nearest(vectors[0], 30, []) == []
    assert store.nearest(vectors[0], 30, ["no such article"]) == []
    store.close()


def test_asking_for_more_than_there_is_gives_all(place: Place, tmp_path: Path) -> None:
    vectors = unit_vectors(5)
    fill(tmp_path, "few", place.url, vectors)
    store = ChromaVectors.open(tmp_path, "few", place.url)
    assert len(store.nearest(vectors[0], 256)) == 5
    assert store.nearest(vectors[0], 0) == []
    store.close()


def test_creating_a_collection_again_empties_it(place: Place, tmp_path: Path) -> None:
    fill(tmp_path, "again", place.url, unit_vectors(5))
    fill(tmp_path, "again", place.url, unit_vectors(3))
    store = ChromaVectors.open(tmp_path, "again", place.url)
    assert store.count() == 3
    store.close()


def test_progress_counts_every_record(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chroma, "_BATCH", 4)
    steps: list[int] = []
    vectors = unit_vectors(10)
    store = ChromaVectors.create(tmp_path, "steps", place.url, 10)
    metadatas: list[dict[str, str | int]] = [{"article_id": "a"} for _ in range(10)]
    store.add([f"p{i}" for i in range(10)], vectors, ["文"] * 10, metadatas, steps.append)
    assert steps == [4, 4, 2]
    assert store.count() == 10
    store.close()


def test_a_collection_that_is_not_there_names_the_command(place: Place, tmp_path: Path) -> None:
    fill(tmp_path, "there", place.url, unit_vectors(2))
    with pytest.raises(IndexUnusableError, match="policy-qa index"):
        ChromaVectors.open(tmp_path, "not-there", place.url)


def test_a_dropped_collection_is_gone_from_the_server_only(place: Place, tmp_path: Path) -> None:
    fill(tmp_path, "dropped", place.url, unit_vectors(2))
    store = ChromaVectors.open(tmp_path, "dropped", place.url)
    store.drop()
    store.close()
    if place.url is None:
        ChromaVectors.open(tmp_path, "dropped", None).close()
    else:
        with pytest.raises(IndexUnusableError, match="does not hold this index"):
            ChromaVectors.open(tmp_path, "dropped", place.url)


def test_threads_read_one_collection_at_the_same_time(place: Place, tmp_path: Path) -> None:
    vectors = unit_vectors(100)
    fill(tmp_path, "threads", place.url, vectors)
    store = ChromaVectors.open(tmp_path, "threads", place.url)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda row: store.nearest(vectors[row % 100], 1)[0][0], range(200)))
    assert found == [f"p{row % 100}" for row in range(200)]
    store.close()


@pytest.mark.parametrize("n", [1, 2, 100, 150])
def test_opening_and_searching_changes_no_file(tmp_path: Path, n: int) -> None:
    vectors = unit_vectors(n)
    fill(tmp_path, "sealed", None, vectors)
    before = digests(tmp_path)
    assert any(name.endswith("data_level0.bin") for name in before)
    for _ in range(3):
        store = ChromaVectors.open(tmp_path, "sealed", None)
        store.nearest(vectors[0], 3)
        store.nearest(vectors[0], 3, ["a0"])
        store.close()
    assert digests(tmp_path) == before


def test_opening_a_missing_folder_does_not_make_one(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusableError, match=r"chroma\.sqlite3 is missing"):
        ChromaVectors.open(tmp_path / "missing", "any", None)
    assert not (tmp_path / "missing").exists()


def test_threads_may_open_and_close_one_folder_at_the_same_time(tmp_path: Path) -> None:
    vectors = unit_vectors(20)
    fill(tmp_path, "shared", None, vectors)

    def visit(row: int) -> str:
        store = ChromaVectors.open(tmp_path, "shared", None)
        try:
            return store.nearest(vectors[row], 1)[0][0]
        finally:
            store.close()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(visit, range(20))) == [f"p{row}" for row in range(20)]


@pytest.mark.parametrize(
    "url",
    [
        "localhost:8000",
        "127.0.0.1",
        "ftp://127.0.0.1:8000",
        "http://",
        "http://127.0.0.1:port",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:8000/some/path",
        "http://user:word@127.0.0.1:8000",
    ],
)
def test_an_address_that_is_none_names_the_setting(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="POLICY_QA_CHROMA_URL"):
        ChromaVectors.open(tmp_path, "any", url)
