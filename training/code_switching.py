"""Questions with words of the other language, from the dictionary (CC-CEDICT).

The sets hold few pairs of an English question and a Chinese passage. A Chinese question in
which words are replaced by English ones teaches the same step, on every set: find in the
passage what another language calls differently.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from policy_qa.index.terms import fold, has_han
from policy_qa.retrieval.dictionary import BilingualDictionary
from policy_qa.retrieval.term_groups import Located

_LEAST_SHARE, _MOST_SHARE = 0.3, 0.8
# How often the best translation is taken, and how often the next one.
_RANKS: Final = (0, 0, 0, 1)

# How an English question would open for the question word of a Chinese one, most specific first.
_OPENER_WORDS: Final = """
    为什么 Why|为何 Why|百分之 What percentage|哪一年 In which year|哪年 In which year|什么时候 When|何时 When
    几时 When|多长时间 How long|多久 How long|多少 How many|几 How many|多大 How big|多高 How high|谁 Who
    何人 Who|哪里 Where|哪儿 Where|何处 Where|何地 Where|怎么 How|怎样 How|如何 How|哪些 Which|哪 Which
    什么 What|何 What
"""
_OPENERS: Final = tuple(
    tuple(pair.strip().split(" ", 1))
    for line in _OPENER_WORDS.strip().splitlines()
    for pair in line.split("|")
)


class CodeSwitcher:
    """Puts words of the other language into questions.

    Args:
        dictionary: The opened dictionary.
    """

    def __init__(self, dictionary: BilingualDictionary) -> None:
        self._dictionary = dictionary

    def mixed(self, question: str, random: Random) -> str | None:
        """The question with 30 to 80 % of its known words in the other language.

        Returns:
            The new question; ``None`` if the dictionary knows no word of it.
        """
        located = self._located(question)
        if not located:
            return None
        share = random.uniform(_LEAST_SHARE, _MOST_SHARE)
        chosen = [item for item in located if random.random() < share] or [random.choice(located)]
        text, at = "", 0
        for item in chosen:
            if item.start < at:
                continue
            text += f"{question[at : item.start]} {_translation(item, random)} "
            at = item.end
        return " ".join((text + question[at:]).split())

    def english(self, question: str, random: Random) -> str | None:
        """A Chinese question as a list of English words after an English question word.

        No sentence, but what remains of one: names, numbers and content words in order.

        Returns:
            The words; ``None`` if fewer than two words of the question are known.
        """
        folded = fold(question)
        opener = next((english for chinese, english in _OPENERS if chinese in folded), "What")
        located = [item for item in self._located(question) if not _asks(folded[item.start : item.end])]
        words, at = [], 0
        for item in located:
            if item.start >= at:
                words.append(_translation(item, random))
                at = item.end
        return f"{opener} {' '.join(words)}?" if len(words) > 1 else None

    def _located(self, question: str) -> Sequence[Located]:
        if has_han(question):
            # Folding keeps offsets; the dictionary looks up Simplified characters.
            located = self._dictionary.locate_chinese(_keep_latin_case(question))
            # Single characters are mostly parts of words and names the dictionary does not know.
            return [item for item in located if item.end - item.start > 1]
        return [item for item in self._dictionary.locate(question) if has_han(item.group.terms[0])]


def _keep_latin_case(question: str) -> str:
    """Simplified characters of the same length, Latin letters as they were."""
    return "".join(old if old.isascii() else new for old, new in zip(question, fold(question), strict=True))


def _asks(word: str) -> bool:
    return any(word == chinese or chinese in word for chinese, _ in _OPENERS)


def _translation(item: Located, random: Random) -> str:
    """One of the best two translations."""
    return item.group.terms[min(random.choice(_RANKS), len(item.group.terms) - 1)]
