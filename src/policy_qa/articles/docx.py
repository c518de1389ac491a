"""DOCX to text: paragraphs, headings, lists, tables and notes, in reading order.

The file is a ZIP of XML. Before anything is unpacked its table of contents is checked
against what a real document has: a bomb and a path that climbs out are refused.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Final

from policy_qa.articles.extraction import Extraction, ExtractionError

MOST_ENTRIES: Final = 5_000
"""Files in a document at most."""

MOST_BYTES: Final = 400_000_000
"""Bytes of all files of a document, unpacked, at most; pictures included."""

MOST_XML_BYTES: Final = 60_000_000
"""Bytes of one XML part, unpacked, at most."""

HIGHEST_RATIO: Final = 300
"""Unpacked bytes of an XML part to packed ones at most; text packs about ten to one."""

_OLE_SIGNATURE: Final = b"\xd0\xcf\x11\xe0"
_HEADING: Final = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def extract_docx(data: bytes, most_characters: int) -> Extraction:
    """Reads a DOCX document.

    Raises:
        ExtractionError: If it is encrypted, no DOCX, a bomb, or holds no text.
    """
    notes = _check_archive(data)
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document = docx.Document(io.BytesIO(data))
    except (PackageNotFoundError, KeyError, ValueError) as failure:
        raise ExtractionError(
            f"is no readable DOCX document ({failure}). Save it again as DOCX."
        ) from failure
    removed: list[tuple[str, str, int]] = []
    lines = [line for block in document.iter_inner_content() for line in _block_lines(block, removed)]
    lines += _notes(notes)
    text = "\n".join(lines)
    if not text.strip():
        raise ExtractionError("holds no text; its content may be pictures. Run text recognition on it first.")
    if len(text) > most_characters:
        raise ExtractionError(f"unpacks to more than {most_characters:,} characters. Split it.")
    title = (document.core_properties.title or "").strip()
    return Extraction(text, {"title": title} if len(title) >= 4 else {}, tuple(removed))


def _check_archive(data: bytes) -> bytes:
    """Checks the ZIP's table of contents; gives the part with the foot notes, if any."""
    if data.startswith(_OLE_SIGNATURE):
        raise ExtractionError("is encrypted or in Word's old format. Save it as DOCX without a password.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as failure:
        raise ExtractionError(f"is no DOCX document ({failure}). Save it again as DOCX.") from failure
    with archive:
        entries = archive.infolist()
        if len(entries) > MOST_ENTRIES:
            raise ExtractionError(f"holds {len(entries)} files, more than a document has; it may be a bomb.")
        if sum(entry.file_size for entry in entries) > MOST_BYTES:
            raise ExtractionError(f"unpacks to more than {MOST_BYTES // 1_000_000} MB; it may be a bomb.")
        for entry in entries:
            _check_entry(entry)
        named = {entry.filename for entry in entries}
        return archive.read("word/footnotes.xml") if "word/footnotes.xml" in named else b""


def _check_entry(entry: zipfile.ZipInfo) -> None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or "\x00" in entry.filename:
        raise ExtractionError(f"holds a file with the path {entry.filename!r}, which leads out of it.")
    if entry.flag_bits & 1:
        raise ExtractionError("is encrypted. Save it without a password.")
    xml = path.suffix in (".xml", ".rels")
    packed = max(entry.compress_size, 1)
    if xml and (entry.file_size > MOST_XML_BYTES or entry.file_size > HIGHEST_RATIO * packed + 1_000_000):
        raise ExtractionError(
            f"holds {entry.filename}, which unpacks from {packed:,} to {entry.file_size:,} bytes; "
            "it may be a bomb."
        )


def _block_lines(block: Any, removed: list[tuple[str, str, int]]) -> Iterator[str]:
    """Gives the lines of a paragraph or table; python-docx leaves its types open."""
    if not hasattr(block, "rows"):
        text = _paragraph(block, removed)
        if text:
            yield from _marked(block, text).split("\n")
        return
    for row in block.rows:
        cells: list[str] = []
        seen: list[Any] = []
        for cell in row.cells:
            if any(cell._tc is other for other in seen):  # a merged cell comes once for each column
                continue
            seen.append(cell._tc)
            cells.append(" ".join(_paragraph(part, removed) for part in cell.paragraphs).strip())
        if any(cells):
            yield " | ".join(cells)


def _paragraph(paragraph: Any, removed: list[tuple[str, str, int]]) -> str:
    pieces = []
    for part in paragraph.iter_inner_content():
        for run in getattr(part, "runs", [part]):
            if run.font.hidden and run.text.strip():
                removed.append(("hidden_element", run.text, 1))
            elif not run.font.hidden:
                pieces.append(run.text)
    return "".join(pieces).strip()


def _marked(paragraph: Any, text: str) -> str:
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    heading = _HEADING.match(style)
    if heading:
        return f"{'#' * min(int(heading[1]) or 1, 6)} {text}"
    if style == "Title":
        return f"# {text}"
    return f"- {text}" if style.startswith(("List", "列表")) else text


def _notes(part: bytes) -> list[str]:
    """Gives the foot notes as lines ``[n] text``; python-docx does not read them."""
    if not part:
        return []
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    notes = []
    for note in etree.fromstring(part, parser).iter(f"{_WORD}footnote"):
        number = note.get(f"{_WORD}id", "")
        text = "".join(piece.text or "" for piece in note.iter(f"{_WORD}t")).strip()
        if text and number.isdigit() and int(number) > 0:
            notes.append(f"[{number}] {text}")
    return notes
