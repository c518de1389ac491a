"""Fits the confidence by which the engine abstains, on the dev half of the golden set only.

Positives are answerable questions; negatives are unanswerable ones, questions off the topic
(off_topic.py) and, with less weight, answerable ones whose articles are filtered away. Each
question is asked of the whole corpus and of a part of it (sub_corpora.py), so that the fit does
not depend on the size of the corpus; written needs about essays of ours, and about policy pages
where they are at hand, are asked with their near misses too (written_needs.py), and so are hard
questions on the corpus itself (hard_questions.py). C is chosen and
the threshold set on out-of-fold scores; the test half is only reported. Two models are fitted for
each language: for hits that the reader has read, and for hits that it has not.

    python -m benchmarks.calibrate_abstention --index index
"""

from __future__ import annotations

import argparse
import hashlib
import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from benchmarks.hard_questions import hard_questions
from benchmarks.off_topic import OFF_TOPIC
from benchmarks.sub_corpora import ANALYSES, RAW, engines
from benchmarks.written_needs import FOLDERS, questions_of
from policy_qa import PolicyQA
from policy_qa.answering.confidence import CALIBRATION_FILE, Calibration, Confidence
from policy_qa.answering.reader_features import READER_FEATURES
from policy_qa.index.generation import Filters
from policy_qa.retrieval.question import read_question

MOST_WRONG = {"zh": 0.05, "en": 0.06}
"""Share of answerable questions turned away at most, on average over the corpora, the hard ones among them.

Golden ones are easier than most: by this .023 of the dev half are turned away in both languages.
"""
HITS = 10
"""As many as the engine takes for an answer."""
WEIGHTS = {"pos": 1.0, "un": 3.0, "off": 0.5, "filtered": 0.3}
WRITTEN_WEIGHT = {"pos": 0.5, "un": 0.5, "off": 0.2}
"""The same for questions about pages and essays, of which as many are near misses as are answerable."""
HARD = "hard"
HARD_WEIGHT = {"pos": 1.0, "un": 1.0}
"""The same for hard questions; their corpora are called "hard" and "hard sources"."""
OFF = "off-topic "
ROUNDS = 4
"""Times the best sentence is chosen and the regression fitted to it."""
FOR = ("in_sentence", "in_frame", "near", "in_passage", "window", "expected", "held_near", "plain_near",
       "date_stated", "close", "cosine", "fused", *READER_FEATURES)  # fmt: skip
AGAINST = ("worst_near", "worst_passage", "expected_gap", "names_near", "names_passage", "edition_gap",
           "year_near", "year_passage", "year_dated", "month_gap", "number_gap", "conflict", "date_clash",
           "unknown", "addressed")  # fmt: skip
START = {
    "near": 3.0,
    "in_sentence": 2.0,
    "in_passage": 1.0,
    "expected": 1.5,
    "window": 1.5,
    "year_near": -0.5,
    "year_passage": -1.0,
    "edition_gap": -1.0,
    "conflict": -0.5,
    "names_near": -1.0,
    "close": 0.3,
    "fused": 0.3,
    "read_here": 2.0,
    "read_hit": 0.5,
    "read_best": 0.5,
    "alone_here": 1.0,
    "alone_best": 0.5,
    "claim_best": 0.3,
}
Floats = NDArray[np.float64]


class Example(NamedTuple):
    """A question with the features of its sentences."""

    pair: str
    lang: str
    corpus: str
    kind: str
    sentences: list[dict[str, float]]


def examples(asked_of: list[dict[str, Any]], engine: PolicyQA, corpus: str) -> list[Example]:
    """Retrieves and computes features, once with all articles and once without those that answer.

    In a part of the corpus, a question whose articles are elsewhere counts as one whose articles
    are filtered away.
    """
    reader = Confidence({})  # only its features are needed
    everything = set(engine.generation.metadata)
    found = []
    for q in asked_of:
        if q.get("history"):
            continue
        asked = read_question(q["question"], 2000, q["lang"])
        raw = corpus.endswith(RAW)
        inside = set(q["article_ids"]) <= (set(ANALYSES) if raw else everything)
        if raw and q["answerable"] and not inside:
            continue
        kind = ("pos" if inside else "filtered") if q["answerable"] else "un"
        features = reader.features(engine.retrieve(asked, HITS))
        found.append(Example(q["pair"], q["lang"], corpus, kind, features))
        if kind == "pos" and corpus == "all":
            others = tuple(sorted(everything - set(q["article_ids"])))
            kept = engine.retrieve(asked, HITS, Filters(article_ids=others))
            found.append(Example(q["pair"], q["lang"], corpus, "filtered", reader.features(kept)))
    return [e for e in found if e.sentences]


