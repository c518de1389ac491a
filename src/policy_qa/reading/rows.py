"""How question and passage make a row of the model's input, in windows.

``<s> question </s> </s> title text </s>``, as XLM-R was trained on pairs. Title and text are
encoded apart: the tokenizer splits at the blank between them anyway.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]

_SURROGATE: Final = re.compile("[\ud800-\udfff]")

QUESTION_TOKENS: Final = 96
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


def encode_text(tokenizer: Any, text: str) -> EncodedText:
    """The tokens of a text, their places in characters of that text.

    Args:
        tokenizer: The reader's tokenizer (``tokenizers.Tokenizer``).
        text: Any text; lone surrogates, which have no UTF-8 form, are read as U+FFFD.
    """
    encoding = tokenizer.encode(_SURROGATE.sub("\ufffd", text), add_special_tokens=False)
    offsets = np.array(encoding.offsets, np.int32).reshape(-1, 2)
    return EncodedText(np.array(encoding.ids, np.int32), offsets[:, 0], offsets[:, 1])


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


@dataclass(frozen=True)
class RowLayout:
    """Composes rows from token ids.

    Attributes:
        bos: Id of ``<s>``.
        eos: Id of ``</s>``.
        window: Tokens of title and text in one row at most.
    """

    bos: int
    eos: int
    window: int = WINDOW_TOKENS

    def capacity(self, title: Ints) -> int:
        """How many tokens of text fit beside a title."""
        return self.window - min(len(title), TITLE_TOKENS)

    def row(self, question: Ints, title: Ints, text: Ints, first: int = 0) -> Row:
        """A row that shows a text from one of its tokens on."""
        body = text[first : first + self.capacity(title)]
        asked, head = question[:QUESTION_TOKENS], title[:TITLE_TOKENS]
        ids = np.concatenate([[self.bos], asked, [self.eos, self.eos], head, body, [self.eos]])
        return Row(ids.astype(np.int32), len(asked) + len(head) + 3, first)

    def windows(self, title: Ints, text: Ints) -> Iterator[int]:
        """The first tokens of the windows that together show a whole text."""
        capacity = self.capacity(title)
        first = 0
        while True:
            yield first
            if first + capacity >= len(text):
                return
            first = min(first + STRIDE_TOKENS, len(text) - capacity)
