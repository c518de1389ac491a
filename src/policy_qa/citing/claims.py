"""Is a sentence supported by its quotes? Deterministic checks, then likeness of meaning."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import numpy as np

from policy_qa.citing.verification import Aliases, check_against_quotes
from policy_qa.embedding.protocol import Embedder
from policy_qa.index.terms import fold
from policy_qa.records import Check, Record
from policy_qa.sentences import split_sentences

ClaimStatus = Literal["exact", "normalised", "altered", "unsupported"]

SUPPORT_COSINE = 0.86
"""Cosine of claim and closest quoted sentence from which on the meaning counts as the same.
Provisional: between the values of paraphrases and of unrelated sentences of the same article."""

_NOT_WORD = re.compile(r"[\W_]+")


class ClaimVerdict(Record):
    """What a check of one sentence found.

    Attributes:
        sentence: The sentence checked.
        supported: Whether its quotes bear it out.
        status: ``exact`` (quoted word for word), ``normalised`` (same facts in other words or
            notation), ``altered`` (a number or name differs) or ``unsupported``.
        quotes: The quotes it was checked against, closest first.
        checks: The checks made.
    """

    sentence: str
    supported: bool
    status: ClaimStatus
    quotes: tuple[str, ...]
    checks: tuple[Check, ...]


def verify_claim(sentence: str, quotes: Sequence[str], embedder: Embedder, aliases: Aliases) -> ClaimVerdict:
    """Checks a sentence against quotes.

    Args:
        sentence: The claim, in Chinese or English.
        quotes: The words it is said to rest on.
        embedder: Model for likeness of meaning.
        aliases: Equivalent names by folded name.
    """
    if any(_bare(sentence) and _bare(sentence) in _bare(quote) for quote in quotes):
        check = Check(sentence=sentence, kind="quote", passed=True, detail="quoted word for word")
        return _verdict(sentence, "exact", quotes, [check])
    checks = check_against_quotes(sentence, quotes, aliases)
    likeness = closeness(sentence, quotes, embedder)
    supported = likeness >= SUPPORT_COSINE
    support = Check(
        sentence=sentence,
        kind="support",
        passed=supported,
        detail=f"cosine to the closest quote {likeness:.2f}",
    )
    facts_hold = all(check.passed for check in checks)
    status: ClaimStatus = "unsupported" if not supported else "normalised" if facts_hold else "altered"
    return _verdict(sentence, status, quotes, [*checks, support])


def closeness(sentence: str, quotes: Sequence[str], embedder: Embedder) -> float:
    """Highest cosine between a sentence and any sentence of the quotes; -1 without quotes."""
    parts = [quote[s.start : s.end] for quote in quotes for s in split_sentences(quote)]
    if not parts:
        return -1.0
    claim = embedder.embed_queries([sentence])[0]
    return float(np.max(embedder.embed_passages([*parts, *(q for q in quotes if len(q) < 500)]) @ claim))


def _verdict(
    sentence: str, status: ClaimStatus, quotes: Sequence[str], checks: Sequence[Check]
) -> ClaimVerdict:
    return ClaimVerdict(
        sentence=sentence,
        supported=status in {"exact", "normalised"},
        status=status,
        quotes=tuple(quotes),
        checks=tuple(checks),
    )


def _bare(text: str) -> str:
    return _NOT_WORD.sub("", fold(text))
