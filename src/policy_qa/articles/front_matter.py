"""YAML front matter: what a file says about itself above its text.

Damaged YAML loses nothing: if every line of the block is still ``key: value``, the lines
are read as they stand (an unquoted colon in a title is the usual damage); otherwise the
block is taken for text and stays in the article.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

LONGEST_BLOCK: Final = 65_536
"""Characters within which a block must end to be taken for front matter."""

LONGEST_VALUE: Final = 2_000
"""Characters kept of a value."""

_KEYS: Final = {
    "title": ("title", "标题"),
    "title_en": ("title_en", "english_title"),
    "publisher": ("publisher", "source", "site", "site_name", "sitename", "outlet", "来源"),
    "author": ("author", "authors", "byline", "作者"),
    "published": ("published", "date", "publish_date", "published_at", "pubdate", "发布时间", "发布日期"),
    "url": ("url", "link", "source_url", "permalink"),
    "original_title": ("original_title",),
    "original_publisher": ("original_publisher",),
    "original_author": ("original_author",),
    "original_published": ("original_published",),
    "original_url": ("original_url",),
    "language": ("language", "lang"),
}
_ABSENT: Final = frozenset({"", "nan", "none", "null", "~", "n/a", "unknown", "未知", "-"})
_FIELD: Final = re.compile(r"([A-Za-z_\u4e00-\u9fff][\w-]{0,40})\s*[:：](?:\s+(.*)|)$")
_FENCE: Final = re.compile(r"(?:---|\.\.\.)[ \t]*")


class FrontMatter(NamedTuple):
    """Front matter and the body below it.

    Attributes:
        fields: Values under the keys of our corpus; keys without a value are left out.
        block: The block with its fences, exact; empty if there is none.
        body: The text below.
        body_line: 1-based line of the file in which the body begins.
    """

    fields: dict[str, str]
    block: str
    body: str
    body_line: int


def split_front_matter(text: str) -> FrontMatter:
    """Splits a text into front matter and body."""
    nothing = FrontMatter({}, "", text, 1)
    if not text.startswith("---"):
        return nothing
    lines = text[:LONGEST_BLOCK].split("\n")
    if not _FENCE.fullmatch(lines[0]) or lines[0].startswith("."):
        return nothing
    end = next((index for index, line in enumerate(lines[1:], start=1) if _FENCE.fullmatch(line)), None)
    if end is None:
        return nothing
    raw = _read_yaml("\n".join(lines[1:end]))
    if raw is None:
        raw = _read_lines(lines[1:end])
    if raw is None:
        return nothing
    block = "\n".join(lines[: end + 1])
    return FrontMatter(_known_fields(raw), block, text[len(block) :].removeprefix("\n"), end + 2)


def _read_yaml(block: str) -> dict[str, str] | None:
    import yaml

    try:
        # BaseLoader makes no objects and guesses no types: every scalar stays a string.
        loaded = yaml.load(block, Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    if not isinstance(loaded, dict):
        return None
    return {key: _as_text(value) for key, value in loaded.items() if isinstance(key, str)}


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "、".join(item for item in value[:20] if isinstance(item, str))
    return ""


def _read_lines(lines: list[str]) -> dict[str, str] | None:
    """Reads ``key: value`` lines one by one, or gives None if some line is no such line."""
    fields: dict[str, str] = {}
    for line in lines:
        if not line.strip():
            continue
        match = _FIELD.match(line)
        if match is None:
            return None
        fields[match[1]] = (match[2] or "").strip().strip("\"'")
    return fields or None


def _known_fields(raw: dict[str, str]) -> dict[str, str]:
    given = {key.strip().lower().replace("-", "_"): value for key, value in raw.items()}
    fields: dict[str, str] = {}
    for name, aliases in _KEYS.items():
        for alias in aliases:
            value = " ".join(given.get(alias, "").split())[:LONGEST_VALUE]
            if value.lower() in _ABSENT or (name == "publisher" and re.match("https?://", value)):
                continue
            fields[name] = value
            break
    if "url" not in fields and re.match("https?://", given.get("source", "")):
        fields["url"] = given["source"].strip()
    return fields