def off_topic_examples(engine: PolicyQA, corpus: str) -> list[Example]:
    """The same of questions about something else."""
    reader = Confidence({})
    found = []
    for lang, questions in OFF_TOPIC.items():
        for number, question in enumerate(questions):
            kept = engine.retrieve(read_question(question, 2000, lang), HITS)
            found.append(Example(f"{OFF}{number}", lang, corpus, "off", reader.features(kept)))
    return [e for e in found if e.sentences]


def collect(made: Mapping[str, PolicyQA], golden: list[dict[str, Any]]) -> list[Example]:
    """All questions asked of all corpora."""
    everything = []
    for name, engine in made.items():
        everything += examples(questions_of(name, golden), engine, name)
        everything += off_topic_examples(engine, name)
    hard = hard_questions()
    everything += examples(hard, made["all"], HARD)
    if RAW in made:
        everything += examples(hard, made[RAW], f"{HARD} {RAW}")
    return everything


def signed_regression(
    x: Floats, target: NDArray[np.bool_], weight: Floats, strength: float, names: list[str]
) -> tuple[Floats, float]:
    """Logistic regression whose weights may not point the wrong way.

    The features overlap, and on a few hundred questions an unbounded fit plays them off against
    each other: a sentence with all the words would count for less than one with most.

    Args:
        x: Standardised features, n × features.
        target: Whether each row is answerable.
        weight: Weight of each row.
        strength: Inverse of the penalty on squared weights, as in scikit-learn.
        names: Names of the features.

    Returns:
        Weights and intercept.
    """

    def loss(parameters: Floats) -> tuple[float, Floats]:
        beta, intercept = parameters[:-1], parameters[-1]
        margins = np.where(target, 1.0, -1.0) * (x @ beta + intercept)
        value = strength * float(weight @ np.logaddexp(0.0, -margins)) + 0.5 * float(beta @ beta)
        pull = -strength * weight * np.where(target, 1.0, -1.0) / (1 + np.exp(margins))
        return value, np.append(x.T @ pull + beta, pull.sum())

    bounds = [(0, None) if n in FOR else (None, 0) if n in AGAINST else (None, None) for n in names]
    found = minimize(
        loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)]
    )
    return found.x[:-1], float(found.x[-1])


def fit(data: list[Example], strength: float, without: tuple[str, ...] = ()) -> Calibration:
    """Alternates between choosing each question's best sentence and fitting to those chosen."""
    names = [name for name in data[0].sentences[0] if name not in without]
    bags = [np.array([[s[n] for n in names] for s in e.sentences]) for e in data]
    stacked = np.vstack(bags)
    mean, spread = stacked.mean(0), stacked.std(0) + 1e-9
    scaled = [(bag - mean) / spread for bag in bags]
    beta = np.array([START.get(n, 0.0) * s for n, s in zip(names, spread, strict=True)])
    target = np.array([e.kind == "pos" for e in data])
    weight = np.array([_weights(e.corpus)[e.kind] for e in data])
    intercept = 0.0
    for _ in range(ROUNDS):
        chosen = np.array([bag[np.argmax(bag @ beta)] for bag in scaled])
        beta, intercept = signed_regression(chosen, target, weight, strength, names)
    rounded = [[round(float(v), 5) for v in row] for row in (mean, spread, beta)]
    return Calibration(
        features=tuple(names), mean=tuple(rounded[0]), spread=tuple(max(v, 1e-5) for v in rounded[1]),
        weights=tuple(rounded[2]), intercept=round(intercept, 5), threshold=0.5,
    )  # fmt: skip


def _weights(corpus: str) -> dict[str, float]:
    return WRITTEN_WEIGHT if corpus in FOLDERS else HARD_WEIGHT if corpus.startswith(HARD) else WEIGHTS


def scores(calibration: Calibration, data: list[Example]) -> Floats:
    """Confidence of each question."""
    best = np.array([calibration.logits(e.sentences).max() for e in data])
    return np.asarray(1 / (1 + np.exp(-best)))


def out_of_fold(data: list[Example], strength: float, without: tuple[str, ...] = ()) -> Floats:
    """Scores of each question by models that have not seen its pair."""
    result = np.zeros(len(data))
    for train, held in GroupKFold(8).split(data, groups=[e.pair for e in data]):
        model = fit([data[i] for i in train], strength, without)
        result[held] = scores(model, [data[i] for i in held])
    return result


