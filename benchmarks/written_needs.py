"""Questions written about policy pages and essays, for fits on far more needs than the golden set has.

Only those of articles that were held out of the reader's training: of the others it knows the
answers, and a model fitted on what it says there would trust it too much. Without the pages (they
are not in the repository) there are none about them, and fits go on with the others alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from policy_qa.sentences import split_sentences
from training.question_sets import QuestionSet
from training.splits import HELD_OUT_SHARE, is_drawn
from training.written_questions import ESSAYS, essay_set, written_set

PAGES = Path(__file__).parents[1] / ".." / "shared" / "policy_pages"
FOLDERS = {"pages": PAGES, "essays": ESSAYS}
"""The articles asked about, by the name of the corpus they make."""
ONE_OF = {"pages": 2, "essays": 4}
"""Of so many needs one is taken, so that they do not outweigh the golden set."""
_BESIDE = 12
"""Characters on either side of an answer that must stand in a quote with it, within its sentence."""


def questions_of(corpus: str, golden: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is asked of a corpus: its own written needs, or else the golden set.

    Args:
        corpus: Name of the corpus.
        golden: The golden set.
    """
    return written_needs(corpus) if corpus in FOLDERS else golden


def written_needs(corpus: str) -> list[dict[str, Any]]:
    """Questions in the form of the golden set, each followed by its near miss.

    Args:
        corpus: A name in ``FOLDERS``.
    """
    if not FOLDERS[corpus].is_dir():
        return []
    made = written_set(PAGES) if corpus == "pages" else essay_set()
    kept = (q for q in made.questions if int(q.need.rpartition("/")[2]) % ONE_OF[corpus] == 0)
    return list(_needs(replace(made, questions=tuple(kept))))


def _needs(made: QuestionSet) -> Iterator[dict[str, Any]]:
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
