"""How many things a text lists: a count such as 四部门 may stand for four bodies named one by one."""

from __future__ import annotations

import re
from typing import Final

_CLAUSE: Final = re.compile(r"[，。；：:;！？\n（）()]|\. ")
_AND: Final = re.compile("和|以及|及|与|暨|或|、")
_FIRST_AND: Final = re.compile("与|会同|联合|和")
# Names that hold an “and” of their own: 工业和信息化部, 发展和改革委员会.
_INSIDE: Final = re.compile(
    "工业和信息化|发展和改革|人力资源和社会|住房和城乡|文化和旅游|规划和自然|卫生和|广播和电视"
    "|教育和|信息和|经济和|科学和|贸易和|安全和|互联网和"
)
_ENGLISH_LIST: Final = re.compile(
    r"(?:[\w'’&-]+(?: [\w'’&-]+){0,6}, )+(?:[\w'’&-]+(?: [\w'’&-]+){0,6},? )?and [\w'’&-]+"
)
_TITLE: Final = re.compile("《([^《》]{2,80})》")
_BOTH: Final = re.compile(
    "既[^。；]{1,40}[又也]|一方面[^。]{1,80}另一方面|一来[^。]{1,60}二来|一是[^。]{1,80}二是"
)
_FEWEST: Final = 3


def lengths_of_lists(text: str) -> set[int]:
    """Numbers of things that a text lists: by 、 three or more, titles in 《》, two by 既…又.

    Where a list can be read in two ways (由甲与乙、丙) both numbers are given.

    Args:
        text: A quote, Chinese or English.
    """
    found: set[int] = set()
    for clause in _CLAUSE.split(_INSIDE.sub("　", text)):
        items = clause.split("、")
        if len(items) > 1:
            least = len(items) + bool(_AND.search(items[-1]))
            found.add(least)
            if _FIRST_AND.search(items[0]):  # 由甲与乙、丙联合印发
                found.add(least + 1)
    found |= {match[0].count(",") + (", and " not in match[0]) + 1 for match in _ENGLISH_LIST.finditer(text)}
    found = {number for number in found if number >= _FEWEST}
    titles = len(set(_TITLE.findall(text)))
    return found | ({titles} if titles > 1 else set()) | ({2} if _BOTH.search(text) else set())
