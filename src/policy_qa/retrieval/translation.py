"""Dictionary and glossary together: the bilingual knowledge of an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from policy_qa.index.terms import fold
from policy_qa.retrieval.glossary import (
    Glossary,
    NamePair,
    translate_chinese_question,
    translate_question,
)
from policy_qa.retrieval.term_groups import TermGroup

if TYPE_CHECKING:
    from policy_qa.retrieval.dictionary import BilingualDictionary


class QuestionTranslator:
    """English questions → groups of Chinese words; names ↔ names."""

    def __init__(self, cache_dir: Path | None, names: Sequence[NamePair] = ()) -> None:
        """Opens nothing before it is needed.

        Args:
            cache_dir: Where the compiled dictionary is kept; the user's cache if ``None``.
            names: Names found in the articles.
        """
        self._cache_dir = cache_dir
        self._names = names

    @cached_property
    def _glossary(self) -> Glossary:
        return Glossary.load(self._names)

    @cached_property
    def _dictionary(self) -> BilingualDictionary:
        from policy_qa.retrieval.dictionary import BilingualDictionary

        return BilingualDictionary.open(self._cache_dir)

    @cached_property
    def aliases(self) -> Mapping[str, frozenset[str]]:
        """Folded name → its equivalents in both languages."""
        return self._glossary.aliases()

    def translate(self, question: str) -> Sequence[TermGroup]:
        """Groups of Chinese words for an English question."""
        return translate_question(question, self._dictionary, self._glossary)

    def content_words(self, question: str) -> Sequence[TermGroup]:
        """Content words of a Chinese question, names with their other forms."""
        return [
            TermGroup(
                source=group.source,
                terms=tuple(
                    {fold(group.source): None, **dict.fromkeys(self.aliases.get(fold(group.source), ()))}
                ),
                weight=group.weight,
            )
            for group in translate_chinese_question(question, self._dictionary, self._glossary)
        ]

    def english_name(self, name: str) -> str | None:
        """The usual English name of a Chinese one, if the glossary has it."""
        return self._english_names.get(fold(name))

    @cached_property
    def _english_names(self) -> Mapping[str, str]:
        return {fold(chinese): pair.english[0] for pair in self._glossary.pairs for chinese in pair.chinese}
