"""How firmly a claim states what its evidence states: may is not must, an aim not a result, some not all.

A rule looks for words of one force in the claim and for a word of that force, from a wider list, in the
evidence. Only a force that the evidence has nowhere (or, for results, not at its place) is reported, so
that free renderings pass.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from policy_qa.citing.alignment import Alignment
from policy_qa.citing.clauses import split_clauses
from policy_qa.index.terms import has_han
from policy_qa.records import Span


class _Force(NamedTuple):
    """A force that a claim may not have of its own.

    Attributes:
        stated: Words that give it to a claim.
        there: Words of the evidence that bear them out.
        instead: Words of another force that the evidence must hold for the rule to apply.
        excused: Words of a claim to which the rule does not apply.
    """

    stated: re.Pattern[str]
    there: re.Pattern[str]
    instead: re.Pattern[str]
    excused: re.Pattern[str]


def _words(han: str, latin: str = "(?!)") -> re.Pattern[str]:
    return re.compile(rf"{han}|\b(?:{latin})\b", re.IGNORECASE)


# Words of a title (《算法推荐管理规定》) have no force.
_TITLE: Final = re.compile("《[^《》]*》")
_ANY: Final = re.compile("")
_NONE: Final = re.compile("(?!)")
_EXCEPTION: Final = _words(
    "除非|除外|另有|(?<!不设)(?<!没有)(?<!无)(?<!不存在)例外|以外(?![部来界资国])|之外|确需|如果|假如|倘若|若(?!干)|未经|的情况下|的情形|前提",
    "unless|except\\w*|otherwise|if|where|provided|apart from|other than|save|without|lacking|absent"
    "|when|once|but|necessary|conditions?",
)
_ABSOLUTE: Final = _words(
    "任何情况|无论何种|一律|一概|无一例外|毫无例外|不设例外|没有例外|绝不|绝对|彻底|永远|所有|任何(?!一)",
    "without exception|no exceptions?|under any circumstances|in all circumstances|in any case|outright"
    "|absolutely|never|always|every",
)
_FORCES: Final = (
    _Force(  # certainty
        _words(
            "必然|必定|一定(?![程数比量规的])|肯定(?!了)|确定无疑|毫无疑问|确凿|势必|铁定|注定|断定",
            "definitely|certainly|inevitabl\\w+|undoubtedly|surely|without doubt|bound to|for certain"
            "|guarantee[sd]?",
        ),
        _words(
            "必|一定|肯定|无疑|确[定凿]|保证|不可避免|注定|绝对|保障|势",
            "certain\\w*|inevitabl\\w+|surely|bound|must|undoubted\\w*|guarantee\\w*",
        ),
        _ANY,
        _words(
            "不一定|未必|不确定|不肯定|不能断定",
            "uncertain|not (?:certain|sure|necessarily|inevitable|bound)",
        ),
    ),
    _Force(  # obligation where the evidence permits
        _words(
            "必须|务必|须(?=[先向在由把经按对])|有义务|强制|责令|应当",
            "must(?! not)|oblige[sd]?|obligated|mandatory|compulsory|requires?|required|have to|has to"
            "|shall(?! not)",
        ),
        _words(
            "必|须|应当?(?!用|对|届|急|邀|付|聘|变|验|运|声|激)|(?<![重主需概纪摘])要(?!素|点|闻|么|约|是|害|领|职|旨|件)"
            "|强制|责令|有义务|需|一律|方可|才|(?<!没)得[由向先]|只有|未经|倒逼|迫使|不得不",
            "must|shall|requir\\w+|oblig\\w+|mandatory|compulsory|needs? to|have to|has to|should",
        ),
        _words(
            "可以|允许|准许|鼓励|建议|自愿|有权|可[自由选先]",
            "may|can|allow\\w*|permit\\w*|encourag\\w+|voluntar\\w+",
        ),
        _NONE,
    ),
    _Force(  # choice where the evidence obliges
        _words(
            "(?<!不)可以自行|自行决定|自愿|可选择|建议|推荐|鼓励|酌情|可自行|可以选择|可以不|可不(?![能得])|倡导",
            "may choose|may decide|optional\\w*|voluntar\\w+|recommended|non-binding|recommends"
            "|suggests|encourages"
            "|encouraged to|discretion|free to|advises|choose whether|decide whether|invites|invited to",
        ),
        _words(
            "可以|可自|可由|可[^能见靠观持]|允许|鼓励|建议|自愿|自行|自主|酌情|有权|选择|选用|推荐|倡导|提倡|引导|愿|意见|主张"
            "|呼吁|希望|提醒|支持|激励|动员|不必|无[需须]|不强制|促|号召|应(?!用|对)|认为|暗示",
            "may|can|should|recommend\\w*|suggest\\w*|advis\\w+|encourag\\w+|optional\\w*|voluntar\\w+"
            "|free to|discretion|choose|decide",
        ),
        _words(
            "必|须|应|要|不得|强制|责令|义务|需|禁",
            "must|shall|requir\\w+|oblig\\w+|mandatory|forbid\\w*|ban\\w*",
        ),
        _NONE,
    ),
    _Force(  # all of them
        _words(
            "一律|所有|任何(?!一)|无一例外|全体|统统|毫无例外|永远|从不|无论何种|任何情况|全部",
            "all(?! the more| but|-)|every(?! effort| single| day| year| month| week)|always|never"
            "|without exception"
            "|universally|outright|no exceptions?|everyone|everybody",
        ),
        _words(
            "所有|全部|全体|全都|完全|一律|任何|均|都(?!市)|凡|各|每|皆|统一|普遍|只要|无论|不论|不管|一切|一概|遍|俱|从未|绝|概不|永"
            "|始终|一直|人人|不再|没有|无[须需法从不]|整个|从来|禁止|不得|不含|不存在|合计|共|齐|逐|哪|总是|全国|全社会|全行业",
            "all|every\\w*|any\\w*|each|always|never|no|both|entire\\w*|whole|universal\\w*",
        ),
        _ANY,
        _NONE,
    ),
    _Force(  # this alone
        _words(
            "只有|仅(?!次|仅?是个)|唯一|只(?=[能有由限在是对针])|独家|纯粹",
            "only(?! after| when| if| once| then| in \\d| since| by \\d)|solely|sole|exclusively|alone"
            "|nothing but|merely|purely|none other",
        ),
        _words(
            "只|仅|唯|单独|独有|独家|专[门供属项由]|单[一纯凭靠]|除|限[于制定]|才|光[是靠有]|不过|不到|不足|而已|局限|方可|以外|之外|纯|全靠|主要|别无|尚|少",
            "only|sole\\w*|exclusive\\w*|alone|mere\\w*|pure\\w*|just|single|limited|confined"
            "|except\\w*|other than|unless|until",
        ),
        _ANY,
        _words("不仅|不只|不单|不光|不但", "not only|not just|not merely"),
    ),
    _Force(_ABSOLUTE, _NONE, _EXCEPTION, _EXCEPTION),  # no exceptions
)

_DONE: Final = _words(
    "(?:已经?|业已)(?=[^，。；]{0,4}(?:扩展|达|建|完|实现|形成|提|落|升|增|超|取|用|投入|成|拥有|具备))|如期",
    "(?:has|have) (?:already |now )?been \\w+ed|(?:has|have|had) (?:\\w+ly |now |already |since "
    "|been )*(?:reach|built|achiev|complet|establish"
    "|given|attain|met|rais|expand|creat|"
    "reali[sz]|modif|used|put|form|brought|cut|made|become|lower|deliver|finish|set up|secur)\\w*",
)
_DONE_THERE: Final = re.compile(
    "已|业|(?<!为)了|完成|建成|曾|过(?!程|度|渡|去|于|多|高|分|期|错|失)|实现了|成为|现有|目前|取得|获得|如今|现在|升至|增至|以来|得到|拿到|推出"
    "|have|has|had|was|were",
)
_PLANNED: Final = re.compile(
    "目标|计划|规划|拟(?!合|人)|力争|争取|打算|准备|将(?!近)|(?<![重主需])要(?=提高|达到|建|实现|在|到|形成|把)|有望|愿景|设想|到20\\d\\d年|可能|可以"
    "|或将|疑似|能够?(?!力|源|耗)"
    "|\\b(?:plan|aim|target|goal|may|might|could|will|would)\\w*",
    re.IGNORECASE,
)
_PLANNED_HERE: Final = _words(
    "目标|计划|规划|拟|力争|争取|打算|准备|将|有望|愿景|设想|可能|预计|要求|之前|以前|前",
    "plan\\w*|aim\\w*|target\\w*|goals?|may|might|could|will|would|expect\\w*|should|by the time|once"
    "|if|until|after|who|that ha(?:s|ve)|with",
)


_POSSIBLE: Final = _words(
    "(?<!不)可能(?!性|用)|有望|或许|也许|或将|疑似|不排除|大概率|可望",
    "may|might|perhaps|possibly|probably|likely|suspected",
)
# Whatever leaves a statement open in some way.
_HEDGED: Final = _words(
    "可能|有望|或|也许|疑似|不排除|大概|可望|预计|估计|会|未必|恐|似|潜在|风险|隐患|容易|担心|担忧|威胁|机会|希望|可以|能|推测|怀疑"
    "|倾向|余地|前景|料|将",
    r"may|might|could|can|likely\w*|possib\w+|potential\w*|perhaps|suspect\w*|appear\w*|seem\w*"
    r"|probabl\w+|expect\w*|should"
    r"|hop(?:e|es|ed|ing)|promis\w+|would|prospect\w*|chances?|risk\w*|threat\w*|set to|poised|tend\w*"
    r"|doubt\w*|concern\w*"
    r"|fear\w*|worr\w+|danger\w*|prone|susceptible|suggest\w*|predict\w*|forecast\w*|looks?|open to"
    r"|capable|able|helps?|room"
    r"|vulnerab\w+|liable|whether|unsure|uncertain|not certain|stands? to",
)
_SHARE: Final = 0.3
"""Share of a claim's tokens that a clause must hold for the claim to rest on it."""


