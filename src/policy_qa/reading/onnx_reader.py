"""The reader that ships with policy_qa: a small encoder with two heads, int8 on ONNX Runtime."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from policy_qa.embedding.onnx_session import default_threads, even_batches, open_session
from policy_qa.reading.protocol import Reading, ReadPassage
from policy_qa.reading.rows import EncodedText, Row, RowLayout, encode_text
from policy_qa.reading.spans import best_span, tidy
from policy_qa.reading.weights import GRAPH, TOKENIZER, ReaderFiles, find_files, packaged_folder

Floats = NDArray[np.float32]
_Outputs = tuple[Floats, Floats, Floats]

_OUTPUTS: Final = ("relevance", "start_logits", "end_logits")
_AT_ONCE: Final = 3
"""Batches run side by side."""


@dataclass(frozen=True)
class _Loaded:
    tokenizer: Any
    session: Any


@dataclass(frozen=True)
class _Window:
    """A row of one passage.

    Attributes:
        passage: Position of the passage.
        row: The row.
        encoded: Tokens of the passage's whole text.
    """

    passage: int
    row: Row
    encoded: EncodedText


class OnnxReader:
    """Reads with an exported model, which is loaded at the first question.

    May be used from several threads.

    Args:
        files: The model's files.
        threads: Threads of ONNX Runtime; by default as many as the process may use, up to 8.
    """

    def __init__(self, files: ReaderFiles, threads: int | None = None) -> None:
        self._files = files
        self._threads = threads or default_threads()
        self._at_once = min(self._threads, _AT_ONCE)
        self._pool = ThreadPoolExecutor(self._at_once, "reader")  # starts no thread yet
        self._layout = RowLayout(files.markers["bos"], files.markers["eos"])
        self._lock = threading.Lock()
        self._loaded: _Loaded | None = None

    @property
    def identity(self) -> str:
        """Name of the model with the beginning of its checksum."""
        return self._files.identity

    def read(self, question: str, passages: Sequence[ReadPassage]) -> list[Reading]:
        """Returns one reading per passage; see :class:`~policy_qa.reading.protocol.Reader`.

        Raises:
            ModelUnavailableError: A file of the model is missing or damaged.
        """
        windows = self._windows(question, passages)
        readings: list[list[Reading]] = [[] for _ in passages]
        batched = [
            [windows[number] for number in numbers]
            for numbers in even_batches([len(window.row.ids) for window in windows], self._at_once)
        ]
        for some, (relevance, starts, ends) in zip(batched, self._run_all(batched), strict=True):
            for i, window in enumerate(some):
                text = passages[window.passage].text
                reading = _reading(text, window, float(relevance[i]), starts[i], ends[i])
                readings[window.passage].append(reading)
        return [_joined(some) for some in readings]

    def _windows(self, question: str, passages: Sequence[ReadPassage]) -> list[_Window]:
        tokenizer = self._load().tokenizer
        questions = {passage.instead or question: None for passage in passages}
        asked = {text: encode_text(tokenizer, text).ids for text in questions}
        titles = {passage.title: None for passage in passages}
        encoded_titles = {title: encode_text(tokenizer, title).ids for title in titles}
        windows = []
        for number, passage in enumerate(passages):
            title, encoded = encoded_titles[passage.title], encode_text(tokenizer, passage.text)
            ids = asked[passage.instead or question]
            for first in self._layout.windows(title, encoded.ids):
                row = self._layout.row(ids, title, encoded.ids, first)
                windows.append(_Window(number, row, encoded))
        return windows

    def _run_all(self, batched: Sequence[Sequence[_Window]]) -> list[_Outputs]:
        """Runs batches side by side, which is quicker than all threads on one after the other.

        The last has the longest rows and goes first: little is left to wait for at the end.
        """
        running = [
            self._pool.submit(self._run, [window.row.ids for window in some]) for some in batched[::-1]
        ]
        return [one.result() for one in running[::-1]]

    def _run(self, rows: Sequence[NDArray[np.int32]]) -> _Outputs:
        width = max(map(len, rows))
        ids = np.full((len(rows), width), self._files.markers["pad"], np.int64)
        mask = np.zeros((len(rows), width), np.int64)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = row
            mask[number, : len(row)] = 1
        relevance, starts, ends = self._load().session.run(
            list(_OUTPUTS), {"input_ids": ids, "attention_mask": mask}
        )
        return relevance, starts, ends

    def _load(self) -> _Loaded:
        with self._lock:
            if self._loaded is None:
                from tokenizers import Tokenizer

                tokenizer = Tokenizer.from_file(str(self._files.checked(TOKENIZER)))
                session = open_session(self._files.checked(GRAPH), self._threads // self._at_once)
                self._loaded = _Loaded(tokenizer, session)
            return self._loaded


def load_reader(threads: int | None = None, folder: Path | None = None) -> OnnxReader | None:
    """The reader that ships with the package, or ``None`` where it does not.

    Args:
        threads: Threads to compute with; by default as many as the process may use.
        folder: Another folder written by ``training.export``.

    Raises:
        ModelUnavailableError: The record of its files is damaged.
    """
    files = find_files(folder or packaged_folder())
    return OnnxReader(files, threads) if files is not None else None


def _reading(text: str, window: _Window, relevance: float, starts: Floats, ends: Floats) -> Reading:
    margin, tokens = best_span(starts, ends, window.row)
    if tokens is None:
        return Reading(relevance, margin, 0, 0)
    first, last = (window.row.first + token for token in tokens)
    start, end = tidy(text, int(window.encoded.starts[first]), int(window.encoded.ends[last]))
    return Reading(relevance, margin, start, end)


def _joined(windows: Sequence[Reading]) -> Reading:
    """The readings of a passage's windows as one: the best of each head."""
    best = max(windows, key=lambda reading: reading.margin)
    return Reading(max(reading.relevance for reading in windows), best.margin, best.start, best.end)
