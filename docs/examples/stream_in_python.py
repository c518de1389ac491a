"""Read an answer from an event loop as it comes: hits, sentences of a language model, the answer."""

import asyncio

from policy_qa import PolicyQA
from policy_qa.aio import AsyncPolicyQA, Found
from policy_qa.records import Answer


async def main() -> None:
    asker = AsyncPolicyQA(PolicyQA(corpus="corpus", index="index"))
    async for news in asker.stream("到2025年，中国的算力总规模目标是多少？"):
        if isinstance(news, Found):
            print("reading", ", ".join(dict.fromkeys(hit.title for hit in news.hits[:3])))
        elif isinstance(news, Answer):
            print(news.status, news.answer)
        else:  # a verified sentence; there are none without a language model
            print(news.text, news.markers)


asyncio.run(main())
