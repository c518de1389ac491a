"""PDF to text: pages in order, running heads and page numbers off, lines still wrapped.

The date a PDF was made and its producer's title are no facts about the article, so of the
document's properties only a title that reads like one is taken.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter
from typing import Final

from policy_qa.articles.extraction import Extraction, ExtractionError

MOST_PAGES: Final = 3_000
"""Pages of a document at most."""

REPEATED_ON: Final = 3
"""Pages on which a line must stand first or last to be a running head or foot."""

EDGE_LINES: Final = 2
"""Lines at the top and bottom of a page that may be running heads and feet."""

UNREADABLE_SHARE: Final = 0.2
"""Share of characters of private use or replacement from which a text layer is useless."""

_PAGE_NUMBER: Final = re.compile(
    r"[-—–·\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／]\s*\d{1,4}|\s*共\s*\d{1,4}\s*页)?[-—–·\s]*|"
    r"[Pp]age \d{1,4}(?: of \d{1,4})?"
)
_JUNK_TITLE: Final = re.compile(
    r"(?i)microsoft|untitled|无标题|文档\d|\.(?:docx?|pdf|indd|wps|pptx?)\b|^[\w.-]+$"
)


def extract_pdf(data: bytes, most_characters: int) -> Extraction:
    """Reads a PDF document.

    Raises:
        ExtractionError: If it is encrypted, damaged, too long, or has no readable text.
    """
    import pypdf
    from pypdf.errors import DependencyError, PyPdfError

    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ExtractionError("is encrypted. Save it without a password.")
        pages = _pages(reader, most_characters)
        title = _title(reader)
    except DependencyError as failure:
        raise ExtractionError("is encrypted. Save it without a password.") from failure
    except PyPdfError as failure:
        raise ExtractionError(f"is a damaged PDF ({failure}). Download or export it again.") from failure
    lines, removed = _without_running_heads(pages)
    text = "\n".join(lines)
    _check_readable(text)
    return Extraction(text, {"title": title} if title else {}, tuple(removed), wrapped=True)


def _pages(reader: object, most_characters: int) -> list[list[str]]:
    from pypdf import PdfReader

    assert isinstance(reader, PdfReader)  # noqa: S101 - narrows a lazily imported type
    if len(reader.pages) > MOST_PAGES:
        raise ExtractionError(f"has {len(reader.pages)} pages, more than {MOST_PAGES}. Split it.")
    pages: list[list[str]] = []
    total = 0
    for page in reader.pages:
        text = _plain_radicals(page.extract_text())
        total += len(text)
        if total > most_characters:
            raise ExtractionError(f"unpacks to more than {most_characters:,} characters; it may be a bomb.")
        pages.append([line.rstrip() for line in text.split("\n")])
    return pages


def _title(reader: object) -> str:
    metadata = getattr(reader, "metadata", None)
    title = str(getattr(metadata, "title", None) or "").strip()
    return "" if len(title) < 4 or _JUNK_TITLE.search(title) else title


def _plain_radicals(text: str) -> str:
    """Replaces radicals, which PDF fonts map to by mistake, by the characters they look like."""
    return re.sub("[\u2e80-\u2fd5]", lambda match: unicodedata.normalize("NFKC", match[0]), text)


def _without_running_heads(pages: list[list[str]]) -> tuple[list[str], list[tuple[str, str, int]]]:
    """Drops page numbers and what stands at the edge of page after page."""
    filled = [[line for line in page if line.strip()] for page in pages]
    edges = Counter(
        shape
        for page in filled
        for shape in {_shape(line) for line in page[:EDGE_LINES] + page[-EDGE_LINES:]}
    )
    kept: list[str] = []
    removed: list[tuple[str, str, int]] = []
    number = 0
    for page in filled:
        for index, line in enumerate(page):
            number += 1
            edge = index < EDGE_LINES or index >= len(page) - EDGE_LINES
            if edge and (_PAGE_NUMBER.fullmatch(line) or edges[_shape(line)] >= REPEATED_ON):
                removed.append(("running_head", line, number))
            else:
                kept.append(line)
    return kept, removed


def _shape(line: str) -> str:
    return re.sub(r"\d+", "0", re.sub(r"\s", "", line))


def _check_readable(text: str) -> None:
    letters = [character for character in text if not character.isspace()]
    if not letters:
        raise ExtractionError("has no text layer; it may be a scan. Run text recognition on it first.")
    bad = sum(1 for character in letters if character == "\ufffd" or unicodedata.category(character) == "Co")
    if bad > UNREADABLE_SHARE * len(letters) or text.count("(cid:") * 8 > UNREADABLE_SHARE * len(letters):
        raise ExtractionError("has a text layer whose characters cannot be read. Run text recognition on it.")
