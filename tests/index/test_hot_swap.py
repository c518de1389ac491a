"""Reading while a writer publishes, prunes and removes."""

from __future__ import annotations

import gc
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from tiny_corpora import TinyIndex, nearest_ids, sentences, three_articles

from policy_qa.errors import IndexUnusableError
from policy_qa.index import generation as generation_module
from policy_qa.index.generation import Filters, Generation, open_current, open_generation
from policy_qa.index.manifest import GENERATIONS, Identity, current_name
from policy_qa.records import ArticleMetadata, OriginalWork

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="counts handles in /proc")


@pytest.fixture
def tiny(tmp_path: Path) -> TinyIndex:
    tiny = three_articles(tmp_path)
    tiny.build()
    return tiny


def rebuild(tiny: TinyIndex, times: int) -> None:
    for i in range(times):
        tiny.write("changing.md", f"第{i}稿", sentences(5 + i, seed=50 + i))
        tiny.build()


def read_everything(generation: Generation, row: int) -> tuple[object, ...]:
    """What a question reads, as one value that can be compared."""
    vector = generation.passage_vectors[row]
    (passage,) = generation.store.passages([row])
    accepted = generation.rows_of(Filters(article_ids=(passage.article_id,)))
    return (
        tuple(nearest_ids(generation, vector, 3)),
        tuple(pid for pid, _ in generation.vectors.nearest(vector, 3, [passage.article_id])),
        passage,
        generation.store.article(passage.article_id).text,
        generation.lexical.scores({"投入": 1.0, "青原": 1.0}).tobytes(),
        generation.best_sentences(generation.sentence_scores(vector)).tobytes(),
        accepted.tobytes(),
        generation.vector_mean.tobytes(),
        generation.vector_covariance.tobytes(),
    )


def test_eight_threads_read_what_one_thread_reads(tiny: TinyIndex) -> None:
    alone = tiny.open()
    expected = [read_everything(alone, row) for row in range(alone.size)]
    alone.close()
    shared = tiny.open()

    def ask(thread: int) -> bool:
        rows = [(thread * 7 + i) % shared.size for i in range(50)]
        return all(read_everything(shared, row) == expected[row] for row in rows)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(8)))
    shared.close()


def test_an_open_generation_outlives_three_newer_ones(tiny: TinyIndex) -> None:
    old = tiny.open()
    expected = [read_everything(old, row) for row in range(old.size)]
    rebuild(tiny, 3)
    with ThreadPoolExecutor(8) as pool:
        # As many at a time as there are threads makes Chroma open its files anew.
        rows = [row % old.size for row in range(200)]
        assert list(pool.map(lambda row: read_everything(old, row), rows)) == [expected[row] for row in rows]
    assert old.name in tiny.generations()
    old.close()
    rebuild(tiny, 1)
    assert old.name not in tiny.generations()
    assert len(tiny.generations()) == 2


def test_a_generation_that_is_let_go_of_can_be_pruned(tiny: TinyIndex) -> None:
    old = tiny.open()
    name = old.name
    del old
    gc.collect()
    rebuild(tiny, 2)
    assert name not in tiny.generations()


