"""Questions written about policy pages, for fitting on far more needs than the golden set has.

Only those of pages that were held out of the reader's training: of the others it knows the
answers, and a model fitted on what it says there would trust it too much. Without the pages (they
are not in the repository) there are none, and fits go on with the golden set alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from policy_qa.sentences import split_sentences
from training.splits import HELD_OUT_SHARE, is_drawn
from training.written_questions import written_set

PAGES = Path(__file__).parents[1] / ".." / "shared" / "policy_pages"
CORPUS = "pages"
_BESIDE = 12
"""Characters on either side of an answer that must stand in a quote with it, within its sentence."""


def written_needs(pages: Path = PAGES) -> list[dict[str, Any]]:
    """Questions in the form of the golden set, each followed by its near miss.

    Args:
        pages: Folder with the pages as Markdown.
    """
    return list(_needs(pages)) if pages.is_dir() else []


def _needs(pages: Path) -> Iterator[dict[str, Any]]:
    made = written_set(pages)
    for question in made.questions:
        passage = made.passages[question.gold[0]]
        if not is_drawn(passage.article, HELD_OUT_SHARE) or question.place is None:
            continue
        asked = {"pair": question.need, "lang": question.language}
        found = {
            "article_ids": [passage.article.partition("/")[2]],
            "evidence": [[_evidence(passage.text, *question.place)]],
        }
        yield asked | found | {"question": question.text, "answerable": True}
        yield asked | {"article_ids": [], "evidence": [], "question": question.near_miss, "answerable": False}


def _evidence(text: str, start: int, end: int) -> str:
    sentence = next((span for span in split_sentences(text) if span.start <= start < span.end), None)
    first, last = (sentence.start, sentence.end) if sentence else (0, len(text))
    return text[max(first, start - _BESIDE) : min(last, end + _BESIDE)]
