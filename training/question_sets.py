"""Question sets in BEIR layout → passages and questions under one form.

A set is a folder with ``corpus.jsonl`` (or ``.jsonl.gz``), ``queries.jsonl`` and
``qrels.tsv``. Every passage gets the *article* it belongs to: the unit by which a part is
held out, the same for texts that stand in several sets (XQuAD and ExpMRC are cut from one
set of Wikipedia articles, DRCD and CMRC may share one).
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from policy_qa.index.terms import fold

TRAINABLE: Final = (
    "xquad_zh",
    "xquad_en",
    "drcd_dev",
    "cmrc2018_trial",
    "expmrc_en",
    "nomiracl_en",
    "dureader_demo",
    "stard_train",
)
"""Sets under CC BY-SA, MIT or Apache licences: weights trained on them may be shipped."""

EVALUATION_ONLY: Final = ("squad2_zh_dev",)
"""Sets without a stated licence: measured on, never trained on."""

_SQUAD: Final = "squad"
_CHINESE_WIKIPEDIA: Final = frozenset({"drcd_dev", "cmrc2018_trial"})


@dataclass(frozen=True)
class SourcePassage:
    """A passage of a set.

    Attributes:
        passage_id: ``<set>/<id in the set>``.
        article: What it was cut from; passages of one article are held out together.
        title: Title of the article; empty if the set has none.
        text: The passage.
    """

    passage_id: str
    article: str
    title: str
    text: str


@dataclass(frozen=True)
class SourceQuestion:
    """A question of a set.

    Attributes:
        question_id: ``<set>/<id in the set>``.
        text: The question.
        language: ``zh``, ``zh-Hant`` or ``en``.
        gold: Passages known to answer it (or, if it is not answerable, the one it was asked on).
        answers: Accepted answers, in the words of a gold passage.
        answerable: Whether a passage shown with it answers it.
        context: Passages shown with it where no single one is known to answer it.
        need: Id shared by the same question in other languages.
        place: Characters of the answer in the gold passage, where they are known.
        near_miss: A question close to it that its passage does not answer; empty without one.
    """

    question_id: str
    text: str
    language: str
    gold: tuple[str, ...]
    answers: tuple[str, ...] = ()
    answerable: bool = True
    context: tuple[str, ...] = ()
    need: str = ""
    place: tuple[int, int] | None = None
    near_miss: str = ""


@dataclass(frozen=True)
class QuestionSet:
    """A set by name, its passages by id, its questions in the order of the file."""

    name: str
    passages: Mapping[str, SourcePassage]
    questions: tuple[SourceQuestion, ...]


def read_sets(folder: Path, names: Sequence[str]) -> list[QuestionSet]:
    """Reads sets by name; those whose folder is absent are left out.

    Args:
        folder: The folder that holds one folder per set.
        names: Which sets.

    Raises:
        ValueError: A question refers to a passage that the set does not hold.
    """
    articles = _squad_articles(folder)
    return [_read_set(folder, name, articles) for name in names if (folder / name).is_dir()]


def _read_set(folder: Path, name: str, squad_articles: Mapping[str, str]) -> QuestionSet:
    passages = {}
    for record in _records(folder / name, "corpus"):
        key = f"{name}/{record['_id']}"
        title = str(record.get("title") or "")
        passages[key] = SourcePassage(key, _article(name, record, squad_articles), title, str(record["text"]))
    relevant = _relevant(folder / name / "qrels.tsv", name)
    questions = tuple(_question(name, record, relevant) for record in _records(folder / name, "queries"))
    for question in questions:
        for passage in (*question.gold, *question.context):
            if passage not in passages:
                raise ValueError(f"{question.question_id} refers to {passage}, which {name} does not hold")
    return QuestionSet(name, passages, questions)


def _records(folder: Path, stem: str) -> Iterator[dict[str, Any]]:
    plain = folder / f"{stem}.jsonl"
    if plain.is_file():
        with plain.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)
    else:
        with gzip.open(folder / f"{stem}.jsonl.gz", "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _relevant(path: Path, name: str) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in path.read_text("utf-8").splitlines()[1:]:
        query, passage, score = line.split("\t")
        if int(score) > 0:
            found[query].append(f"{name}/{passage}")
    return {query: tuple(ids) for query, ids in found.items()}


def _question(
    name: str, record: Mapping[str, Any], relevant: Mapping[str, tuple[str, ...]]
) -> SourceQuestion:
    own = str(record["_id"])
    gold = relevant.get(own, ())
    if "passage" in record:
        gold = (f"{name}/{record['passage']}",)
    return SourceQuestion(
        question_id=f"{name}/{own}",
        text=str(record["text"]),
        language=str(record["lang"]) if "lang" in record else "zh",
        gold=gold,
        answers=tuple(dict.fromkeys(str(answer) for answer in record.get("answers", ()))),
        answerable=bool(record.get("answerable", True)),
        context=tuple(f"{name}/{passage}" for passage in record.get("context_ids", ())),
        need=str(record.get("pair", own)),
    )


def _article(name: str, record: Mapping[str, Any], squad_articles: Mapping[str, str]) -> str:
    own, title = str(record["_id"]), str(record.get("title") or "")
    if name.startswith("xquad"):
        return f"{_SQUAD}/{own.split('p')[0]}"
    if name == "expmrc_en":
        return squad_articles.get(title, f"{_SQUAD}/{title}")
    if name in _CHINESE_WIKIPEDIA:
        return f"zhwiki/{fold(title)}"
    if name == "dureader_demo":
        return f"{name}/{own.rpartition('-d')[0]}"
    if name in EVALUATION_ONLY:
        return f"{name}/{own.split('p')[0]}"
    return f"{name}/{own}"


def _squad_articles(folder: Path) -> dict[str, str]:
    """ExpMRC titles → the XQuAD article that holds a paragraph of the same words."""
    if not (folder / "xquad_en").is_dir() or not (folder / "expmrc_en").is_dir():
        return {}
    known = {record["text"]: str(record["_id"]) for record in _records(folder / "xquad_en", "corpus")}
    found = {}
    for record in _records(folder / "expmrc_en", "corpus"):
        if record["text"] in known:
            found[str(record["title"])] = f"{_SQUAD}/{known[record['text']].split('p')[0]}"
    return found
