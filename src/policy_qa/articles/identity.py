"""Which files are sources, and what their articles are called."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

from policy_qa.errors import BadInputError

SUPPORTED_SUFFIXES: Final = frozenset({".md", ".markdown", ".txt", ".html", ".htm", ".pdf", ".docx"})
"""Suffixes, in lower case, of the files that can be articles."""

LONGEST_ID: Final = 64
"""Characters of an article id at most."""

_HASH_LENGTH: Final = 10
_KEPT: Final = re.compile(r"[^A-Za-z0-9_-]+")


def article_id_for(source: str) -> str:
    """Gives the id of the article of a file.

    A Markdown file at the top of the corpus whose name is plain ASCII gives its name;
    any other gets a part of the SHA-256 of its path behind it, so that no two paths
    share an id.

    Args:
        source: Path relative to the corpus, with forward slashes.

    Raises:
        BadInputError: If the path is empty, absolute, climbs out of the corpus or holds
            a NUL or a backslash.
    """
    source = unicodedata.normalize("NFC", source)
    path = PurePosixPath(source)
    reason = _refusal(source)
    if reason is not None:
        raise BadInputError(f"{source!r} cannot be the path of an article: it {reason}.")
    slug = _KEPT.sub("-", path.stem).strip("-_")
    plain = slug == path.stem and source == f"{slug}.md" and len(slug) <= LONGEST_ID
    if plain:
        return slug
    digest = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_LENGTH]
    slug = re.sub("-{2,}", "-", slug)[: LONGEST_ID - _HASH_LENGTH - 1].strip("-_")
    return f"{slug or 'article'}-{digest}"


def _refusal(source: str) -> str | None:
    if not source or PurePosixPath(source).name in ("", ".", ".."):
        return "names no file"
    if "\x00" in source:
        return "holds a NUL character"
    if source.encode("utf-8", "replace").decode("utf-8") != source:
        return "is not valid UTF-8"
    if "\\" in source:
        return "holds a backslash"
    if source.startswith("/") or PureWindowsPath(source).drive:
        return "is absolute"
    if ".." in PurePosixPath(source).parts:
        return "leads out of the corpus"
    return None


def source_of(path: Path, *, root: Path) -> str:
    """Gives the path of a file relative to the corpus, with forward slashes.

    Raises:
        BadInputError: If the file is missing, no regular file or outside the corpus.
    """
    name = str(path)
    if "\x00" in name:
        raise BadInputError(f"{name!r} cannot be read: its name holds a NUL character.")
    try:
        inside = root.resolve(strict=True)
        target = path.resolve(strict=True)
    except (OSError, RuntimeError) as failure:
        raise BadInputError(
            f"{name} cannot be read: {failure.__class__.__name__}. Does it exist?"
        ) from failure
    if not target.is_relative_to(inside):
        raise BadInputError(f"{name} lies outside the corpus {root}; copy it into the corpus to use it.")
    if not target.is_file():
        raise BadInputError(f"{name} is no regular file.")
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - a link keeps its own name here
    base = Path(os.path.abspath(root))  # noqa: PTH100
    relative = absolute.relative_to(base) if absolute.is_relative_to(base) else target.relative_to(inside)
    return relative.as_posix()


def iter_sources(root: Path) -> list[Path]:
    """Lists the files under a folder that can be articles, sorted by their relative path.

    Hidden files and folders, links that lead outside and linked folders are left out.

    Raises:
        BadInputError: If the folder is missing.
    """
    if not root.is_dir():
        raise BadInputError(f"{root} is no folder. Give the folder that holds the articles.")
    inside = root.resolve()
    found: list[Path] = []
    for folder, folders, names in os.walk(root, followlinks=False):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(folder) / name
            if name.startswith(".") or path.suffix.lower() not in SUPPORTED_SUFFIXES:
                continue
            if path.is_symlink() and not path.resolve().is_relative_to(inside):
                continue
            if path.is_file():
                found.append(path)
    return sorted(found, key=lambda path: path.relative_to(root).as_posix())
