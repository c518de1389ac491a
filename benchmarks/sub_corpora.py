"""The shipped corpus, a part of it and policy pages, for models that must not depend on their size.

Scores are standardised over the corpus, so a model fitted on one corpus alone would expect its
size: a reader with five articles has other distances than one with three hundred.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.written_needs import CORPUS, PAGES
from policy_qa import PolicyQA

ANALYSES = (
    "strider-china-ai-infrastructure",
    "wengu-china-ai-policy-blockade",
    "cnitsec-us-china-ai-paths",
    "us-think-tanks-china-ai-race",
    "csis-countering-china-ai-challenge",
)

SOURCES = Path(__file__).parents[1] / ".." / "shared" / "articles"
RAW = "sources"
"""The source articles as they came: questions about the analyses are questions about them."""


@contextmanager
def engines(
    corpus: Path, index: Path, pages: Path = PAGES, pages_index: Path | None = None
) -> Iterator[dict[str, PolicyQA]]:
    """Engines over the whole corpus, its five analyses and, where they are, their sources and policy pages.

    Args:
        corpus: Folder with the articles.
        index: Index of the whole corpus; that of the part is built in a temporary folder.
        pages: Folder with the pages that written_needs.py asks about.
        pages_index: Their index; built in a temporary folder if omitted.
    """
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / "analyses"
        part.mkdir()
        for name in ANALYSES:
            shutil.copy2(corpus / f"{name}.md", part)
        made = {
            "all": PolicyQA(corpus=corpus, index=index),
            "analyses": PolicyQA(corpus=part, index=Path(folder) / "index"),
        }
        if SOURCES.is_dir():
            made[RAW] = PolicyQA(corpus=SOURCES, index=Path(folder) / "sources")
        if pages.is_dir():
            made[CORPUS] = PolicyQA(corpus=pages, index=pages_index or Path(folder) / "pages")
        for engine in made.values():
            engine.index()
        yield made
        for engine in made.values():
            engine.close()
