"""What the extractors of HTML, PDF and DOCX hand back from their process."""

from __future__ import annotations

import json
from typing import Any, NamedTuple


class ExtractionError(Exception):
    """A document cannot be read; the message completes the sentence "the file …"."""


class Extraction(NamedTuple):
    """Text of a document and what its format says about it.

    Attributes:
        text: Its text, one paragraph a line; headings carry ``#`` marks, list items ``- ``.
        fields: ``title``, ``publisher``, ``author``, ``published`` and ``url`` as far as
            the format carries them.
        removed: Pieces left out on purpose: rule, exact text, line of the source.
        wrapped: Whether lines are lines of a page, broken inside sentences.
    """

    text: str
    fields: dict[str, str]
    removed: tuple[tuple[str, str, int], ...] = ()
    wrapped: bool = False


def to_json(extraction: Extraction) -> bytes:
    """Writes an extraction for the way between two processes."""
    return json.dumps(extraction._asdict(), ensure_ascii=True).encode("ascii")


def from_json(data: bytes) -> Extraction:
    """Reads what ``to_json`` wrote."""
    raw: dict[str, Any] = json.loads(data)
    removed = tuple((str(rule), str(text), int(line)) for rule, text, line in raw["removed"])
    fields = {str(key): str(value) for key, value in raw["fields"].items()}
    return Extraction(str(raw["text"]), fields, removed, bool(raw["wrapped"]))
