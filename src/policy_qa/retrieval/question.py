"""A question as typed → a question that can be searched."""

from __future__ import annotations

import re
import unicodedata

from policy_qa.index.terms import has_han
from policy_qa.records import Language, Record

_SPACE = re.compile(r"\s+")
_HAN_OR_WORD = re.compile(r"[㐀-鿿]|[^\W\d_]{2,}|\d+")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_HAN = re.compile(r"[㐀-鿿]")
_ENGLISH_GRAMMAR = re.compile(
    r"\b(?:what|who|whom|whose|when|where|which|why|how|is|are|was|were|do|does|did|has|have|the|of|by|and)\b",
    re.IGNORECASE,
)
_CHINESE_GRAMMAR = re.compile(r"[的是了吗呢么哪谁何几嗎麼誰幾？]|多少|怎|有没有|有沒有|是否|请|請")


class Question(Record):
    """A question ready for retrieval.

    Attributes:
        asked: The words as typed.
        text: White space collapsed, invisible characters gone, cut to the limit.
        language: Language to answer in.
        truncated: Whether the end was cut off.
        clear: Whether there is anything to search for.
    """

    asked: str
    text: str
    language: Language
    truncated: bool
    clear: bool


def detect_language(text: str) -> Language:
    """The language of the sentence, whatever names it holds.

    Words of grammar decide where only one language's are there. Elsewhere the language with more
    to say does: a Chinese character says about as much as half an English word.
    """
    english, chinese = _ENGLISH_GRAMMAR.search(text), _CHINESE_GRAMMAR.search(text)
    if english and not chinese:
        return "en"
    if chinese and not english:
        return "zh"
    han = len(_HAN.findall(text))
    words = len(_LATIN_WORD.findall(text))
    return "zh" if has_han(text) and han >= 1.2 * words else "en"


def read_question(asked: str, max_characters: int, language: Language | None = None) -> Question:
    """Prepares a question.

    Args:
        asked: The words as typed; may hold anything.
        max_characters: Longer questions are cut to this length.
        language: Language to answer in; detected if omitted.
    """
    # Control and format characters (zero width, direction marks) and lone surrogates carry no words.
    visible = "".join(c if unicodedata.category(c) not in {"Cf", "Cs", "Co", "Cn"} else "" for c in asked)
    text = _SPACE.sub(" ", "".join(" " if unicodedata.category(c) == "Cc" else c for c in visible)).strip()
    cut = text[:max_characters]
    return Question(
        asked=asked.encode("utf-8", "replace").decode(),
        text=cut,
        language=language or detect_language(cut),
        truncated=len(cut) < len(text),
        clear=len(_HAN_OR_WORD.findall(cut)) >= 2 or len(_LATIN_WORD.findall(cut)) >= 1,
    )
