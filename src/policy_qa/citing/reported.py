"""Whether a claim keeps what its quote says of its origin: “RAND says” must not become a fact."""

from __future__ import annotations

import re
from typing import Final

from policy_qa.citing.attribution import reports_speech

_CHINESE_SAYING: Final = re.compile(
    "认为|指出|表示|宣称|声称|写道|强调|建议|预测|预计|揭示|发现|估计|估算|警告|提醒|呼吁|预判|主张|坦言|承认|断言|透露|评论|解释|提到|谈到"
    "|介绍|(?<![名自统简俗号职堪下])称(?![为号之])|说(?![明法服到])|看来|判断|总结|概括|得出|结论|觉得|意思是|意见|坚称|断定|担心|指责|批评|赞扬|承诺|说法|话说"
    "|提出|提示|推测|推断|设想|希望|期望|描述|形容|公布的?(?:数字|数据|结果|统计)|给出|数据显示|引述|援引|结论是|的结论|眼中|观点|看法|报道|转述|坚信|相信|回答|通报"
    "|宣布|公告(?=[中里称说，显]|数据)|披露|发文|明确|告知|说明|直言|认定|表明|提及|看重|引|依照|一文|一篇|口中|定性|归因|归结|视为|视作|点名|点评|笔下|算下来|主旨|讲"
    "|谈及|着重|所言"
    "|(?:^|[，。；：])(?:另据|根据|依据|按照|按|据)|报告(?:[列说称，]|的[^数])"
)
_ENGLISH_SAYING: Final = re.compile(
    r"\b(?:say|sa(?:id|ys|ying)|add(?:s|ed)|contend(?:s|ed)|recounts?|stress(?:ing)|argu(?:e|es|ed|ing)"
    r"|claim(?:s|ed)?|reports?|reported|"
    r"reporting|not(?:es|ed|ing)|point(?:s|ed)? out|believ(?:e|es|ed)|think(?:s)?|thought|"
    r"finds?|found|estimat(?:e|es|ed)|predict(?:s|ed)?|conclud(?:e|es|ed)|stress(?:es|ed)?|"
    r"emphasi[sz](?:e|es|ed)|warn(?:s|ed)?|caution(?:s|ed)?|conced(?:e|es|ed)|admit(?:s|ted)?|"
    r"acknowledg(?:e|es|ed)|explain(?:s|ed)?|describ(?:e|es|ed)|according to|view(?:s|ed)?|"
    r"in the view|eyes of|judg(?:e|es|ed)|suggest(?:s|ed)?|maintain(?:s|ed)?|announc(?:e|es|"
    r"ed)|stated|states that|writ(?:e|es|ten)|wrote|told|comment(?:s|ed)?|reckon(?:s|ed)?|"
    r"expect(?:s|ed)|forecast(?:s)?|observ(?:es|ed)|remark(?:s|ed)?|insist(?:s|ed)?|"
    r"assert(?:s|ed)?|propos(?:e|es|ed)|recommend(?:s|ed)?|calls? (?:on|for|it|the)|called|"
    r"reveal(?:s|ed)?|list(?:s|ed)|cit(?:es|ed|ing)|answer(?:s)? is|sees?|recall(?:s|ed)?|"
    r"disclos(?:es|ed)|show(?:s|ed)|hold(?:s)? that|identif(?:y|ies|ied)|quot(?:es|ed|ing)|"
    r"doubts?|opinion|advi[cs]e(?:s|d)?|convinced|puts it|contend(?:s|ed)?|sums? up|hold(?:s)?|thinks?|"
    r"according|based on|as per|by .{1,30} count|per the|in .{1,30} (?:telling|reading|assessment)"
    r"|credit(?:s|ed)|blam(?:es|ed)|attribut\w+|"
    r"points? to|highlight(?:s|ed)?|underlin(?:es|ed)|summari[sz](?:es|ed)|characteri[sz](?:es|ed)"
    r"|regards?|regarded|"
    r"deem(?:s|ed)|consider(?:s|ed)|spell(?:s|ed)? out|mentions?|mentioned|interpret(?:s|ed)"
    r"|assess(?:es|ed)|counts?|counted|"
    r"declar(?:es|ed)|confirm(?:s|ed)|pledg(?:es|ed)|promis(?:es|ed)|vow(?:s|ed)|hopes?|urg(?:es|ed)"
    r"|prais(?:es|ed)|criticis(?:es|ed)|criticiz(?:es|ed)|certain that|verdict|conclusion|"
    r"in the words of|takes the view|fear(?:s|ed)?|worr(?:ies|ied)|imagin(?:es|ed)|"
    r"speak(?:s|ing)|question(?:s|ed)|read(?:s)?)\b",
    re.IGNORECASE,
)
# Speakers without a name, and clauses behind an apposition: 这位负责人还表示, X是所长，他预测.
_UNNAMED: Final = re.compile(
    r"(?:^|[，；。：])[-*•\s]*(?:此外|同时|不过|但是?|而|对此)?，?"
    "(?:他|她|他们|二人|两人|作者|文章|报告|论文|研究|倡议|(?:这位|该|有关|上述|一位)?[^，。：；“”]{0,12}"
    "(?:负责人|负责同志|发言人|官员|专家|学者|高层|高管|研究员|人士|代表))"
    "(?:在[^，。]{1,14})?(?:则|还|也|同时|并|又|均|都|进一步|再次|普遍|另外|随后|一再)*"
    "(?:认为|指出|表示|宣称|声称|写道|强调|预测|预计|估计|警告|提醒|呼吁|主张|坦言|承认|断言|透露|解释|注意到|看到|相信|说)"
)
# 报告谈到《…》: the article turns to a document, which speaks for itself.
_TOPIC: Final = re.compile("^[^，。]{1,12}(?:谈到|提到|介绍|关注)[^，。]{0,6}《|^[^，。]{1,40}介绍，")


def drops_speaker(claim: str, quote: str) -> bool:
    """Whether a quote reports what someone says and the claim states it outright.

    Args:
        claim: A sentence, Chinese or English.
        quote: The quoted sentence closest to it.
    """
    if not (reports_speech(quote) or _UNNAMED.search(quote)) or _TOPIC.match(quote):
        return False
    return not (_CHINESE_SAYING.search(claim) or _ENGLISH_SAYING.search(claim))
