"""English words as a dictionary needs them: split, spelled one way, led back to base forms."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

from policy_qa.retrieval.word_lists import listed, listed_mapping, listed_rows

_WORD = re.compile(r"[^\W\d_㐀-鿿]+(?:['’&][^\W\d_㐀-鿿]+)*|\d+(?:[.,]\d+)*")
_CODE = re.compile(r"[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*")
_INITIALS = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_DOUBLING = re.compile(r"[^aeiou]*[aeiou][bdgklmnprt]")
_POSSESSIVE = re.compile(r"['’]s?$")


class Word(NamedTuple):
    """A word of a question.

    Attributes:
        text: As written, without a possessive ending.
        key: Lower case, without accents, in American spelling: what the dictionary is asked for.
        start: Where the word begins in the question, in characters.
        end: Where it ends.
        fresh: Whether punctuation other than a hyphen stands before it: no phrase reaches across.
    """

    text: str
    key: str
    start: int
    end: int
    fresh: bool


def stop_words() -> frozenset[str]:
    """English function and question words: they carry nothing to search for."""
    return listed("stop")


def light_words() -> frozenset[str]:
    """Base forms of English words too common to say much, yet not empty."""
    return listed("light")


def loose_ends() -> frozenset[str]:
    """English words in which no phrase ends, as in "believed to be"."""
    return listed("loose")


def chinese_stop_words() -> frozenset[str]:
    """Chinese function and question words."""
    return listed("zh-stop")


@cache
def _irregular() -> dict[str, tuple[str, ...]]:
    """The base forms of irregular forms."""
    bases: dict[str, list[str]] = {}
    for base, *forms in listed_rows("form"):
        for form in forms:
            bases.setdefault(form, []).append(base)
    return {form: tuple(found) for form, found in bases.items()}


@cache
def _irregular_forms() -> dict[str, tuple[str, ...]]:
    return listed_mapping("form")


@cache
def _spellings() -> dict[str, str]:
    return {row[0]: row[1] for row in listed_rows("spelling")}


@cache
def _derivations() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((row[0], tuple(old.replace("-", "") for old in row[1:])) for row in listed_rows("made"))


def american(word: str) -> str:
    """The American spelling of a lower-case British word; others come back as they are."""
    if word in _spellings():
        return _spellings()[word]
    singular = word.removesuffix("s")
    if singular in _spellings():
        return _spellings()[singular] + "s"
    if (at := word.find("our")) > 0 and word[: at + 3] in listed("our"):
        return word[:at] + "or" + word[at + 3 :]
    if singular in listed("re"):
        return singular[:-2] + "er" + word[len(singular) :]
    if match := re.fullmatch(r"(.{2,}[^aeo])is(e[srd]?|ing|ations?|ational)", word):
        stem, ending = match.groups()
        stays = stem + "ise" in listed("keep-ise") or (ending == "e" and len(word) < 6)
        return word if stays else f"{stem}iz{ending}"
    if match := re.fullmatch(r"(.+ly)s(e[srd]?|ing)", word):
        return f"{match.group(1)}z{match.group(2)}"
    if (match := re.fullmatch(r"(.+l)l(ed|ing|ings|er|ers)", word)) and match.group(1) in listed("one-l"):
        return match.group(1) + match.group(2)
    return word


@lru_cache(maxsize=1 << 16)
def word_key(word: str) -> str:
    """Lower case, no accents, no possessive, American spelling."""
    lowered = _POSSESSIVE.sub("", word.lower()).replace("’", "'")
    if not lowered.isascii():
        decomposed = unicodedata.normalize("NFKD", lowered)
        lowered = "".join(char for char in decomposed if not unicodedata.combining(char))
    return american(lowered)


def phrase_key(text: str) -> str:
    """The keys of all words of a phrase, joined by blanks."""
    return " ".join(map(word_key, _WORD.findall(text)))


def split_words(text: str) -> list[Word]:
    """Splits English text into words; hyphenated words come apart, initials (U.S.) come together."""
    found: list[Word] = []
    end = 0
    initials = {match.start(): match for match in _INITIALS.finditer(text)}
    at = 0
    while match := initials.get(at) or _WORD.search(text, at):
        start = match.start()
        if initials and (earlier := [i for i in initials if at <= i < start]):
            match = initials[min(earlier)]
            start = match.start()
        elif start in initials:
            match = initials[start]
        raw = match.group()
        written = raw.replace(".", "") if start in initials else _POSSESSIVE.sub("", raw)
        between = text[end:start]
        fresh = bool(found) and bool(between.strip(" -‐‑–/'’\"“”&\n\t"))
        found.append(Word(written, word_key(written), start, match.end(), fresh))
        at = end = match.end()
    return found


def codes(text: str) -> list[tuple[int, int]]:
    """Where codes stand that mix letters and digits, as in ``910B``, ``GPT-4`` and ``H20``."""
    return [match.span() for match in _CODE.finditer(text) if _is_code(match.group())]


def _is_code(token: str) -> bool:
    mixed = any(char.isdigit() for char in token) and any(char.isalpha() for char in token)
    # "mid-2024" and "10-year" are words beside numbers.
    return mixed and (token.isalnum() or any(char.isupper() for char in token))


def inflected_forms(word: str) -> tuple[str, ...]:
    """Plural or third person, past and -ing form of a lower-case word, whatever its class.

    Words that look inflected already get none but irregular forms.
    """
    irregular = _irregular_forms().get(word)
    if re.search(r"(?:[^su]s|ed|ing|ly)$", word):
        return irregular or ()
    vowel_before_y = word[-2:-1] in set("aeiou")
    stem = word + word[-1] if _DOUBLING.fullmatch(word) else word
    if word.endswith("y") and not vowel_before_y:
        plural, past = word[:-1] + "ies", word[:-1] + "ied"
    else:
        plural = word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")
        past = word + "d" if word.endswith("e") else stem + "ed"
    present = (word[:-1] if word.endswith("e") and not word.endswith("ee") else stem) + "ing"
    return tuple(dict.fromkeys((plural, *(irregular or (past,)), present)))


def base_forms(key: str) -> tuple[str, ...]:
    """What a word may be an inflected form of, likeliest first; the word itself is not among them.

    Not every form returned is a word: the caller keeps those that the dictionary knows.
    """
    bases = list(_irregular().get(key, ()))
    size = len(key)
    if key.endswith("s") and size > 3 and not key.endswith(("ss", "us", "is")):
        if key.endswith("ies"):
            bases.append(key[:-3] + "y")
        bases.append(key[:-1])
        if key.endswith(("ches", "shes", "sses", "xes", "zes", "oes")):
            bases.insert(0, key[:-2])
        if key.endswith("ves"):
            bases += [key[:-3] + "f", key[:-3] + "fe"]
    for ending in ("ed", "ing", "er", "est"):
        stem = key.removesuffix(ending)
        if stem != key and len(stem) > 2:
            bases += _stems(stem, ending)
    if key.endswith("ly") and size > 4:
        stem = key[:-2]
        if key.endswith("ily"):
            bases.append(key[:-3] + "y")
        elif key.endswith(("bly", "ply")):
            bases.append(key[:-1] + "e")
        else:
            bases += [stem, key[:-1] + "e"]
    return tuple(dict.fromkeys(base for base in bases if base != key))


def _stems(stem: str, ending: str) -> list[str]:
    """Base forms behind a stem: plan(ned), creat(ed), rais(ing), deni(ed)."""
    if stem.endswith("i") and ending != "ing":
        return [stem[:-1] + "y"]
    doubled = stem[-1] == stem[-2] and stem[-1] not in "aeiou"
    if doubled and stem[-1] not in "sflz":
        return [stem[:-1], stem]
    options = [stem, stem + "e"]
    # create, rate, realize: a stem that cannot end a word wants its e back first.
    if re.search(r"(?:[^aeiou][aiou]|[^aeiou]|[aiu]|ea|ai|oi)(?:c|s|v|z|at|ut|ur|in|g|iz|u|th)$", stem):
        options.reverse()
    return [*options, stem[:-1]] if doubled else options


@lru_cache(maxsize=1 << 14)
def derived_from(key: str) -> tuple[str, ...]:
    """Words from which a word may have been made, longest ending first; not all of them exist."""
    return tuple(
        dict.fromkeys(
            key[: -len(ending)] + old
            for ending, olds in _derivations()
            if key.endswith(ending) and len(key) - len(ending) >= 3
            for old in olds
        )
    )
