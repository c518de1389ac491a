"""Names that stand in the texts, by kind: what an edited question may ask about instead."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from policy_qa.citing.names import find_names
from policy_qa.index.terms import fold
from policy_qa.retrieval.cedict import Entry

_HAN_RUN: Final = re.compile(r"[㐀-䶿一-鿿]+")
_LONGEST: Final = 8
_SHORT: Final = 3
_PLACE: Final = re.compile(
    r"\b(?:city|county|province|district|prefecture|country|capital|river|island|lake|mountain|sea|town|region"
    r"|state|peninsula|continent|republic|kingdom|dynasty)\b"
)
_PERSON: Final = re.compile(
    r"\(c?\.?\d{2,4}|\(name\)|\bauthor\b|\bemperor\b|\bpresident\b|\bwriter\b|\bpoet\b"
)
_TRANSLITERATED: Final = re.compile(r"[㐀-䶿一-鿿]{1,8}(?:[·‧•][㐀-䶿一-鿿]{1,8})+")
_TRIES: Final = 20


@dataclass(frozen=True)
class KnownName:
    """A name in a text.

    Attributes:
        text: The words as they stand there.
        start: First character.
        end: Character after the last.
        kind: What it may be swapped with: names of the same kind.
    """

    text: str
    start: int
    end: int
    kind: str


def proper_names(entries: Iterable[Entry]) -> dict[str, str]:
    """Chinese names of a dictionary with their kind.

    CC-CEDICT writes the pinyin of names with a capital. Words that are also ordinary ones are
    left out (和平 is a district, and peace).

    Returns:
        Names in Simplified characters → ``place``, ``person`` or ``name``, with ``long`` before it
        for those of more than three characters.
    """
    kinds: dict[str, str] = {}
    ordinary: set[str] = set()
    for entry in entries:
        if not _HAN_RUN.fullmatch(entry.word) or not 2 <= len(entry.word) <= _LONGEST:
            continue
        if entry.reading[:1].isupper():
            gloss = "; ".join(entry.senses)
            kind = "person" if _PERSON.search(gloss) else "place" if _PLACE.search(gloss) else "name"
            kinds.setdefault(entry.word, kind if len(entry.word) <= _SHORT else f"long {kind}")
        else:
            ordinary.add(entry.word)
    return {word: kind for word, kind in kinds.items() if word not in ordinary}


class NameInventory:
    """Finds names by form and by dictionary, and offers others of the same kind.

    Args:
        texts: Texts whose names may be used; only training texts, so that nothing held out
            is shown.
        known: Chinese names with their kind, from ``proper_names``.
    """

    def __init__(self, texts: Iterable[str], known: Mapping[str, str]) -> None:
        self._known = known
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for text in texts:
            for name in self.find(text):
                counts[name.kind][name.text] += 1
        self._names = {kind: sorted(found) for kind, found in counts.items()}

    def find(self, text: str) -> list[KnownName]:
        """Names in a text, none inside another, in order."""
        folded = fold(text)
        found = [
            KnownName(text[match.start() : match.end()], match.start(), match.end(), "transliterated")
            for match in _TRANSLITERATED.finditer(folded)
        ]
        by_form = [name for name in find_names(text) if name.certain]
        found += [KnownName(name.text, name.start, name.end, _form(name.text, name.kind)) for name in by_form]
        found += self._listed(text, folded)
        kept: list[KnownName] = []
        for name in sorted(found, key=lambda name: (-(name.end - name.start), name.start)):
            if all(name.end <= other.start or name.start >= other.end for other in kept):
                kept.append(name)
        return sorted(kept, key=lambda name: name.start)

    def another(self, name: KnownName, avoid: Sequence[str], random: Random) -> str | None:
        """Another name of the same kind that stands in none of some texts.

        Args:
            name: The name to replace.
            avoid: Folded texts.
            random: Source of the choice.
        """
        options = self._names.get(name.kind, [])
        for option in random.sample(options, min(_TRIES, len(options))):
            if not any(fold(option) in text for text in avoid):
                return option
        return None

    def _listed(self, text: str, folded: str) -> Iterable[KnownName]:
        for run in _HAN_RUN.finditer(folded):
            at = run.start()
            while at < run.end():
                for size in range(min(_LONGEST, run.end() - at), 1, -1):
                    if kind := self._known.get(folded[at : at + size]):
                        yield KnownName(text[at : at + size], at, at + size, kind)
                        at += size - 1
                        break
                at += 1


def _form(text: str, kind: str) -> str:
    if kind != "latin":
        return kind
    words = text.split()
    return "acronym" if text.isupper() else f"latin-{min(len(words), 3)}"
