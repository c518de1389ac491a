"""Calendar days as articles write them."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

DAY_PATTERN: Final = r"(?:19|20)\d{2}\s?[-年/.]\s?\d{1,2}\s?[-月/.]\s?\d{1,2}"
"""Pattern of a full day, in ISO form, with slashes or dots, or with 年, 月 and 日."""

_FULL_DAY: Final = re.compile(r"((?:19|20)\d{2})\s?[-年/.]\s?(\d{1,2})\s?[-月/.]\s?(\d{1,2})(?!\d)")


def parse_day(text: str) -> date | None:
    """Reads the first full calendar day of a text; a month or a year alone is not a day."""
    match = _FULL_DAY.search(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
