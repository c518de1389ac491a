"""Records of an evaluation over a retrieval set: the JSON that ``policy-qa eval --dataset`` writes."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from policy_qa.records import Record

Measures = dict[str, float]


class Comparison(Record):
    """One system against the main one, over the same questions.

    Attributes:
        difference: Main system's mean nDCG@10 minus the other's.
        p_value: Two-sided, of a paired permutation test.
    """

    difference: float
    p_value: float


class DatasetResult(Record):
    """Measures of one or several systems on one retrieval set.

    Attributes:
        dataset: Name of its folder.
        query_lang: Language asked for; ``all`` if the questions were not filtered.
        n_queries: Questions with at least one relevant document.
        n_documents: Documents searched.
        n_passages: Passages they were cut into.
        system: The system whose figures ``measures`` holds.
        measures: Means over all questions; a question without a hit counts as 0.
        ci95: 95 % interval of each mean, by bootstrap.
        per_system: System → measures.
        ci95_per_system: System → intervals.
        against: System → how the main system compares with it.
        per_query: System → question id → nDCG@10.
        left_out: System → why it could not be run.
        seconds: ``index``, ``embed`` (questions) and one entry a system.
        ms_per_query: System → mean time of a question, embedding included.
        model: Embedding model; of a run that was read from a file, the name of that file.
        reader: The reader behind ``hybrid+reader``, if there is one.
        settings_hash: Hash of the settings that can change a ranking; empty for a run from a file.
        corpus_hash: SHA-256 of the documents.
        versions: Packages that bear on the figures.
    """

    dataset: str
    query_lang: str
    n_queries: int
    n_documents: int
    n_passages: int
    system: str
    measures: Measures
    ci95: dict[str, tuple[float, float]]
    per_system: dict[str, Measures]
    ci95_per_system: dict[str, dict[str, tuple[float, float]]]
    against: dict[str, Comparison] = Field(default_factory=dict)
    per_query: dict[str, dict[str, float]] = Field(default_factory=dict)
    left_out: dict[str, str] = Field(default_factory=dict)
    seconds: dict[str, float]
    ms_per_query: dict[str, float]
    model: str
    reader: str | None = None
    settings_hash: str
    corpus_hash: str
    versions: dict[str, str]

    def write(self, path: Path) -> None:
        """Writes everything as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")
