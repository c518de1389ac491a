"""Who does what: of two bodies, the one that leads must not become the one that guides."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from policy_qa.citing.names import Name, find_names, missing_names
from policy_qa.index.terms import has_han

# Roles in both languages.
_ROLES: Final = (
    ("牵头|主导|领衔", r"lead|leads|led|leading|headed|spearheaded"),
    ("启动|发起", r"launched|initiated|started|begun|began"),
    ("指导", r"guidance|guided|guides|guiding"),
    ("主办", r"hosted|hosts|organi[sz]ed"),
    ("承办|协办", r"co-organi[sz]ed|undertaken|carried out"),
    ("编制|起草|撰写|编写", r"drafted|drew up|drawn up|written|wrote|compiled"),
    ("发布|印发|公布|出台", r"issued|published|released"),
    ("参与|协助|配合", r"took part|taking part|participat\w+|assist\w+"),
    ("审批|批准|审定", r"approv\w+"),
    ("监督", r"supervis\w+|overse\w+"),
    ("资助|出资", r"fund(?:s|ed|ing)|financ\w+"),
)
_FOUND: Final = tuple(re.compile(rf"{han}|\b(?:{latin})\b", re.IGNORECASE) for han, latin in _ROLES)
_BREAK: Final = re.compile(r"[，。；：！？\n]|[,;:](?=\s)|[.!?](?=\s|$)|\s(?:and|while|with|but)\s")
_BEHIND: Final = re.compile(r" ?(?:by|of|from) (?:the |China's )?$|的是$")
_REACH: Final = 40


class _Part(NamedTuple):
    role: int
    name: Name


def swapped_roles(
    sentence: str,
    quotes: Sequence[str],
    aliases: Mapping[str, Collection[str]],
    known_names: Collection[str] = (),
) -> list[str]:
    """Names of a sentence to which it gives the part that the quotes give to another one, and them another.

    Args:
        sentence: A sentence, Chinese or English.
        quotes: The words it rests on.
        aliases: Folded name to its equivalents in any language.
        known_names: Further names, folded.
    """
    ours = _parts(sentence)
    if not ours:
        return []
    theirs = [part for quote in quotes for part in _parts(quote)]

    def same(name: Name, other: Name) -> bool:
        return not missing_names(name.text, [other.text], aliases, known_names)

    swapped = []
    for role, name in ours:
        players = [part.name for part in theirs if part.role == role]
        own = [part.role for part in theirs if same(name, part.name)]
        if players and own and role not in own and not any(same(name, player) for player in players):
            swapped.append(name.text)
    return swapped


def _parts(text: str) -> list[_Part]:
    names = [name for name in find_names(text) if name.kind != "title" and name.certain]
    cuts = [match.end() for match in _BREAK.finditer(text)]
    parts = []
    for role, pattern in enumerate(_FOUND):
        for match in pattern.finditer(text):
            start = max((cut for cut in cuts if cut <= match.start()), default=0)
            end = min((cut for cut in cuts if cut >= match.end()), default=len(text))
            name = _player(text, names, match.span(), (start, end))
            if name is not None:
                parts.append(_Part(role, name))
    return parts


def _player(text: str, names: Sequence[Name], verb: tuple[int, int], clause: tuple[int, int]) -> Name | None:
    """The name behind “by” or 的是, or else the last one before the verb in its clause."""
    for name in names:
        near = verb[1] <= name.start <= min(clause[1], verb[1] + _REACH)
        if near and _BEHIND.search(text[verb[1] : name.start]):
            return name
    if not has_han(text[verb[0] : verb[1]]) and re.match(r" (?:by|of|from)\b", text[verb[1] :]):
        return None
    before = [name for name in names if clause[0] <= name.start and name.end <= verb[0]]
    return before[-1] if before else None
