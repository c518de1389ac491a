"""JSON as a language model writes it, read entry by entry while it comes in; what is broken is skipped."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

MOST_PASSAGES: Final = 3
"""Passages that a sentence may cite: small models list numbers without end."""

OPENS: Final = re.compile(r'```|\{\s*["\'}]|\[\s*\{')
"""Where JSON begins."""

_LIST: Final = re.compile(r'"sentences"\s*:\s*\[|^\s*(?:```\w*\s*)?\[')
_TEXT: Final = re.compile(r'"text"\s*:\s*"((?:[^"\\]|\\.)*)"')
_PASSAGES: Final = re.compile(r'"passages?"\s*:\s*(\[[^\]]*|"[^"]*"|\d+)')
_STRING: Final = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?')


def schema_for(n_passages: int) -> Mapping[str, object]:
    """The shape of a draft, as an endpoint that knows JSON Schema is told it.

    Every sentence names at least one passage, and only passages that there are.

    Args:
        n_passages: Number of passages in the request.
    """
    number = {"type": "integer", "enum": list(range(1, n_passages + 1))}
    sentence = {
        "type": "object",
        "properties": {
            "text": {"type": "string"},
            "passages": {"type": "array", "items": number, "minItems": 1, "maxItems": MOST_PASSAGES},
        },
        "required": ["text", "passages"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"sentences": {"type": "array", "items": sentence}},
        "required": ["sentences"],
        "additionalProperties": False,
    }


class Entry(NamedTuple):
    """What stands in one entry of a draft.

    Attributes:
        text: One sentence, or several, perhaps with labels.
        passages: Numbers of the passages it names, from 1.
    """

    text: str
    passages: tuple[int, ...]


class JsonDraft:
    """Reads ``{"sentences": [{"text", "passages"}, …]}``, each entry as soon as it is closed."""

    def __init__(self) -> None:
        """Begins before the first character."""
        self._whole = ""
        self._at: int | None = None
        self._found = False

    def feed(self, piece: str) -> Iterator[Entry]:
        """Takes in what comes next.

        Yields:
            Entries that are complete now.
        """
        self._whole += piece
        if self._at is None:
            if (opened := _LIST.search(self._whole)) is None:
                return
            self._at = opened.end()
        while (span := _next_entry(self._whole, self._at)) is not None:
            self._at = span[1]
            if entry := _read_entry(self._whole[span[0] : span[1]]):
                self._found = True
                yield entry

    def rest(self) -> Iterator[Entry]:
        """What can still be read when nothing more comes.

        Yields:
            An entry that was cut off; if no entry was found at all, whatever is a text in it.
        """
        tail = self._whole if self._at is None else self._whole[self._at :]
        if (cut := _loosely(tail)) is not None:
            yield cut
        elif not self._found and self._at is None:
            strings = [_unescaped(text) for text, is_key in _STRING.findall(self._whole) if not is_key]
            bare = self._whole.replace("```", "")
            yield Entry("\n".join(strings) if strings else bare, ())


def _next_entry(text: str, start: int) -> tuple[int, int] | None:
    """Where the next entry of a list begins and ends; ``None`` if it is not complete."""
    depth, begun, quoted, escaped = 0, None, False, False
    for at in range(start, len(text)):
        char = text[at]
        if quoted:
            quoted = escaped or char != '"'
            escaped = char == "\\" and not escaped
            if not quoted and not depth and begun is not None:
                return begun, at + 1
            continue
        if char == "]" and not depth:
            return None
        if char in '{["' and begun is None:
            begun = at
        quoted = char == '"'
        depth += (char in "{[") - (char in "}]")
        if char in "}]" and not depth and begun is not None:
            return begun, at + 1
    return None


def _read_entry(raw: str) -> Entry | None:
    try:
        value: Any = json.loads(raw)
    except ValueError:
        return _loosely(raw)
    if isinstance(value, str):
        return Entry(value, ())
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        return None
    return Entry(value["text"], _numbers(value.get("passages")))


def _loosely(raw: str) -> Entry | None:
    """An entry whose JSON is broken or cut off, as long as its text is whole."""
    if (text := _TEXT.search(raw)) is None:
        return None
    passages = _PASSAGES.search(raw, text.end()) or _PASSAGES.search(raw)
    return Entry(_unescaped(text[1]), _numbers(passages[1] if passages else None))


def _numbers(value: object) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(number) for number in re.findall(r"\d{1,4}", str(value))))


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text
