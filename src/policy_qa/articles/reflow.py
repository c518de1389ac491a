"""Line breaks put where the writer had them.

Pages copied from the web break lines inside sentences: around every figure
(``2019`` / ``年`` / ``9`` / ``月``), before every comma, inside brackets. Other pages come
as one line, their paragraphs separated by spaces. Passages and quotes need whole
sentences, so broken lines are joined and flattened ones broken again. Nothing but white
space is added or taken away here.
"""

from __future__ import annotations

import re
from typing import Final

from policy_qa.articles.lines import Line, is_blank

FLATTENED_FROM: Final = 80
"""Length in characters from which a line is looked through for lost paragraph ends."""

SHATTERED_FROM: Final = 4
"""Number of certain mid-sentence breaks from which a page counts as shattered."""

_CLOSING: Final = tuple("，。；：、）)〕﹞】》〉”’」』％%！？!?,;．")
_OPENING: Final = tuple("（(〔﹝【《〈“‘「『")
_CLOSES: Final = re.compile("[^（(〔《“）)〕》”]{0,60}[）)〕》”]")
_SENTENCE_END: Final = re.compile("[。！？；：!?;:][”’」』）)]?$")
_PUNCTUATION: Final = re.compile(r"[\W_]+")
_UNIT_FIRST: Final = re.compile("[年月日号个家项件条份批次人名款类种万亿元％%〕﹞）)至前起时分]")
_FIGURE_LAST: Final = re.compile(r"\d$")
_DASH: Final = re.compile("[-‒–—─－~～]")
_DATE_REST: Final = re.compile(r"[年月日](?:\d|$)")
_NUMBER_START: Final = re.compile("[\u4e00-\u9fff]{2,12}")
_YEAR_BRACKET: Final = re.compile(r"[〔﹝](?:$|\d{4}[〕﹞])")
_NUMBER_REST: Final = re.compile(r"\d{1,5}\s?号?(?:$|[^\w])")
_FIGURE_DASH: Final = re.compile(r"\d\s?[-‒–—─－~～]$")
_OPEN_ENDED: Final = tuple("，、于和与及的由将各")
_FIGURES: Final = re.compile(r"\d{1,12}")
_ENUMERATOR: Final = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、](?!\d)|第[一二三四五六七八九十百零\d]{1,5}[章节条]|"
    r"[①-⑳]|——|[-•●·*#|]\s|#{1,6}\s|附件?\s?\d{0,2}[:：]|附件\d|(?:问|答)\s?\d{0,2}[:：]|特此(?:公告|通知|通告|函告)|"
    r"联系(?:人|方式|电话)|抄送|来源[:：]|https?://"
)
_BARE_ENUMERATOR: Final = re.compile(
    r"[一二三四五六七八九十]{1,3}、?|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、]?|——|附件[:：]?\s?(?:\d{1,2}[.．、]?)?"
)
_MARKED_ENUMERATOR: Final = re.compile(
    r"(?:附件[:：]\s?)?\d{1,2}[.．、]|[（(][一二三四五六七八九十\d]{1,3}[）)]"
)
_ENUMERATOR_MARK: Final = re.compile("[.．、]")
_DOCUMENT_NUMBER: Final = re.compile(
    r"[\u4e00-\u9fff]{2,12}\s?[〔﹝\[【［(（]\d{4}[〕﹞\]】］)）]\s?\d{1,5}\s?号"
)
_DATE_LINES: Final = 12
_DATE_PIECE: Final = re.compile(r"\d{1,4}|[年月日]|\d{1,4}[年月日]")
_DATE: Final = re.compile(r"\d{4}年\d{1,2}月(?:\d{1,2}日)?")
_SIGNATORY: Final = re.compile(
    r"[\u4e00-\u9fff ]{2,24}(?:部|委|委员会|局|总局|厅|署|会|院|司|行|秘书处|办公厅|办公室|中心|政府)"
)
_OFFICE: Final = re.compile("办公厅|办公室|秘书局|综合司|综合和规划财务司|[\u4e00-\u9fff]{2}司")
_CONTACT_LABEL: Final = re.compile(
    r"(?:联系电话|咨询电话|电话|传真|邮\s?编|邮政编码|(?:邮寄|邮件|通信|寄送|联系|材料寄送)?地址|联系人(?:及电话)?|(?:电子)?邮箱|网址|附件)\s?[:：]"
)
_CONTACT: Final = re.compile(r"\d{3,4}[-‒–－]\d{7,8}(?:/\d{7,11})*$|[\w.]+@[\w.]+\.[a-z]{2,4}$")
_DIALLED: Final = re.compile(r"0\d{2,3}(?:$|[-‒–－]\d)|1\d{10}$")
_SENTENCE_OPENERS: Final = frozenset("请对为在以由到按从将把") | {
    "根据",
    "按照",
    "支持",
    "鼓励",
    "推动",
    "加强",
}
_UNFINISHED: Final = re.compile(
    "[于在为由和与及的对按至从自向将各请以经可需应当要须是被把并或到]$|提供$|部机关$"
)
_GOES_ON: Final = re.compile("[\\d分的是应须需等之中内上后时和与及或]|以[上内下]")


