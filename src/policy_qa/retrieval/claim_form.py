"""A question and words that may answer it → the statement that they do.

The reader was taught to judge statements beside questions. A statement with the wrong year or the
wrong kind of thing is easier to tell from a true one than a question from one nearly like it (Chen
et al., Can NLI Models Verify QA Systems' Predictions?, Findings of EMNLP 2021).
"""

from __future__ import annotations

import re
from typing import Final

from policy_qa.index.terms import has_han

_ASKS: Final = re.compile(
    r"[为為](?:什[么麼]|何|啥)|百分之[几幾]|多少|多大|多久|多高|第[几幾]|哪一?[天日年月]|[几幾][号號日月]|何[时時]|什[么麼](?:时候|時候)?"
    r"|[谁誰]|哪[几幾一两兩三]?[家个個些位项項批]?|[几幾][家个個项項款批次年天月倍]|怎[么麼]|如何"
)


def as_claim(question: str, words: str) -> str:
    """States that some words answer a question.

    Args:
        question: A question in Chinese or English.
        words: The words.

    Returns:
        The words in place of the interrogative, which in Chinese stands where its answer would;
        otherwise the question, a colon and the words.
    """
    asked = question.strip().rstrip("?？")
    found = _ASKS.search(asked) if has_han(asked) else None
    if found is None:
        return f"{asked}: {words}"
    return asked[: found.start()] + words + asked[found.end() :]
