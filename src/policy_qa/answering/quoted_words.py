"""Words that a language model puts in quotation marks: quoted exactly, translated, or made up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from policy_qa.citing.support import claim_language
from policy_qa.index.terms import fold, has_han
from policy_qa.records import Language

_MARKED: Final = re.compile(r"“([^“”]+)”|「([^「」]+)」|\"([^\"]+)\"")
_NOT_WORD: Final = re.compile(r"[\W_]+")
_FEWEST_HAN, _FEWEST_WORDS = 6, 4
_LABEL: Final = {"zh": "（译文）", "en": " (translated)"}


def made_up_quotes(sentence: str, passages: Sequence[str]) -> list[str]:
    """Quoted words of the passages' language that stand in none of them.

    Single terms in quotation marks are left alone: they are names or distance, no quotes.

    Args:
        sentence: A sentence of a draft.
        passages: The passages it cites.
    """
    return [
        words
        for words in _quoted(sentence)
        if any(claim_language(words) == claim_language(passage) for passage in passages)
        and not _stands(words, passages)
    ]


def label_translations(sentence: str, quotes: Sequence[str], language: Language) -> str:
    """The sentence with every translated quote called one.

    Args:
        sentence: A sentence of an answer.
        quotes: The exact words it cites.
        language: Language of the answer.
    """

    def labelled(match: re.Match[str]) -> str:
        words = next(group for group in match.groups() if group)
        translated = _is_long(words) and not _stands(words, quotes)
        return match[0] + (_LABEL[language] if translated else "")

    return _MARKED.sub(labelled, sentence)


def _quoted(sentence: str) -> list[str]:
    found = ["".join(groups) for groups in _MARKED.findall(sentence)]
    return [words for words in found if _is_long(words)]


def _is_long(words: str) -> bool:
    if has_han(words):
        return sum(map(has_han, words)) >= _FEWEST_HAN
    return len(words.split()) >= _FEWEST_WORDS


def _stands(words: str, texts: Sequence[str]) -> bool:
    bare = _bare(words)
    return any(bare in _bare(text) for text in texts)


def _bare(text: str) -> str:
    return _NOT_WORD.sub("", fold(text))
