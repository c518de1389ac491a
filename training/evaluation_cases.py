"""What is measured: cases of a question with passages, in tokens and in words.

Passages and questions are stored once, in tokens with their characters, so that evaluation
needs no tokenizer. A case says which passages go with which question and what is right.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from policy_qa.reading.rows import EncodedText, RowLayout
from training.tokenisation import PairTokenizer


@dataclass(frozen=True)
class Shown:
    """A passage of a case.

    Attributes:
        title: Its title.
        text: Its text.
        relevant: Whether it answers the question, as far as the set says.
        score: What the retriever gave it; 0 where nothing was retrieved.
    """

    title: str
    text: str
    relevant: bool = False
    score: float = 0.0


@dataclass(frozen=True)
class Case:
    """A question of a task.

    Attributes:
        task: ``reading/…``, ``answerability/…``, ``listed/…``, ``reranking/…`` or ``claims/…``.
        case_id: Id of the question.
        question: The question.
        shown: Passages, best first where they were retrieved.
        answers: Accepted answers.
        answerable: Whether a passage shown answers it.
        kind: What makes it unanswerable, where that is known.
        seen: Whether its passage also stands in a set that is trained on.
    """

    task: str
    case_id: str
    question: str
    shown: tuple[Shown, ...]
    answers: tuple[str, ...] = ()
    answerable: bool = True
    kind: str = ""
    seen: bool = False


@dataclass(frozen=True)
class EvaluationData:
    """Cases with the tokens of everything in them.

    Attributes:
        cases: The cases.
        layout: How rows are composed.
        tokens: Tokens of every question, title and text.
    """

    cases: tuple[Case, ...]
    layout: RowLayout
    tokens: dict[str, EncodedText]


def write_evaluation(folder: Path, cases: Sequence[Case], tokenizer: PairTokenizer) -> None:
    """Writes ``cases.jsonl`` and ``cases.npz``.

    Args:
        folder: Where to.
        cases: The cases.
        tokenizer: The pruned tokenizer.
    """
    texts = sorted({text for case in cases for text in _texts(case)})
    number = {text: position for position, text in enumerate(texts)}
    encoded = [tokenizer.text(text) for text in texts]
    starts = np.zeros(len(texts) + 1, np.int64)
    np.cumsum([len(one.ids) for one in encoded], out=starts[1:])
    empty = [np.empty(0, np.int32)]
    np.savez_compressed(
        folder / "cases.npz",
        starts=starts,
        ids=np.concatenate(empty + [one.ids for one in encoded]),
        first=np.concatenate(empty + [one.starts for one in encoded]),
        last=np.concatenate(empty + [one.ends for one in encoded]),
        layout=np.array([tokenizer.layout.bos, tokenizer.layout.eos, tokenizer.layout.window]),
    )
    with (folder / "cases.jsonl").open("w", encoding="utf-8") as file:
        file.write(json.dumps(texts, ensure_ascii=False) + "\n")
        for case in cases:
            record = asdict(case) | {
                "question": number[case.question],
                "shown": [[number[s.title], number[s.text], s.relevant, s.score] for s in case.shown],
            }
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def read_evaluation(folder: Path) -> EvaluationData:
    """Reads what ``write_evaluation`` wrote.

    Raises:
        FileNotFoundError: A file is missing.
    """
    path = folder / "cases.jsonl"
    if not path.is_file():
        raise FileNotFoundError(f"{path} does not exist. Run `python -m training.build_data` first.")
    with path.open(encoding="utf-8") as file:
        texts: list[str] = json.loads(next(file))
        cases = tuple(_case(json.loads(line), texts) for line in file)
    with np.load(folder / "cases.npz") as arrays:
        starts = arrays["starts"]
        parts = [np.split(arrays[name], starts[1:-1]) for name in ("ids", "first", "last")]
        layout = RowLayout(*(int(value) for value in arrays["layout"]))
    encoded = [EncodedText(*three) for three in zip(*parts, strict=True)]
    return EvaluationData(cases, layout, dict(zip(texts, encoded, strict=True)))


def _texts(case: Case) -> list[str]:
    return [case.question, *(text for shown in case.shown for text in (shown.title, shown.text))]


def _case(record: dict[str, Any], texts: Sequence[str]) -> Case:
    shown = (
        Shown(texts[title], texts[text], relevant, score) for title, text, relevant, score in record["shown"]
    )
    return Case(
        **record
        | {
            "question": texts[record["question"]],
            "shown": tuple(shown),
            "answers": tuple(record["answers"]),
        }
    )
