"""Names and terms of AI policy in both languages: what a general dictionary does not know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from policy_qa.index.terms import fold, has_han
from policy_qa.records import Record
from policy_qa.retrieval.chinese import MAX_ENGLISH_TERMS, english_forms
from policy_qa.retrieval.english import Word, base_forms, light_words, phrase_key, split_words, stop_words
from policy_qa.retrieval.term_groups import MAX_TERMS, Located, TermGroup

if TYPE_CHECKING:
    from policy_qa.retrieval.dictionary import BilingualDictionary

FILE_NAME: Final = "names.tsv"
TERM_KIND: Final = "term"
"""Kind of ordinary words: a dictionary may know more translations of them."""

_NAME_WEIGHT, _PHRASE_WEIGHT, _WORD_WEIGHT = 1.3, 1.2, 1.0
_EXACT_CASE: Final = "="
_ACRONYM_LETTERS: Final = 4
_SURE_LENGTH: Final = 4  # characters from which a Chinese term is hardly part of another word


class NamePair(Record):
    """One thing with its names in both languages.

    Attributes:
        english: English names, the usual one first.
        chinese: Chinese names in Simplified characters, the usual one first.
        kind: What it is: ``person``, ``place``, ``company``, ``law-cn``, ``term``, … or ``mined``.
        exact: English names that are meant only in exactly this case, as Meta and US are.
    """

    english: tuple[str, ...]
    chinese: tuple[str, ...]
    kind: str = "mined"
    exact: frozenset[str] = frozenset()


@cache
def _bundled_pairs() -> tuple[NamePair, ...]:
    text = files("policy_qa.retrieval").joinpath(FILE_NAME).read_text("utf-8")
    return tuple(_read_row(line) for line in text.splitlines() if line and not line.startswith("#"))


def _read_row(line: str) -> NamePair:
    english, chinese, kind = line.split("\t")
    names = [name.removeprefix(_EXACT_CASE) for name in english.split("|")]
    # An acronym such as US or CAS is no name in lower case, unless the row says so: AI|ai.
    acronyms = (n for n in names if n.isupper() and n.isalpha() and len(n) <= _ACRONYM_LETTERS)
    exact = {name[1:] for name in english.split("|") if name.startswith(_EXACT_CASE)}
    exact.update(acronym for acronym in acronyms if acronym.lower() not in names)
    return NamePair(
        english=tuple(dict.fromkeys(names)),
        chinese=tuple(chinese.split("|")),
        kind=kind,
        exact=frozenset(exact),
    )


class Glossary:
    """Looks up names and terms, the longest that fits first."""

    def __init__(self, pairs: Iterable[NamePair]) -> None:
        """Builds the indexes; see ``load`` for the bundled names."""
        self._pairs = tuple(pairs)
        self._english: dict[str, list[tuple[NamePair, str | None]]] = {}
        self._chinese: dict[str, list[NamePair]] = {}
        for pair in self._pairs:
            for name in pair.english:
                exact = name if name in pair.exact else None
                self._english.setdefault(phrase_key(name), []).append((pair, exact))
            for variant in pair.chinese:
                if has_han(variant):
                    self._chinese.setdefault(fold(variant), []).append(pair)
        self._longest = max((key.count(" ") + 1 for key in self._english), default=0)
        self._longest_chinese = max(map(len, self._chinese), default=0)

    @classmethod
    def load(cls, extra: Iterable[NamePair] = ()) -> Glossary:
        """The bundled names and any more, such as those mined from the articles.

        Args:
            extra: Further pairs; those that say nothing new are left out.
        """
        bundled = cls(_bundled_pairs())
        new = [pair for pair in extra if not bundled.knows(pair)]
        return cls((*bundled.pairs, *new)) if new else bundled

    @property
    def pairs(self) -> tuple[NamePair, ...]:
        """All pairs, bundled ones first."""
        return self._pairs

    def knows(self, pair: NamePair) -> bool:
        """Whether every name of a pair is already known for every other."""
        chinese = {fold(name) for name in pair.chinese}
        return all(chinese <= self.chinese_names(name) for name in pair.english)

    def translate(self, question: str) -> list[TermGroup]:
        """Chinese names for the names in an English question, in the order of their place."""
        return [item.group for item, _ in self.locate(question)]

    def locate(self, question: str) -> list[tuple[Located, bool]]:
        """Groups with the characters they stand for, and whether all are ordinary terms."""
        words = split_words(question)
        shouting = question.isupper()
        whispering = question.islower()
        found = []
        at = 0
        while at < len(words):
            for size in range(min(self._longest, len(words) - at), 0, -1):
                window = words[at : at + size]
                pairs = self._pairs_for(window, shouting, whispering)
                if pairs:
                    group = _chinese_group(" ".join(word.text for word in window), pairs, size)
                    ordinary = all(pair.kind == TERM_KIND for pair in pairs)
                    found.append((Located(window[0].start, window[-1].end, group), ordinary))
                    at += size
                    break
            else:
                at += 1
        return found

    def translate_chinese(self, question: str) -> list[TermGroup]:
        """English names for the names in a Chinese question, in the order of their place."""
        return [item.group for item, _ in self.locate_chinese(question)]

    def locate_chinese(self, question: str) -> list[tuple[Located, bool]]:
        """Like ``locate``, for a Chinese question."""
        folded = fold(question)
        found = []
        at = 0
        while at < len(folded):
            for size in range(min(self._longest_chinese, len(folded) - at), 1, -1):
                if pairs := self._chinese.get(folded[at : at + size]):
                    ordinary = all(pair.kind == TERM_KIND for pair in pairs)
                    group = _english_group(question[at : at + size], pairs, ordinary)
                    found.append((Located(at, at + size, group), ordinary))
                    at += size
                    break
            else:
                at += 1
        return found

    def aliases(self) -> Mapping[str, frozenset[str]]:
        """Every name, folded, with all other names of the same thing in both languages."""
        collected: dict[str, set[str]] = {}
        for pair in self._pairs:
            names = {fold(name) for name in (*pair.english, *pair.chinese)}
            for name in names:
                collected.setdefault(name, set()).update(names)
        return {name: frozenset(names - {name}) for name, names in collected.items()}

    def mine_pairs(self, text: str, dictionary: BilingualDictionary | None = None) -> list[NamePair]:
        """Pairs that a text itself gives, as in 兰德公司（RAND） or Strider（…）.

        Args:
            text: An article.
            dictionary: If given, pairs of ordinary words are recognised too, by translation.

        Returns:
            Pairs in the order of the text, without repeats.
        """
        from policy_qa.retrieval.name_pairs import find_name_pairs

        return find_name_pairs(text, self, dictionary)

    def chinese_names(self, english: str) -> frozenset[str]:
        """Folded Chinese names of an English name, in whatever case it is written."""
        entries = self._english.get(phrase_key(english), ())
        return frozenset(fold(name) for pair, _ in entries for name in pair.chinese)

    def english_keys(self, chinese: str) -> frozenset[str]:
        """Look-up keys of the English names of a Chinese name."""
        pairs = self._chinese.get(fold(chinese), ())
        return frozenset(phrase_key(name) for pair in pairs for name in pair.english)

    def _pairs_for(self, window: Sequence[Word], shouting: bool, whispering: bool) -> list[NamePair]:
        *start, last = (word.key for word in window)
        for ending in (last, *(base for base in base_forms(last) if last.endswith("s"))):
            key = " ".join((*start, ending))
            pairs = [
                pair
                for pair, exact in self._english.get(key, ())
                if _case_fits(window, exact, shouting, whispering)
            ]
            if pairs:
                return list(dict.fromkeys(pairs))
        return []


def _case_fits(window: Sequence[Word], exact: str | None, shouting: bool, whispering: bool) -> bool:
    if exact is None:
        return True
    if shouting or whispering:  # case says nothing here
        return len(window) > 1 or window[0].key not in stop_words() | light_words()
    written = " ".join(word.text for word in window)
    return written in (exact, exact + "s")


def _chinese_group(source: str, pairs: Sequence[NamePair], size: int) -> TermGroup:
    chinese = [fold(name) for pair in pairs for name in pair.chinese]
    named = any(pair.kind != TERM_KIND for pair in pairs)
    # English names stand in Chinese articles as they are; ordinary English words do not.
    latin = [fold(source)] if named or source.isupper() else []
    latin += [fold(name) for pair in pairs for name in pair.english if name.isupper()]
    weight = _NAME_WEIGHT if named else _PHRASE_WEIGHT if size > 1 else _WORD_WEIGHT
    return TermGroup(source=source, terms=_first_terms(chinese, latin), weight=weight)


def _english_group(source: str, pairs: Sequence[NamePair], ordinary: bool) -> TermGroup:
    names = [name for pair in pairs for name in pair.english]
    forms = [fold(form) for name in names for form in (english_forms(name) if ordinary else [name])]
    return TermGroup(
        source=source,
        terms=tuple(dict.fromkeys(forms))[:MAX_ENGLISH_TERMS],
        weight=_PHRASE_WEIGHT if ordinary else _NAME_WEIGHT,
    )


def _first_terms(main: Iterable[str], rest: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*main, *rest)))[:MAX_TERMS]


def _inside(spans: Sequence[tuple[int, int]], item: Located) -> bool:
    return any(start <= item.start and item.end <= end for start, end in spans)


def translate_question(question: str, dictionary: BilingualDictionary, glossary: Glossary) -> list[TermGroup]:
    """Chinese words for an English question: names and terms first, the rest by dictionary.

    The words of an ordinary term found in the glossary are looked up in the dictionary as
    well, for half the weight: an article may word the term otherwise.

    Args:
        question: An English question; Chinese words in it are searched for as they are.
        dictionary: The general dictionary.
        glossary: Names and terms of the field.

    Returns:
        Groups in the order of the question's words, each once.
    """
    found = glossary.locate(question)
    spans = [(item.start, item.end) for item, _ in found]
    located = [*dictionary.locate(question, spans), *_quoted_chinese(question)]
    for item, ordinary in found:
        words = dictionary.locate(item.group.source) if ordinary else []
        if len(words) == 1 and item.group.source.count(" ") == 0:
            terms = _first_terms(item.group.terms, words[0].group.terms)
            located.append(item._replace(group=item.group.model_copy(update={"terms": terms})))
            continue
        located.append(item)
        for word in words:
            if " " not in word.group.source:
                half = word.group.model_copy(update={"weight": word.group.weight / 2})
                located.append(Located(item.start + word.start, item.start + word.end, half))
    located.sort(key=lambda item: (item.start, -item.end))
    return list(dict.fromkeys(item.group for item in located))


def _quoted_chinese(question: str) -> Iterator[Located]:
    start = None
    for at, char in enumerate(question + " "):
        if has_han(char):
            start = at if start is None else start
        elif start is not None:
            word = question[start:at]
            yield Located(start, at, TermGroup(source=word, terms=(fold(word),), weight=_NAME_WEIGHT))
            start = None


def translate_chinese_question(
    question: str, dictionary: BilingualDictionary, glossary: Glossary
) -> list[TermGroup]:
    """English words for a Chinese question: names and long terms first, the rest by dictionary.

    Short ordinary terms of the glossary only add to what the dictionary finds: they may
    be parts of longer words.
    """
    sure, short = [], {}
    for item, ordinary in glossary.locate_chinese(question):
        if ordinary and len(item.group.source) < _SURE_LENGTH:
            short[item.start, item.end] = item.group
        else:
            sure.append(item)
    located = list(sure)
    for item in dictionary.locate_chinese(question, [(item.start, item.end) for item in sure]):
        if extra := short.get((item.start, item.end)):
            terms = tuple(dict.fromkeys((*extra.terms, *item.group.terms)))[:MAX_ENGLISH_TERMS]
            item = item._replace(group=item.group.model_copy(update={"terms": terms}))
        located.append(item)
    located.sort(key=lambda item: item.start)
    return list(dict.fromkeys(item.group for item in located))
