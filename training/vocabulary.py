"""Pruning the vocabulary of multilingual-e5-small to what Chinese and English texts use.

The full vocabulary has 250,000 pieces for a hundred languages; four fifths of the model are
their embeddings. Dropping a piece that never occurs changes nothing: text is segmented into
the most probable pieces, and those are still there. Where a dropped piece would have been
used, smaller ones take its place; every character that can be expected is kept as a piece
of its own, so nothing becomes unknown.
"""

from __future__ import annotations

import gzip
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from policy_qa.embedding.e5_weights import Vocabulary
from policy_qa.retrieval.cedict import dictionary_path

LIMIT: Final = 45_000
"""Pieces kept at most."""

_WORD_START: Final = "▁"
_HAN: Final = re.compile(r"[㐀-䶿一-鿿豈-﫿]+")
# Latin, Greek, punctuation, currencies, letter-like signs, numerals, arrows, mathematics,
# enclosed and geometric signs; CJK punctuation, kana; compatibility and full-width forms.
_EXPECTED: Final = (
    (0x20, 0x24F),
    (0x370, 0x3FF),
    (0x2000, 0x22FF),
    (0x2460, 0x266F),
    (0x3000, 0x30FF),
    (0x3220, 0x33FF),
    (0xFE30, 0xFE4F),
    (0xFF01, 0xFFEF),
)
# Expected count of a Chinese piece that no text held: its probability in the original
# vocabulary, times this many pieces of unseen text.
_UNSEEN_PIECES: Final = 3_000_000
_BATCH: Final = 2000


def count_pieces(tokenizer: Any, texts: Iterable[str]) -> Counter[int]:
    """How often each piece is used.

    Args:
        tokenizer: The full tokenizer (``tokenizers.Tokenizer``).
        texts: Texts of the kind the model will read.
    """
    counts: Counter[int] = Counter()
    remaining = iter(texts)
    while batch := list(islice(remaining, _BATCH)):
        for encoding in tokenizer.encode_batch_fast(batch, add_special_tokens=False):
            counts.update(encoding.ids)
    return counts


def dictionary_texts() -> Iterator[str]:
    """Headwords in both scripts and explanations of CC-CEDICT.

    Raises:
        ModelUnavailableError: The dictionary is not installed.
    """
    with gzip.open(dictionary_path(), "rt", encoding="utf-8") as lines:
        for line in lines:
            if match := re.match(r"(\S+) (\S+) \[[^\]]*\] /(.+)/$", line.rstrip()):
                yield from (match[1], match[2], match[3].replace("/", " "))


def choose_pieces(vocabulary: Vocabulary, counts: Counter[int], limit: int = LIMIT) -> list[int]:
    """Which pieces to keep.

    The markers and single characters always stay; the rest is filled up by count, where a
    Chinese piece also counts as often as the original vocabulary makes it likely.

    Returns:
        Ids in ascending order, so that those of the markers do not change.

    Raises:
        ValueError: The limit is below the number of pieces that always stay.
    """
    markers = {vocabulary.bos, vocabulary.pad, vocabulary.eos, vocabulary.unk}
    kept = markers | {
        number
        for number, piece in enumerate(vocabulary.pieces)
        if _is_expected_character(piece) or (len(piece) == 1 and counts[number])
    }
    if len(kept) > limit:
        raise ValueError(f"{len(kept)} pieces are single characters or markers, but only {limit} may be kept")

    def expected(number: int) -> float:
        piece = vocabulary.pieces[number].removeprefix(_WORD_START)
        unseen = _UNSEEN_PIECES * math.exp(vocabulary.scores[number]) if _HAN.fullmatch(piece) else 0.0
        return counts[number] + unseen

    rest = [number for number in range(len(vocabulary.pieces)) if number not in kept]
    ranked = sorted(rest, key=lambda number: (-expected(number), number))
    kept.update(number for number in ranked[: limit - len(kept)] if expected(number) >= 0.5)
    return sorted(kept)


def prune(vocabulary: Vocabulary, kept: Sequence[int]) -> Vocabulary:
    """The vocabulary with some pieces only; ids become positions in ``kept``."""
    new = {old: position for position, old in enumerate(kept)}
    return Vocabulary(
        pieces=tuple(vocabulary.pieces[old] for old in kept),
        scores=vocabulary.scores[list(kept)],
        bos=new[vocabulary.bos],
        eos=new[vocabulary.eos],
        pad=new[vocabulary.pad],
        unk=new[vocabulary.unk],
        replacements=vocabulary.replacements,
    )


def _is_expected_character(piece: str) -> bool:
    bare = piece.removeprefix(_WORD_START) or piece
    if len(bare) != 1:
        return False
    if _HAN.fullmatch(bare):
        return len(piece) == 1
    # NFKC runs before segmentation: a piece that it changes can never be used.
    usable = unicodedata.normalize("NFKC", bare) == bare or bare == "～"
    return usable and any(first <= ord(bare) <= last for first, last in _EXPECTED)
