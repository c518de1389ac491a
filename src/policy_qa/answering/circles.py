"""A model that runs in circles is stopped: small ones repeat themselves until they are cut off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

_WINDOW: Final = 800
_PHRASE: Final = 24
_TIMES: Final = 4
_DIGITS: Final = re.compile(r"\d+")
_BLANK: Final = re.compile(r"\s{40,}$")


def until_circles(pieces: Iterable[str]) -> Iterator[str]:
    """Passes a text on until its last words have come ``_TIMES`` times in a short stretch.

    Counting up counts as repeating: numbers are looked at as one and the same.

    Args:
        pieces: What a model writes, in order.
    """
    recent = ""
    for piece in pieces:
        yield piece
        recent = (recent + piece)[-_WINDOW:]
        plain = _DIGITS.sub("0", recent)
        if plain.count(plain[-_PHRASE:]) >= _TIMES and len(plain) > _TIMES * _PHRASE:
            return
        if _BLANK.search(recent):
            return
