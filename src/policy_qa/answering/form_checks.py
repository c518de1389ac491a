"""Sentences of a language model that need no source to be turned down: their form is wrong already."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from policy_qa.answering.marked_text import MarkedSentence
from policy_qa.answering.quoted_words import made_up_quotes
from policy_qa.citing.support import claim_language
from policy_qa.index.terms import fold, has_han
from policy_qa.records import Check, CheckKind, Language

STATES_NOTHING: Final = "it states nothing"
"""Said of a sentence that no rewriting would help."""

_QUESTION: Final = re.compile(r"[?？][”’」』\"')）]*$")
_FEWEST_WORDS: Final = 3
"""Words of the shortest statement; four Chinese characters count as three words."""
_WHOLE_WITHOUT_STOP: Final = 6
"""Words from which on a line may be a statement without a full stop at its end."""
_CUT_OFF: Final = re.compile(
    r"(?:[:：,，、;；(（\[—跟和与的在对把被是为而及或由从向以将-]|"
    r"\b(?:is|are|was|were|be|the|an?|of|to|and|or|in|on|by|for|with|that|as|including|its))$",
    re.IGNORECASE,
)
_STOP: Final = re.compile(r"[.。!！…][”’」』\"')）]*$")
_WORD: Final = re.compile(r"[A-Za-z][\w'’.&/-]*|\d[\d.,%]*")
_LONG_ENOUGH_TO_REPEAT: Final = 25
_NOT_WORD: Final = re.compile(r"[\W_]+")


def malformed(
    sentence: MarkedSentence, question: str, language: Language, passages: Sequence[str]
) -> Check | None:
    """What is wrong with the form of a sentence.

    Args:
        sentence: A sentence with the numbers of the passages it cites.
        question: The question that it is to answer.
        language: Language it is to be in.
        passages: Texts of the passages that there are.

    Returns:
        A failed check, or ``None`` if there is nothing wrong.
    """
    kind: CheckKind = "support"
    if not sentence.passages:
        kind, detail = "marker", "it cites no passage"
    elif not all(1 <= number <= len(passages) for number in sentence.passages):
        kind, detail = "marker", "it cites a passage that does not exist"
    elif (
        _QUESTION.search(sentence.text)
        or _bare(sentence.text) in _bare(question)
        or _is_fragment(sentence.text)
        or _repeats_itself(sentence.text)
    ):
        detail = STATES_NOTHING
    elif not _is_in(sentence.text, language):
        detail = "it is not in the language of the question"
    elif made_up := made_up_quotes(sentence.text, [passages[number - 1] for number in sentence.passages]):
        kind, detail = "quote", f"quoted words that stand in no passage: {', '.join(made_up)}"
    else:
        return None
    return Check(sentence=sentence.text, kind=kind, passed=False, detail=detail)


def _is_fragment(text: str) -> bool:
    """Whether it is no whole statement: a name, a date, an opening, something cut off."""
    words = _size(text)
    if "\ufffd" in text or words < _FEWEST_WORDS or not any(char.isalpha() for char in text):
        return True
    if any(text.count(opening) != text.count(closing) for opening, closing in ("()", "（）", "“”")):
        return True
    return not _STOP.search(text) and (_CUT_OFF.search(text) is not None or words < _WHOLE_WITHOUT_STOP)


def _repeats_itself(text: str) -> bool:
    """Whether a short sentence says four words twice, or three, or a Chinese one five characters thrice.

    Three words of which two are short do not count: "the Ministry of".
    """
    words = [word.lower() for word in _WORD.findall(text)]
    if not has_han(text):
        runs = zip(words, words[1:], words[2:], strict=False)
        threes = Counter(run for run in runs if sum(len(word) > 3 for word in run) > 1)
        fours = Counter(zip(words, words[1:], words[2:], words[3:], strict=False))
        most = 2 if len(words) < _LONG_ENOUGH_TO_REPEAT else 3
        return max([*threes.values(), *fours.values()], default=0) >= most
    bare = _bare(text)
    return any(bare.count(bare[at : at + 5]) >= 3 for at in range(len(bare) - 4))


def _size(text: str) -> float:
    """Length in words; a Chinese character is three quarters of one."""
    return len(_WORD.findall(text)) + 0.75 * sum(map(has_han, text))


def _is_in(text: str, language: Language) -> bool:
    """Chinese sentences may hold long English names; English ones no more than Chinese names."""
    return has_han(text) if language == "zh" else claim_language(text) == "en"


def _bare(text: str) -> str:
    return _NOT_WORD.sub("", fold(text))
