"""The tokenizer of multilingual-e5-small, built from the pieces that the weights file carries.

Text is normalised (NFKC, control characters dropped, invisible separators turned into
spaces, runs of white space into one), split at spaces, each word marked with ``▁`` and
segmented by a Unigram model; ``<s>`` and ``</s>`` are put around the whole.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from policy_qa.embedding.e5_weights import Vocabulary

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# SentencePiece's rules (nmt_nfkc) against NFKC: what they drop, and what they turn into a space.
DROPPED: Final = "[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"
SPACED: Final = "[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"
# They also keep the full-width tilde (3～5年), which NFKC turns into the ASCII one; it is
# parked on a private-use character while NFKC runs.
KEPT: Final = "～"
_PARKED: Final = "\uf8f5"

_MARKERS: Final = frozenset({"<s>", "</s>", "<pad>", "<unk>", "<mask>"})
# Low enough that "<s>" in a text is spelt out in ordinary pieces, never taken for the marker.
_NEVER_IN_TEXT: Final = -100.0

# Up to here plain Python is faster than loading the tokenizer proper.
_SHORT_CHARACTERS: Final = 2000


def segmentation_scores(vocabulary: Vocabulary) -> list[float]:
    """Return the score of each piece, the markers put out of reach."""
    scored = zip(vocabulary.pieces, vocabulary.scores.tolist(), strict=True)
    return [_NEVER_IN_TEXT if piece in _MARKERS else score for piece, score in scored]


def build_tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    """Return a tokenizer that segments as the original SentencePiece model does."""
    from tokenizers import Tokenizer, models, processors

    pieces = list(zip(vocabulary.pieces, segmentation_scores(vocabulary), strict=True))
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=vocabulary.unk, byte_fallback=False))
    tokenizer.normalizer = _normalizer()
    tokenizer.pre_tokenizer = _word_splitter()
    bos, eos = vocabulary.pieces[vocabulary.bos], vocabulary.pieces[vocabulary.eos]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, vocabulary.bos), (eos, vocabulary.eos)],
    )
    return tokenizer


def write_vocabulary(vocabulary: Vocabulary) -> bytes:
    """Return pieces, scores and special ids in a form that loads fast."""
    file = io.BytesIO()
    np.savez(
        file,
        special=np.array([vocabulary.bos, vocabulary.eos, vocabulary.unk]),
        scores=np.array(segmentation_scores(vocabulary), np.float32),
        # One long text is read much faster than 250,000 short ones; no piece holds a newline.
        text=np.frombuffer("\n".join(vocabulary.pieces).encode(), np.uint8),
    )
    return file.getvalue()


class E5Tokenizer:
    """Turns texts into token ids: short inputs in plain Python, others with ``tokenizers``.

    Args:
        tokenizer: File of the tokenizer proper, loaded at the first long input.
        vocabulary: File made by :func:`write_vocabulary`, loaded at the first short input.
    """

    def __init__(self, tokenizer: Path, vocabulary: Path) -> None:
        self._tokenizer_file = tokenizer
        self._vocabulary_file = vocabulary
        self._lock = threading.Lock()
        self._tokenizer: Tokenizer | None = None
        self._short: _ShortTexts | None = None

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token ids of each text, special tokens included, nothing truncated."""
        if self._tokenizer is None and sum(map(len, texts)) <= _SHORT_CHARACTERS:
            short = self._load_short()
            return [short.encode(text) for text in texts]
        return [encoding.ids for encoding in self._load_tokenizer().encode_batch_fast(list(texts))]

    def spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Return where in each text its tokens stand, half-open; special tokens are ``(0, 0)``."""
        return [encoding.offsets for encoding in self._load_tokenizer().encode_batch(list(texts))]

    def _load_short(self) -> _ShortTexts:
        with self._lock:
            if self._short is None:
                self._short = _ShortTexts(self._vocabulary_file)
            return self._short

    def _load_tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        with self._lock:
            if self._tokenizer is None:
                self._tokenizer = Tokenizer.from_file(str(self._tokenizer_file))
            return self._tokenizer


class _ShortTexts:
    """The same steps as :func:`build_tokenizer`, with the segmentation in plain Python."""

    def __init__(self, vocabulary: Path) -> None:
        from policy_qa.embedding.unigram import UnigramSegmenter

        with np.load(vocabulary) as file:
            self._bos, self._eos, unknown = file["special"].tolist()
            pieces = file["text"].tobytes().decode().split("\n")
            self._segmenter = UnigramSegmenter(pieces, file["scores"].tolist(), unknown)
        self._normalizer = _normalizer()
        self._word_splitter = _word_splitter()

    def encode(self, text: str) -> list[int]:
        words = self._word_splitter.pre_tokenize_str(self._normalizer.normalize_str(text))
        ids = [piece for word, _ in words for piece in self._segmenter.segment(word)]
        return [self._bos, *ids, self._eos]


def _normalizer() -> Any:
    from tokenizers import Regex, normalizers

    return normalizers.Sequence(
        [
            normalizers.Replace(Regex(DROPPED), ""),
            normalizers.Replace(Regex(SPACED), " "),
            normalizers.Replace(KEPT, _PARKED),
            normalizers.NFKC(),
            normalizers.Replace(_PARKED, KEPT),
            normalizers.Replace(Regex(r"\s+"), " "),
            normalizers.Strip(),
        ]
    )


def _word_splitter() -> Any:
    from tokenizers import pre_tokenizers

    return pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=True)
