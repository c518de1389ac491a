from __future__ import annotations

from golden_samples import question, unanswerable

from policy_qa.engine import PolicyQA
from policy_qa.evaluation.golden_retrieval import retrieval_of_golden

ASKED = question(
    question="算力券每年发放总额是多少？",
    article_ids=("computing-vouchers",),
    evidence=(("每年发放总额为8.2亿元",),),
)


def test_a_passage_with_evidence_of_a_listed_article_is_relevant(engine: PolicyQA) -> None:
    (found,) = retrieval_of_golden(engine, "golden.jsonl", [ASKED, unanswerable()], ("lexical", "hybrid"))
    assert (found.n_queries, found.query_lang, found.system) == (1, "zh", "hybrid")
    assert found.per_system["lexical"]["P@1"] == 1.0


def test_evidence_that_no_single_passage_holds_counts_0(engine: PolicyQA) -> None:
    lost = ASKED.model_copy(update={"evidence": (("这句话不在文章里",),)})
    (found,) = retrieval_of_golden(engine, "golden.jsonl", [lost], ("hybrid",))
    assert found.measures["Recall@100"] == 0.0


def test_each_language_is_measured_on_its_own_and_llama_index_is_left_out(engine: PolicyQA) -> None:
    english = ASKED.model_copy(update={"id": "g001-en", "lang": "en", "question": "What is the total?"})
    found = retrieval_of_golden(engine, "golden.jsonl", [ASKED, english], ("hybrid", "llama-index"))
    assert [one.query_lang for one in found] == ["zh", "en"]
    assert "--dataset" in found[0].left_out["llama-index"]
