"""Retrieval sets in BEIR's layout → documents, questions and judgements.

The layout is that of Thakur et al., BEIR (NeurIPS 2021): ``corpus.jsonl`` with ``_id``,
``title`` and ``text``; ``queries.jsonl`` with ``_id`` and ``text``; ``qrels.tsv``, or
``qrels/<split>.tsv``, with the columns query-id, corpus-id and score. Each may be gzipped.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from policy_qa.errors import BadInputError, UsageError
from policy_qa.index.terms import fold, has_han
from policy_qa.retrieval.question import detect_language

_DEFAULT_SPLITS = ("test", "dev", "train")
_SIMPLIFIED, _TRADITIONAL = "zh-Hans", "zh-Hant"
_COLUMNS = 3


@dataclass(frozen=True)
class Document:
    """A document to be found. ``title`` is empty if it has none."""

    document_id: str
    title: str
    text: str


@dataclass(frozen=True)
class DatasetQuery:
    """A question of a retrieval set.

    Attributes:
        query_id: Its id in the judgements.
        text: The question.
        language: A BCP 47 tag such as ``zh``, ``zh-Hant`` or ``en``.
    """

    query_id: str
    text: str
    language: str


@dataclass(frozen=True)
class Dataset:
    """A retrieval set.

    Attributes:
        name: Name of its folder.
        documents: In the order of the file, ids unique.
        queries: Those with at least one relevant document, in the order of the file.
        qrels: Query id → document id → grade; grades of 0 or less are not relevant.
        corpus_hash: SHA-256 (hex) of the documents.
    """

    name: str
    documents: tuple[Document, ...]
    queries: tuple[DatasetQuery, ...]
    qrels: Mapping[str, Mapping[str, int]]
    corpus_hash: str


def load_dataset(folder: Path, split: str | None = None) -> Dataset:
    """Reads a retrieval set.

    Args:
        folder: Folder in BEIR layout.
        split: Which judgements of ``qrels/``; without it ``qrels.tsv``, or else the first of
            test, dev and train that is there.

    Raises:
        BadInputError: A file is missing, a line cannot be read, an id stands twice, or a
            judgement names a document that is not in the corpus.
    """
    if not folder.is_dir():
        raise BadInputError(f"{folder} is no folder. Give a folder with corpus.jsonl, queries.jsonl, qrels.")
    documents = tuple(_documents(_find(folder, "corpus.jsonl")))
    qrels_file = _qrels_file(folder, split)
    qrels = _read_qrels(qrels_file, {document.document_id for document in documents})
    asked = _queries(_find(folder, "queries.jsonl"))
    queries = tuple(q for q in asked if any(grade > 0 for grade in qrels.get(q.query_id, {}).values()))
    if not queries:
        raise BadInputError(f"{qrels_file} names no relevant document for any question of {folder.name}.")
    return Dataset(folder.resolve().name, documents, queries, qrels, _hash_documents(documents))


def in_language(queries: Sequence[DatasetQuery], language: str) -> list[DatasetQuery]:
    """The questions in a language.

    A tag stands for all that it begins (RFC 4647, basic filtering): ``zh`` takes ``zh-Hant``
    too. Asked for ``zh-Hans`` where all Chinese questions are in Traditional characters, they
    are converted, so that both scripts can be measured on one set.

    Args:
        queries: Questions of a set.
        language: ``zh``, ``zh-Hant``, ``zh-Hans`` or ``en``, or any other tag.

    Raises:
        UsageError: No question is in that language.
    """
    wanted = language.lower()
    found = [q for q in queries if f"{q.language.lower()}-".startswith(f"{wanted}-")]
    if not found and wanted == _SIMPLIFIED.lower():
        traditional = [q for q in queries if q.language.lower() == _TRADITIONAL.lower()]
        found = [DatasetQuery(q.query_id, to_simplified(q.text), _SIMPLIFIED) for q in traditional]
    if not found:
        known = ", ".join(sorted({q.language for q in queries}))
        raise UsageError(f"No question is in {language!r}. The set has: {known}.")
    return found


def to_simplified(text: str) -> str:
    """Converts Traditional characters one by one and leaves everything else as it is."""
    return "".join(new if has_han(old) else old for old, new in zip(text, fold(text), strict=True))


def _hash_documents(documents: Sequence[Document]) -> str:
    digest = hashlib.sha256()
    for document in documents:
        line = json.dumps([document.document_id, document.title, document.text])
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def _find(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise BadInputError(f"{folder} holds neither {name} nor {name}.gz.")


def _qrels_file(folder: Path, split: str | None) -> Path:
    if split is not None:
        return _find(folder / "qrels", f"{split}.tsv")
    names = [folder / "qrels.tsv", *(folder / "qrels" / f"{name}.tsv" for name in _DEFAULT_SPLITS)]
    for path in names:
        for candidate in (path, path.with_name(f"{path.name}.gz")):
            if candidate.is_file():
                return candidate
    raise BadInputError(f"{folder} holds neither qrels.tsv nor qrels/test.tsv, dev.tsv or train.tsv.")


def _open(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig")
    return path.open(encoding="utf-8-sig")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with _open(path) as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise BadInputError(f"{path} cannot be read as UTF-8 text ({error}).") from error


def _records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    seen: set[str] = set()
    for number, line in _lines(path):
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise BadInputError(f"{path}:{number} is no JSON ({error}).") from error
        if not isinstance(record, dict) or "_id" not in record or not isinstance(record.get("text"), str):
            raise BadInputError(f'{path}:{number} is no object with "_id" and "text".')
        identifier = str(record["_id"])
        if identifier in seen:
            raise BadInputError(f"{path}:{number} repeats the id {identifier!r}.")
        seen.add(identifier)
        yield identifier, record


def _documents(path: Path) -> Iterator[Document]:
    for identifier, record in _records(path):
        yield Document(identifier, str(record.get("title") or ""), record["text"])


def _queries(path: Path) -> list[DatasetQuery]:
    return [
        DatasetQuery(identifier, record["text"], record.get("lang") or detect_language(record["text"]))
        for identifier, record in _records(path)
    ]


def _read_qrels(path: Path, document_ids: set[str]) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    for number, line in _lines(path):
        fields = line.split("\t")
        if number == 1 and fields[-1].strip().lower() == "score":
            continue
        try:
            query_id, document_id, grade = fields
            value = int(float(grade))
        except ValueError as error:
            raise BadInputError(
                f"{path}:{number} does not hold {_COLUMNS} columns: query-id, corpus-id and a score."
            ) from error
        if document_id not in document_ids:
            raise BadInputError(
                f"{path}:{number} names document {document_id!r}, which is not in the corpus."
            )
        qrels.setdefault(query_id, {})[document_id] = value
    return qrels
