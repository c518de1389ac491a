"""What a run over the golden set found, question by question and summed up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean

from policy_qa.evaluation.abstention import RiskCoverage, risk_coverage
from policy_qa.evaluation.calibration import Calibration, calibration
from policy_qa.evaluation.golden import QUESTION_TYPES, GoldenQuestion
from policy_qa.evaluation.golden_measures import MEASURES
from policy_qa.evaluation.language_gap import LanguageGap, language_gap
from policy_qa.evaluation.provenance import Provenance
from policy_qa.evaluation.results import DatasetResult
from policy_qa.evaluation.significance import bootstrap_ci
from policy_qa.records import Answer, Language, Record

LANGUAGES: tuple[Language, ...] = ("zh", "en")


class Outcome(Record):
    """One question, asked.

    Attributes:
        question: The golden question.
        asked: The words sent to the engine, a follow-up with what came before it.
        answer: The answer; ``None`` after a crash.
        error: What went wrong, if anything did.
        scores: Every measure that applies.
    """

    question: GoldenQuestion
    asked: str
    answer: Answer | None
    error: str | None
    scores: dict[str, float]

    @property
    def confidence(self) -> float:
        """Confidence of the engine; 0 after a crash."""
        return self.answer.confidence if self.answer else 0.0

    @property
    def can_be_right(self) -> bool:
        """Whether the hits hold what an answer needs, whether or not one was given.

        This is the outcome that confidence is held against: abstaining shows no draft, so its
        quality cannot be.
        """
        return self.scores.get("evidence_top5", 0.0) > 0


class Summary(Record):
    """The mean of a measure over the questions it applies to.

    Attributes:
        value: The mean.
        low: Lower end of its 95 % interval.
        high: Upper end.
        n: How many questions.
    """

    value: float
    low: float
    high: float
    n: int


class Latency(Record):
    """Milliseconds an answer took.

    Attributes:
        stages: Mean of each stage by name.
        p50: Median of the total.
        p95: 95th percentile of the total (nearest rank).
        values: Total of every question, in the order asked.
    """

    stages: dict[str, float]
    p50: float
    p95: float
    values: tuple[float, ...]


class GoldenResult(Record):
    """A run over the golden set.

    Attributes:
        golden: Name of the file of questions.
        golden_hash: First 16 hex digits of the SHA-256 of the questions asked.
        split: The part asked; ``None`` for all.
        provenance: What it was measured with.
        seconds: How long it took.
        by_language: Measures by language.
        by_type: Measures by type of question and language.
        gaps: English against Chinese, by measure.
        abstention: Risk–coverage curve by language.
        calibration: Reliability of confidence by language.
        latency: Times by language.
        retrieval: Ranking of passages by several systems, by language, if asked for.
        outcomes: Every question, in the order of the file.
    """

    golden: str
    golden_hash: str
    split: str | None
    provenance: Provenance
    seconds: float
    by_language: dict[Language, dict[str, Summary]]
    by_type: dict[str, dict[Language, dict[str, Summary]]]
    gaps: dict[str, LanguageGap]
    abstention: dict[Language, RiskCoverage]
    calibration: dict[Language, Calibration]
    latency: dict[Language, Latency]
    retrieval: tuple[DatasetResult, ...] = ()
    outcomes: tuple[Outcome, ...]

    def write(self, path: Path) -> None:
        """Writes everything as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")


def sum_up(
    outcomes: Sequence[Outcome],
    *,
    golden: str,
    golden_hash: str,
    split: str | None,
    provenance: Provenance,
    seconds: float,
) -> GoldenResult:
    """Sums up outcomes; arguments as the attributes of ``GoldenResult``."""
    languages = [lang for lang in LANGUAGES if any(o.question.lang == lang for o in outcomes)]
    types = [name for name in QUESTION_TYPES if any(o.question.type == name for o in outcomes)]

    def of(lang: Language, only: str | None = None) -> list[Outcome]:
        return [o for o in outcomes if o.question.lang == lang and only in (None, o.question.type)]

    return GoldenResult(
        golden=golden,
        golden_hash=golden_hash,
        split=split,
        provenance=provenance,
        seconds=seconds,
        by_language={lang: summarise(of(lang)) for lang in languages},
        by_type={
            name: {lang: summarise(group) for lang in languages if (group := of(lang, name))}
            for name in types
        },
        gaps=_gaps(of),
        abstention={lang: risk_coverage(*_order(of(lang))) for lang in languages},
        calibration={lang: calibration(*_order(of(lang))) for lang in languages},
        latency={
            lang: _latency(answers)
            for lang in languages
            if (answers := [o.answer for o in of(lang) if o.answer and o.answer.timings_ms])
        },
        outcomes=tuple(outcomes),
    )


def summarise(outcomes: Sequence[Outcome]) -> dict[str, Summary]:
    """Mean and 95 % bootstrap interval of every measure that applies to any of the outcomes."""
    found: dict[str, Summary] = {}
    for measure in MEASURES:
        values = [o.scores[measure.name] for o in outcomes if measure.name in o.scores]
        if values:
            low, high = bootstrap_ci(values)
            found[measure.name] = Summary(value=fmean(values), low=low, high=high, n=len(values))
    return found


def _gaps(of: Callable[[Language], list[Outcome]]) -> dict[str, LanguageGap]:
    gaps: dict[str, LanguageGap] = {}
    for measure in MEASURES:
        if measure.lower_is_better:
            continue
        english, chinese = (
            {o.question.pair: o.scores[measure.name] for o in of(lang) if measure.name in o.scores}
            for lang in ("en", "zh")
        )
        if (gap := language_gap(english, chinese)) is not None:
            gaps[measure.name] = gap
    return gaps


def _order(outcomes: Sequence[Outcome]) -> tuple[list[float], list[bool]]:
    return [o.confidence for o in outcomes], [o.can_be_right for o in outcomes]


def _latency(answers: Sequence[Answer]) -> Latency:
    stages: dict[str, list[float]] = {}
    for answer in answers:
        for stage, milliseconds in answer.timings_ms.items():
            stages.setdefault(stage, []).append(milliseconds)
    values = [answer.timings_ms.get("total", 0.0) for answer in answers]
    ranked = sorted(values)
    return Latency(
        stages={stage: fmean(times) for stage, times in stages.items()},
        p50=ranked[(len(ranked) - 1) // 2],
        p95=ranked[-(-95 * len(ranked) // 100) - 1],
        values=tuple(values),
    )
