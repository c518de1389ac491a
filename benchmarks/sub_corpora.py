"""Smaller corpora cut out of the shipped one, for fitting models that must not depend on its size.

Scores are standardised over the corpus, so a model fitted on one corpus alone would expect its
size: a reader with five articles has other distances than one with three hundred.
"""

from __future__ import annotations

import random
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
SEED = 7
_BRIEFS = 7


@contextmanager
def engines(corpus: Path, index: Path) -> Iterator[dict[str, PolicyQA]]:
    """Engines over the whole corpus, its five analyses, and two draws of seven briefs.

    Args:
        corpus: Folder with the articles.
        index: Index of the whole corpus; the others are built in a temporary folder.
    """
    everything = sorted(corpus.glob("*.md"))
    briefs = [path for path in everything if path.stem not in ANALYSES]
    drawn = random.Random(SEED)  # noqa: S311 (a draw of articles, not a secret)
    drawn.shuffle(briefs)
    parts = {
        "analyses": [path for path in everything if path.stem in ANALYSES],
        "briefs 1": briefs[:_BRIEFS],
        "briefs 2": briefs[_BRIEFS : 2 * _BRIEFS],
    }
    with tempfile.TemporaryDirectory() as folder:
        made = {"all": PolicyQA(corpus=corpus, index=index)}
        for name, paths in parts.items():
            place = Path(folder) / name.replace(" ", "-")
            place.mkdir()
            for path in paths:
                shutil.copy2(path, place)
            made[name] = PolicyQA(corpus=place, index=Path(folder) / f"{place.name}-index")
        for engine in made.values():
            engine.index()
        yield made
        for engine in made.values():
            engine.close()
