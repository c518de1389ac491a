"""The bench of true and wrong sentences: big enough, in both languages, true to the corpus."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from policy_qa.evaluation.golden import corpus_texts

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "eval" / "faithfulness"
WRONG = ("number", "unit", "year", "name", "negated", "direction", "attribution", "source", "fabricated")
TRUE = ("paraphrase", "translation")


@pytest.fixture(scope="module")
def pairs() -> list[dict[str, Any]]:
    lines = (FOLDER / "pairs.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_there_are_at_least_300_pairs_with_60_true_ones_of_each_sort(pairs: list[dict[str, Any]]) -> None:
    counts = Counter(pair["kind"] for pair in pairs)
    assert len(pairs) >= 300
    assert set(counts) == {*WRONG, *TRUE}
    assert all(counts[kind] >= 60 for kind in TRUE)


def test_every_kind_of_wrong_sentence_is_there_in_both_languages(pairs: list[dict[str, Any]]) -> None:
    counts = Counter((pair["kind"], pair["lang"]) for pair in pairs)
    assert all(counts[kind, lang] >= 20 for kind in WRONG for lang in ("zh", "en"))


def test_quotes_stand_in_their_articles(pairs: list[dict[str, Any]]) -> None:
    texts = corpus_texts(ROOT / "corpus")
    assert [p["id"] for p in pairs if any(q not in texts[p["article_id"]] for q in p["quotes"])] == []


def test_only_true_kinds_count_as_supported(pairs: list[dict[str, Any]]) -> None:
    assert all(pair["supported"] == (pair["kind"] in TRUE) for pair in pairs)


def test_ids_are_unique_and_a_quote_is_in_one_part_only(pairs: list[dict[str, Any]]) -> None:
    assert max(Counter(pair["id"] for pair in pairs).values()) == 1
    parts: dict[str, set[str]] = {}
    for pair in pairs:
        if pair["kind"] != "source" and pair["evidence"] == "sentence":
            parts.setdefault(pair["quotes"][0], set()).add(pair["split"])
    assert all(len(found) == 1 for found in parts.values())


@pytest.mark.parametrize("name", ["free", "heldout"])
def test_sentences_worded_freely_are_about_quotes_of_the_corpus_and_no_others(
    name: str, pairs: list[dict[str, Any]]
) -> None:
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    more = [json.loads(line) for line in lines]
    texts = corpus_texts(ROOT / "corpus")
    assert len(more) >= 160
    assert all(quote in texts[p["article_id"]] for p in more for quote in p["quotes"])
    assert not {p["sentence"] for p in more} & {p["sentence"] for p in pairs}
    assert not {p["id"] for p in more} & {p["id"] for p in pairs}


def test_the_second_set_by_others_keeps_its_halves_apart_and_is_true_to_the_corpus() -> None:
    lines = (FOLDER / "independent_2.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    texts = corpus_texts(ROOT / "corpus")
    articles = {half: {p["article_id"] for p in found if p["split"] == half} for half in ("dev", "test")}
    assert not articles["dev"] & articles["test"]
    assert all(quote in texts[p["article_id"]] for p in found for quote in p["quotes"])
    assert all(p["supported"] == (p["kind"] in TRUE) for p in found)
    assert {p["kind"] for p in found} == {*WRONG, *TRUE, "modality", "relation"} - {"source"}
    assert len({p["id"] for p in found}) == len({p["sentence"] for p in found}) == len(found) >= 590
    counts = Counter((p["split"], p["lang"], p["supported"]) for p in found)
    assert min(counts.values()) >= 65
