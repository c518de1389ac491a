"""Ask the corpus from Python."""

from policy_qa import PolicyQA

engine = PolicyQA(corpus="corpus", index="index")
answer = engine.ask("到2025年，中国的算力总规模目标是多少？")
print(answer.status, answer.answer)
for citation in answer.citations:
    text = engine.article(citation.article_id).text
    assert text[citation.start : citation.end] == citation.quote
    print(f"[{citation.marker}] {citation.title}: {citation.quote}")
