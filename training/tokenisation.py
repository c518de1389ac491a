"""Questions and passages → token ids, with the way back to characters."""

from __future__ import annotations

from typing import Any

from policy_qa.reading.rows import EncodedText, Ints, Row, RowLayout, encode_text


class PairTokenizer:
    """Makes rows from texts; passages are encoded once and kept.

    Args:
        tokenizer: The pruned tokenizer (``tokenizers.Tokenizer``).
        layout: How rows are composed.
    """

    def __init__(self, tokenizer: Any, layout: RowLayout) -> None:
        self._tokenizer = tokenizer
        self.layout = layout
        self._texts: dict[str, EncodedText] = {}

    def text(self, text: str) -> EncodedText:
        """The tokens of a passage or title."""
        if text not in self._texts:
            self._texts[text] = self._encode(text)
        return self._texts[text]

    def question(self, text: str) -> Ints:
        """The tokens of a question."""
        return self._encode(text).ids

    def capacity(self, title: str) -> int:
        """How many tokens of text fit beside a title."""
        return self.layout.capacity(self.text(title).ids)

    def row(self, question: Ints, title: str, text: str, first: int = 0) -> Row:
        """A row that shows a text from one of its tokens on."""
        return self.layout.row(question, self.text(title).ids, self.text(text).ids, first)

    def windows(self, title: str, text: str) -> list[int]:
        """The first tokens of the windows that together show a whole text."""
        return list(self.layout.windows(self.text(title).ids, self.text(text).ids))

    def _encode(self, text: str) -> EncodedText:
        return encode_text(self._tokenizer, text)
