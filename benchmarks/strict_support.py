"""Is a sentence supported by its quotes, by the strictest reading? Written apart from `citing/`.

The checks of the product must not be judged by themselves, so nothing of `policy_qa.citing` is used
here. A sentence counts as supported if it stands in a quote, or if every number and every name in it
stands in the quotes and most of its other words do: in Chinese by pairs of characters, in English by
words, from English to Chinese by any translation that CC-CEDICT or the glossary knows. It says
"unsupported" to some true paraphrases, and cannot see who does what to whom: both are for a reader
of the log.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

Translations = Callable[[str], Sequence[Sequence[str]]]
"""English words → for each content word what may stand for it in Chinese."""

SHARED_ZH: Final = 0.6
SHARED_EN: Final = 0.6

_NUMBER: Final = re.compile(r"\d[\d,]*(?:\.\d+)?")
_SCALE_EN: Final = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SCALE_ZH: Final = {"千": 1e3, "万": 1e4, "萬": 1e4, "百万": 1e6, "亿": 1e8, "億": 1e8, "万亿": 1e12}
_DIGITS: Final = {**dict(zip("零〇一二三四五六七八九", (0, *range(10)), strict=True)), "两": 2}
_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_HAN_NUMBER: Final = re.compile("[零〇一二两三四五六七八九十百千]+")
_MONTHS: Final = re.findall(
    r"\w+",
    "january february march april may june july august september october november december",
)
_WORDS: Final = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty",
)
_NAME: Final = re.compile(r"\b(?:[A-Z][\w'’&-]*[A-Za-z0-9]|[A-Z]{2,})\b")
_BREAK: Final = re.compile(r"[.!?:;。！？]\s*$")
_COMMON: Final = frozenset(
    re.findall(
        r"\w+",
        "the a an in on at by of to for and or but it its this that these those he she they we you i as if "
        "when while according however although since after before both some many most all no not there "
        "here what which who how",
    )
)


def unsupported(sentence: str, quotes: Sequence[str], translations: Translations) -> str | None:
    """Why a sentence is not supported, or ``None``.

    Args:
        sentence: The sentence shown.
        quotes: The words it cites.
        translations: Looks up English words.
    """
    source = "\n".join(quotes)
    if _letters(sentence) in _letters(source):
        return None
    known = _values(source)
    for value in _values(sentence):
        if not any(abs(value - other) <= 1e-9 * max(1.0, abs(other)) for other in known):
            return f"number {value:g}"
    groups = {group[0].lower(): group[1:] for group in translations(sentence)}
    for name in _names(sentence):
        if not _stands(name, source, groups):
            return f"name {name}"
    share = _share_zh(sentence, source) if _is_chinese(sentence) else _share_en(sentence, source, groups)
    wanted = SHARED_ZH if _is_chinese(sentence) else SHARED_EN
    return None if share >= wanted else f"words: {share:.0%} of them stand in the quotes"


def _values(text: str) -> set[float]:
    """Every number of a text by value, also with the scale behind it, small ones in words too."""
    found: set[float] = set()
    low = text.lower()
    for match in _NUMBER.finditer(low):
        value = float(match[0].replace(",", ""))
        behind = low[match.end() : match.end() + 10].lstrip()
        scales = [s for word, s in {**_SCALE_EN, **_SCALE_ZH}.items() if behind.startswith(word)]
        found.add(value * max(scales) if scales else value)
    if _is_chinese(text):
        for match in _HAN_NUMBER.finditer(text):
            behind = text[match.end() : match.end() + 2]
            scales = [s for word, s in _SCALE_ZH.items() if behind.startswith(word)]
            found.add(_han_value(match[0]) * max(scales, default=1.0))
    else:
        found |= {float(_MONTHS.index(m) + 1) for m in re.findall(r"[a-z]+", low) if m in _MONTHS[:4]}
        found |= {float(_MONTHS.index(m) + 1) for m in re.findall(r"[a-z]+", low) if m in _MONTHS[5:]}
        found |= {float(_WORDS.index(w)) for w in re.findall(r"[a-z]+", low) if w in _WORDS[2:]}
    return found


def _han_value(text: str) -> float:
    """二十三 → 23; digits in a row (二〇二五) are read one by one."""
    if not any(char in _UNITS for char in text):
        return float("".join(str(_DIGITS[char]) for char in text))
    total, digit = 0, 0
    for char in text:
        if char in _UNITS:
            total, digit = total + (digit or 1) * _UNITS[char], 0
        else:
            digit = _DIGITS[char]
    return float(total + digit)


def _names(sentence: str) -> list[str]:
    """Capitalised words, those that only begin a sentence left out."""
    found = []
    for match in _NAME.finditer(sentence):
        begins = not sentence[: match.start()].strip() or _BREAK.search(sentence[: match.start()])
        if match[0].lower() in _COMMON or match[0].lower() in _MONTHS:
            continue
        if begins and not (match[0].isupper() or any(char.isdigit() for char in match[0])):
            continue
        found.append(match[0])
    return found


def _stands(word: str, source: str, groups: dict[str, Sequence[str]]) -> bool:
    low = source.lower()
    stem = re.sub(r"(?:'s|’s)$", "", word.lower())
    if stem in low:
        return True
    return any(
        term.lower() in low
        for key, terms in groups.items()
        if stem in re.findall(r"[\w'’-]+", key)
        for term in terms
    )


def _share_en(sentence: str, source: str, groups: dict[str, Sequence[str]]) -> float:
    """Share of an English sentence's content words that stand in the quotes or have a translation there."""
    words = [w for w in re.findall(r"[A-Za-z][\w'’-]{2,}", sentence) if w.lower() not in _COMMON]
    if _is_chinese(source):
        words = [w for w in words if any(w.lower() in key.split() for key in groups)] or words
    return sum(_stands(word, source, groups) for word in words) / len(words) if words else 0.0


def _share_zh(sentence: str, source: str) -> float:
    """Share of a Chinese sentence's pairs of characters that stand in the quotes."""
    runs = re.findall(r"[一-鿿]+", sentence)
    pairs = [run[i : i + 2] for run in runs for i in range(len(run) - 1)]
    return sum(pair in source for pair in pairs) / len(pairs) if pairs else 0.0


def _is_chinese(text: str) -> bool:
    return len(re.findall(r"[一-鿿]", text)) * 2 >= len(re.findall(r"[A-Za-z]", text))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()
