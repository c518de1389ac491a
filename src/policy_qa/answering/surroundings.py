"""Chosen sentences → the neighbours without which they say too little."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.candidates import Candidate
from policy_qa.answering.question_type import AskedFor
from policy_qa.citing.attribution import names_speaker

MAX_LIST_ITEMS = 8
_LOOK_BACK = 4

_LEANS_ON_PREVIOUS = re.compile(
    r"^[“（]?(?:它|他|她|其(?!中国|他)|该|这|此|上述|二是|三是|四是|五是|另一|而且|并且|同时|此外|因此|所以|但|然而|不过|"
    r"例如|比如|换言之|也就是说|第[二三四五]|最后|其次|后者|前者|两者|二者)"
)
_CONTINUES = re.compile(
    r"^(?:这些|这一|这种|该|其中|具体来说|具体而言|例如|比如|即|也就是说|换言之|其回答|[她他]的?(?:回答|解释|理由))"
)
_LEADS_ON = re.compile(
    r"[：:]$|[一二两三四五六七八九十\d](?:个|大|类|种|项|点|方面|条|重)?(?:方面|原因|理由|条件|因素|阶段|情形)"
    r"|原因有[二三四]|如下|以下|分为|分成|一是"
)
_ITEM = re.compile(
    r"^(?:[-*•·]\s|[（(]?[一二三四五六七八九十\d]{1,3}[）)、.]|[①-⑳]|[一二三四五六七八九]是|其[一二三四五]|第[一二三四五])"
)


def with_surroundings(
    chosen: Sequence[Candidate], everything: Sequence[Candidate], wanted: AskedFor
) -> list[Candidate]:
    """Adds what chosen sentences cannot do without.

    That is the sentence before one that opens with a pronoun or connective, the sentence after
    that goes on with “these …” or “among them …”, the line that introduces a list item, the
    items a line introduces, and, where a person is asked for, the sentence that names the
    speaker of the best one.

    Args:
        chosen: Sentences in the order in which they were chosen.
        everything: All candidate sentences.
        wanted: The kind of thing the question asks for.

    Returns:
        The chosen sentences and their additions, without repetition.
    """
    lines = _Lines(everything)
    result = list(chosen)
    for rank, candidate in enumerate(chosen):
        extra: list[Candidate] = []
        if _ITEM.match(candidate.text):
            extra += lines.lead_of(candidate)
        elif rank == 0 and wanted == "who" and not names_speaker(candidate.text):
            extra += lines.speaker_of(candidate)
        elif rank == 0 and _LEANS_ON_PREVIOUS.match(candidate.text):
            extra += lines.before(candidate)
        if rank == 0:
            extra += [line for line in lines.after(candidate) if _CONTINUES.match(line.text)]
        if rank < 2 and _LEADS_ON.search(candidate.text):
            extra += lines.items_after(candidate)
        result += [c for c in extra if c not in result]
    return result


class _Lines:
    """Candidate sentences by passage, in reading order."""

    def __init__(self, everything: Sequence[Candidate]) -> None:
        self._passages: dict[int, list[Candidate]] = {}
        for candidate in everything:
            self._passages.setdefault(candidate.hit, []).append(candidate)
        for lines in self._passages.values():
            lines.sort(key=lambda c: c.span.start)

    def _around(self, candidate: Candidate) -> tuple[list[Candidate], list[Candidate]]:
        lines = self._passages[candidate.hit]
        place = lines.index(candidate)
        return lines[:place], lines[place + 1 :]

    def before(self, candidate: Candidate) -> list[Candidate]:
        """The sentence right before one, if it stands in the same passage."""
        return self._around(candidate)[0][-1:]

    def speaker_of(self, candidate: Candidate) -> list[Candidate]:
        """The last sentence before one that names a speaker, else the one right before it."""
        before = self._around(candidate)[0][-_LOOK_BACK:]
        return [line for line in before if names_speaker(line.text)][-1:] or before[-1:]

    def after(self, candidate: Candidate) -> list[Candidate]:
        """The sentence right after one, if it stands in the same passage."""
        return self._around(candidate)[1][:1]

    def lead_of(self, item: Candidate) -> list[Candidate]:
        """The line that introduces a list item."""
        for line in reversed(self._around(item)[0]):
            if not _ITEM.match(line.text):
                return [line] if _LEADS_ON.search(line.text) else []
        return []

    def items_after(self, lead: Candidate) -> list[Candidate]:
        """The items that follow the line which introduces them; without marks, the next two sentences."""
        after = self._around(lead)[1]
        items: list[Candidate] = []
        for line in after[:MAX_LIST_ITEMS]:
            if not _ITEM.match(line.text):
                break
            items.append(line)
        return items or after[:2]