def test_no_question_fails_while_the_index_is_built_again_and_again(tiny: TinyIndex) -> None:
    stop = threading.Event()
    failures: list[BaseException] = []
    seen: set[str] = set()

    def serve() -> None:
        while not stop.is_set():
            try:
                generation = tiny.open()
                read_everything(generation, 0)
                seen.add(generation.name)
                generation.close()
            except BaseException as error:
                failures.append(error)
                return

    readers = [threading.Thread(target=serve) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        rebuild(tiny, 5)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert failures == []
    assert len(seen) > 1


def test_new_text_is_found_after_the_swap(tiny: TinyIndex) -> None:
    tiny.open().close()
    tiny.write("late.md", "迟到的规划", ["灯塔镇建起一座风力发电的海上数据站，这是新写的。"])
    tiny.build()
    generation = tiny.open()
    (best,) = nearest_ids(generation, tiny.question("灯塔镇的海上数据站"), 1)
    assert best.startswith("late:")
    generation.close()


def test_a_generation_pruned_between_pointer_and_opening_is_no_failure(
    tiny: TinyIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = current_name(tiny.index)
    opened: list[str] = []

    def slow_open(folder: Path) -> Generation:
        opened.append(folder.name)
        if len(opened) == 1:
            rebuild(tiny, 2)
            assert gone not in tiny.generations()
        return open_generation(folder)

    monkeypatch.setattr(generation_module, "open_generation", slow_open)
    generation = tiny.open()
    assert opened[0] == gone
    assert generation.name == current_name(tiny.index)
    generation.close()


@linux_only
def test_opening_and_closing_leaves_no_handle_open(tiny: TinyIndex) -> None:
    tiny.open().close()
    gc.collect()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for i in range(10):
        generation = tiny.open()
        nearest_ids(generation, generation.passage_vectors[0], 3)
        if i % 2:
            generation.close()
        del generation
    gc.collect()
    assert len(list(Path("/proc/self/fd").iterdir())) <= before


@linux_only
def test_failing_to_open_leaves_no_handle_open(tiny: TinyIndex) -> None:
    folder = tiny.index / GENERATIONS / current_name(tiny.index)
    tiny.open().close()
    (folder / "vectors.npz").write_bytes(b"short")
    gc.collect()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        with pytest.raises(IndexUnusableError):
            open_current(tiny.index, tiny.identity)
    gc.collect()
    assert len(list(Path("/proc/self/fd").iterdir())) <= before


def test_closing_twice_is_harmless(tiny: TinyIndex) -> None:
    generation = tiny.open()
    generation.close()
    generation.close()


@pytest.mark.parametrize("folder", ["with space", "per%20cent", "question?", "hash#tag", "索引", "quote'"])
def test_an_index_may_lie_in_a_folder_of_any_name(tmp_path: Path, folder: str) -> None:
    tiny = TinyIndex(tmp_path / folder)
    tiny.write("a.md", "规划", sentences(4))
    tiny.build()
    generation = tiny.open()
    assert nearest_ids(generation, generation.passage_vectors[0], 1) == [generation.keys[0].passage_id]
    generation.close()


def metadata(publisher: str | None, published: date | None, relayed: date | None = None) -> ArticleMetadata:
    original = OriginalWork(published=relayed) if relayed else None
    return ArticleMetadata(title="题", publisher=publisher, published=published, original=original)


@pytest.mark.parametrize(
    ("filters", "accepted"),
    [
        (Filters(), True),
        (Filters(publishers=("研究",)), True),
        (Filters(publishers=("晚报",)), False),
        (Filters(publishers=("晚报", "研究院")), True),
        (Filters(since=date(2025, 5, 1)), True),
        (Filters(since=date(2025, 5, 2)), False),
        (Filters(until=date(2025, 5, 1)), True),
        (Filters(until=date(2025, 4, 30)), False),
        (Filters(article_ids=("x",)), True),
        (Filters(article_ids=("y",)), False),
        (Filters(article_ids=("x",), publishers=("晚报",)), False),
    ],
)
def test_filters_accept(filters: Filters, accepted: bool) -> None:
    assert filters.accepts("x", metadata("某研究院", date(2025, 5, 1))) is accepted
    assert bool(filters) is (filters != Filters())


def test_an_article_without_a_date_counts_by_the_work_it_relays() -> None:
    spring = Filters(since=date(2025, 3, 1), until=date(2025, 5, 31))
    assert spring.accepts("x", metadata(None, None, date(2025, 4, 1)))
    assert not spring.accepts("x", metadata(None, None, date(2025, 6, 1)))
    assert not spring.accepts("x", metadata(None, None))
    assert not Filters(publishers=("院",)).accepts("x", metadata(None, None))


def test_identities_name_every_difference() -> None:
    one = Identity(model_id="m1", dimension=8, passage_tokens=100)
    other = Identity(model_id="m2", dimension=9, passage_tokens=100)
    with pytest.raises(IndexUnusableError) as caught:
        generation_module.check_identity(one, other)
    assert "model_id is 'm1' in the index and 'm2' in the settings" in str(caught.value)
    assert "dimension is 8" in str(caught.value)
    assert "passage_tokens" not in str(caught.value)
