"""Articles that are copies of one another: reposts, and the same page saved twice.

Two texts are near-identical if their sets of five-character shingles have a Jaccard index
of at least 0.8. Candidates are found by MinHash with banding (Broder 1997; Leskovec,
Rajaraman, Ullman, Mining of Massive Datasets, ch. 3) and then measured exactly.

Notices made from one form differ in little but their facts, and are no copies: so the
figures of two texts, and the works they name in 《》, must agree as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal

from policy_qa.articles.lines import compact
from policy_qa.records import Article, Record

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Hashes = npt.NDArray[np.uint64]

SHINGLE: Final = 5
"""Characters of a shingle, punctuation and spaces left out."""

NEAR: Final = 0.8
"""Least Jaccard index of shingles, and of facts, of two near-identical texts."""

BANDS: Final = 16
"""Bands of a signature; sharing one makes two texts candidates."""

ROWS: Final = 4
"""Values in a band. Of pairs with an index of 0.8, 1 - (1 - 0.8**4)**16 = 99.99 % are found."""

_SEED: Final = 20_250_529
_BASE: Final = 1_000_003
_MIX: Final = 0xBF58476D1CE4E5B9


class DuplicateGroup(Record):
    """Articles that are copies of the first of them.

    Attributes:
        article_ids: Ids in the order given; every other is a copy of the first.
        kind: ``exact`` if all texts are the same but for white space and punctuation.
        similarity: Lowest Jaccard index of a copy with the first, between 0.8 and 1.
    """

    article_ids: tuple[str, ...]
    kind: Literal["exact", "near"]
    similarity: float


def find_duplicates(articles: Sequence[Article]) -> list[DuplicateGroup]:
    """Groups articles that are copies; articles without a copy are in no group.

    Each article is compared with the first article of the groups before it, so that a
    chain of small changes does not join texts that are far apart.
    """
    texts = [compact(unicodedata.normalize("NFKC", article.text)) for article in articles]
    shingles = [_shingles(text) for text in texts]
    facts = [_facts(article.text) for article in articles]
    signatures = _signatures(shingles)
    leaders: dict[bytes, list[int]] = defaultdict(list)
    groups: dict[int, list[tuple[int, float]]] = {}
    for index in range(len(articles)):
        keys = _band_keys(signatures[index])
        best = _closest(index, {leader for key in keys for leader in leaders[key]}, shingles, facts)
        if best is not None:
            groups[best[0]].append((index, best[1]))
            continue
        groups[index] = []
        for key in keys:
            leaders[key].append(index)
    return [_group(articles, texts, leader, copies) for leader, copies in groups.items() if copies]


def _group(
    articles: Sequence[Article], texts: list[str], leader: int, copies: list[tuple[int, float]]
) -> DuplicateGroup:
    exact = all(texts[index] == texts[leader] for index, _ in copies)
    return DuplicateGroup(
        article_ids=(articles[leader].article_id, *(articles[index].article_id for index, _ in copies)),
        kind="exact" if exact else "near",
        similarity=1.0 if exact else min(score for _, score in copies),
    )


def _closest(
    index: int, candidates: set[int], shingles: list[Hashes], facts: list[tuple[set[str], set[str]]]
) -> tuple[int, float] | None:
    """Gives the candidate most like a text, and how like, if one is near-identical."""
    import numpy as np

    best: tuple[int, float] | None = None
    for candidate in sorted(candidates):
        mine, other = shingles[index], shingles[candidate]
        if min(mine.size, other.size) < NEAR * max(mine.size, other.size):
            continue
        if any(_jaccard(a, b) < NEAR for a, b in zip(facts[index], facts[candidate], strict=True)):
            continue
        shared = np.intersect1d(mine, other, assume_unique=True).size
        score = shared / (mine.size + other.size - shared)
        if score >= NEAR and (best is None or score > best[1]):
            best = (candidate, score)
    return best


def _jaccard(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one or other else 1.0


def _facts(text: str) -> tuple[set[str], set[str]]:
    """Gives the figures of a text, ordinals included, and the works it names."""
    figures = re.findall(r"\d+(?:\.\d+)?|第[一二三四五六七八九十百零]+[批期届次号]", text)
    return set(figures), set(re.findall("《([^《》\n]{2,80})》", text))


def _shingles(text: str) -> Hashes:
    """Hashes every run of five characters; a shorter text is one shingle."""
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    width = min(SHINGLE, codes.size)
    if width == 0:
        return np.zeros(0, dtype=np.uint64)
    hashes = np.zeros(codes.size - width + 1, dtype=np.uint64)
    for offset in range(width):
        hashes = hashes * np.uint64(_BASE) + codes[offset : offset + hashes.size]
    hashes ^= hashes >> np.uint64(29)
    return np.unique(hashes * np.uint64(_MIX))


def _signatures(shingles: list[Hashes]) -> npt.NDArray[np.uint64]:
    """Gives MinHash signatures, shape (texts, BANDS * ROWS)."""
    import numpy as np

    generator = np.random.default_rng(_SEED)
    size = BANDS * ROWS
    factors = generator.integers(1, 2**63, size=size, dtype=np.uint64) | np.uint64(1)
    offsets = generator.integers(0, 2**63, size=size, dtype=np.uint64)
    signatures = np.zeros((len(shingles), size), dtype=np.uint64)
    for row, hashes in enumerate(shingles):
        for column in range(size if hashes.size else 0):
            mixed = hashes * factors[column] + offsets[column]
            signatures[row, column] = (mixed ^ (mixed >> np.uint64(32))).min()
    return signatures


def _band_keys(signature: npt.NDArray[np.uint64]) -> list[bytes]:
    return [bytes([band]) + signature[band * ROWS : (band + 1) * ROWS].tobytes() for band in range(BANDS)]
