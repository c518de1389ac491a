"""Our retriever inside a llama-index query engine."""

from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine

from policy_qa import PolicyQA
from policy_qa.llama_index import PolicyRetriever

retriever = PolicyRetriever(PolicyQA(corpus="corpus", index="index"), k=3)
query_engine = RetrieverQueryEngine.from_args(retriever, llm=MockLLM())  # any llama-index LLM
response = query_engine.query("到2025年，中国的算力总规模目标是多少？")
print(response)
for node in response.source_nodes:
    print(node.score, node.metadata["title"])
