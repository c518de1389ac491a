from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from beir_samples import write_dataset

from policy_qa.embedding.fake import HashingEmbedder
from policy_qa.engine import PolicyQA
from policy_qa.errors import UsageError
from policy_qa.evaluation.dataset_index import open_dataset_index
from policy_qa.evaluation.datasets import Dataset, load_dataset
from policy_qa.evaluation.external import evaluate_dataset, evaluate_run
from policy_qa.evaluation.systems import NAMES, default_systems, parse_names


class CountingEmbedder(HashingEmbedder):
    """Counts the passages it was asked for."""

    embedded = 0

    def embed_passages(self, texts, **options):  # type: ignore[no-untyped-def]
        self.embedded += len(texts)
        return super().embed_passages(texts, **options)


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return load_dataset(write_dataset(tmp_path / "small"))


def test_every_system_ranks_every_question(engine: PolicyQA, dataset: Dataset, tmp_path: Path) -> None:
    names = ("dense", "lexical", "sentence", "hybrid")
    result, runs = evaluate_dataset(engine, dataset, systems=names, cache=tmp_path / "cache")
    assert tuple(result.per_system) == names
    assert result.system == "hybrid"
    assert result.measures == result.per_system["hybrid"]
    assert all(set(runs[name]) == {"q1", "q2", "q3", "q4"} for name in names)
    assert (result.n_queries, result.n_documents, result.query_lang) == (4, 4, "all")
    assert result.per_query["lexical"]["q1"] == 1.0
    low, high = result.ci95["nDCG@10"]
    assert low <= result.measures["nDCG@10"] <= high


def test_a_document_stands_once_in_a_ranking(engine: PolicyQA, dataset: Dataset, tmp_path: Path) -> None:
    _, runs = evaluate_dataset(engine, dataset, systems=("dense",), cache=tmp_path)
    for hits in runs["dense"].values():
        documents = [document for document, _ in hits]
        assert sorted(documents) == ["a", "b", "c"]  # the empty one has nothing to be found by


def test_a_document_without_a_word_of_the_question_is_no_lexical_hit(
    engine: PolicyQA, tmp_path: Path
) -> None:
    folder = write_dataset(
        tmp_path / "set",
        changes={"queries": '{"_id": "q1", "text": "zebra"}\n', "qrels": "q1\ta\t1\n"},
    )
    result, runs = evaluate_dataset(engine, load_dataset(folder), systems=("lexical",), cache=tmp_path)
    assert runs["lexical"]["q1"] == []
    assert result.measures["Recall@100"] == 0.0


def test_a_run_records_what_it_was_made_with(engine: PolicyQA, dataset: Dataset, tmp_path: Path) -> None:
    result, _ = evaluate_dataset(engine, dataset, systems=("dense",), cache=tmp_path)
    assert result.model == engine.embedder.model_id
    assert result.corpus_hash == dataset.corpus_hash
    assert result.settings_hash
    assert {"python", "ir-measures"} <= set(result.versions)
    assert set(result.seconds) == {"index", "embed", "dense"}


def test_the_second_run_embeds_no_passage_and_finds_the_same(dataset: Dataset, tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    one = PolicyQA(embedder=embedder, corpus=tmp_path, index=tmp_path / "unused")
    first, _ = evaluate_dataset(one, dataset, systems=("hybrid",), cache=tmp_path / "cache")
    after_first = embedder.embedded
    second, _ = evaluate_dataset(one, dataset, systems=("hybrid",), cache=tmp_path / "cache")
    assert embedder.embedded == after_first > 0
    assert second.per_query == first.per_query


def test_a_build_with_other_settings_makes_only_the_vectors_that_are_new(
    dataset: Dataset, tmp_path: Path
) -> None:
    embedder = CountingEmbedder()
    one = PolicyQA(embedder=embedder, corpus=tmp_path, index=tmp_path / "unused")
    other = PolicyQA(embedder=embedder, corpus=tmp_path, index=tmp_path / "unused", passage_tokens=300)
    open_dataset_index(dataset, embedder, one.identity, tmp_path / "cache").generation.close()
    before = embedder.embedded
    index = open_dataset_index(dataset, embedder, other.identity, tmp_path / "cache")
    assert index.generation.manifest.identity.passage_tokens == 300
    assert embedder.embedded == before  # the documents are short, so the passages are the same
    index.generation.close()


def test_equal_documents_come_in_the_order_of_the_set(
    engine: PolicyQA, dataset: Dataset, tmp_path: Path
) -> None:
    index = open_dataset_index(dataset, engine.embedder, engine.identity, tmp_path)
    scores = np.zeros(index.generation.size, dtype=np.float32)
    assert [document for document, _ in index.rank(scores, 2)] == ["a", "b"]
    scores[-1] = 1.0
    assert [document for document, _ in index.rank(scores, 2)] == ["c", "a"]
    index.generation.close()


def test_a_system_that_cannot_run_is_left_out_with_its_reason(
    engine: PolicyQA, dataset: Dataset, tmp_path: Path
) -> None:
    result, _ = evaluate_dataset(engine, dataset, systems=("dense", "hybrid+late"), cache=tmp_path)
    assert list(result.per_system) == ["dense"]
    assert "no token states" in result.left_out["hybrid+late"]
    with pytest.raises(UsageError, match="None of the systems can run"):
        evaluate_dataset(engine, dataset, systems=("hybrid+late",), cache=tmp_path)


def test_a_run_from_elsewhere_is_measured_with_its_gaps(dataset: Dataset) -> None:
    result = evaluate_run(dataset, {"q1": [("a", 1.0)], "q2": [("a", 2.0), ("b", 1.0)]}, "theirs")
    assert result.per_system["theirs"]["P@1"] == 0.25
    assert result.measures["MRR@10"] == pytest.approx((1 + 1 / 2 + 0 + 0) / 4)


def test_names_of_systems_are_checked() -> None:
    assert parse_names("dense, hybrid,dense") == ("dense", "hybrid")
    with pytest.raises(UsageError, match="colbert"):
        parse_names("dense,colbert")
    with pytest.raises(UsageError):
        parse_names(" , ")
    assert set(default_systems(with_reader=True)) <= set(NAMES)


@pytest.mark.slow
def test_llama_index_runs_with_our_model_and_without_a_network(
    engine: PolicyQA, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("llama_index.retrievers.bm25", reason="the extra `eval` is not installed")

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("an outside connection was tried")

    monkeypatch.setattr("socket.socket.connect", refuse)
    names = ("llama-index", "llama-index+bm25")
    monkeypatch.setattr("policy_qa.evaluation.external.cache_folder", lambda _: tmp_path)
    result, runs = evaluate_dataset(engine, dataset, systems=names, cache=tmp_path)
    assert set(result.per_system) == set(names)
    assert {document for document, _ in runs["llama-index"]["q1"]} <= {"a", "b", "c", "d"}