def overstatements(claim: str, evidence: str, alignment: Alignment) -> list[str]:
    """Words that state a claim more firmly, more generally or as further on than its evidence does.

    Args:
        claim: A sentence, Chinese or English.
        evidence: The words it rests on.
        alignment: The two, token by token.

    Returns:
        The claim's words, at most one a rule.
    """
    found = []
    bare, there = (_TITLE.sub(lambda title: " " * len(title[0]), text) for text in (claim, evidence))
    for force in _FORCES:
        match = force.stated.search(bare)
        if (
            match
            and not force.excused.search(bare)
            and not force.there.search(there)
            and force.instead.search(there)
        ):
            found.append(match[0])
    return [*found, *_early(claim, evidence, alignment), *_unhedged(bare, there, alignment)]


def _early(claim: str, evidence: str, alignment: Alignment) -> list[str]:
    """Results of a claim for which the evidence has a plan or a possibility at the same place."""
    if not _PLANNED.search(evidence):
        return []
    found = []
    for match in _DONE.finditer(claim):
        own = next(c for c in split_clauses(claim) if c.start <= match.start() < c.end)
        if _PLANNED_HERE.search(claim[own.start : own.end].replace(match[0], "")):
            continue
        clause, whole = _place(alignment, (match.start(), own.end), evidence)
        if not _DONE_THERE.search(evidence[clause.start : clause.end]) and _PLANNED.search(whole):
            found.append(match[0])
    return found[:1]


def _unhedged(claim: str, evidence: str, alignment: Alignment) -> list[str]:
    """Words that call something possible in what a claim rests on and states without any reserve."""
    if _HEDGED.search(claim):
        return []
    places = [place for place, _ in alignment.counterparts(0, len(claim))]
    for match in _POSSIBLE.finditer(evidence):
        clause = next(c for c in split_clauses(evidence) if c.start <= match.start() < c.end)
        if sum(clause.start <= place < clause.end for place in places) >= _SHARE * len(places):
            return [match[0]]
    return []


def _place(alignment: Alignment, stretch: tuple[int, int], evidence: str) -> tuple[Span, str]:
    """The clause in which most of a stretch of the claim is found again, and its sentence up to there."""
    places: Sequence[int] = [place for place, _ in alignment.counterparts(*stretch)]
    clause = max(split_clauses(evidence), key=lambda c: sum(c.start <= place < c.end for place in places))
    marks = "。！？；\n" if has_han(evidence) else ".!?;\n"
    begin = max(evidence.rfind(mark, 0, clause.start) for mark in marks) + 1
    return clause, evidence[begin : clause.end]
