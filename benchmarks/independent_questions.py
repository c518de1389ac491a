"""Facts quoted and abstention on eval/independent.jsonl, asked of corpus/ and of the source articles.

The 46 answerable and 12 unanswerable needs were written about the five analyses by someone who had
seen neither the golden set nor the program. Nothing is fitted on them. A fact counts as quoted if one
of its accepted wordings stands in the quotes; white space and case are ignored.

Run: python -m benchmarks.independent_questions
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sklearn.metrics import roc_auc_score

from benchmarks.sub_corpora import SOURCES
from policy_qa import PolicyQA
from policy_qa.records import Answer

ROOT = Path(__file__).parents[1]
QUESTIONS = ROOT / "eval" / "independent.jsonl"


def plain(text: str) -> str:
    """Text as it is compared."""
    return "".join(text.split()).lower().replace("，", ",")


def quoted(answer: Answer, accepted: Sequence[str]) -> bool:
    """Whether an accepted wording stands in the quotes."""
    quotes = plain(" ".join(citation.quote for citation in answer.citations))
    return any(plain(words) in quotes for words in accepted)


def corpora() -> Iterator[tuple[str, Path]]:
    """Names and folders of what is asked."""
    yield "corpus", ROOT / "corpus"
    if SOURCES.is_dir():
        yield "sources", SOURCES


def measure(engine: PolicyQA, eager: PolicyQA, needs: Sequence[dict[str, Any]], language: str) -> str:
    """One line of figures.

    Args:
        engine: Abstains as it is shipped.
        eager: The same, never abstaining.
        needs: The questions.
        language: ``zh`` or ``en``.
    """
    facts, never, abstained, confidence = [], [], [], []
    for need in needs:
        answer, drafted = engine.ask(need[language]), eager.ask(need[language])
        confidence.append(answer.confidence)
        if need["answerable"]:
            facts.append(quoted(answer, need["answers"]))
            never.append(quoted(drafted, need["answers"]))
        else:
            abstained.append(not answer.citations)
    area = roc_auc_score([need["answerable"] for need in needs], confidence)
    return (
        f"facts quoted {sum(facts)}/{len(facts)} = {sum(facts) / len(facts):.3f}"
        f" (without abstention {sum(never) / len(never):.3f})"
        f"  abstained {sum(abstained)}/{len(abstained)}  area {area:.3f}"
    )


def main() -> None:
    """Prints a line for each corpus and language."""
    needs = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        for name, corpus in corpora():
            index = Path(folder) / name
            with (
                closing(PolicyQA(corpus=corpus, index=index)) as engine,
                closing(PolicyQA(corpus=corpus, index=index, abstain_below=0.0)) as eager,
            ):
                engine.index()
                for language in ("zh", "en"):
                    print(f"{name:8} {language}  {measure(engine, eager, needs, language)}", flush=True)


if __name__ == "__main__":
    main()
