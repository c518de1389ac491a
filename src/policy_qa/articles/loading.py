"""From a file to an article."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from policy_qa.articles.cleaning import clean, drop_invisible, lines_of
from policy_qa.articles.decoding import decode
from policy_qa.articles.front_matter import split_front_matter
from policy_qa.articles.gate import check_is_article
from policy_qa.articles.identity import SUPPORTED_SUFFIXES, article_id_for, source_of
from policy_qa.articles.lines import Line
from policy_qa.articles.markdown import unwrap_markdown
from policy_qa.articles.metadata import infer_metadata, known_title
from policy_qa.articles.sandbox import Kind, extract
from policy_qa.articles.unwrapping import unwrap
from policy_qa.errors import BadInputError
from policy_qa.records import Article, RemovedSpan

LARGEST_FILE: Final = 64_000_000
"""Bytes of a source file at most."""

MOST_LINES: Final = 500_000
"""Lines of a text at most; what has more is a table or a log."""

_TEXT_SUFFIXES: Final = frozenset({".md", ".markdown", ".txt"})
_HTML_SUFFIXES: Final = frozenset({".html", ".htm"})
_HTML_START: Final = re.compile(r"\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)
_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.IGNORECASE)
_SURROGATES: Final = re.compile("[\ud800-\udfff]+")


class _Body(NamedTuple):
    """The lines of a document before cleaning and what is known without them."""

    lines: list[Line]
    removed: list[RemovedSpan]
    stated: Mapping[str, str]
    page: Mapping[str, str]
    reflowed: bool


def load_article(path: Path, *, root: Path) -> Article:
    """Reads a file of the corpus as an article.

    Args:
        path: The file: Markdown, plain text, HTML, PDF or DOCX, told by its suffix.
        root: The corpus; the file must lie in it.

    Raises:
        BadInputError: If the file cannot be read; the message names it and the reason.
        NotAnArticleError: If it can be read but holds no article.
    """
    source = source_of(path, root=root)
    article_id = article_id_for(source)
    data = _read(path, source)
    body = _body(data, path.suffix.lower(), source)
    title = known_title(body.lines, body.stated, body.page)
    cleaned = clean(body.lines, title=title, reflowed=body.reflowed)
    check_is_article(cleaned.text, title=title, raw=body.lines, name=source)
    removed = sorted([*body.removed, *cleaned.removed], key=lambda span: span.line)
    return Article(
        article_id=article_id,
        source=source,
        content_hash=hashlib.sha256(data).hexdigest(),
        metadata=infer_metadata(body.lines, cleaned.text, stated=body.stated, page=body.page),
        text=cleaned.text,
        removed=tuple(removed),
    )


def _read(path: Path, source: str) -> bytes:
    if path.suffix.lower() not in SUPPORTED_SUFFIXES:
        known = " ".join(sorted(SUPPORTED_SUFFIXES))
        raise BadInputError(f"{source} has no suffix that can be read. Known are {known}.")
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            limit = LARGEST_FILE // 1_000_000
            raise BadInputError(f"{source} has {size // 1_000_000} MB, more than {limit}. Split it.")
        return path.read_bytes()
    except OSError as failure:
        raise BadInputError(f"{source} cannot be read: {failure.strerror or failure}.") from failure


def _body(data: bytes, suffix: str, source: str) -> _Body:
    if suffix in _TEXT_SUFFIXES:
        text = decode(data, name=source).text
        return _html_body(text, source) if _HTML_START.match(text) else _text_body(text, suffix, source)
    if suffix in _HTML_SUFFIXES:
        declared = _CHARSET.search(data[:4096])
        charset = declared[1].decode("ascii") if declared else None
        return _html_body(decode(data, name=source, declared=charset).text, source)
    return _document_body("pdf" if suffix == ".pdf" else "docx", data, source)


def _text_body(text: str, suffix: str, source: str) -> _Body:
    if (count := text.count("\n") + 1) > MOST_LINES:
        raise BadInputError(f"{source} has {count:,} lines, more than {MOST_LINES:,}. Split it.")
    front = split_front_matter(text)
    visible = lines_of(front.body, first=front.body_line)
    plain = unwrap_markdown(visible.lines, escapes=suffix != ".txt")
    named = drop_invisible(plain.lines)  # markup can name invisible characters by number
    removed = [*visible.removed, *plain.removed, *named.removed]
    if front.block:
        shown = front.block.encode("utf-8", "backslashreplace").decode("utf-8")
        removed.insert(0, RemovedSpan(rule="front_matter", text=shown, line=1))
    return _Body(named.lines, removed, front.fields, {}, reflowed=False)


def _html_body(text: str, source: str) -> _Body:
    lone = [
        RemovedSpan(
            rule="invisible_character",
            text=match[0].encode("utf-8", "backslashreplace").decode("utf-8"),
            line=text.count("\n", 0, match.start()) + 1,
        )
        for match in _SURROGATES.finditer(text)
    ]
    body = _document_body("html", _SURROGATES.sub("", text).encode("utf-8"), source)
    return body._replace(removed=[*lone, *body.removed])


def _document_body(kind: Kind, data: bytes, source: str) -> _Body:
    found = extract(kind, data, name=source)
    visible = lines_of(found.text)
    lines = unwrap(visible.lines) if found.wrapped else visible.lines
    dropped = [RemovedSpan(rule=rule, text=text, line=line) for rule, text, line in found.removed]
    return _Body(lines, [*dropped, *visible.removed], {}, found.fields, reflowed=not found.wrapped)
