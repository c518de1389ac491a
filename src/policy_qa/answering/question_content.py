"""What a question states: its content words with their weights, and its dates, numbers and editions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from policy_qa.citing.quantities import PartialDate, Quantity, find_quantities
from policy_qa.index.terms import fold, terms
from policy_qa.retrieval.retriever import Retrieval

if TYPE_CHECKING:
    from policy_qa.index.generation import Generation
    from policy_qa.retrieval.dictionary import BilingualDictionary
    from policy_qa.retrieval.glossary import Glossary

_NAME_WEIGHT = 1.3
_EDITION = re.compile(r"(?<![\d.])\d\.\d(?![\d.%])(?=\s?版|\b)")
_ORGANISATION = re.compile(r"company|body|think-tank|university|research-body|publication")
_INTERROGATIVE = re.compile(
    r"^(?:多少|什么|哪.*|几.?|一共|总共|到底|目前|现在|会不会|何不|一一|文章|文中|一文|一年|出来|今天|截至|报告里|天|年|月|家|款|项|条|名|位|个"
    r"|year|date|day|many|much|company|companies|end|use|set|name|article|paper|piece|text|aims?|plans?|wants?|hopes?|seeks?|expects?|says?)$"
)


@dataclass(frozen=True)
class ContentWord:
    """A word of the question.

    Attributes:
        source: As the question writes it.
        forms: Folded words that may stand for it in an article.
        weight: Inverse document frequency times the kind of word; that of an unseen word if unknown.
        known: Whether the corpus uses any of the forms.
        name: Whether it names someone, something or some place.
    """

    source: str
    forms: tuple[str, ...]
    weight: float
    known: bool
    name: bool


@dataclass(frozen=True)
class Atom:
    """One thing an answer's surroundings must state as well: a year, a month, an edition, a count.

    Attributes:
        kind: ``year``, ``month``, ``day``, ``edition`` or ``quantity``.
        value: Its value; the quantity itself for ``quantity``.
    """

    kind: str
    value: int | str | Quantity

    @property
    def singles_out(self) -> bool:
        """Whether it tells one edition, batch or issue from its siblings."""
        if not isinstance(self.value, Quantity):
            return self.kind == "edition"
        return self.value.kind == "ordinal" and self.value.value != 1


@dataclass(frozen=True)
class QuestionContent:
    """Content words and atoms of a question.

    Attributes:
        words: Its content words.
        atoms: Its years, months, editions and counts.
        quantities: All quantities in it.
        unheard_of: Years and editions among the atoms that no article states and none is dated by.
    """

    words: tuple[ContentWord, ...]
    atoms: tuple[Atom, ...]
    quantities: tuple[Quantity, ...]
    unheard_of: tuple[str, ...]


class ContentReader:
    """Reads questions with the dictionary and the glossary."""

    def __init__(self, cache_dir: Path | None = None) -> None:
        """Opens nothing before it is needed.

        Args:
            cache_dir: Where the compiled dictionary is kept; the user's cache if ``None``.
        """
        self._cache_dir = cache_dir

    @cached_property
    def _dictionary(self) -> BilingualDictionary:
        from policy_qa.retrieval.dictionary import BilingualDictionary

        return BilingualDictionary.open(self._cache_dir)

    @cached_property
    def glossary(self) -> Glossary:
        """Names and terms of the field."""
        from policy_qa.retrieval.glossary import Glossary

        return Glossary.load()

    @cached_property
    def _aliases(self) -> dict[str, frozenset[str]]:
        return dict(self.glossary.aliases())

    def names(self, kind: str) -> tuple[str, ...]:
        """Folded names of persons, organisations or places."""
        return self._names.get(kind, ())

    @cached_property
    def _names(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {"person": [], "organisation": [], "place": []}
        for pair in self.glossary.pairs:
            sort = "organisation" if _ORGANISATION.match(pair.kind) else pair.kind
            if sort in found:
                found[sort] += [fold(name) for name in (*pair.chinese, *pair.english) if len(name) > 1]
        return {sort: tuple(dict.fromkeys(names)) for sort, names in found.items()}

    def read(self, retrieval: Retrieval) -> QuestionContent:
        """Content of a retrieval's question, weighed by the corpus it was asked of."""
        question = retrieval.question.text
        quantities = tuple(find_quantities(question))
        taken = [(q.start, q.end) for q in quantities if q.kind != "number"]
        stated = [question[start:end] for start, end in taken]
        groups = self._groups(retrieval)
        lexical = retrieval.generation.lexical
        words = []
        for source, forms, weight in groups:
            if _INTERROGATIVE.match(fold(source)) or any(source in s for s in stated) or source.isdigit():
                continue
            frequency = max((_frequency(lexical.document_frequency, f) for f in forms), default=0)
            words.append(
                ContentWord(
                    source, forms, weight * lexical.idf(frequency), frequency > 0, weight >= _NAME_WEIGHT
                )
            )
        atoms = tuple(_atoms(question, quantities))
        return QuestionContent(
            tuple(_without_parts(words)), atoms, quantities, _unheard_of(atoms, retrieval.generation)
        )

    def _groups(self, retrieval: Retrieval) -> list[tuple[str, tuple[str, ...], float]]:
        if retrieval.groups:
            return [(g.source, tuple(fold(t) for t in g.terms), g.weight) for g in retrieval.groups]
        from policy_qa.retrieval.glossary import translate_chinese_question

        found = translate_chinese_question(retrieval.question.text, self._dictionary, self.glossary)
        groups = [
            (
                g.source,
                tuple(dict.fromkeys((fold(g.source), *sorted(self._aliases.get(fold(g.source), ()))))),
                g.weight,
            )
            for g in found
        ]
        return _with_names_joined(retrieval.question.text, groups)


