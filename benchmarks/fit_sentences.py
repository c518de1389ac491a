"""Fits the model that chooses answer sentences, on the dev part of the golden set.

    python benchmarks/fit_sentences.py [--index DIR]

Each question is asked of the whole corpus and of smaller ones cut out of it (sub_corpora.py). Writes
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
from sub_corpora import engines

from policy_qa.answering.candidates import FEATURES, RELATIVE, Candidate, candidates
from policy_qa.answering.question_type import asked_for
from policy_qa.retrieval.question import read_question

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "eval" / "golden.jsonl"
SPLITS = ROOT / "eval" / "splits.json"
OUT = ROOT / "src" / "policy_qa" / "answering" / "sentence_model.json"
NAMES = (*FEATURES, *(f"d_{name}" for name in RELATIVE))
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


def recall(
    rows: list[tuple[dict[str, Any], list[Candidate]]], scores: list[NDArray[np.float64]], n: int
) -> float:
    """Mean share of the facts in the n best sentences."""
    return float(
        np.mean(
            [
                np.mean(facts_found(question, [found[i].text for i in np.argsort(-s)[:n]]))
                for (question, found), s in zip(rows, scores, strict=True)
            ]
        )
    )


def matrix(found: list[Candidate]) -> NDArray[np.float64]:
    """Features of candidates, n × features."""
    return np.array([[c.features[name] for name in NAMES] for c in found])


def fit(rows: list[tuple[dict[str, Any], list[Candidate]]]) -> dict[str, Any]:
    """A logistic regression over all candidates of all questions."""
    x = np.vstack([matrix(found) for _, found in rows])
    y = np.array([any(facts_found(q, [c.text])) for q, found in rows for c in found])
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=1000, random_state=SEED).fit((x - mean) / spread, y)
    return {
        "features": NAMES,
        "mean": mean.round(5).tolist(),
        "spread": spread.round(5).tolist(),
        "weights": model.coef_[0].round(5).tolist(),
        "intercept": round(float(model.intercept_[0]), 5),
    }


def apply(model: dict[str, Any], found: list[Candidate]) -> NDArray[np.float64]:
    """Log-odds of candidates."""
    z = (matrix(found) - np.array(model["mean"])) / np.array(model["spread"])
    return np.asarray(z @ np.array(model["weights"]) + model["intercept"])


def cross_validated(rows: list[tuple[dict[str, Any], list[Candidate]]]) -> list[NDArray[np.float64]]:
    """Scores of each question's candidates by a model that has not seen its pair."""
    groups = np.array([q["pair"] for q, _ in rows])
    scores: list[NDArray[np.float64]] = [np.empty(0)] * len(rows)
    for train, held_out in GroupKFold(8).split(groups, groups=groups):
        model = fit([rows[i] for i in train])
        for i in held_out:
            scores[i] = apply(model, rows[i][1])
    return scores


def main() -> None:
    """Fits, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=ROOT / "index")
    golden = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    splits = json.loads(SPLITS.read_text(encoding="utf-8"))
    usable = [q for q in golden if q["answerable"] and not q.get("history")]
    rows: dict[tuple[str, str, str], list[tuple[dict[str, Any], list[Candidate]]]] = {}
    with engines(ROOT / "corpus", parser.parse_args().index) as made:
        generation = made["all"].generation.name
        for name, engine in made.items():
            for question in usable:
                if not set(question["article_ids"]) <= set(engine.generation.metadata):
                    continue
                retrieval = engine.retrieve(read_question(question["question"], 2000, question["lang"]), 10)
                found = candidates(retrieval, asked_for(question["question"]), 10)
                part = "dev" if question["pair"] in splits["dev"] else "test"
                rows.setdefault((question["lang"], part, name), []).append((question, found))
    languages = {}
    for lang in ("zh", "en"):
        dev = [
            row
            for (language, part, _), found in rows.items()
            if (language, part) == (lang, "dev")
            for row in found
        ]
        model = fit(dev)
        languages[lang] = model
        for label, part_rows, scores in (
            ("dev, cross-validated", dev, cross_validated(dev)),
            ("dev, cosine alone", dev, [matrix(f)[:, 0] for _, f in dev]),
            *(
                (f"test, {name}", part, [apply(model, f) for _, f in part])
                for (language, split, name), part in rows.items()
                if (language, split) == (lang, "test")
            ),
            (
                "test, cosine alone",
                rows[lang, "test", "all"],
                [matrix(f)[:, 0] for _, f in rows[lang, "test", "all"]],
            ),
        ):
            shares = "  ".join(f"{n}: {recall(part_rows, scores, n):.3f}" for n in DEPTHS)
            print(
                f"{lang}  {label:<22} {len(part_rows):>4} questions  facts in the first n sentences  {shares}"
            )
    provenance = {
        "command": "python benchmarks/fit_sentences.py",
        "golden_sha256": hashlib.sha256(GOLDEN.read_bytes()).hexdigest(),
        "generation": generation,
        "seed": SEED,
    }
    OUT.write_text(json.dumps({"provenance": provenance, "languages": languages}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
