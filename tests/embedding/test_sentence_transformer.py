from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from policy_qa.embedding.sentence_transformer import SentenceTransformerEmbedder, prefixes_of
from policy_qa.errors import ModelUnavailableError

E5 = {"query": "query: ", "passage": "passage: "}
NONE = {"query": "", "passage": ""}


@pytest.mark.parametrize(
    ("name", "prompts", "expected"),
    [
        ("intfloat/multilingual-e5-large", {}, E5),
        ("intfloat/e5-base-v2", {"query": "", "document": ""}, E5),
        ("models/my-e5", {"query": None, "document": None}, E5),
        ("intfloat/multilingual-e5-large-instruct", {"query": "Task: "}, {"query": "Task: ", "passage": ""}),
        ("intfloat/e5-mistral-7b-instruct", {}, NONE),
        ("some/model", {"query": "q: ", "document": "d: "}, {"query": "q: ", "passage": "d: "}),
        ("some/model", {"query": "q: ", "passage": "p: "}, {"query": "q: ", "passage": "p: "}),
        ("BAAI/bge-m3", {"query": "", "document": ""}, NONE),
        ("acme/se5quence", {}, NONE),
    ],
)
def test_prefixes_follow_the_model(
    name: str, prompts: dict[str, str | None], expected: dict[str, str]
) -> None:
    assert prefixes_of(name, prompts) == expected


def test_a_folders_identity_changes_with_its_weights(tmp_path: Path) -> None:
    folder = tmp_path / "tuned"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"first")
    (folder / "notes.md").write_text("no part of the model")
    before = SentenceTransformerEmbedder(folder).model_id
    (folder / "notes.md").write_text("changed")
    assert SentenceTransformerEmbedder(folder).model_id == before
    (folder / "model.safetensors").write_bytes(b"second")
    after = SentenceTransformerEmbedder(folder).model_id
    assert before != after
    assert after.startswith("tuned@")


@pytest.mark.slow
def test_a_folder_without_a_model_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match=tmp_path.name) as caught:
        SentenceTransformerEmbedder(tmp_path).embed_queries(["a"])
    assert "POLICY_QA_EMBEDDING_MODEL=bundled" in str(caught.value)


@pytest.mark.slow
def test_the_exported_folder_says_its_own_prefixes(exported: SentenceTransformerEmbedder) -> None:
    # The prefix costs tokens, and the two sides differ: both show that prompts were read.
    assert exported.count_tokens([""])[0] > 2
    query, passage = exported.embed_queries(["算力"])[0], exported.embed_passages(["算力"])[0]
    assert not np.allclose(query, passage)
    assert exported.max_tokens == 512
