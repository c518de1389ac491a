"""Text → lexical terms: Han unigrams and bigrams, Latin words, numbers.

Character n-grams need no dictionary and beat word segmentation on every Chinese set we
measured (docs/evaluation.md). Folding keeps one character for one character, so offsets in
the folded text are offsets in the original.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

TERMS_VERSION = "1"
"""Changes whenever the same text would give other terms; part of an index's identity."""

_HAN_RANGES = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))
_RUN = re.compile(r"[㐀-䶿一-鿿豈-﫿]+|[a-zà-ɏ]+(?:['’][a-z]+)?|\d+(?:[.,]\d+)*")
_MIXED = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)+|(?=\d*[a-z])(?=[a-z]*\d)[a-z0-9]+")
_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿]")


@cache
def _folding_table() -> dict[int, str]:
    """Traditional → Simplified (OpenCC), full width → half width, one to one."""
    import opencc

    converter = opencc.OpenCC("t2s")
    han = [chr(code) for first, stop in _HAN_RANGES for code in range(first, stop)]
    # One call for all characters: each stands on its own line, so no phrase rule can match.
    converted = converter.convert("\n".join(han)).split("\n")
    table = {ord(a): b for a, b in zip(han, converted, strict=True) if a != b and len(b) == 1}
    table.update({code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)})
    table[0x3000] = " "
    return table


def fold(text: str) -> str:
    """Lower-cases, converts Traditional to Simplified and full width to half width.

    Returns:
        A text of the same length, character by character.
    """
    folded = text.translate(_folding_table())
    lowered = folded.lower()
    if len(lowered) == len(folded):
        return lowered
    # A few letters (İ) grow when lower-cased; they stay as they are.
    return "".join(low if len(low := char.lower()) == 1 else char for char in folded)


def has_han(text: str) -> bool:
    """Whether the text contains a Chinese character."""
    return _HAN.search(text) is not None


def terms(text: str) -> list[str]:
    """The lexical terms of a text, in order of appearance, repeated as often as they stand.

    Han runs give every character and every pair of neighbours; Latin words stand alone;
    numbers lose thousands separators; codes such as ``gpt-4`` or ``910b`` are also kept whole.
    """
    folded = fold(text)
    found: list[str] = []
    for match in _RUN.finditer(folded):
        run = match.group()
        if _HAN.match(run):
            found.extend(run)
            found.extend(run[i : i + 2] for i in range(len(run) - 1))
        elif run[0].isdigit():
            found.append(run.replace(",", ""))
        else:
            found.append(run)
    found.extend(match.group() for match in _MIXED.finditer(folded))
    return found


def count_terms(text: str) -> Counter[str]:
    """How often each term stands in a text."""
    return Counter(terms(text))
