"""One spelling for text that is read for quantities and names, with offsets unchanged.

``fold_notation`` maps every code point to exactly one other, so that an offset in the
folded text is the same offset in the original.
"""

from __future__ import annotations

_FULLWIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0) not in "!(),:;?"}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−～〜﹣"), "-")
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\u3000\t"), " ")
_TRADITIONAL = str.maketrans(
    "兩萬億個條項種點餘約過達納時間鐘歲週數幾雙這該內門國縣場級層組隊輪處棟戶輛張頁節號屆領階規"
    "劃長減漲倍獎輪間單編顆臺架檔區圓韓盧鎊幣歐費噸畝頃參較於",
    "两万亿个条项种点余约过达纳时间钟岁周数几双这该内门国县场级层组队轮处栋户辆张页节号届领阶规"
    "划长减涨倍奖轮间单编颗台架档区元韩卢镑币欧费吨亩顷参较于",
)

_TABLE: dict[int, int | str] = {**_FULLWIDTH, **_DASHES, **_SPACES, ord("〇"): "零"}
for _code, _target in _TRADITIONAL.items():
    _TABLE.setdefault(_code, _target)


def fold_notation(text: str) -> str:
    """Bring digits, dashes, spaces and numerals to one form, code point by code point.

    Fullwidth letters and digits become ASCII (brackets, commas and sentence marks stay as
    they are), every dash becomes ``-``, 〇 becomes 零, and the Traditional characters that occur
    in quantities become Simplified.

    Args:
        text: Any text.

    Returns:
        A string of the same length.
    """
    return text.translate(_TABLE)
