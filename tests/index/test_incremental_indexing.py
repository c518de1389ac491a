"""Bringing an index up to date: what is read, parsed, embedded and replaced, and what is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tiny_corpora import TinyIndex, nearest_ids, sentences, three_articles

from policy_qa.articles import load_article
from policy_qa.errors import BadInputError
from policy_qa.index import generation_writer, intake
from policy_qa.index.builder import update_index
from policy_qa.index.lexical import LexicalIndex
from policy_qa.index.manifest import current_name
from policy_qa.records import Article


@pytest.fixture
def tiny(tmp_path: Path) -> TinyIndex:
    return three_articles(tmp_path)


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were parsed."""
    names: list[str] = []

    def counted(path: Path, *, root: Path) -> Article:
        names.append(path.relative_to(root).as_posix())
        return load_article(path, root=root)

    monkeypatch.setattr(intake, "load_article", counted)
    return names


def passage_ids(tiny: TinyIndex) -> dict[str, list[str]]:
    """Passage ids by article."""
    generation = tiny.open()
    found = {
        article.source: [p.passage_id for p in generation.store.passages_of(article.article_id)]
        for article in generation.store.articles()
    }
    generation.close()
    return found


def recall_at_10(tiny: TinyIndex, questions: list[str]) -> float:
    """Share of the ten exactly nearest passages that the index finds, averaged."""
    generation = tiny.open()
    shares = []
    for text in questions:
        vector = tiny.question(text)
        exact = (generation.passage_vectors @ vector).argsort()[::-1][:10]
        wanted = {generation.keys[row].passage_id for row in exact}
        shares.append(len(wanted & set(nearest_ids(generation, vector, 10))) / 10)
    generation.close()
    return sum(shares) / len(shares)


def test_the_first_run_adds_everything(tiny: TinyIndex) -> None:
    report = tiny.build()
    assert report.added == ("a.md", "b.md", "sub/c.md")
    assert (report.changed, report.removed, report.unchanged) == ((), (), 0)
    generation = tiny.open()
    assert generation.size == report.n_passages > 3
    assert generation.manifest.n_articles == 3
    generation.close()


def test_every_passage_and_sentence_is_a_slice_of_its_article(tiny: TinyIndex) -> None:
    tiny.write("d.md", "第四份规划", ["第一句😀写着十个字以上的内容。第二句更短。", *sentences(30, 3)])
    tiny.build()
    generation = tiny.open()
    for passage in generation.store.passages(range(generation.size)):
        text = generation.store.article(passage.article_id).text
        assert text[passage.start : passage.end] == passage.text
        assert passage.sentences[0].start == passage.start
        assert passage.sentences[-1].end == passage.end
        for sentence in passage.sentences:
            assert passage.start <= sentence.start < sentence.end <= passage.end
    generation.close()


def test_a_second_run_reads_parses_and_builds_nothing(tiny: TinyIndex, parsed: list[str]) -> None:
    first = tiny.build()
    parsed.clear()
    second = tiny.build()
    assert second.generation == first.generation
    assert (second.unchanged, second.n_embedded, second.n_passages) == (3, 0, first.n_passages)
    assert parsed == []
    assert tiny.generations() == [first.generation]


def test_a_touched_file_is_not_parsed_again(tiny: TinyIndex, parsed: list[str]) -> None:
    first = tiny.build()
    parsed.clear()
    os.utime(tiny.corpus / "a.md", ns=(1, 1))
    assert tiny.build().generation == first.generation
    assert parsed == []


def test_a_file_of_the_same_size_and_time_is_opened_by_a_full_run_only(tiny: TinyIndex) -> None:
    tiny.build()
    path = tiny.corpus / "a.md"
    stat = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace("青原", "青园"), encoding="utf-8")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert tiny.build().changed == ()
    assert tiny.build(full=True).n_embedded > 0
    generation = tiny.open()
    assert "青园" in generation.store.article("a").text
    generation.close()


