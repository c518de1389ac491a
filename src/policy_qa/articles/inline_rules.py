"""Rules for pieces of lines, mostly of pages that were flattened into one line."""

from __future__ import annotations

import re
from typing import Final

from policy_qa.articles.rules import CLOCK, DAY, NAVIGATION_WORD, Rule

INLINE_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "window_title",
        "inline",
        re.compile(rf"^[^\n]{{2,200}}?_[^_\s]{{4,30}}\s+(?={NAVIGATION_WORD}\s)"),
        "head",
        "The window title of a flattened page, title and site; the title itself follows.",
    ),
    Rule(
        "site_navigation",
        "inline",
        re.compile(rf"(?:{NAVIGATION_WORD}[\s|>›»·]+){{3,}}"),
        "head",
        "A run of navigation words in a flattened page.",
    ),
    Rule(
        "publication_line",
        "inline",
        re.compile(
            rf"(?<!\S){DAY}\s+{CLOCK}\s+来源[:：]\s*\S{{2,30}}(?:\s*【(?:打印|纠错|大|中|小|关闭)】)*"
        ),
        "head",
        "When a flattened page went up and where it came from; read into the metadata.",
    ),
    Rule(
        "page_button",
        "inline",
        re.compile(r"\s?【(?:打印|纠错|打印本页|关闭窗口|返回顶部)】"),
        "anywhere",
        "A button of the page in brackets.",
    ),
    Rule(
        "site_footer",
        "inline",
        re.compile(
            r"(?:(?<=\s)关闭\s+(?:[^\s。，；]{4,40}\s+){0,4})?(?:©|版权所有|Copyright)[^。\n]{0,700}"
            r"(?:ICP[备证]|公网安备|publishdate)[^。\n]{0,600}$"
        ),
        "tail",
        "The footer of a flattened page: operator, registration, build stamp.",
    ),
    Rule(
        "viewer_address",
        "inline",
        re.compile(r"(?<!\S)(?:https?:)?//[^\s?]{3,200}/viewer\.html\?file=\S{1,400}"),
        "anywhere",
        "Address of the viewer that shows an attachment; the attachment's own address stays.",
    ),
    Rule(
        "reference_arrow",
        "inline",
        re.compile("[ \\t]{0,4}[↩↪⤴][\ufe0e\ufe0f]?"),
        "anywhere",
        "The arrow that leads from a note back to the text.",
    ),
)
"""Rules for pieces of lines."""

INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200c"
    "\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
    "|\u200d(?![\u2600-\u27bf\U0001f000-\U0001faff])|(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d"
)
"""Characters that show nothing or turn the direction of writing; a joiner inside emoji stays."""

LAYOUT_SPACE: Final = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f]")
"""Spaces of typesetting, made plain ones; the full-width space of Chinese stays."""