def reflow(lines: list[Line]) -> list[Line]:
    """Joins lines broken inside sentences and breaks flattened ones at paragraph ends."""
    joined = _join(_join_dates(lines), shattered=is_shattered(lines))
    return [piece for line in joined for piece in _unflatten(line)]


def is_shattered(lines: list[Line]) -> bool:
    """Says whether a page's lines are broken inside sentences throughout."""
    return sum(_certain_break(lines, index) for index in range(1, len(lines))) >= SHATTERED_FROM


def _words(lines: list[Line], index: int) -> str:
    return lines[index].text.strip() if 0 <= index < len(lines) else ""


def _certain_break(lines: list[Line], index: int) -> bool:
    """Says whether the break before a line is certainly inside a sentence."""
    before, here = _words(lines, index - 1), _words(lines, index)
    if not before or not here:
        return False
    if len(before) < 20 and _PUNCTUATION.fullmatch(before) and _PUNCTUATION.fullmatch(here):
        return False
    if here.startswith(_CLOSING) and not before.startswith("#"):
        return True
    if before.endswith(_OPENING):
        return True
    if (_DATE_REST.match(here) or here == "号" or _DASH.fullmatch(here)) and _FIGURE_LAST.search(before):
        return True
    if _YEAR_BRACKET.match(here) and _NUMBER_START.fullmatch(before):
        return True
    if _NUMBER_REST.match(here) and before.endswith(("〕", "﹞")):
        return True
    if _FIGURE_DASH.search(before) and here[0].isdigit():
        return True
    if _FIGURES.fullmatch(before):
        return bool(_ENUMERATOR_MARK.match(here) or _UNIT_FIRST.match(here))
    return False


def _join_dates(lines: list[Line]) -> list[Line]:
    """Joins a date that was spread over lines, a figure or a unit a line."""
    joined: list[Line] = []
    index = 0
    while index < len(lines):
        end, text = index, ""
        while end < min(len(lines), index + _DATE_LINES) and _DATE_PIECE.fullmatch(_words(lines, end)):
            text += _words(lines, end)
            end += 1
            if text.endswith("日"):
                break
        if end > index + 2 and _DATE.fullmatch(text):
            joined.append(Line(lines[index].number, text))
            index = end
        else:
            joined.append(lines[index])
            index += 1
    return joined


def _join(lines: list[Line], *, shattered: bool) -> list[Line]:
    joined: list[Line] = []
    parts: list[str] = []
    for index, line in enumerate(lines):
        if parts and not is_blank(line) and _belongs(parts, lines, index, shattered=shattered):
            parts.append(_gap(parts[-1], line.text.strip()) + line.text.strip())
            continue
        if parts:
            joined[-1] = Line(joined[-1].number, "".join(parts))
        joined.append(line)
        parts = [] if is_blank(line) else [line.text.strip()]
    if parts:
        joined[-1] = Line(joined[-1].number, "".join(parts))
    return joined


def _belongs(parts: list[str], lines: list[Line], index: int, *, shattered: bool) -> bool:
    """Says whether a line continues the one being put together."""
    before, here = parts[-1], _words(lines, index)
    if _DASH.fullmatch(before) and len(parts) > 1 and here[0].isdigit():
        return True
    marks_only = bool(_PUNCTUATION.fullmatch(before) and _PUNCTUATION.fullmatch(here))
    if parts[0].startswith("#") or (marks_only and not shattered):
        return False
    if (marks_only or _certain_break(lines, index)) and not _DATE.fullmatch(before):
        return not (here.startswith(("．", "、")) and len(before) > 40 and not shattered)
    whole = "".join(parts[-40:])
    if before.endswith(_OPEN_ENDED) and not _ENUMERATOR.match(here) and len(whole) > 1:
        return True
    if _CLOSES.match(here) and _unclosed(whole):
        return True
    if _MARKED_ENUMERATOR.fullmatch(before) and not _ENUMERATOR.match(here):
        return True
    if _wrapped_latin(before, here):
        return True
    return shattered and _continues(whole, lines, index)


def _wrapped_latin(before: str, here: str) -> bool:
    """Says whether a paragraph of Latin script was wrapped at a fixed width."""
    return bool(re.search(r"[A-Za-z,]$", before) and re.match(r"[a-z]", here) and len(before) >= 40)