def auc(values: Floats, data: list[Example]) -> float:
    """Area under the curve, answerable against unanswerable."""
    keep = [i for i, e in enumerate(data) if e.kind in {"pos", "un"}]
    return float(roc_auc_score([data[i].kind == "pos" for i in keep], values[keep]))


def report(values: Floats, data: list[Example], threshold: float) -> dict[str, float]:
    """Share answered of each kind of question."""
    kinds = np.array([e.kind for e in data])
    return {
        "auc": round(auc(values, data), 3),
        "wrong_abstention": round(float((values[kinds == "pos"] < threshold).mean()), 3),
        "unanswerable_answered": round(float((values[kinds == "un"] >= threshold).mean()), 3),
        "filtered_answered": round(float((values[kinds == "filtered"] >= threshold).mean()), 3),
    }


def threshold_of(values: Floats, data: list[Example], most_wrong: float) -> float:
    """The highest score that turns away no more than a share of the answerable questions.

    Their share is averaged over the corpora: scores are lower in a small one.
    """
    corpora = [e.corpus if e.kind == "pos" else "" for e in data]
    counted = [name for name in dict.fromkeys(corpora) if name]
    of_corpus = [values[[name == one for one in corpora]] for name in counted]
    grid = np.unique(values.round(3))
    wrong = np.mean([[(some < t).mean() for some in of_corpus] for t in grid], axis=1)
    return round(float(grid[wrong <= most_wrong].max()), 4)


def fit_languages(
    everything: list[Example], test: set[str], without: tuple[str, ...] = ()
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A calibration for each language, and what it does to both parts.

    Args:
        everything: All questions with their features.
        test: Pairs that are only reported.
        without: Features left out.
    """
    languages, outcome = {}, {}
    for lang in ("zh", "en"):
        asked = [e for e in everything if e.lang == lang]
        train = [e for e in asked if e.pair not in test]
        kept = [e for e in asked if e.pair in test]
        folds = {strength: out_of_fold(train, strength, without) for strength in (0.03, 0.1, 0.3)}
        strength = max(folds, key=lambda c: auc(folds[c], train))
        threshold = threshold_of(folds[strength], train, MOST_WRONG[lang])
        model = fit(train, strength, without).model_copy(update={"threshold": threshold})
        figures: dict[str, Any] = {"C": strength}
        for part, values, rows in (
            ("dev, out of fold", folds[strength], train),
            ("test", scores(model, kept), kept),
        ):
            for name in dict.fromkeys(e.corpus for e in rows):
                here = [i for i, e in enumerate(rows) if e.corpus == name]
                figures[f"{part}, {name}"] = report(values[here], [rows[i] for i in here], threshold)
        print(lang, *(f"{k}: {v}" for k, v in figures.items()), sep="\n  ")
        languages[lang] = model.model_dump()
        outcome[lang] = figures
    return languages, outcome


def main() -> None:
    """Fits both languages, prints the figures and writes the calibration file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", default="corpus")
    parser.add_argument("--index", default="index")
    parser.add_argument("--pages-index", type=Path, help="index of the policy pages, to be used again")
    parser.add_argument("--golden", type=Path, default=Path("eval/golden.jsonl"))
    parser.add_argument("--splits", type=Path, default=Path("eval/splits.json"))
    parser.add_argument("--out", type=Path, default=Path("src/policy_qa/answering") / CALIBRATION_FILE)
    args = parser.parse_args()
    warnings.filterwarnings("ignore")
    text = args.golden.read_text(encoding="utf-8")
    splits = json.loads(args.splits.read_text(encoding="utf-8"))
    golden = [json.loads(line) for line in text.splitlines()]
    with engines(Path(args.corpus), Path(args.index), pages_index=args.pages_index) as made:
        everything = collect(made, golden)
    test = set(splits["test"])
    languages, outcome = fit_languages(everything, test)
    print("without the reader:")
    unread, unread_outcome = fit_languages(everything, test, READER_FEATURES)
    provenance = {
        "golden_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "pairs": len(splits["dev"]),
        "command": "python -m benchmarks.calibrate_abstention",
        "weights": WEIGHTS,
        "written": {"questions": sum(e.corpus in FOLDERS for e in everything), "weights": WRITTEN_WEIGHT},
        "hard": {"questions": sum(e.corpus.startswith(HARD) for e in everything), "weights": HARD_WEIGHT},
        "figures": outcome,
        "figures without the reader": unread_outcome,
    }
    fitted = {"provenance": provenance, "languages": languages, "without reader": unread}
    args.out.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