def test_only_what_changed_is_parsed_and_embedded(tiny: TinyIndex, parsed: list[str]) -> None:
    tiny.build()
    before = passage_ids(tiny)
    parsed.clear()
    tiny.embedder.embedded.clear()
    body = sentences(12, 1)
    tiny.write("b.md", "第2份规划", [s.replace("第5期规划", "第5号灯塔") for s in body])
    report = tiny.build()
    assert report.changed == ("b.md",)
    assert report.unchanged == 2
    assert parsed == ["b.md"]
    # One sentence alone, the same under its title, and the passage it stands in.
    assert len(tiny.embedder.embedded) == report.n_embedded == 3
    assert all("灯塔" in text for text in tiny.embedder.embedded)
    after = passage_ids(tiny)
    assert after["a.md"] == before["a.md"]
    assert after["sub/c.md"] == before["sub/c.md"]
    assert len(set(before["b.md"]) - set(after["b.md"])) == 1


def test_a_new_title_reaches_vectors_and_terms_though_the_text_stays(tiny: TinyIndex) -> None:
    body = "\n\n".join(sentences(6, 4))
    path = tiny.corpus / "d.md"
    path.write_text(f"---\ntitle: 蓝鲸计划\n---\n\n{body}\n", encoding="utf-8")
    tiny.build()
    path.write_text(f"---\ntitle: 白鹭方案\n---\n\n{body}\n", encoding="utf-8")
    report = tiny.build()
    assert report.changed == ("d.md",)
    generation = tiny.open()
    assert generation.lexical.document_frequency("白鹭") > 0
    assert generation.lexical.document_frequency("蓝鲸") == 0
    assert any(text.startswith("白鹭方案") for text in tiny.embedder.embedded)
    generation.close()


def test_a_removed_file_takes_its_passages_along(tiny: TinyIndex) -> None:
    tiny.build()
    gone = set(passage_ids(tiny)["b.md"])
    (tiny.corpus / "b.md").unlink()
    report = tiny.build()
    assert report.removed == ("b.md",)
    assert report.n_embedded == 0
    generation = tiny.open()
    assert not gone & set(generation.rows)
    found = nearest_ids(generation, tiny.question("算力中心"), generation.size)
    assert sorted(found) == sorted(generation.rows)
    generation.close()


def test_a_renamed_file_is_removed_and_added_without_embedding(tiny: TinyIndex) -> None:
    tiny.build()
    (tiny.corpus / "b.md").rename(tiny.corpus / "renamed.md")
    report = tiny.build()
    assert (report.removed, report.added, report.n_embedded) == (("b.md",), ("renamed.md",), 0)


def test_ids_are_the_same_in_another_place_and_order(tiny: TinyIndex, tmp_path: Path) -> None:
    tiny.build()
    again = TinyIndex(tmp_path / "again")
    for seed, name in [(2, "sub/c.md"), (0, "a.md"), (1, "b.md")]:
        again.write(name, f"第{seed + 1}份规划", sentences(12, seed))
        again.build()
    assert passage_ids(again) == passage_ids(tiny)
    tiny.build(full=True)
    assert passage_ids(again) == passage_ids(tiny)


def test_a_full_run_embeds_nothing_it_has_vectors_of(tiny: TinyIndex, parsed: list[str]) -> None:
    first = tiny.build()
    assert len(tiny.embedder.embedded) == first.n_embedded > 0
    parsed.clear()
    report = tiny.build(full=True)
    assert report.n_embedded == 0
    assert len(tiny.embedder.embedded) == first.n_embedded
    assert len(parsed) == 3
    assert report.generation != first.generation


def test_five_reindexings_keep_recall_and_stay_within_two_generations(tmp_path: Path) -> None:
    tiny = TinyIndex(tmp_path / "grown")
    for seed in range(5):
        tiny.write(f"{seed}.md", f"第{seed}份规划", sentences(80, seed))
    for _ in range(5):
        tiny.build(full=True)
    assert len(tiny.generations()) == 2
    fresh = TinyIndex(tmp_path / "fresh")
    for seed in range(5):
        fresh.write(f"{seed}.md", f"第{seed}份规划", sentences(80, seed))
    fresh.build()
    questions = [text[:20] for text in sentences(40, seed=9)]
    expected = recall_at_10(fresh, questions)
    assert expected > 0.99
    assert recall_at_10(tiny, questions) == pytest.approx(expected, abs=0.01)


