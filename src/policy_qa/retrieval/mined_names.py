"""Names that the articles themselves give in two languages, found once when they are indexed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from policy_qa.records import Article
from policy_qa.retrieval.dictionary import BilingualDictionary
from policy_qa.retrieval.glossary import Glossary, NamePair
from policy_qa.retrieval.personal_names import find_personal_names


class NameMiner:
    """Reads articles for pairs of names; opens the dictionary when first asked."""

    def __init__(self, cache_dir: Path | None) -> None:
        """Remembers where the compiled dictionary is kept."""
        self._cache_dir = cache_dir

    def __call__(self, articles: Sequence[Article]) -> str:
        """Pairs of names in the articles, as JSON.

        Args:
            articles: All articles of a generation.

        Returns:
            What ``read_names`` reads.
        """
        dictionary = BilingualDictionary.open(self._cache_dir)
        glossary = Glossary.load()
        pairs: dict[tuple[tuple[str, ...], tuple[str, ...]], NamePair] = {}
        try:
            for article in articles:
                authors = [article.metadata.author] if article.metadata.author else []
                for pair in (
                    *glossary.mine_pairs(article.text, dictionary),
                    *find_personal_names(article.text, dictionary, authors),
                ):
                    pairs.setdefault((pair.english, pair.chinese), pair)
        finally:
            dictionary.close()
        return json.dumps([pair.model_dump(mode="json") for pair in pairs.values()], ensure_ascii=False)


def read_names(text: str) -> list[NamePair]:
    """Reads what ``NameMiner`` wrote."""
    return [NamePair.model_validate(pair) for pair in json.loads(text)]
