"""Question and passage → one row of token ids, in windows, with the way back to characters.

``<s> question </s> </s> title text </s>``, as XLM-R was trained on pairs. Title and text are
encoded apart: the tokenizer splits at the blank between them anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from policy_qa.embedding.inputs import well_formed
from training.answer_spans import Ints

QUESTION_TOKENS: Final = 64
TITLE_TOKENS: Final = 24
WINDOW_TOKENS: Final = 256
"""Tokens of title and text in one row."""
STRIDE_TOKENS: Final = 128
"""By how much the windows of a long passage are apart."""


@dataclass(frozen=True)
class EncodedText:
    """A text in tokens.

    Attributes:
        ids: Token ids, no markers.
        starts: First character of each token; the blank before a word belongs to the word.
        ends: Character after each token.
    """

    ids: Ints
    starts: Ints
    ends: Ints


@dataclass(frozen=True)
class Row:
    """One input of the model.

    Attributes:
        ids: Token ids, markers included.
        text_start: Position of the first token of the passage's text (after its title).
        first: Number of that token among the tokens of the whole text.
    """

    ids: Ints
    text_start: int
    first: int

    @property
    def text_tokens(self) -> int:
        """How many tokens of the text the row holds."""
        return len(self.ids) - 1 - self.text_start


class PairTokenizer:
    """Makes rows; passages are encoded once and kept.

    Args:
        tokenizer: The pruned tokenizer (``tokenizers.Tokenizer``).
        bos: Id of ``<s>``.
        eos: Id of ``</s>``.
        window: Tokens of title and text in one row at most.
    """

    def __init__(self, tokenizer: Any, bos: int, eos: int, window: int = WINDOW_TOKENS) -> None:
        self._tokenizer = tokenizer
        self._bos, self._eos = bos, eos
        self.window = window
        self._texts: dict[str, EncodedText] = {}

    def text(self, text: str) -> EncodedText:
        """The tokens of a passage or title."""
        if text not in self._texts:
            encoding = self._tokenizer.encode(well_formed([text])[0], add_special_tokens=False)
            offsets = np.array(encoding.offsets, np.int32).reshape(-1, 2)
            self._texts[text] = EncodedText(np.array(encoding.ids, np.int32), offsets[:, 0], offsets[:, 1])
        return self._texts[text]

    def question(self, text: str) -> Ints:
        """The tokens of a question, its end cut off if it is very long."""
        encoding = self._tokenizer.encode(well_formed([text])[0], add_special_tokens=False)
        return np.array(encoding.ids[:QUESTION_TOKENS], np.int32)

    def capacity(self, title: str) -> int:
        """How many tokens of text fit beside a title."""
        return self.window - min(len(self.text(title).ids), TITLE_TOKENS)

    def row(self, question: NDArray[np.int32], title: str, text: str, first: int = 0) -> Row:
        """A row that shows the text from one token on.

        Args:
            question: Tokens of the question.
            title: Title of the passage.
            text: The passage.
            first: Number of the first token shown.
        """
        head = self.text(title).ids[:TITLE_TOKENS]
        body = self.text(text).ids[first : first + self.capacity(title)]
        begin = [np.array([self._bos]), question, np.array([self._eos, self._eos]), head]
        ids = np.concatenate([*begin, body, np.array([self._eos])]).astype(np.int32)
        return Row(ids, sum(map(len, begin)), first)

    def windows(self, title: str, text: str) -> Iterator[int]:
        """Where to begin the windows that together show a whole passage."""
        size, capacity = len(self.text(text).ids), self.capacity(title)
        first = 0
        while True:
            yield first
            if first + capacity >= size:
                return
            first = min(first + STRIDE_TOKENS, size - capacity)
