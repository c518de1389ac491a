"""Chinese questions → English words: the longest words of the dictionary, from left to right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from policy_qa.retrieval.chinese_quantities import find_chinese_quantities
from policy_qa.retrieval.dictionary_file import DictionaryFile
from policy_qa.retrieval.english import chinese_stop_words, inflected_forms, light_words, stop_words, word_key
from policy_qa.retrieval.term_groups import MAX_TERMS, Located, TermGroup

LONGEST_WORD: Final = 8
"""Longest word looked for, in characters."""

MAX_ENGLISH_TERMS: Final = 48
"""English forms in a group at most: up to 12 translations with their inflections."""

_SINGLE_WEIGHT, _LIGHT_WEIGHT = 0.5, 0.5
_HAN = re.compile(r"[㐀-鿿]+")
_LATIN = re.compile(
    r"[A-Za-z][A-Za-z0-9]*(?:[-.&'][A-Za-z0-9]+)*(?: [A-Z][A-Za-z0-9]*(?:[-.&'][A-Za-z0-9]+)*)*"
)


def locate_chinese(
    question: str, file: DictionaryFile, taken: Sequence[tuple[int, int]] = ()
) -> list[Located]:
    """English words for a Chinese question, with the characters they stand for.

    Args:
        question: The question, in Simplified characters.
        file: The dictionary.
        taken: Spans that something else has translated already.

    Returns:
        Groups in the order of their place.
    """
    covered = list(taken)
    found = [item for item in find_chinese_quantities(question) if _free(item.start, item.end, covered)]
    covered += [(item.start, item.end) for item in found]
    for match in _LATIN.finditer(question):
        if _free(match.start(), match.end(), covered):
            terms = (match.group().lower(),)
            found.append(Located(match.start(), match.end(), TermGroup(source=match.group(), terms=terms)))
    runs = list(_runs(question, covered))
    parts = {
        run[i:j]
        for _, run in runs
        for i in range(len(run))
        for j in range(i + 1, min(len(run), i + LONGEST_WORD) + 1)
    }
    words = file.words(parts)
    for start, run in runs:
        for at, word in _longest_words(run, words):
            if word not in chinese_stop_words():
                found.append(Located(start + at, start + at + len(word), _group(word, words[word])))
    return sorted(found, key=lambda item: item.start)


def _free(start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    return all(end <= a or start >= b for a, b in taken)


def _runs(question: str, taken: Sequence[tuple[int, int]]) -> Iterator[tuple[int, str]]:
    """Stretches of Chinese characters outside the spans that are taken, with their start."""
    masked = list(question)
    for start, end in taken:
        masked[start:end] = " " * (end - start)
    for match in _HAN.finditer("".join(masked)):
        yield match.start(), match.group()


def _longest_words(run: str, known: Mapping[str, Sequence[str]]) -> Iterator[tuple[int, str]]:
    """Cuts a run into as few known words as possible; of equal cuts the one with the shortest first word.

    Chinese words carry their head at the end: 总目标 is 总|目标 and not 总目|标.

    Unknown characters count as a word of their own and are left out.
    """
    size = len(run)
    best: list[tuple[int, int]] = [(0, 0)] * (size + 1)  # fewest words from here on, length of the first
    for at in range(size - 1, -1, -1):
        options = [(best[at + 1][0] + 1, 1)]
        for length in range(2, min(LONGEST_WORD, size - at) + 1):
            word = run[at : at + length]
            if word in known or word in chinese_stop_words():
                options.append((best[at + length][0] + 1, length))
        best[at] = min(options)
    at = 0
    while at < size:
        length = best[at][1]
        word = run[at : at + length]
        if word in known:
            yield at, word
        at += length


def _group(word: str, phrases: Sequence[str]) -> TermGroup:
    distinct = tuple(dict.fromkeys(phrases))[:MAX_TERMS]
    terms = [form for phrase in distinct for form in english_forms(phrase)]
    # "computer chip" is mostly called a chip.
    heads = [phrase.split()[-1] for phrase in distinct if phrase.count(" ") == 1]
    terms += [form for head in heads if head.lower() not in stop_words() for form in english_forms(head)]
    weight = _SINGLE_WEIGHT if len(word) == 1 else 1.0
    light = word_key(distinct[0]) in light_words()
    return TermGroup(
        source=word,
        terms=tuple(dict.fromkeys(term.lower() for term in terms))[:MAX_ENGLISH_TERMS],
        weight=min(weight, _LIGHT_WEIGHT) if light else weight,
    )


def english_forms(phrase: str) -> list[str]:
    """A phrase and its inflections: English passages are not reduced to base forms."""
    *first, last = phrase.split(" ")
    if not last.isalpha():
        return [phrase]
    forms = inflected_forms(last.lower())
    if last[0].isupper():  # names: the nationality at most
        forms = tuple(form for form in forms if not form.startswith(last.lower()) or form.endswith("an"))
    return [phrase, *(" ".join([*first, form]) for form in (forms[:1] if first else forms))]
