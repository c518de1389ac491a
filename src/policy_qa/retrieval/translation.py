"""Dictionary and glossary together: the bilingual knowledge of an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from policy_qa.index.terms import fold
from policy_qa.retrieval.glossary import (
    Glossary,
    NamePair,
    translate_chinese_question,
    translate_question,
)
from policy_qa.retrieval.term_groups import Located, TermGroup

if TYPE_CHECKING:
    from policy_qa.retrieval.dictionary import BilingualDictionary


_NAMING_KINDS: Final = frozenset(
    ("think", "body", "company", "person", "place", "research", "university", "publication", "product")
)
# Names that are, or stand inside, ordinary words as well, and the two countries every article is about.
_ALSO_WORDS: Final = frozenset(
    [
        "中国",
        "我国",
        "中方",
        "大陆",
        "中文",
        "美方",
        "中美",
        "美中",
        "西方",
        "中东",
        "非洲",
        "南海",
        "字节",
        "联想",
        "曙光",
        "金山",
        "高文",
        "安世",
        "人大",
        "元宝",
        "星火",
        "盘古",
        "麒麟",
        "新网",
        "海光",
        "飞腾",
        "智元",
        "百川",
        "云从",
        "大华",
        "国会",
        "苹果",
        "国办",
        "联大",
        "理想",
        "快手",
        "千问",
        "清华",
        "罗素",
        "李强",
        "网号",
        "网证",
        "中亚",
        "前海",
    ]
)


class QuestionTranslator:
    """Questions → groups of words of the other language; names ↔ names."""

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

    @property
    def names(self) -> Sequence[NamePair]:
        """All names and terms, those found in the articles included."""
        return self._glossary.pairs

    @cached_property
    def known_names(self) -> frozenset[str]:
        """Folded Chinese names of places, bodies, firms and people, for those without a form of their own."""
        return frozenset(
            fold(name)
            for pair in self._glossary.pairs
            if pair.kind.split("-")[0] in _NAMING_KINDS
            for name in pair.chinese
            if len(name) > 1 and name not in _ALSO_WORDS
        )

    def translate(self, question: str) -> Sequence[TermGroup]:
        """Groups of Chinese words for an English question."""
        return translate_question(question, self._dictionary, self._glossary)

    def locate(self, sentence: str) -> Sequence[Located]:
        """Groups of Chinese words for an English sentence, by dictionary alone, with their characters."""
        return self._dictionary.locate(sentence)

    def translate_chinese(self, question: str) -> Sequence[TermGroup]:
        """Groups of English words for a Chinese question, in either script."""
        return translate_chinese_question(fold(question), self._dictionary, self._glossary)

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
