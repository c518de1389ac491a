from __future__ import annotations

import numpy as np

from policy_qa.embedding.fake import HashingEmbedder


def test_more_shared_bigrams_mean_a_higher_cosine() -> None:
    embedder = HashingEmbedder(dimension=256)
    query = embedder.embed_queries(["人工智能安全治理"])
    near, far, farther = embedder.embed_passages(["人工智能安全治理框架", "人工智能产业规模", "今天下雨了"])
    assert query @ near > query @ far > query @ farther


def test_two_instances_agree() -> None:
    one, other = HashingEmbedder(dimension=32), HashingEmbedder(dimension=32)
    np.testing.assert_array_equal(one.embed_passages(["算力"]), other.embed_passages(["算力"]))


def test_dimensions_are_part_of_the_identity() -> None:
    assert HashingEmbedder(dimension=32).model_id != HashingEmbedder(dimension=64).model_id


def test_letter_case_makes_no_difference() -> None:
    upper, lower = HashingEmbedder().embed_passages(["RAND", "rand"])
    np.testing.assert_array_equal(upper, lower)
