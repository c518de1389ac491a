"""Articles: files of a corpus, read, cleaned and described."""

from __future__ import annotations

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
