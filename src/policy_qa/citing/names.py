"""Which names of a sentence no quote supports, across languages."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from policy_qa.citing.codes import unsupported
from policy_qa.citing.name_finding import BODY_WORDS, Name, find_names
from policy_qa.citing.notation import fold_notation
from policy_qa.citing.quantity_finding import find_codes
from policy_qa.index.terms import fold, has_han

__all__ = ["Name", "find_names", "missing_names"]

_GENERIC: Final = BODY_WORDS | {"of", "for", "and", "the", "on", "in", "at", "de", "von", "van"}
_LONGEST_CHINESE_NAME: Final = 20
# What may stand before a Chinese name in one text and not in the other.
_PREFIXES: Final = re.compile(
    "(?:中华人民共和国|中国|美国|国家|中央|中共|全国|此外|因此|目前|其中|另外|日前|近日|随后|而且|例如|比如|但|而|则"
    "|称|曾|现任)*"
)
_LONGEST_ABBREVIATION: Final = 5
# Ordinary words that look like a name to whoever mines names from texts (解 is a family name).
_ORDINARY: Final = frozenset(
    {"解释", "公司", "公告", "文章", "文章的", "报告", "周三人", "通知", "任何", "方面", "高度", "有关"}
)
_SHORTEST_TITLE: Final = 4
_WORDS_BEFORE: Final = 40
_LINKS: Final = frozenset({"of", "for", "and", "the", "on", "in", "at"})


def missing_names(
    sentence: str,
    quotes: Sequence[str],
    aliases: Mapping[str, Collection[str]],
    known_names: Collection[str] = (),
) -> list[str]:
    """Names of a sentence that no quote supports.

    A name is supported if it stands in a quote, if one of its aliases does, or if a short or
    long form of it does (RAND for RAND Corporation, 工信部 for 工业和信息化部). A name in another
    script than all quotes that has no alias cannot be checked and passes, unless it is an
    acronym or brand, which Chinese texts write in Latin letters.

    Args:
        sentence: A sentence of an answer.
        quotes: The exact words it cites.
        aliases: Folded name (``policy_qa.index.terms.fold``) to its equivalents in any language.
        known_names: Further names, folded, to look for in the sentence: those without a form
            of their own, such as 华为. Ordinary terms do not belong here.

    Returns:
        The unsupported names and codes as the sentence writes them, each once, in order.
    """
    folded = [fold(quote) for quote in quotes]
    names = find_names(sentence)
    missing: dict[str, int] = {}
    for name in [*names, *_known(sentence, known_names, names)]:
        if not any(_supports(name, sentence, quote, aliases) for quote in folded):
            missing.setdefault(name.text, name.start)
    for code in unsupported(find_codes(sentence), [fold_notation(quote) for quote in quotes]):
        if not _any_alias(code.text, folded, aliases):
            missing.setdefault(code.text, code.start)
    return sorted(missing, key=lambda text: missing[text])


def shared_names(
    sentence: str, quote: str, aliases: Mapping[str, Collection[str]], known_names: Collection[str]
) -> list[tuple[tuple[int, int], tuple[tuple[int, int], ...]]]:
    """Listed names that a sentence and a quote both give, once in the sentence.

    Args:
        sentence: A sentence.
        quote: The words it rests on.
        aliases: Folded name to its equivalents in any language.
        known_names: Names to look for, folded.

    Returns:
        For each name its place in the sentence and its places in the quote.
    """
    folded, there = fold(sentence), fold(quote)
    if len(folded) != len(sentence) or len(there) != len(quote):
        return []
    shared = []
    for name in _known(quote, known_names, ()):
        forms = (name.text.lower(), *(form for form in aliases.get(fold(name.text), ()) if not has_han(form)))
        patterns = (re.escape(form) if has_han(form) else rf"\b{re.escape(form)}\b" for form in forms if form)
        own = [match.span() for match in re.finditer("|".join(patterns), folded)]
        if len(own) == 1:
            places = [match.span() for match in re.finditer(re.escape(fold(name.text)), there)]
            shared.append((own[0], tuple(places)))
    return list(dict.fromkeys(shared))


def _known(sentence: str, known: Collection[str], found: Sequence[Name]) -> list[Name]:
    """Listed Chinese names in the sentence, longest first, outside the names found by form."""
    folded = fold(sentence)
    taken = [(name.start, name.end) for name in found]
    names = []
    for key in sorted(
        (key for key in known if len(key) > 1 and has_han(key) and key in folded and key not in _ORDINARY),
        key=len,
    )[::-1]:
        for match in re.finditer(re.escape(key), folded):
            start, end = match.span()
            if not any(start < taken_end and end > taken_start for taken_start, taken_end in taken):
                taken.append((start, end))
                names.append(Name(sentence[start:end], start, end, "organisation"))
    return names


def _any_alias(name: str, quotes: Sequence[str], aliases: Mapping[str, Collection[str]]) -> bool:
    return any(_stands(alias, quote) for alias in aliases.get(fold(name), ()) for quote in quotes)


def _stands(name: str, quote: str) -> bool:
    """Whether a folded name stands in a folded quote; Latin names as whole words."""
    name = name.strip().lower()
    if not name:
        return False
    if has_han(name):
        return name in quote
    pattern = re.escape(name).replace(r"\ ", r"[\s-]*").replace(r"\-", r"[\s-]*")
    return re.search(rf"(?<![a-z0-9]){pattern}(?:['’]?s)?(?![a-z0-9])", quote) is not None


def _supports(name: Name, sentence: str, quote: str, aliases: Mapping[str, Collection[str]]) -> bool:
    if name.kind == "latin":
        listed = _longest_listed(sentence, name, aliases)
        if listed and not any(_stands(part, quote) for part in (name.text.lower(), *listed)):
            return _supports_acronym(sentence, name, quote)
        return _supports_latin(name.text, name.certain, quote, aliases)
    if name.kind == "title":
        return _supports_title(fold(name.text), quote, aliases)
    return _supports_chinese(name, sentence, quote, aliases)


def _longest_listed(
    sentence: str, name: Name, aliases: Mapping[str, Collection[str]]
) -> Collection[str] | None:
    """Equivalents of the listed name that ends with a Latin one and begins with a word left out of it.

    “China” alone names nothing to look for, but it begins China Academy of ….
    """
    before = list(re.finditer(r"[A-Za-z.'’-]+ ", sentence[max(0, name.start - _WORDS_BEFORE) : name.start]))
    start = name.start
    best = None
    for match in reversed(before):
        start -= len(match[0])
        known = aliases.get(fold(sentence[start : name.end]))
        best = known or best
        if not match[0][0].isupper() and match[0].strip() not in _LINKS:
            break
    return best


def _supports_acronym(sentence: str, name: Name, quote: str) -> bool:
    """Whether the sentence gives, in brackets behind a name, an acronym that stands in the quote."""
    match = re.match(r" ?\(([A-Z]{2,8})\)", sentence[name.end :])
    return match is not None and _stands(match[1].lower(), quote)


def _supports_latin(name: str, certain: bool, quote: str, aliases: Mapping[str, Collection[str]]) -> bool:
    folded = fold(name)
    words = [word for word in re.findall(r"[a-z0-9&.'’-]+", folded) if word not in _GENERIC]
    if _stands(folded, quote) or (words and all(_stands(word, quote) for word in words)):
        return True
    initials = "".join(word[0] for word in name.split() if word[0].isupper())
    if len(initials) > 2 and _stands(initials.lower(), quote):
        return True
    inside = _listed_inside(folded, aliases)
    if inside and not any(_stands(alias, quote) for alias in inside):
        return False
    forms = {folded, folded.removeprefix("the "), " ".join(words), *_without_plural(folded)}
    if re.search(r"['’]s ", name):  # Alibaba's MindSpore: two names
        return all(_supports_latin(part, certain, quote, aliases) for part in re.split(r"['’]s ", name))
    equivalents = {alias for form in forms for alias in aliases.get(form, ())}
    if equivalents:
        return any(_stands(alias, quote) for alias in equivalents)
    parts = [part for part in re.split(r" and | & |['’]s ", name) if part]
    if len(parts) > 1:
        return all(_supports_latin(part, certain, quote, aliases) for part in parts)
    if len(words) > 1 and not has_han(quote):
        return _stands(words[-1], quote) and len(words[-1]) > 2 and len(words) == len(folded.split())
    return not certain or (has_han(quote) and not _is_brand(name))


def _listed_inside(folded: str, aliases: Mapping[str, Collection[str]]) -> Collection[str]:
    """Equivalents of the longest listed name at the end of a longer one (General Office of the …)."""
    words = folded.split()
    for start in range(1, len(words) - 1):
        known = aliases.get(" ".join(words[start:]))
        if known:
            return known
    return ()


def _without_plural(folded: str) -> tuple[str, ...]:
    return (folded[:-1],) if folded.endswith("s") else ()


def _is_brand(name: str) -> bool:
    """Whether a name is an acronym or has a capital inside (CSIS, DeepSeek)."""
    return " " not in name and any(char.isupper() for part in name.split("-") for char in part[1:])


def _supports_title(title: str, quote: str, aliases: Mapping[str, Collection[str]]) -> bool:
    bare = re.sub(r"\W", "", title)
    known = [alias for key in (title, f"《{title}》") for alias in aliases.get(key, ())]
    if any(_stands(alias, quote) for alias in known) or bare in re.sub(r"\W", "", quote):
        return True
    if len(bare) < _SHORTEST_TITLE:  # 《办法》 refers back to a title given before
        return True
    if has_han(bare) is not has_han(quote):
        return not known
    shorter = (re.sub(r"\W", "", match) for match in re.findall("《([^《》]+)》", quote))
    return any(len(other) >= _SHORTEST_TITLE and bare.endswith(other) for other in shorter)


def _supports_chinese(name: Name, sentence: str, quote: str, aliases: Mapping[str, Collection[str]]) -> bool:
    folded = fold(name.text)
    if folded == "美国":
        return re.search("美|华盛顿|白宫|五角大楼|硅谷|特朗普|川普|拜登|u\\.?s|america", quote) is not None
    if folded in quote or _PREFIXES.sub("", folded, count=1) in quote:
        return True
    known = _aliases_ending_at(fold(sentence), name.end, aliases)
    if any(_stands(alias, quote) for alias in known):
        return True
    if not has_han(quote):
        return not known
    others = [fold(other.text) for other in find_names(quote) if other.kind == "organisation"]
    if any(_same_body(folded, other) for other in others) or _abbreviates(folded, quote):
        return True
    head = fold(sentence[: name.end])
    return any(_abbreviates(other, head) for other in others if other[-1] == folded[-1])


def _aliases_ending_at(sentence: str, end: int, aliases: Mapping[str, Collection[str]]) -> set[str]:
    """Aliases of every listed name that ends where a name of uncertain left edge does."""
    starts = range(max(0, end - _LONGEST_CHINESE_NAME), end - 1)
    return {alias for start in starts for alias in aliases.get(sentence[start:end], ())}


def _same_body(claim: str, other: str) -> bool:
    """Whether one name contains the other up to words that may lead it."""
    claim, other = (_PREFIXES.sub("", name, count=1) for name in (claim, other))
    if min(len(claim), len(other)) < _SHORTEST_TITLE:
        return bool(claim) and claim == other
    return claim.endswith(other) or other.endswith(claim)


def _abbreviates(short: str, text: str) -> bool:
    """Whether a short name takes its characters from a longer one in the text: 工信部, 工业和信息化部."""
    if not 3 <= len(short) <= _LONGEST_ABBREVIATION:
        return False
    pattern = "[\u4e00-\u9fff]{0,4}?".join(re.escape(char) for char in short)
    return re.search(pattern, text) is not None
