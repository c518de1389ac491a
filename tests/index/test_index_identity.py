"""An index made with other settings is refused by name, and made anew by the command it names."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_corpora import CountingEmbedder, TinyIndex, three_articles

from policy_qa.errors import IndexMismatchError
from policy_qa.index.manifest import current_name


@pytest.fixture
def tiny(tmp_path: Path) -> TinyIndex:
    return three_articles(tmp_path)


def test_another_model_of_the_same_dimension_is_refused_by_name(tiny: TinyIndex) -> None:
    tiny.build()
    tiny.embedder = CountingEmbedder(model_id="other-model")
    with pytest.raises(IndexMismatchError) as caught:
        tiny.open()
    message = str(caught.value)
    assert "hashing-64" in message
    assert "other-model" in message
    assert "policy-qa index" in message


def test_another_passage_length_is_refused_by_name(tiny: TinyIndex) -> None:
    tiny.build()
    tiny.passage_tokens = 90
    with pytest.raises(
        IndexMismatchError, match=r"passage_tokens is 120 in the index and 90.*policy-qa index"
    ):
        tiny.open()


def test_indexing_for_another_model_embeds_anew_and_can_be_read(tiny: TinyIndex) -> None:
    n_first = tiny.build().n_embedded
    tiny.embedder = CountingEmbedder(model_id="other-model")
    assert tiny.build().n_embedded == n_first
    tiny.open().close()


def test_an_index_of_another_schema_is_refused_by_name(tiny: TinyIndex) -> None:
    tiny.build()
    path = tiny.index / "generations" / current_name(tiny.index) / "manifest.json"
    text = path.read_text(encoding="utf-8")
    schema = tiny.identity.schema_version
    path.write_text(text.replace(f'"schema_version":{schema}', '"schema_version":1'), encoding="utf-8")
    with pytest.raises(IndexMismatchError, match=f"schema_version is 1 in the index and {schema}"):
        tiny.open()
