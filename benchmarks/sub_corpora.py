"""The shipped corpus, a part of it, policy pages and essays, for models that must not depend on their size.

Scores are standardised over the corpus, so a model fitted on one corpus alone would expect its
size: a reader with five articles has other distances than one with three hundred.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.written_needs import FOLDERS
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
def engines(corpus: Path, index: Path, pages_index: Path | None = None) -> Iterator[dict[str, PolicyQA]]:
    """Engines over the corpus, its five analyses, essays, and sources and policy pages where they are.

    Args:
        corpus: Folder with the articles.
        index: Index of the whole corpus; that of the part is built in a temporary folder.
        pages_index: Index of the policy pages; built in a temporary folder if omitted.
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
        for name, asked in FOLDERS.items():
            if asked.is_dir():
                known = pages_index if name == "pages" else None
                made[name] = PolicyQA(corpus=asked, index=known or Path(folder) / name)
        for engine in made.values():
            engine.index()
        yield made
        for engine in made.values():
            engine.close()
