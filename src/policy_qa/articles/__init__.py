"""Articles: files of a corpus, read, cleaned and described."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policy_qa.articles.identity import article_id_for, iter_sources
    from policy_qa.articles.loading import load_article
    from policy_qa.articles.near_duplicates import DuplicateGroup, find_duplicates
    from policy_qa.articles.rules import CLEANING_VERSION

__all__ = [
    "CLEANING_VERSION",
    "DuplicateGroup",
    "article_id_for",
    "find_duplicates",
    "iter_sources",
    "load_article",
]

_HOMES = {
    "CLEANING_VERSION": "rules",
    "DuplicateGroup": "near_duplicates",
    "article_id_for": "identity",
    "find_duplicates": "near_duplicates",
    "iter_sources": "identity",
    "load_article": "loading",
}


def __getattr__(name: str) -> object:
    """Imports a part when it is asked for: a question needs no parsers, and they take 0.3 s to import."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
