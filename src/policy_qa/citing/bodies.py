"""Bodies that a sentence names by a common noun (the police, the courts): they must stand in its quotes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

# Chinese words, English words: any of them in a quote stands for any of them in a sentence.
_BODIES: Final = (
    ("公安|警方|警察", r"police"),
    ("法院|法庭", r"courts?"),
    ("检察", r"prosecutors?|procurator\w+"),
    ("税务", r"tax (?:offices?|authorit\w+|service)"),
    ("海关", r"customs (?!dut)"),
    ("国会|参议院|众议院", r"congress"),
    ("议会", r"parliament\w*"),
    ("军方|军队|解放军|部队|军", r"army|armed forces|the military"),
    ("央行|中央银行|人民银行", r"central bank"),
    ("大学|高校|学校|学院|院校", r"universit\w+|colleges?"),
    ("医院|医疗机构", r"hospitals?"),
    ("工会", r"trade unions?|labou?r unions?"),
    ("联合国", r"united nations"),
    ("欧盟|欧洲联盟", r"european union|the eu"),
    ("东盟", r"asean"),
    ("北约", r"nato"),
    ("世界银行", r"world bank"),
    (
        "美|华盛顿|白宫|五角大楼|硅谷|特朗普|川普|拜登|英伟达|谷歌|微软",
        r"americans?(?! (?:sign|standard))|united states|u\.s\.?|(?-i:US)",
    ),
    ("国务院", r"state council"),
    ("白宫", r"white house"),
    ("五角大楼|国防部", r"pentagon"),
    ("商务部", r"(?:ministry|department) of commerce|commerce (?:ministry|secretary|department)"),
    ("外交部", r"ministry of foreign affairs|foreign ministry"),
    ("教育部", r"ministry of education|education ministry"),
    ("财政部", r"ministry of finance|finance ministry"),
    ("科技部|科学技术部", r"ministry of science and technology"),
    ("公安", r"(?:ministry of )?public security|public security ministry"),
    ("国家安全部|国安部", r"ministry of state security"),
)
_FOUND: Final = tuple(
    (re.compile(han), re.compile(rf"\b(?:{latin})\b", re.IGNORECASE)) for han, latin in _BODIES
)
_LATIN_ONLY: Final = frozenset({"大学|高校|学校|学院|院校", "军方|军队|解放军|部队|军"})


def missing_bodies(sentence: str, quotes: Sequence[str]) -> list[str]:
    """Bodies that a sentence speaks of and no quote does.

    Args:
        sentence: A sentence, Chinese or English.
        quotes: The words it rests on.

    Returns:
        The words of the sentence, in the order of the list.
    """
    missing = []
    for han, latin in _FOUND:
        match = latin.search(sentence) or (None if han.pattern in _LATIN_ONLY else han.search(sentence))
        if match and not any(han.search(quote) or latin.search(quote) for quote in quotes):
            missing.append(match[0])
    return missing
