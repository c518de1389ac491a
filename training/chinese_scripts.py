"""Simplified ↔ Traditional characters (OpenCC)."""

from __future__ import annotations

from functools import cache
from typing import Any


def to_simplified(text: str) -> str:
    """The text in Simplified characters."""
    converted: str = _converter("t2s").convert(text)
    return converted


def to_traditional(text: str) -> str:
    """The text in Traditional characters."""
    converted: str = _converter("s2t").convert(text)
    return converted


def in_script_of(language: str, text: str) -> str:
    """The text as a question in ``zh`` or ``zh-Hant`` would write it; other languages unchanged."""
    if language == "zh":
        return to_simplified(text)
    return to_traditional(text) if language == "zh-Hant" else text


@cache
def _converter(name: str) -> Any:
    import opencc

    return opencc.OpenCC(name)
