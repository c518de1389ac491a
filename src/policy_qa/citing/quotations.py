"""Words that a sentence puts in quotation marks: they must be the quotes' own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from policy_qa.index.terms import fold, has_han

_MARKED: Final = re.compile("[“「『]([^“”「」『』]{2,60})[”」』]")
_NOT_WORD: Final = re.compile(r"[\W_]+")


def missing_quotations(sentence: str, quotes: Sequence[str]) -> list[str]:
    """Chinese words in quotation marks that no quote holds; a translated quotation cannot be checked.

    Args:
        sentence: A sentence, Chinese or English.
        quotes: The words it rests on.
    """
    there = "\n".join(_bare(quote) for quote in quotes)
    if not has_han(there):
        return []
    marked = [words for words in _MARKED.findall(sentence) if has_han(words)]
    return [words for words in marked if _bare(words) not in there]


def _bare(text: str) -> str:
    return _NOT_WORD.sub("", fold(text))
