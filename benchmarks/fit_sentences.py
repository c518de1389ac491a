"""Fits the model that chooses answer sentences, on the dev part of the golden set.

    python -m benchmarks.fit_sentences [--index DIR]

Each question is asked of the whole corpus and of a part of it (sub_corpora.py), and written
needs of essays, and of policy pages where they are at hand (written_needs.py); hard questions on the
corpus (hard_questions.py) count as dev, too. Fits one model for hits
that the reader has read and one for hits that it has not. Writes
``src/policy_qa/answering/sentence_model.json`` and prints, for the dev part (by
cross-validation over pairs) and for the test part, the share of the expected facts that stand
in the first n sentences. The baseline in the same run is the order by cosine alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from benchmarks.hard_questions import hard_questions
from benchmarks.sub_corpora import engines
from benchmarks.written_needs import questions_of
from policy_qa import PolicyQA
from policy_qa.answering.candidates import FEATURES, RELATIVE, Candidate, candidates
from policy_qa.answering.question_type import asked_for
from policy_qa.retrieval.question import read_question

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "eval" / "golden.jsonl"
SPLITS = ROOT / "eval" / "splits.json"
OUT = ROOT / "src" / "policy_qa" / "answering" / "sentence_model.json"
NAMES = (*FEATURES, *(f"d_{name}" for name in RELATIVE))
Rows = list[tuple[dict[str, Any], list[Candidate]]]
Collected = dict[tuple[str, str, str], Rows]
"""Questions with their candidates, by language, part of the golden set and corpus."""

DEPTHS = (1, 2, 3, 4, 6)
SEED = 7


def squeeze(text: str) -> str:
    """Text without white space: quotes may break lines where the evidence does not."""
    return "".join(text.split())


def facts_found(question: dict[str, Any], quotes: list[str]) -> list[bool]:
    """Which of the expected facts stand in the quotes."""
    squeezed = [squeeze(q) for q in quotes]
    return [
        any(squeeze(words) in quote for quote in squeezed for words in alternatives)
        for alternatives in question["evidence"]
    ]


def recall(rows: Rows, scores: list[NDArray[np.float64]], n: int) -> float:
    """Mean share of the facts in the n best sentences."""
    return float(
        np.mean(
            [
                np.mean(facts_found(question, [found[i].text for i in np.argsort(-s)[:n]]))
                for (question, found), s in zip(rows, scores, strict=True)
            ]
        )
    )


def matrix(found: list[Candidate], names: tuple[str, ...] = NAMES) -> NDArray[np.float64]:
    """Features of candidates, n × features."""
    return np.array([[c.features[name] for name in names] for c in found])


def fit(rows: Rows, names: tuple[str, ...] = NAMES) -> dict[str, Any]:
    """A logistic regression over all candidates of all questions."""
    x = np.vstack([matrix(found, names) for _, found in rows])
    y = np.array([any(facts_found(q, [c.text])) for q, found in rows for c in found])
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=1000, random_state=SEED).fit((x - mean) / spread, y)
    return {
        "features": names,
        "mean": mean.round(5).tolist(),
        "spread": spread.round(5).tolist(),
        "weights": model.coef_[0].round(5).tolist(),
        "intercept": round(float(model.intercept_[0]), 5),
    }


def apply(model: dict[str, Any], found: list[Candidate]) -> NDArray[np.float64]:
    """Log-odds of candidates."""
    z = (matrix(found, tuple(model["features"])) - np.array(model["mean"])) / np.array(model["spread"])
    return np.asarray(z @ np.array(model["weights"]) + model["intercept"])


def cross_validated(rows: Rows, names: tuple[str, ...]) -> list[NDArray[np.float64]]:
    """Scores of each question's candidates by a model that has not seen its pair."""
    groups = np.array([q["pair"] for q, _ in rows])
    scores: list[NDArray[np.float64]] = [np.empty(0)] * len(rows)
    for train, held_out in GroupKFold(8).split(groups, groups=groups):
        model = fit([rows[i] for i in train], names)
        for i in held_out:
            scores[i] = apply(model, rows[i][1])
    return scores


def collect(made: dict[str, PolicyQA], golden: list[dict[str, Any]], test: list[str]) -> Collected:
    """Candidate sentences of every question that a corpus answers, by language, part and corpus."""
    rows: Collected = {}
    for name, engine in made.items():
        for question in questions_of(name, golden):
            if not question["answerable"] or question.get("history"):
                continue
            if not set(question["article_ids"]) <= set(engine.generation.metadata):  # so too of the sources
                continue
            retrieval = engine.retrieve(read_question(question["question"], 2000, question["lang"]), 10)
            found = candidates(retrieval, asked_for(question["question"]), 10)
            part = "test" if question["pair"] in test else "dev"
            rows.setdefault((question["lang"], part, name), []).append((question, found))
    return rows


def fit_languages(rows: Collected, names: tuple[str, ...] = NAMES) -> dict[str, Any]:
    """One model for each language; prints what both parts gain."""
    languages = {}
    for lang in ("zh", "en"):
        of_part = {
            part: [
                row
                for (language, p, _), found in rows.items()
                if (language, p) == (lang, part)
                for row in found
            ]
            for part in ("dev", "test")
        }
        model = languages[lang] = fit(of_part["dev"], names)
        dev, test = of_part["dev"], of_part["test"]
        for label, part, scores in (
            ("dev, cross-validated", dev, cross_validated(dev, names)),
            ("dev, cosine alone", dev, [matrix(f)[:, 0] for _, f in dev]),
            ("test", test, [apply(model, f) for _, f in test]),
            ("test, cosine alone", test, [matrix(f)[:, 0] for _, f in test]),
        ):
            shares = "  ".join(f"{n}: {recall(part, scores, n):.3f}" for n in DEPTHS)
            print(f"{lang}  {label:<22} {len(part):>4} questions  facts in the first n sentences  {shares}")
    return languages


def main() -> None:
    """Fits, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=ROOT / "index")
    parser.add_argument("--pages-index", type=Path, help="index of the policy pages, to be used again")
    args = parser.parse_args()
    golden = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    splits = json.loads(SPLITS.read_text(encoding="utf-8"))
    with engines(ROOT / "corpus", args.index, pages_index=args.pages_index) as made:
        generation = made["all"].generation.name
        rows = collect(made, golden + hard_questions(), splits["test"])
    languages = fit_languages(rows)
    print("without the reader:")
    unread = fit_languages(rows, tuple(name for name in NAMES if "read_" not in name))
    provenance = {
        "command": "python -m benchmarks.fit_sentences",
        "golden_sha256": hashlib.sha256(GOLDEN.read_bytes()).hexdigest(),
        "generation": generation,
        "seed": SEED,
    }
    fitted = {"provenance": provenance, "languages": languages, "without reader": unread}
    OUT.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
