"""What every embedder must do, run on each of them."""

from __future__ import annotations

import numpy as np
import pytest

from policy_qa.embedding import Embedder
from policy_qa.embedding.fake import HashingEmbedder
from policy_qa.errors import BadInputError, UsageError

TEXTS = [
    "算力规模在三年里翻了一番。",
    "Export controls were tightened in October.",
    "短",
    "一段长一些的话，用来让各行的长度不同，并且跨过几个标点：逗号、顿号、句号。",
]


@pytest.fixture(
    params=[
        "hashing",
        pytest.param("bundled", marks=pytest.mark.slow),
        pytest.param("exported", marks=pytest.mark.slow),
    ]
)
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "hashing":
        return HashingEmbedder()
    model: Embedder = request.getfixturevalue(request.param)
    return model


def test_it_satisfies_the_protocol(embedder: Embedder) -> None:
    assert isinstance(embedder, Embedder)
    assert embedder.model_id


def test_vectors_have_the_stated_shape_type_and_length_one(embedder: Embedder) -> None:
    for vectors in (embedder.embed_queries(TEXTS), embedder.embed_passages(TEXTS)):
        assert vectors.shape == (len(TEXTS), embedder.dimension)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert embedder.embed_queries([]).shape == (0, embedder.dimension)
    assert embedder.embed_passages([]).shape == (0, embedder.dimension)
    assert embedder.count_tokens([]) == []


def test_vectors_come_in_the_order_of_the_texts(embedder: Embedder) -> None:
    together = embedder.embed_passages(TEXTS)
    for row, text in enumerate(TEXTS):
        alone = embedder.embed_passages([text])[0]
        assert int(np.argmax(together @ alone)) == row
        assert together[row] @ alone > 0.998


def test_the_same_text_gives_the_same_vector_twice(embedder: Embedder) -> None:
    np.testing.assert_array_equal(embedder.embed_queries(TEXTS[:1]), embedder.embed_queries(TEXTS[:1]))


def test_a_question_is_not_embedded_as_a_passage(embedder: Embedder) -> None:
    as_query, as_passage = embedder.embed_queries(TEXTS[:1])[0], embedder.embed_passages(TEXTS[:1])[0]
    assert 0.5 < as_query @ as_passage < 0.9999


def test_shared_words_bring_texts_together(embedder: Embedder) -> None:
    query = embedder.embed_queries(["算力规模翻了几番？"])
    scores = (query @ embedder.embed_passages(TEXTS).T)[0]
    assert int(np.argmax(scores)) == 0


def test_a_question_over_the_limit_is_a_usage_error(embedder: Embedder) -> None:
    with pytest.raises(UsageError, match=f"Query 2 of 2.*reads {embedder.max_tokens}"):
        embedder.embed_queries(["短", "很长" * embedder.max_tokens])


def test_a_passage_over_the_limit_is_bad_input(embedder: Embedder) -> None:
    with pytest.raises(BadInputError, match=f"Passage 1 of 1.*reads {embedder.max_tokens}"):
        embedder.embed_passages(["很长" * embedder.max_tokens])


def test_token_counts_decide_what_is_accepted(embedder: Embedder) -> None:
    text = "长短"
    while embedder.count_tokens([text])[0] <= embedder.max_tokens:
        fitting, text = text, text + "，长短"
    assert embedder.embed_passages([fitting]).shape == (1, embedder.dimension)
    with pytest.raises(BadInputError):
        embedder.embed_passages([text])


def test_token_counts_grow_with_the_text_and_include_the_ends(embedder: Embedder) -> None:
    empty, short, longer = embedder.count_tokens(["", "算力", "算力算力算力算力"])
    assert 2 <= empty < short < longer


def test_progress_adds_up_to_the_number_of_passages(embedder: Embedder) -> None:
    steps: list[int] = []
    embedder.embed_passages(TEXTS * 20, on_progress=steps.append)
    assert sum(steps) == len(TEXTS) * 20


@pytest.mark.parametrize("text", ["", "   \n", "😀🚀", "\u202eabc\u200b", "\ud83d", "\x00\x01", "ﷺ"])
def test_odd_characters_do_no_harm(embedder: Embedder, text: str) -> None:
    vectors = embedder.embed_queries([text])
    assert np.isfinite(vectors).all()
    assert embedder.count_tokens([text])[0] >= 2
