"""Questions → words of the passages' language, by dictionary.

English questions are searched for in Chinese passages, and the reverse, by the passages'
own words: each word of the question becomes a group of translations that count as one term
(structured query translation: Pirkola, SIGIR 1998).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from policy_qa.retrieval.cedict import MAX_WORDS
from policy_qa.retrieval.chinese import locate_chinese
from policy_qa.retrieval.dictionary_file import NAME_MARK, DictionaryFile, Translations
from policy_qa.retrieval.english import (
    Word,
    base_forms,
    codes,
    derived_from,
    light_words,
    loose_ends,
    split_words,
    stop_words,
)
from policy_qa.retrieval.quantities import find_quantities, number_word_terms
from policy_qa.retrieval.term_groups import MAX_TERMS, Located, TermGroup

LIGHT_WEIGHT: Final = 0.5
"""Weight of very common words and of the single words of a phrase that was found as a whole."""
NAME_WEIGHT: Final = 1.2

_INFLECTED, _DERIVED, _OTHER_CASE = 1.0, 1.0, 1.0
_WORST: Final = 2.5
Scores = dict[str, float]
Table = Mapping[str, Translations]


@dataclass(frozen=True)
class _Segment:
    """Words in a row that phrases may span; ``opens`` if the first begins the question."""

    words: tuple[Word, ...]
    opens: bool


class BilingualDictionary:
    """CC-CEDICT in both directions. Look-ups take well under 2 ms a question."""

    def __init__(self, file: DictionaryFile) -> None:
        """Wraps an opened dictionary file."""
        self._file = file

    @classmethod
    def open(cls, cache_dir: Path | None = None) -> BilingualDictionary:
        """Opens the dictionary; the first time it is compiled, which takes seconds.

        Args:
            cache_dir: Folder for the compiled file; the user's cache by default.

        Raises:
            ModelUnavailableError: The dictionary is not installed, or the folder cannot be written.
        """
        return cls(DictionaryFile.open(cache_dir))

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def translate(self, question: str) -> list[TermGroup]:
        """Chinese words for an English question, group by group in the order of its words."""
        return [item.group for item in self.locate(question)]

    def translate_chinese(self, question: str) -> list[TermGroup]:
        """English words, with their inflections, for a Chinese question in Simplified characters."""
        return [item.group for item in self.locate_chinese(question)]

    def locate_chinese(self, question: str, taken: Sequence[tuple[int, int]] = ()) -> list[Located]:
        """Like ``locate``, for a Chinese question."""
        return locate_chinese(question, self._file, taken)

    def readings(self, characters: str) -> dict[str, tuple[str, ...]]:
        """Pinyin syllables of Chinese characters, without tones; readings as a surname come first."""
        return self._file.readings(characters)

    def locate(self, question: str, taken: Sequence[tuple[int, int]] = ()) -> list[Located]:
        """Groups with the characters they stand for.

        Args:
            question: An English question.
            taken: Spans that something else has translated already.
        """
        found = [item for item in find_quantities(question) if _free(item.start, item.end, taken)]
        covered = [*taken, *((item.start, item.end) for item in found)]
        for start, end in codes(question):
            if _free(start, end, covered):
                code = question[start:end]
                found.append(
                    Located(start, end, TermGroup(source=code, terms=(code.lower(),), weight=NAME_WEIGHT))
                )
                covered.append((start, end))
        segments = list(_segments(question, covered))
        table = self._file.phrases(_candidate_keys(segments))
        shouting = question.isupper()
        for segment in segments:
            found.extend(_translate_segment(segment, table, shouting))
        return sorted(found, key=lambda item: item.start)


def _free(start: int, end: int, taken: Iterable[tuple[int, int]]) -> bool:
    return all(end <= a or start >= b for a, b in taken)


def _segments(question: str, taken: Sequence[tuple[int, int]]) -> Iterator[_Segment]:
    row: list[Word] = []
    opens = True
    previous = 0
    for word in split_words(question):
        broken = word.fresh or any(previous <= start < word.start for start, _ in taken)
        if broken and row:
            yield _Segment(tuple(row), opens)
            row, opens = [], False
        previous = word.end
        if _free(word.start, word.end, taken):
            row.append(word)
        else:
            opens = False
    if row:
        yield _Segment(tuple(row), opens)


def _capital(word: Word) -> bool:
    return word.text[0].isupper()


def _phrase_keys(words: Sequence[Word]) -> list[str]:
    """Keys under which a phrase may stand: as written, then with its last or first word inflected."""
    keys = [word.key for word in words]
    rest, start = " ".join(keys[:-1]), " ".join(keys[1:])
    return [
        " ".join(keys),
        *(f"{rest} {base}" for base in base_forms(keys[-1])),
        *(f"{base} {start}" for base in base_forms(keys[0])),
    ]


def _may_be_phrase(words: Sequence[Word]) -> bool:
    first, last = words[0], words[-1]
    if last.key in loose_ends() or (first.key in stop_words() and not _is_acronym(first)):
        return False
    return not any(word.text.isdigit() for word in words)


def _is_acronym(word: Word) -> bool:
    return len(word.text) > 1 and word.text.isupper()


def _windows(segment: _Segment, start: int) -> Iterator[Sequence[Word]]:
    """Phrases that begin at a word, longest first."""
    for size in range(min(MAX_WORDS, len(segment.words) - start), 1, -1):
        words = segment.words[start : start + size]
        if _may_be_phrase(words):
            yield words


def _candidate_keys(segments: Iterable[_Segment]) -> set[str]:
    keys: set[str] = set()
    for segment in segments:
        for at, word in enumerate(segment.words):
            for window in _windows(segment, at):
                phrase_keys = _phrase_keys(window)
                keys.update(phrase_keys)
                if _capital(window[0]) and _capital(window[-1]):
                    keys.update(NAME_MARK + key for key in phrase_keys)
            bases = base_forms(word.key)
            singles = {
                word.key,
                *bases,
                *derived_from(word.key),
                *(d for b in bases[:2] for d in derived_from(b)),
            }
            keys.update(singles)
            keys.update(NAME_MARK + key for key in (singles if _capital(word) else {word.key}))
    return keys


def _translate_segment(segment: _Segment, table: Table, shouting: bool) -> Iterator[Located]:
    at = 0
    while at < len(segment.words):
        for window in _windows(segment, at):
            if scores := _phrase_scores(window, table):
                named = _capital(window[0]) and _capital(window[-1])
                text = " ".join(word.text for word in window)
                terms = [*_best(scores), *([text.lower()] if named else [])]
                yield _located(window, terms, NAME_WEIGHT if named else 1.0)
                # A text may use other words for the phrase: its own words count too, for less.
                for offset, word in enumerate(window):
                    yield from _word(word, segment.opens and at + offset == 0, table, shouting, LIGHT_WEIGHT)
                at += len(window)
                break
        else:
            yield from _word(segment.words[at], segment.opens and at == 0, table, shouting, 1.0)
            at += 1


def _word(word: Word, opens: bool, table: Table, shouting: bool, weight: float) -> Iterator[Located]:
    acronym = _is_acronym(word) and not shouting
    if word.key in stop_words() and not acronym:
        return
    scores = _word_scores(word, opens, acronym, table)
    literal = word.text.lower()
    mixed = acronym or any(char.isupper() for char in word.text[1:])
    numerals = number_word_terms(word.key)
    best = [*numerals, *(term for term in _best(scores) if term not in numerals)]
    terms = [literal, *best] if mixed else [*best[: MAX_TERMS - 1], literal]
    light = numerals or not light_words().isdisjoint((word.key, *base_forms(word.key)))
    yield _located((word,), terms, weight * LIGHT_WEIGHT if light else weight)


def _located(words: Sequence[Word], terms: Sequence[str], weight: float) -> Located:
    source = " ".join(word.text for word in words)
    unique = tuple(dict.fromkeys(terms))[:MAX_TERMS]
    return Located(words[0].start, words[-1].end, TermGroup(source=source, terms=unique, weight=weight))


def _add(scores: Scores, translations: Translations | None, cost: float) -> None:
    for word, score in translations.words if translations else ():
        if score - cost > scores.get(word, -99.0):
            scores[word] = score - cost


def _phrase_scores(words: Sequence[Word], table: Table) -> Scores:
    marks = (NAME_MARK, "") if _capital(words[0]) and _capital(words[-1]) else ("",)
    for key in _phrase_keys(words):
        scores: Scores = {}
        for mark in marks:
            found = table.get(mark + key)
            if found and found.exact:
                _add(scores, found, 0.0)
        if scores:
            return scores
    return {}


def _word_scores(word: Word, opens: bool, acronym: bool, table: Table) -> Scores:
    """Translations of one word: as written, by base form, by the word it was made from."""
    scores: Scores = {}
    capital = _capital(word)
    name, common = table.get(NAME_MARK + word.key), table.get(word.key)
    if capital:
        _add(scores, name, 0.0)
        if not (acronym and scores):
            _add(scores, common, 0.0 if opens or not scores else _OTHER_CASE)
    else:
        _add(scores, common, 0.0)
        if not (common and common.exact):
            _add(scores, name, _OTHER_CASE)
    bases = base_forms(word.key)
    if capital and not opens:
        # Manning is no form of "man"; only a plural may be a name's or a title's.
        bases = tuple(base for base in bases if word.key.endswith("s"))
    _add_first(scores, bases, capital, table, _INFLECTED)
    roots = [root for form in (word.key, *bases[:2]) for root in derived_from(form)]
    _add_first(scores, roots, capital, table, _DERIVED)
    return scores


def _add_first(scores: Scores, keys: Iterable[str], capital: bool, table: Table, cost: float) -> None:
    """Adds the translations of the first key that is a gloss, or else the main word of one."""
    marked = [mark + key for key in keys for mark in (("", NAME_MARK) if capital else ("",))]
    found = [translations for key in marked if (translations := table.get(key))]
    if found:
        _add(scores, next((item for item in found if item.exact), found[0]), cost)


def _best(scores: Scores) -> list[str]:
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return [word for word, score in ranked if score >= ranked[0][1] - _WORST][:MAX_TERMS]
