"""Hard questions on the corpus for the fits: eval/hard_questions.jsonl in the form of the golden set.

Written by authors who knew the articles alone: reasons, judgements, who says what, lists, numbers;
each with a near miss that no article answers. All of them count as dev.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

QUESTIONS = Path(__file__).parents[1] / "eval" / "hard_questions.jsonl"


def hard_questions(path: Path = QUESTIONS) -> list[dict[str, Any]]:
    """Each need in Chinese and English, followed by its near miss; all under one ``pair``.

    Args:
        path: File of needs; a line is ``{"id", "article_id", "zh", "en", "evidence", "near_zh",
            "near_en"}``.
    """
    found: list[dict[str, Any]] = []
    for line in path.read_text("utf-8").splitlines():
        need: dict[str, str] = json.loads(line)
        for lang in ("zh", "en"):
            asked = {"pair": need["id"], "lang": lang}
            where = {"article_ids": [need["article_id"]], "evidence": [[need["evidence"]]]}
            found.append(asked | where | {"question": need[lang], "answerable": True})
            missed = {
                "article_ids": [],
                "evidence": [],
                "question": need[f"near_{lang}"],
                "answerable": False,
            }
            found.append(asked | missed)
    return found
