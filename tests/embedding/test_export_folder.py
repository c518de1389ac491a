from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from policy_qa.embedding.e5_weights import E5Weights
from policy_qa.embedding.export_folder import bert_tensors, export_folder


def test_tensors_carry_the_names_and_values_of_a_bert_model(tiny_weights: E5Weights) -> None:
    tensors = bert_tensors(tiny_weights)
    assert tensors["encoder.layer.1.intermediate.dense.weight"].shape == (96, 64)
    assert tensors["embeddings.position_embeddings.weight"].shape == (32, 64)
    np.testing.assert_array_equal(
        tensors["encoder.layer.0.attention.self.key.weight"],
        tiny_weights.matrix("l0.k.w", 64).dequantise(),
    )
    assert all(values.dtype == np.float32 for values in tensors.values())


def test_the_folder_has_what_sentence_transformers_looks_for(tiny_weights: E5Weights, tmp_path: Path) -> None:
    folder = export_folder(tmp_path / "model", tiny_weights)
    modules = json.loads((folder / "modules.json").read_text())
    assert [module["type"].rsplit(".", 1)[1] for module in modules] == ["Transformer", "Pooling", "Normalize"]
    assert all((folder / module["path"]).is_dir() for module in modules)
    assert json.loads((folder / "config.json").read_text())["num_hidden_layers"] == 2
    assert json.loads((folder / "1_Pooling/config.json").read_text())["pooling_mode_mean_tokens"] is True
    assert (folder / "model.safetensors").stat().st_size > 0
    assert (folder / "tokenizer.json").is_file()
