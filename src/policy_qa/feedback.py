"""What readers thought of answers, kept in one SQLite file.

Nothing identifies a reader. Question and answer are kept because a judgement without them
is of no use; that is why nothing is stored before someone presses a button.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from policy_qa.errors import BadInputError
from policy_qa.records import Answer, Language, Record, Status

Thumb = Literal["up", "down"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    given_at TEXT NOT NULL,
    thumb TEXT NOT NULL CHECK (thumb IN ('up', 'down')),
    reason TEXT NOT NULL,
    question TEXT NOT NULL,
    language TEXT NOT NULL,
    status TEXT NOT NULL,
    answer TEXT NOT NULL,
    short_answer TEXT,
    article_ids TEXT NOT NULL,
    quotes TEXT NOT NULL,
    generation TEXT NOT NULL
)
"""
_BUSY_SECONDS = 10.0


class Feedback(Record):
    """One judgement of one answer.

    Attributes:
        thumb: ``up`` or ``down``.
        reason: In the reader's words; may be empty.
        question: The question as asked.
        language: Language of the answer.
        status: Status of the answer.
        answer: The answer's Markdown.
        short_answer: Its few words, if it had them.
        article_ids: Articles cited, in order of their markers, each once.
        quotes: Exact words cited, in order of their markers.
        generation: Index generation that answered.
    """

    thumb: Thumb
    reason: str = Field("", max_length=2000)
    question: str = Field(max_length=20_000)
    language: Language = "zh"
    status: Status = "answered"
    answer: str = Field("", max_length=100_000)
    short_answer: str | None = Field(None, max_length=2000)
    article_ids: tuple[str, ...] = Field((), max_length=200)
    quotes: tuple[str, ...] = Field((), max_length=200)
    generation: str = Field("", max_length=200)

    @classmethod
    def on(cls, answer: Answer, thumb: Thumb, reason: str = "") -> Feedback:
        """The judgement of an answer."""
        return cls(
            thumb=thumb,
            reason=reason.strip()[:2000],
            question=answer.question,
            language=answer.language,
            status=answer.status,
            answer=answer.answer,
            short_answer=answer.short_answer,
            article_ids=tuple(dict.fromkeys(c.article_id for c in answer.citations)),
            quotes=tuple(c.quote for c in answer.citations),
            generation=answer.generation,
        )


class StoredFeedback(Feedback):
    """A judgement as kept.

    Attributes:
        feedback_id: Number, from 1, in order of arrival.
        given_at: When it was given, in UTC.
    """

    feedback_id: int
    given_at: datetime


class FeedbackStore:
    """Judgements in a SQLite file, which is made at the first one.

    May be used from several threads and by several processes.

    Args:
        path: The file; its folder is made if missing.
        now: The clock.
    """

    def __init__(self, path: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = path
        self._now = now
        self._lock = threading.Lock()

    def add(self, feedback: Feedback) -> StoredFeedback:
        """Keeps a judgement.

        Raises:
            BadInputError: The file cannot be written.
        """
        stored = {**feedback.model_dump(mode="json"), "given_at": self._now().isoformat(timespec="seconds")}
        row = {k: json.dumps(v, ensure_ascii=False) if isinstance(v, list) else v for k, v in stored.items()}
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        with self._opened(create=True) as db:
            # The names are those of the record's fields, never a reader's words.
            number = db.execute(f"INSERT INTO feedback ({names}) VALUES ({marks})", row).lastrowid  # noqa: S608
        return StoredFeedback.model_validate({**stored, "feedback_id": number})

    def all(self, thumb: Thumb | None = None) -> list[StoredFeedback]:
        """Every judgement, oldest first.

        Args:
            thumb: Only these.

        Raises:
            BadInputError: The file cannot be read.
        """
        if not self._path.exists():
            return []
        with self._opened(create=False) as db:
            rows = db.execute("SELECT * FROM feedback ORDER BY id").fetchall()
        kept = [_read(dict(row)) for row in rows]
        return [one for one in kept if thumb is None or one.thumb == thumb]

    @contextmanager
    def _opened(self, *, create: bool) -> Iterator[sqlite3.Connection]:
        try:
            with self._lock:
                if create:
                    self._path.parent.mkdir(parents=True, exist_ok=True)
                db = sqlite3.connect(self._path, timeout=_BUSY_SECONDS)
                try:
                    db.row_factory = sqlite3.Row
                    with db:
                        db.execute(_SCHEMA)
                        yield db
                finally:
                    db.close()
        except (OSError, sqlite3.Error) as error:
            raise BadInputError(f"Feedback cannot be kept in {self._path} ({error}).") from error


def golden_candidates(feedback: Sequence[StoredFeedback]) -> list[dict[str, Any]]:
    """Judgements as lines that a person can turn into golden questions.

    A praised answer proposes its quotes as evidence and its short answer as the answer. A
    criticised one proposes the question alone, and whoever edits the file says what is right:
    evidence and answer are left empty. The keys are those of the golden set, with ``note`` beside
    them; an editor sets ``type`` and drops the note.

    Returns:
        One dictionary for each question, the latest judgement winning; oldest first.
    """
    latest = {one.question: one for one in feedback}
    return [_candidate(one) for one in latest.values()]


def _candidate(one: StoredFeedback) -> dict[str, Any]:
    right = one.thumb == "up" and one.status == "answered"
    name = f"feedback-{one.feedback_id}"
    return {
        "id": f"{name}-{one.language}",
        "pair": name,
        "lang": one.language,
        "question": one.question,
        "type": "single_fact" if one.status == "answered" or one.thumb == "down" else "unanswerable",
        "answerable": one.status == "answered" or one.thumb == "down",
        "article_ids": list(one.article_ids) if right else [],
        "evidence": [[quote] for quote in one.quotes] if right else [],
        "answer": [one.short_answer] if right and one.short_answer else [],
        "note": {
            "thumb": one.thumb,
            "reason": one.reason,
            "given_at": one.given_at.isoformat(),
            "answer_given": one.answer,
        },
    }


def _read(row: dict[str, Any]) -> StoredFeedback:
    row["feedback_id"] = row.pop("id")
    for name in ("article_ids", "quotes"):
        row[name] = json.loads(row[name])
    return StoredFeedback.model_validate(row)
