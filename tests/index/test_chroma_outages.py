"""What happens when the Chroma server is gone, frozen, or no Chroma server at all."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from chroma_server import BINARY, ChromaServer
from tiny_corpora import TinyIndex, nearest_ids, sentences, three_articles

from policy_qa.errors import IndexUnusableError, ServiceError
from policy_qa.index import chroma
from policy_qa.index.chroma import ChromaVectors
from policy_qa.index.manifest import GENERATIONS, current_name, read_manifest
from policy_qa.index.pruning import BUILDING, note_collection

pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ChromaServer]:
    if not BINARY.exists():
        pytest.skip("chromadb's server is not installed beside this Python")
    running = ChromaServer(tmp_path / "server")
    running.start()
    yield running
    running.stop()


def served(root: Path, server: ChromaServer) -> TinyIndex:
    tiny = three_articles(root)
    tiny.chroma_url = server.url
    return tiny


def collection_exists(tiny: TinyIndex, name: str) -> bool:
    try:
        ChromaVectors.open(tiny.root, name, tiny.chroma_url).close()
    except IndexUnusableError:
        return False
    return True


def test_an_index_on_a_server_answers_like_an_embedded_one(tmp_path: Path, server: ChromaServer) -> None:
    remote, local = served(tmp_path / "remote", server), three_articles(tmp_path / "local")
    remote.build()
    local.build()
    over_there, here = remote.open(), local.open()
    assert not (remote.index / GENERATIONS / over_there.name / "chroma").exists()
    for text in sentences(6, seed=1):
        vector = local.question(text)
        assert nearest_ids(over_there, vector, 5) == nearest_ids(here, vector, 5)
    over_there.close()
    here.close()


def test_the_server_keeps_two_generations_and_no_leftovers(tmp_path: Path, server: ChromaServer) -> None:
    tiny = served(tmp_path, server)
    collections: list[str] = []
    for i in range(4):
        tiny.write("a.md", f"第{i}稿", sentences(8, seed=i))
        tiny.build()
        folder = tiny.index / GENERATIONS / current_name(tiny.index)
        collections.append(read_manifest(folder).collection)
    assert [collection_exists(tiny, name) for name in collections] == [False, False, True, True]


def test_the_collection_of_a_killed_build_goes_with_the_next_run(
    tmp_path: Path, server: ChromaServer
) -> None:
    tiny = served(tmp_path, server)
    tiny.build()
    killed = tiny.index / GENERATIONS / f"{BUILDING}0123456789ab-1"
    killed.mkdir()
    note_collection(killed, server.url, "policy_qa-half-built")
    ChromaVectors.create(killed, "policy_qa-half-built", server.url, 9).close()
    tiny.build()
    assert not killed.exists()
    assert not collection_exists(tiny, "policy_qa-half-built")


def test_two_indexes_of_one_corpus_share_a_server_in_peace(tmp_path: Path, server: ChromaServer) -> None:
    one, two = served(tmp_path / "one", server), served(tmp_path / "two", server)
    one.build()
    reader = one.open()
    for _ in range(3):
        two.build(full=True)
    assert nearest_ids(reader, reader.passage_vectors[0], 1) == [reader.keys[0].passage_id]
    reader.close()


def test_a_stopped_server_is_named_and_a_restarted_one_answers_again(
    tmp_path: Path, server: ChromaServer
) -> None:
    tiny = served(tmp_path, server)
    tiny.build()
    generation = tiny.open()
    vector = generation.passage_vectors[0]
    before = nearest_ids(generation, vector, 5)
    server.stop()
    with pytest.raises(ServiceError, match="POLICY_QA_CHROMA_URL"):
        generation.vectors.nearest(vector, 5)
    with pytest.raises(ServiceError, match=server.url):
        tiny.open()
    server.start()
    assert nearest_ids(generation, vector, 5) == before
    generation.close()


def test_a_build_without_its_server_leaves_the_old_generation_in_use(
    tmp_path: Path, server: ChromaServer
) -> None:
    tiny = served(tmp_path, server)
    first = tiny.build().generation
    tiny.write("d.md", "第四份规划", sentences(5, seed=4))
    server.stop()
    with pytest.raises(ServiceError, match="POLICY_QA_CHROMA_URL"):
        tiny.build()
    assert current_name(tiny.index) == first
    assert tiny.generations() == [first]
    server.start()
    assert tiny.build().generation != first
    tiny.open().close()


def test_a_server_that_lost_its_data_is_filled_again_by_the_command_it_names(
    tmp_path: Path, server: ChromaServer
) -> None:
    tiny = served(tmp_path, server)
    tiny.build()
    manifest = read_manifest(tiny.index / GENERATIONS / current_name(tiny.index))
    ChromaVectors.open(tmp_path, manifest.collection, server.url).drop()
    with pytest.raises(IndexUnusableError, match="policy-qa index"):
        tiny.open()
    report = tiny.build()
    assert report.n_embedded == 0
    tiny.open().close()


def test_a_frozen_server_does_not_hold_a_question_for_ever(
    tmp_path: Path, server: ChromaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chroma, "_READ_SECONDS", 0.5)
    monkeypatch.setattr(chroma, "_GREETING_SECONDS", 0.5)
    tiny = served(tmp_path, server)
    tiny.build()
    generation = tiny.open()
    vector = generation.passage_vectors[0]
    server.freeze()
    try:
        started = time.monotonic()
        with pytest.raises(ServiceError, match="POLICY_QA_CHROMA_URL"):
            generation.vectors.nearest(vector, 1)
        with pytest.raises(ServiceError, match="POLICY_QA_CHROMA_URL"):
            tiny.open()
        assert time.monotonic() - started < 5
    finally:
        server.thaw()
    assert nearest_ids(generation, vector, 1) == [generation.keys[0].passage_id]
    generation.close()


def test_moving_from_folder_to_server_embeds_nothing_again(tmp_path: Path, server: ChromaServer) -> None:
    tiny = three_articles(tmp_path)
    tiny.build()
    tiny.chroma_url = server.url
    report = tiny.build()
    assert report.n_embedded == 0
    assert read_manifest(tiny.index / GENERATIONS / report.generation).chroma_url == server.url
    tiny.open().close()


def test_a_program_that_is_no_chroma_server_is_told_apart(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        from threading import Thread

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

        thread = Thread(target=answer)
        thread.start()
        with pytest.raises(ServiceError, match="404"):
            ChromaVectors.open(tmp_path, "any", url)
        thread.join()