def test_growing_article_by_article_gives_the_index_of_one_build(tmp_path: Path) -> None:
    grown, fresh = TinyIndex(tmp_path / "grown"), TinyIndex(tmp_path / "fresh")
    for seed in range(3):
        grown.write(f"{seed}.md", f"第{seed}份规划", sentences(10, seed + 20))
        grown.build()
        grown.write(f"{seed}.md", f"第{seed}份规划", sentences(10, seed))
        fresh.write(f"{seed}.md", f"第{seed}份规划", sentences(10, seed))
        grown.build()
    fresh.build()
    one, other = grown.open(), fresh.open()
    assert one.keys == other.keys
    assert (one.passage_vectors == other.passage_vectors).all()
    assert (one.sentence_vectors == other.sentence_vectors).all()
    assert _vocabulary_size(one.lexical) == _vocabulary_size(other.lexical)
    query = {"投入": 1.0, "青原": 2.0}
    assert one.lexical.scores(query) == pytest.approx(other.lexical.scores(query))
    one.close()
    other.close()


def _vocabulary_size(index: LexicalIndex) -> int:
    return len(index._vocabulary)


def test_an_empty_corpus_is_refused_and_the_index_stays(tiny: TinyIndex) -> None:
    first = tiny.build().generation
    for path in list(tiny.corpus.rglob("*.md")):
        path.unlink()
    with pytest.raises(BadInputError, match="Put articles there"):
        tiny.build()
    assert current_name(tiny.index) == first


def test_a_failing_model_leaves_the_old_generation_and_the_vectors_made_so_far(
    tiny: TinyIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generation_writer, "_EMBED_BATCH", 4)
    first = tiny.build().generation
    tiny.write("d.md", "第四份规划", sentences(12, 4))
    tiny.embedder.fails_after = len(tiny.embedder.embedded) + 9
    with pytest.raises(RuntimeError, match="gave up"):
        tiny.build()
    assert current_name(tiny.index) == first
    assert tiny.generations() == [first]
    tiny.embedder.fails_after = None
    embedded = len(tiny.embedder.embedded)
    report = tiny.build()
    assert report.added == ("d.md",)
    assert report.n_embedded == len(tiny.embedder.embedded) - embedded


def test_progress_comes_to_the_total_of_every_stage(tiny: TinyIndex) -> None:
    last: dict[str, tuple[int, int]] = {}

    def note(stage: str, done: int, total: int) -> None:
        assert 0 < done <= total
        last[stage] = (done, total)

    report = update_index(tiny.corpus, tiny.index, tiny.embedder, tiny.identity, progress=note)
    assert list(last) == ["reading", "passages", "embedding", "storing"]
    assert all(done == total for done, total in last.values())
    assert last["reading"] == (3, 3)
    assert last["embedding"] == (report.n_embedded, report.n_embedded)
    assert last["storing"] == (report.n_passages, report.n_passages)


def test_a_corpus_of_one_passage_can_be_searched(tmp_path: Path) -> None:
    tiny = TinyIndex(tmp_path)
    tiny.write("one.md", "短文", ["这是唯一的一段，它只有一句话，写得刚好够长。"])
    report = tiny.build()
    assert report.n_passages == 1
    generation = tiny.open()
    assert nearest_ids(generation, tiny.question("唯一"), 5) == [generation.keys[0].passage_id]
    assert any("data_level0" in name for name in generation.manifest.files)
    generation.close()


def test_equal_passages_of_two_articles_do_not_fail_the_probe(tmp_path: Path) -> None:
    tiny = TinyIndex(tmp_path)
    for name in "abcdefgh":
        tiny.write(f"{name}.md", "同一份规划", sentences(3))
    tiny.build()
    generation = tiny.open()
    assert generation.manifest.n_articles == 8
    generation.close()
