"""Writes the bundled weights as a sentence-transformers folder, in float32.

The folder loads with ``SentenceTransformer(folder)``: for training, for comparison, and for
tools that know no other format. About 490 MB.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from policy_qa.embedding.e5_tokenizer import build_tokenizer
from policy_qa.embedding.e5_weights import E5Weights, EncoderShape, Vocabulary, read_weights

_MATRICES: Final = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_NORMS: Final = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
_MODULES: Final = {
    "": "sentence_transformers.models.Transformer",
    "1_Pooling": "sentence_transformers.models.Pooling",
    "2_Normalize": "sentence_transformers.models.Normalize",
}


def export_folder(folder: Path, weights: E5Weights | None = None) -> Path:
    """Write the model and return the folder.

    Args:
        folder: Where to; made if missing, files of the same names are replaced.
        weights: The weights; by default those of the installed package.

    Raises:
        ModelUnavailableError: The weights are missing or are not the expected ones.
    """
    from safetensors.numpy import save_file

    weights = weights or read_weights()
    shape, vocabulary = weights.shape, weights.vocabulary
    for name in _MODULES:
        (folder / name).mkdir(parents=True, exist_ok=True)
    save_file(bert_tensors(weights), folder / "model.safetensors", metadata={"format": "pt"})
    build_tokenizer(vocabulary).save(str(folder / "tokenizer.json"))
    files = {
        "config.json": _bert_config(shape, vocabulary),
        "tokenizer_config.json": _tokenizer_config(shape, vocabulary),
        "sentence_bert_config.json": {"max_seq_length": shape.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": {"query": "query: ", "document": "passage: "}},
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden,
            "pooling_mode_mean_tokens": True,
        },
        "modules.json": [
            {"idx": number, "name": str(number), "path": path, "type": kind}
            for number, (path, kind) in enumerate(_MODULES.items())
        ],
    }
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, indent=1, ensure_ascii=False), "utf-8")
    return folder


def bert_tensors(weights: E5Weights) -> dict[str, NDArray[np.float32]]:
    """Return all tensors in float32 under the names of a Hugging Face ``BertModel``."""
    shape = weights.shape
    tensors = {
        "embeddings.word_embeddings.weight": weights.matrix("emb.word", shape.vocabulary).dequantise(),
        "embeddings.position_embeddings.weight": weights.vector("emb.pos").reshape(shape.positions, -1),
        "embeddings.token_type_embeddings.weight": weights.vector("emb.type").reshape(shape.token_types, -1),
        "embeddings.LayerNorm.weight": weights.vector("emb.ln.w"),
        "embeddings.LayerNorm.bias": weights.vector("emb.ln.b"),
        # Every BertModel has this layer; mean pooling never asks for it.
        "pooler.dense.weight": np.zeros((shape.hidden, shape.hidden), np.float32),
        "pooler.dense.bias": np.zeros(shape.hidden, np.float32),
    }
    for layer in range(shape.layers):
        for ours, theirs in _MATRICES.items():
            rows = shape.feed_forward if ours == "fi" else shape.hidden
            name = f"encoder.layer.{layer}.{theirs}"
            tensors[f"{name}.weight"] = weights.matrix(f"l{layer}.{ours}.w", rows).dequantise()
            tensors[f"{name}.bias"] = weights.vector(f"l{layer}.{ours}.b")
        for ours, theirs in _NORMS.items():
            name = f"encoder.layer.{layer}.{theirs}"
            tensors[f"{name}.weight"] = weights.vector(f"l{layer}.{ours}.w")
            tensors[f"{name}.bias"] = weights.vector(f"l{layer}.{ours}.b")
    return tensors


def _bert_config(shape: EncoderShape, vocabulary: Vocabulary) -> dict[str, Any]:
    return {
        "model_type": "bert",
        "architectures": ["BertModel"],
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.feed_forward,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.token_types,
        "layer_norm_eps": shape.epsilon,
        "hidden_act": "gelu",
        "pad_token_id": vocabulary.pad,
    }


def _tokenizer_config(shape: EncoderShape, vocabulary: Vocabulary) -> dict[str, Any]:
    bos, eos = vocabulary.pieces[vocabulary.bos], vocabulary.pieces[vocabulary.eos]
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": shape.positions,
        "bos_token": bos,
        "cls_token": bos,
        "eos_token": eos,
        "sep_token": eos,
        "pad_token": vocabulary.pieces[vocabulary.pad],
        "unk_token": vocabulary.pieces[vocabulary.unk],
        "mask_token": vocabulary.pieces[-1],
    }