def _continues(before: str, lines: list[Line], index: int) -> bool:
    """Says whether, on a shattered page, a line goes on with the text before it."""
    here, after = _words(lines, index), _words(lines, index + 1)
    if _unclosed(before):
        return True
    if _BARE_ENUMERATOR.fullmatch(before):
        return not _ENUMERATOR.match(here)
    if _CONTACT_LABEL.fullmatch(before):
        return len(here) <= 60 and not _CONTACT_LABEL.match(here)
    if _ends_there(before, here) or _begins_anew(here, after) or _signs(lines, index):
        return False
    if _DATE.fullmatch(here):
        return not _SIGNATORY.fullmatch(before)
    if _SIGNATORY.fullmatch(before) and _SIGNATORY.fullmatch(here):
        return bool(_OFFICE.fullmatch(here))
    if not _heading_like(before):
        return True
    opens = here in _SENTENCE_OPENERS or here.startswith("请") or _UNFINISHED.search(here)
    return bool(_GOES_ON.match(here)) or (len(here) <= 4 and not opens)


def _ends_there(before: str, here: str) -> bool:
    return bool(
        _SENTENCE_END.search(before)
        or _DATE.fullmatch(before)
        or _DOCUMENT_NUMBER.fullmatch(before)
        or (_CONTACT.search(before) and re.match("[\u4e00-\u9fff]", here))
    )


def _begins_anew(here: str, after: str) -> bool:
    if _ENUMERATOR.match(here) or _DOCUMENT_NUMBER.match(here) or _CONTACT_LABEL.match(here):
        return True
    if _FIGURES.fullmatch(here):
        return bool(_ENUMERATOR_MARK.match(after))
    return bool(re.fullmatch("[一二三四五六七八九十]{1,3}", here)) and after.startswith("、")


def _signs(lines: list[Line], index: int) -> bool:
    """Says whether a line begins a signature: bodies, one a line, and then a date."""
    for ahead in range(index, min(index + 12, len(lines))):
        words = _words(lines, ahead)
        if _DATE.fullmatch(words):
            return ahead > index
        if not _SIGNATORY.fullmatch(words) or (ahead == index and _OFFICE.fullmatch(words)):
            return False
    return False


def _heading_like(text: str) -> bool:
    """Says whether a text is an enumerated heading as it stands, not the start of a sentence."""
    if (
        not _ENUMERATOR.match(text)
        or _UNFINISHED.search(text)
        or re.search("[，。；！？]|[A-Za-z0-9]$", text)
    ):
        return False
    return len(text) <= (16 if text[0].isdigit() else 28)


def _unclosed(text: str) -> bool:
    recent = text[-200:]
    return sum(recent.count(mark) for mark in "（(〔《“") > sum(recent.count(mark) for mark in "）)〕》”")


def _gap(before: str, here: str) -> str:
    """Gives the space that two joined pieces need to stay two."""
    words = re.search("[A-Za-z,.;:]$", before) and re.match("[A-Za-z]", here)
    item = before.endswith(".") and re.match(r"\d", here)
    number = re.search("[\u4e00-\u9fff]$", before) and _DIALLED.match(here)
    contact = _CONTACT.search(before) and re.match("[\u4e00-\u9fff]", here)
    return " " if words or item or number or contact else ""


_PARAGRAPH_END: Final = re.compile(
    "((?:[。！？；][”’」』）)]?)|[?!;](?=[ \u3000]+[\u4e00-\u9fff]))[ \u3000]++(?=\\S)"
)
_BEFORE_ENUMERATOR: Final = re.compile(
    r"(?<![ \u3000])[ \u3000]++(?="
    r"[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|"
    r"第[一二三四五六七八九十百零\d]{1,5}[章节条][ \u3000]|附件\s{0,2}[:：]|"
    r"[\u4e00-\u9fff]{2,10}〔\d{4}〕\d{1,5}号)"
)
_AFTER_HEADING: Final = re.compile(
    r"^((?:[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）)[ \u3000]?"
    r"[^，。；：！？\s]{2,24})[ \u3000]+(?=\S{8})"
)
_AFTER_COLON: Final = re.compile("(?<=[^\n]{12})：[ \u3000]++(?=\\S)")
_AFTER_ADDRESS: Final = re.compile(r"(?m)^((?:https?:)?//\S{4,400}) ++(?=\S)")
_AFTER_NUMBER: Final = re.compile(r"^([\u4e00-\u9fff]{2,10}〔\d{4}〕\d{1,5}号)[ \u3000]+")


def _unflatten(line: Line) -> list[Line]:
    """Breaks a line that holds a whole page at the ends of its paragraphs."""
    if len(line.text) < FLATTENED_FROM or line.text.startswith("#"):
        return [line]
    text = _PARAGRAPH_END.sub("\\1\n", line.text)
    text = _BEFORE_ENUMERATOR.sub("\n", _AFTER_ADDRESS.sub("\\1\n", text))
    text = _AFTER_COLON.sub("：\n", text)
    pieces: list[Line] = []
    for piece in text.split("\n"):
        broken = _AFTER_NUMBER.sub("\\1\n", _AFTER_HEADING.sub("\\1\n", piece))
        pieces.extend(Line(line.number, part) for part in broken.split("\n"))
    return pieces
