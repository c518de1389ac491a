"""Who says it: the speaker that an article names for one of its sentences.

An article that reports another's view must be cited as such. The rules find the subject of
a verb of saying at the head of the sentence; a pronoun or “the report” is resolved through
the sentences before it and through the work the article relays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.records import Article, OriginalWork, Span
from policy_qa.sentences import split_sentences

_VERBS = (
    "认为|指出|表示|宣称|声称|写道|强调|建议|提醒|呼吁|预判|预测|预计|揭示|发现|估计|警告|主张|坦言|承认|断言|透露|"
    "评论道|解释(?=，|：|说)|提到|谈到|介绍(?=，|：|说)|(?<![下统简俗自号职堪名])称(?!为|号|之)|说(?!明|法|服|到底)"
)
_ADVERBS = (
    "则|还|也|曾|就|并|又|均|都|进一步|再次|同时|特别|详细|明确|普遍|公开|直接|多次|随后|另外|一再|同样|"
    "由此|因此|据此|在?(?:报告|论文|文章|文中|书中|讲话|采访|答记者问)[里中]"
)
_SAYS = re.compile(rf"^(?:另据|根据|依据|按照|据)?(?P<who>[^，。：；“”]{{1,60}}?)(?:{_ADVERBS})*(?:{_VERBS})")
_LED_IN = re.compile(r"^[^，。：；]{1,12}[，：](?=.)")
_ACCORDING = re.compile(
    r"^(?:另据|根据|依据|按照|据)(?P<who>[^，。：；]{2,30}?)"
    r"(?:的)?(?:报告|研究|统计|介绍|估计|数据|报道|估算|测算)?[，：]"
)
_VIEW = re.compile(r"^[^，。：；“”]{1,24}的?(?:结论|判断|回答|看法|观点|说法|评价|预测)是")
_IN_VIEW = re.compile(r"^在(?P<who>[^，。：；]{2,20}?)看来")
_PERSON = re.compile(r"^(?:他|她|其|二人|两人|三人|作者)(?:们)?$")
_REPORT = re.compile(
    r"^(?:该|这份|这篇|本|上述)?(?:报告|论文|文章|研究|文件|原文|评述)(?:的?作者|作者)?(?:还|也)?$"
)
_TRIM = re.compile(r"^[-*•\s]+|^(?:对此|此外|同时|例如|其中|不过|但是|但|而|接着|最后|首先|其次)")
_TAIL = re.compile(
    r"(?:在\d.*|\d{4}年\d.*|最后|先前|此前|最近|回答|并不|不|进一步分析|(?<!研究)所|[的这该][份篇项]?研究"
    r"|在?(?:最近|近期|近日|新近|日前)?发[表布]|的(?:研究)?(?:团队|小组)"
    r"|的这?[份篇][^，]*|[这该]?[份篇]?(?:报告|论文|文章)|的|、)$"
)
_NOT_SPEAKERS = re.compile(
    r"^(?:这|那|有|其中|目前|如今|未来|数据|结果|分析结果|事实|实践|可以|我们|人们|大家|值得|需要|也|可|由于|用|参照|"
    r"不当|规定|本文|分析|一般)|[须虽]|风险|监管|应当|如果"
)
_POSTS = (
    "总监|总裁|教授|主任|所长|院长|部长|司长|局长|主席|研究员|分析师|分析专家|创始人|首席执行官|董事长|总经理|负责人|"
    "发言人|顾问|专家|学者|作者|记者|秘书长|总统|议员|博士"
)
_AFTER_POST = re.compile(rf"^.*(?:{_POSTS})(?P<who>[一-鿿A-Za-z.·\s]{{2,20}})$")
_AFTER_HOUSE = re.compile(r"^.{4,}的(?P<who>[^的]{2,16})$")
_GLOSS = re.compile(r"[(（][^()（）]*[A-Za-z][^()（）]*[)）]")
_FULL_WIDTH = str.maketrans(",:;", "，：；")
_LONGEST = 24
_LOOK_BACK = 6


def attributed_to(article: Article, span: Span) -> str | None:
    """The speaker of a sentence of an article.

    Args:
        article: The article.
        span: The sentence in offsets of the article.

    Returns:
        A name as the article writes it, or ``None`` if the article speaks for itself.
    """
    original = article.metadata.original
    who = _speaker(article.text[span.start : span.end])
    if who is None:
        return None
    if _REPORT.match(who):
        return _work(original) or _resolve_back(article, span)
    if _PERSON.match(who):
        return _resolve_back(article, span)
    return who


def names_speaker(sentence: str) -> bool:
    """Whether a sentence says by name whose words it reports."""
    who = _speaker(sentence)
    return who is not None and _is_name(who)


def reports_speech(sentence: str) -> bool:
    """Whether a sentence gives someone's words or view, named or not (他认为, 报告指出)."""
    return _speaker(sentence) is not None or _VIEW.match(sentence) is not None


def _speaker(sentence: str) -> str | None:
    """The subject of a verb of saying, as the sentence writes it; what stands in brackets is left out."""
    who = _subject(_GLOSS.sub("", sentence).translate(_FULL_WIDTH))
    return who if who is None or who in sentence else _last_part(who, sentence)


def _last_part(who: str, sentence: str) -> str | None:
    """The longest end of a name that the sentence writes without a bracket in it."""
    ends = (who[at:] for at in range(1, len(who) - 1))
    end = next((end for end in ends if end in sentence), "")
    post = _AFTER_POST.match(end)
    return (post.group("who") if post else end) or None


def _subject(sentence: str) -> str | None:
    # “此外，X认为…”: only where the whole sentence names nobody is its opening clause skipped.
    rest = _LED_IN.sub("", sentence, count=1)
    for pattern, words in ((_IN_VIEW, sentence), (_SAYS, sentence), (_ACCORDING, sentence), (_SAYS, rest)):
        match = pattern.match(words)
        if match is None:
            continue
        who = _TRIM.sub("", match.group("who").strip()).strip()
        if _REPORT.match(who) or _PERSON.match(who):
            return who
        while (shorter := _TAIL.sub("", who).strip()) and shorter != who:
            who = shorter
        if len(who) > _LONGEST and (short := _AFTER_POST.match(who) or _AFTER_HOUSE.match(who)):
            who = short.group("who").strip()
        if 2 <= len(who) <= _LONGEST and not _NOT_SPEAKERS.match(who):
            return who
    return None


def _is_name(who: str) -> bool:
    return not (_PERSON.match(who) or _REPORT.match(who))


def _resolve_back(article: Article, span: Span) -> str | None:
    """The last speaker named by the sentences before this one in the same paragraph or the one above."""
    begin = article.text.rfind("\n", 0, article.text.rfind("\n", 0, span.start) - 1) + 1
    earlier: Sequence[Span] = split_sentences(article.text, max(begin, 0), span.start)
    for before in reversed(earlier[-_LOOK_BACK:]):
        who = _speaker(article.text[before.start : before.end])
        if who is not None and _is_name(who):
            return who
    return None


def _work(original: OriginalWork | None) -> str | None:
    if original is None:
        return None
    return original.publisher or original.author or original.title