def _atoms(question: str, quantities: Sequence[Quantity]) -> list[Atom]:
    atoms: list[Atom] = [
        Atom("edition", m.group())
        for m in _EDITION.finditer(question)
        if not any(q.start <= m.start() < q.end and q.kind != "number" for q in quantities)
    ]
    for quantity in quantities:
        value = quantity.value
        if isinstance(value, PartialDate):
            parts = (("year", value.year), ("month", value.month), ("day", value.day))
            atoms += [Atom(kind, number) for kind, number in parts if number is not None]
        elif quantity.kind in {"ordinal", "percent", "money", "measure"} or _large(value):
            atoms.append(Atom("quantity", quantity))
    return list(dict.fromkeys(atoms))


def _unheard_of(atoms: Sequence[Atom], generation: Generation) -> tuple[str, ...]:
    wanted = [str(atom.value) for atom in atoms if atom.kind in {"year", "edition"}]
    missing = [value for value in wanted if not generation.lexical.document_frequency(fold(value))]
    if not missing:
        return ()
    dates = [
        (m.published, m.original.published if m.original else None) for m in generation.metadata.values()
    ]
    years = {str(date.year) for pair in dates for date in pair if date}
    return tuple(value for value in missing if value not in years)


def _with_names_joined(
    question: str, groups: Sequence[tuple[str, tuple[str, ...], float]]
) -> list[tuple[str, tuple[str, ...], float]]:
    """Single characters that follow each other become one word: they are a name no list knows.

    A publisher called 温故智新 would else be four common characters, each found everywhere.
    """
    joined: list[tuple[str, tuple[str, ...], float]] = []
    position, end_of_single = 0, -1
    for source, forms, weight in groups:
        at = question.find(source, position)
        position = at + len(source) if at >= 0 else position
        single = len(source) == 1 and not source.isascii()
        if single and at >= 0 and at == end_of_single:
            word = joined.pop()[0] + source
            joined.append((word, (fold(word),), 1.0 if len(word) > 2 else 0.5))
        else:
            joined.append((source, forms, weight))
        end_of_single = position if single and at >= 0 else -1
    return joined


def _without_parts(words: Sequence[ContentWord]) -> list[ContentWord]:
    """Leaves out the words of a longer term that the corpus uses: "base" of "base stations"."""
    longer = [f" {fold(word.source)} " for word in words if word.known and " " in word.source]
    return [
        word
        for word in words
        if not any(f" {fold(word.source)} " in whole for whole in longer if len(whole) > len(word.source) + 2)
    ]


def _large(value: object) -> bool:
    try:
        return float(value) > 10  # type: ignore[arg-type]
    except TypeError:
        return True


def _frequency(frequency_of: Callable[[str], int], word: str) -> int:
    """Passages with a word: those with its rarest bigram."""
    found = terms(word)
    pieces = [piece for piece in found if len(piece) > 1] or found
    return min((frequency_of(piece) for piece in pieces), default=0)
