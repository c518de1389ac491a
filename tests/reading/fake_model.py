"""A session and a tokenizer that stand in for the model: every character is a token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from policy_qa.reading.onnx_reader import OnnxReader, _Loaded
from policy_qa.reading.weights import GRAPH, TOKENIZER, ReaderFiles, packaged_folder

BOS, EOS, PAD, SHIFT = 0, 2, 1, 10


@dataclass(frozen=True)
class _Encoding:
    ids: list[int]
    offsets: list[tuple[int, int]]


class CharacterTokenizer:
    def encode(self, text: str, add_special_tokens: bool) -> _Encoding:
        assert not add_special_tokens
        return _Encoding([SHIFT + ord(c) for c in text], [(i, i + 1) for i in range(len(text))])


@dataclass
class MarkingSession:
    """Marks the words it was told to mark wherever they stand behind the question."""

    words: str
    widths: list[int] = field(default_factory=list)

    def run(
        self, outputs: Sequence[str], given: Mapping[str, NDArray[np.int64]]
    ) -> tuple[NDArray[np.float32], ...]:
        ids = given["input_ids"]
        assert ((ids == PAD) == (given["attention_mask"] == 0)).all()
        self.widths.append(ids.shape[1])
        relevance = np.full(len(ids), -3.0, np.float32)
        starts, ends = np.full((2, *ids.shape), -5.0, np.float32)
        starts[:, 0] = ends[:, 0] = 0.0
        for row, tokens in enumerate(ids):
            text = "".join(chr(token - SHIFT) if token >= SHIFT else "\x00" for token in tokens)
            at = text.find(self.words, text.index("\x00\x00", 1))
            if at >= 0:
                relevance[row] = 3.0
                starts[row, at] = ends[row, at + len(self.words) - 1] = 6.0
        return relevance, starts, ends


def fake_reader(words: str) -> tuple[OnnxReader, MarkingSession]:
    """A reader that marks some words, and the session behind it."""
    files = ReaderFiles(
        packaged_folder(), {GRAPH: "ab" * 32, TOKENIZER: "cd" * 32}, {"bos": BOS, "eos": EOS, "pad": PAD}
    )
    reader = OnnxReader(files, threads=1)
    session = MarkingSession(words)
    reader._loaded = _Loaded(CharacterTokenizer(), session)
    return reader, session
