"""The shipped corpus and a part of it, for fitting models that must not depend on its size.

Scores are standardised over the corpus, so a model fitted on one corpus alone would expect its
size: a reader with five articles has other distances than one with three hundred.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from policy_qa import PolicyQA

ANALYSES = (
    "strider-china-ai-infrastructure",
    "wengu-china-ai-policy-blockade",
    "cnitsec-us-china-ai-paths",
    "us-think-tanks-china-ai-race",
    "csis-countering-china-ai-challenge",
)


@contextmanager
def engines(corpus: Path, index: Path) -> Iterator[dict[str, PolicyQA]]:
    """Engines over the whole corpus and over its five analyses.

    They do without the reader: it costs half a second a question, and what it says of a hit was
    tried as a feature of both fits and did not help (docs/evaluation.md).

    Args:
        corpus: Folder with the articles.
        index: Index of the whole corpus; that of the part is built in a temporary folder.
    """
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / "analyses"
        part.mkdir()
        for name in ANALYSES:
            shutil.copy2(corpus / f"{name}.md", part)
        made = {
            "all": PolicyQA(corpus=corpus, index=index, reader=False),
            "analyses": PolicyQA(corpus=part, index=Path(folder) / "index", reader=False),
        }
        for engine in made.values():
            engine.index()
        yield made
        for engine in made.values():
            engine.close()
