"""Fits the models that say whether quotes are enough for a sentence (citing/support_model.json).

True: the true sentences of the dev part of eval/faithfulness, each with its quote and with the
paragraph around it. Wrong: the fabricated and moved ones of the same part, true sentences beside
other quotes, and true sentences with a clause of another sentence spliced in, with a fixed seed.

Run: .venv/bin/python -m benchmarks.fit_support
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.build_faithfulness import FOLDER, TRUE_KINDS, paragraph
from policy_qa.citing.clauses import split_clauses
from policy_qa.citing.support import FEATURES, MODEL_FILE, claim_language, focus_on
from policy_qa.embedding.bundled import BundledE5
from policy_qa.evaluation.golden import corpus_texts

OUT = Path("src/policy_qa/citing") / MODEL_FILE
SEED = 7
THRESHOLD = 0.3
"""Below the point where the two classes weigh the same: others word true sentences more freely than the
fitting data does, and what is made up scores far lower."""
L2 = 1.0
Matrix = NDArray[np.float64]


def examples() -> list[tuple[str, str, str, bool]]:
    """Language, sentence, evidence, whether it is enough."""
    texts = corpus_texts(Path("corpus"))
    lines = (FOLDER / "pairs.jsonl").read_text(encoding="utf-8").splitlines()
    pairs = [pair for pair in map(json.loads, lines) if pair["split"] == "dev"]
    rng = random.Random(SEED)  # noqa: S311
    found: list[tuple[str, str, str, bool]] = []
    true = [pair for pair in pairs if pair["kind"] in TRUE_KINDS]
    for pair in true:
        quote = pair["quotes"][0]
        lang = claim_language(pair["sentence"])
        found += [(lang, pair["sentence"], evidence, True) for evidence in {quote, _paragraph(texts, pair)}]
        others = [p for p in true if claim_language(p["sentence"]) == lang and p is not pair]
        donors = rng.sample(others, 2)
        found += [(lang, _splice(pair["sentence"], d["sentence"], rng), quote, False) for d in donors]
        moved = rng.choice([p for p in others if p["quotes"][0] not in (quote, _paragraph(texts, pair))])
        found.append((lang, pair["sentence"], moved["quotes"][0], False))
    wrong = [pair for pair in pairs if pair["kind"] in {"fabricated", "source"}]
    return found + [(claim_language(p["sentence"]), p["sentence"], p["quotes"][0], False) for p in wrong]


def _paragraph(texts: dict[str, str], pair: dict[str, Any]) -> str:
    return paragraph(texts[pair["article_id"]], pair["quotes"][0].split("\n")[0])


def _splice(sentence: str, donor: str, rng: random.Random) -> str:
    """A sentence with a clause of another one put behind it or in place of its last clause."""
    clauses = [sentence[c.start : c.end] for c in split_clauses(sentence)]
    foreign = rng.choice([donor[c.start : c.end] for c in split_clauses(donor)]).strip(" ，。.,;")
    if claim_language(sentence) == "zh":
        kept = "".join(clauses[:-1]) if len(clauses) > 1 and rng.random() < 0.5 else sentence.rstrip("。")
        return f"{kept.rstrip('，')}，{foreign}。"
    kept = "".join(clauses[:-1]) if len(clauses) > 1 and rng.random() < 0.5 else sentence.rstrip(".")
    return f"{kept.rstrip(', ')}, and {foreign[:1].lower()}{foreign[1:]}."


def fit(x: Matrix, y: NDArray[np.float64]) -> tuple[Matrix, float]:
    """Logistic regression by Newton's method with an L2 penalty; the two classes weigh the same."""
    weights = np.where(y > 0, 0.5 / y.mean(), 0.5 / (1 - y.mean()))
    design = np.hstack([np.ones((len(x), 1)), x])
    penalty = np.diag([0.0] + [L2] * x.shape[1])
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        gradient = design.T @ (weights * (y - p)) - penalty @ beta
        hessian = (design * (weights * p * (1 - p))[:, None]).T @ design + penalty
        beta = beta + np.linalg.solve(hessian, gradient)
    return beta[1:], float(beta[0])


def main() -> None:
    """Fits and writes both models, and prints what they do on their own data."""
    model = BundledE5()
    rows: dict[str, list[tuple[list[float], bool]]] = {"zh": [], "en": []}
    for lang, sentence, evidence, enough in examples():
        focus = focus_on(sentence, [evidence], model)
        assert focus is not None  # noqa: S101
        rows[lang].append(([focus.features[name] for name in FEATURES], enough))
    out = {}
    for lang, found in rows.items():
        raw = np.array([values for values, _ in found])
        y = np.array([float(enough) for _, enough in found])
        mean, spread = raw.mean(axis=0), raw.std(axis=0)
        beta, intercept = fit((raw - mean) / spread, y)
        p = 1 / (1 + np.exp(-((raw - mean) / spread @ beta + intercept)))
        kept, found_out = (p[y > 0] >= THRESHOLD).mean(), (p[y == 0] < THRESHOLD).mean()
        print(
            f"{lang}: {int(y.sum())} true, {int((1 - y).sum())} wrong; "
            f"kept {kept:.3f}, detected {found_out:.3f}"
        )
        out[lang] = {
            "mean": dict(zip(FEATURES, mean.round(5).tolist(), strict=True)),
            "spread": dict(zip(FEATURES, spread.round(5).tolist(), strict=True)),
            "weights": dict(zip(FEATURES, beta.round(4).tolist(), strict=True)),
            "intercept": round(intercept, 4),
            "threshold": THRESHOLD,
        }
    OUT.write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
