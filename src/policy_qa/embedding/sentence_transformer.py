"""Any embedding model that sentence-transformers can load, by name or from a folder."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np

from policy_qa.embedding.inputs import Side, require_within_limit, well_formed
from policy_qa.embedding.protocol import Progress, Vectors
from policy_qa.errors import ModelUnavailableError

# Models of the E5 family want these words but seldom say so in their files. The
# instruction-tuned ones among them want others, and do say so.
_E5: Final = re.compile(r"(^|[/_-])e5([_-]|$)", re.IGNORECASE)
_E5_PREFIXES: Final[dict[Side, str]] = {"query": "query: ", "passage": "passage: "}
_PROMPT_NAMES: Final[dict[Side, tuple[str, ...]]] = {"query": ("query",), "passage": ("document", "passage")}
_WEIGHT_FILES: Final = ("*.safetensors", "*.bin", "*.json", "*.model", "vocab.txt", "merges.txt")
_CHUNK: Final = 256
_BATCH: Final = 16


@dataclass(frozen=True)
class _Loaded:
    model: Any
    prefixes: dict[Side, str]
    dimension: int
    max_tokens: int
    revision: str


class SentenceTransformerEmbedder:
    """A sentence-transformers model behind the same contract as the bundled one.

    A folder is read without any access to the network. A name is looked up in the local
    hub cache first and downloaded only if it is not there. Vectors are scaled to length 1.
    The prefixes are the model's own prompts (``query``; ``document`` or ``passage``), else
    those of the E5 family if the name says so, else none.

    Args:
        model: Name on the hub, or a folder.
        threads: Threads of torch, for the whole process; by default torch's own choice.
        device: Device of torch; by default the best one present.
    """

    def __init__(self, model: str | Path, *, threads: int | None = None, device: str | None = None) -> None:
        self._model = str(model)
        self._threads = threads
        self._device = device
        self._lock = threading.Lock()
        self._state: _Loaded | None = None

    @cached_property
    def model_id(self) -> str:
        """Name with the revision of the weights: the hub's commit, or a folder's checksum."""
        if _is_folder(self._model):
            folder = Path(self._model).expanduser().resolve()
            return f"{folder.name}@{_folder_digest(folder)}-float32"
        return f"{self._model}@{self._loaded.revision}-float32"

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._loaded.dimension

    @property
    def max_tokens(self) -> int:
        """Longest input in tokens, prefix and special tokens included."""
        return self._loaded.max_tokens

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one vector per question; see :class:`~policy_qa.embedding.protocol.Embedder`."""
        return self._embed(texts, "query", None)

    def embed_passages(self, texts: Sequence[str], *, on_progress: Progress | None = None) -> Vectors:
        """Return one vector per passage; see :class:`~policy_qa.embedding.protocol.Embedder`."""
        return self._embed(texts, "passage", on_progress)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return what each text costs as a passage; see :class:`~policy_qa.embedding.protocol.Embedder`."""
        return self._count(well_formed(texts), "passage")

    def _count(self, texts: Sequence[str], side: Side) -> list[int]:
        if not texts:
            return []
        prefix = self._loaded.prefixes[side]
        encoded = self._loaded.model.tokenizer(
            [prefix + text for text in texts],
            truncation=False,
            padding=False,
            return_attention_mask=False,
            verbose=False,
        )
        return [len(ids) for ids in encoded["input_ids"]]

    def _embed(self, texts: Sequence[str], side: Side, on_progress: Progress | None) -> Vectors:
        loaded = self._loaded
        clean = well_formed(texts)
        lengths = self._count(clean, side)
        require_within_limit(texts, lengths, side, max_tokens=loaded.max_tokens, model_id=self._model)
        encode = loaded.model.encode_query if side == "query" else loaded.model.encode_document
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        order = sorted(range(len(texts)), key=lengths.__getitem__)
        for first in range(0, len(order), _CHUNK):
            rows = order[first : first + _CHUNK]
            vectors[rows] = encode(
                [clean[row] for row in rows],
                prompt=loaded.prefixes[side],
                batch_size=_BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            if on_progress is not None:
                on_progress(len(rows))
        return vectors

    @property
    def _loaded(self) -> _Loaded:
        with self._lock:
            if self._state is None:
                self._state = self._load()
            return self._state

    def _load(self) -> _Loaded:
        if self._threads is not None:
            import torch

            torch.set_num_threads(self._threads)
        model = _open(self._model, self._device)
        config = getattr(getattr(model[0], "auto_model", None), "config", None)
        positions = getattr(config, "max_position_embeddings", None)
        limits = [limit for limit in (model.max_seq_length, positions) if limit]
        if not limits:
            raise ModelUnavailableError(
                f"The embedding model {self._model} does not say how many tokens it reads. "
                "Set max_seq_length in its sentence_bert_config.json."
            )
        revision = getattr(config, "_commit_hash", None) or "unknown"
        return _Loaded(
            model,
            prefixes_of(self._model, model.prompts),
            dimension=model.get_embedding_dimension(),
            max_tokens=min(limits),
            revision=revision[:12],
        )


def _open(name: str, device: str | None) -> Any:
    """Load a model, preferring what is on this machine."""
    from sentence_transformers import SentenceTransformer

    if _is_folder(name):
        attempts = [{"model_name_or_path": str(Path(name).expanduser()), "local_files_only": True}]
    else:
        attempts = [{"model_name_or_path": name, "local_files_only": local} for local in (True, False)]
    failure: Exception | None = None
    for attempt in attempts:
        try:
            return SentenceTransformer(device=device, **attempt)
        except Exception as error:  # OSError, ValueError, and whatever the hub's client raises
            failure = error
    raise ModelUnavailableError(
        f"The embedding model {name!r} cannot be loaded through sentence-transformers: {failure}. "
        "Give a folder that holds it, a name the hub knows, or set POLICY_QA_EMBEDDING_MODEL=bundled."
    ) from failure


def _is_folder(name: str) -> bool:
    return Path(name).expanduser().is_dir()


def prefixes_of(name: str, prompts: Mapping[str, str | None]) -> dict[Side, str]:
    """Return what a model wants in front of questions and passages.

    Args:
        name: Name or folder of the model.
        prompts: The prompts that its own files define, by name.
    """
    own: dict[Side, str] = {
        side: next((prompts[key] or "" for key in keys if prompts.get(key)), "")
        for side, keys in _PROMPT_NAMES.items()
    }
    if any(own.values()):
        return own
    if _E5.search(name) and "instruct" not in name.lower():
        return dict(_E5_PREFIXES)
    return own


def _folder_digest(folder: Path) -> str:
    """Return the first 12 hex digits of a SHA-256 over the names and contents that make the model."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in _WEIGHT_FILES for path in folder.rglob(pattern)}):
        digest.update(path.relative_to(folder).as_posix().encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:12]
