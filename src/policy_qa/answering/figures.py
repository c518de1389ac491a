"""Figures in the sentences of hits: what is counted, of what date, and in whose words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from policy_qa.answering.expected_answer import ExpectedAnswer, fits
from policy_qa.citing.attribution import attributed_to
from policy_qa.citing.quantities import find_quantities
from policy_qa.citing.quantity import Quantity
from policy_qa.index.terms import fold, terms
from policy_qa.records import Article, Span

_BREAK: Final = re.compile(r"[，,。；;：:！？!?\n]|[—–]{1,2}")
_FILLER: Final = re.compile("[达到为共有是约超过已一总的在了将可其中近余多目前截至底末仅只曾计□]+")
_AS_OF: Final = re.compile(
    r"(?:截至|截止|到|至|\bas of|\bby(?: the end of)?|\buntil)\s*(?:目前的?)?$", re.IGNORECASE
)
_PART_OF_DATE: Final = re.compile(r"^(?:年?[底末初中]|[上下]半年)")
_ISSUED: Final = re.compile(
    r"^(?:的|日的)?(?:公告|通知|公布|发布|报道|文章|报告|成文|印发|\s*(?:notice|announcement))"
)
# Of one thing there are several figures: what came anew, what is planned, what is allowed at most.
_QUALIFIERS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"新增|净增|新(?:完成|登记|备案|建|设|签|上)|\bnew(?:ly)?\b",
        r"目标|计划|规划|拟|力争|预计|预测|预期|将|\b(?:will|plan|target|expect|forecast|project)",
        r"平均|人均|户均|\baverage|per capita",
        r"最高|最多|至多|上限|不超过|\bat most|maximum",
        r"最低|最少|至少|下限|不低于|不少于|\bat least|minimum",
        r"增长|增幅|增加|提高|\b(?:grew|growth|increase|rose)",
        r"下降|降幅|减少|降低|\b(?:fell|decrease|decline)",
        r"每年|全年|年度|年均|\bannual|a year",
    )
)
FIGURES: Final = frozenset({"number", "percent", "money", "measure", "multiple", "duration"})
_SHORTEST: Final = 4


@dataclass(frozen=True)
class HitSentence:
    """A sentence of a hit."""

    hit: int
    article: Article
    span: Span

    @cached_property
    def text(self) -> str:
        """Its words."""
        return self.article.text[self.span.start : self.span.end]

    @cached_property
    def quantities(self) -> list[Quantity]:
        """All quantities in it, in order."""
        return find_quantities(self.text)

    @cached_property
    def unattributed(self) -> str:
        """The sentence without the name of who says it: two speakers may speak of the same thing."""
        return self.text.replace(attributed_to(self.article, self.span) or "\0", "")

    def figures(self, expected: ExpectedAnswer) -> list[Figure]:
        """What in it may answer the question."""
        wanted = expected if expected.is_quantity else None
        return [
            Figure(self, quantity)
            for quantity in self.quantities
            if (fits(wanted, quantity) if wanted else quantity.kind in FIGURES)
        ]


@dataclass(frozen=True)
class Figure:
    """A figure in its sentence."""

    said: HitSentence
    quantity: Quantity

    @cached_property
    def qualifiers(self) -> tuple[bool, ...]:
        """Which of ``_QUALIFIERS`` its clause has."""
        return tuple(pattern.search(self.clause) is not None for pattern in _QUALIFIERS)

    @cached_property
    def words(self) -> frozenset[str]:
        """Pairs of characters of its clause, or words, without those that say little."""
        clause = _FILLER.sub(" ", fold(self.clause))
        return frozenset(term for term in terms(clause) if len(term) > 1)

    @cached_property
    def clause(self) -> str:
        """The words around it, from one comma to the next, or from an earlier one if they say too little."""
        text = self.said.text
        for other in self.said.quantities:
            text = text[: other.start] + "□" * (other.end - other.start) + text[other.end :]
        starts = [m.end() for m in _BREAK.finditer(text, 0, self.quantity.start)]
        end = _BREAK.search(text, self.quantity.end)
        for start in [*reversed(starts), 0]:
            clause = text[start : end.start() if end else None]
            if sum(char.isalnum() for char in _FILLER.sub("", clause)) >= _SHORTEST:
                break
        return clause

    @cached_property
    def as_of(self) -> Quantity | None:
        """The date it holds for: one that the sentence says so of, else its only date of no publication."""
        text, figure = self.said.text, self.quantity
        dates = [q for q in self.said.quantities if q.kind == "date" and q != figure]
        marked = [q for q in dates if _AS_OF.search(text[: q.start])]
        if figure.kind == "date":
            return None
        free = [q for q in dates if not _ISSUED.match(text[q.end :])]
        return marked[0] if marked else free[0] if len({str(q.value) for q in free}) == 1 else None

    @property
    def as_of_words(self) -> str | None:
        """The date it holds for as the sentence writes it, 底 and 末 included."""
        if (date := self.as_of) is None:
            return None
        rest = _PART_OF_DATE.match(self.said.text[date.end :])
        return date.text + (rest[0] if rest else "")
