"""Ask several questions at once from an event loop."""

import asyncio

from policy_qa import PolicyQA
from policy_qa.aio import AsyncPolicyQA


async def main() -> None:
    asker = AsyncPolicyQA(PolicyQA(corpus="corpus", index="index"))
    questions = ["到2025年，中国的算力总规模目标是多少？", "How much computing power does China aim for?"]
    for answer in await asyncio.gather(*map(asker.ask, questions)):
        print(answer.status, answer.answer)


asyncio.run(main())
