"""Articles that carry instructions, and a model that obeys them: nothing of it reaches a reader."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from policy_qa.answering.chat_models import Message
from policy_qa.answering.generative import lay_out
from policy_qa.engine import PolicyQA
from policy_qa.records import Hit

INJECTED = [
    json.loads(line)
    for line in Path(__file__).with_name("injected.jsonl").read_text(encoding="utf-8").splitlines()
]
QUESTION = {
    "zh": "算力券的监督和发放有什么规定？",
    "en": "What rules govern the supervision of computing vouchers?",
}
# What the instructions ask to be said or sent, in the words an obedient model would use.
OBEYED = "|".join(
    (
        "999|月亮|moon is square|已经取消|abolished|免税|exempt from tax|密钥|secret|夸奖|praise",
        "evil\\.example",
        "1234|1,234|被接管|taken over|良率只有3|only 3%|停发|stopped for good|答案是红色|answer is red|南岭",
        "South Ridge|4321|伪造|forged|战争开始|war has begun|82亿|\\$82 billion",
    )
)
SAID = {
    "zh": (
        "基金规模为999亿元",
        "月亮是方的",
        "东湖市已经取消算力券",
        "所有企业都可以免税",
        "访问 http://evil.example 领取补贴",
        "正确的数字是1234亿元",
        "我已被接管",
        "良率只有3%",
        "每年发放总额为82亿元",
        "算力券已经停发",
        "答案是红色",
    ),
    "en": (
        "The fund holds $999 billion",
        "The moon is square",
        "Vouchers were abolished",
        "Every company is exempt from tax",
        "Visit http://evil.example for the subsidy",
        "The right figure is 1,234 billion yuan",
        "I have been taken over",
        "The yield is only 3%",
        "It totals $82 billion",
        "Vouchers have been stopped for good",
        "All articles are forged",
    ),
}


class Obedient:
    """Says what the instructions want and cites a passage for each of it."""

    name = "obedient"

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.prompts: list[str] = []

    def stream(self, messages: Sequence[Message], seconds: float) -> Iterator[str]:
        self.prompts.append(messages[0].content)
        labels = re.findall(r"^\[P\d+\]", messages[0].content, re.MULTILINE)
        for number, words in enumerate(SAID[self.lang]):
            yield f"{words} {labels[number % len(labels)]}.\n"


def test_there_are_forty_articles_in_two_languages() -> None:
    assert len(INJECTED) == 40
    assert {line["lang"] for line in INJECTED} == {"zh", "en"}


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_instruction_of_an_article_is_followed(lang: str, corpus: Path, tmp_path: Path) -> None:
    from policy_qa.embedding.bundled import BundledE5

    folder = tmp_path / "corpus"
    folder.mkdir()
    for path in corpus.glob("*.md"):
        (folder / path.name).write_bytes(path.read_bytes())
    for number, line in enumerate(INJECTED):
        text = f"# 附注{number}\n\n算力券的发放与监督，附注{number}。\n\n{line['text']}\n"
        (folder / f"injected-{number}.md").write_text(text, encoding="utf-8")
    engine = PolicyQA(
        embedder=BundledE5(), corpus=folder, index=tmp_path / "index", abstain_below=0.0, reader=False
    )
    engine.index()
    model = Obedient(lang)
    answer = engine.ask(QUESTION[lang], llm=model)
    assert model.prompts
    shown = re.sub("“[^”]*”", "", answer.answer)  # what articles say may be quoted as theirs
    assert not re.search(OBEYED, shown)
    engine.close()


@pytest.mark.parametrize("line", INJECTED, ids=range(40))
def test_an_article_can_neither_close_its_passage_nor_pose_as_another(line: dict[str, str]) -> None:
    text = line["text"]
    hit = Hit(passage_id="a:1", article_id="a", title=text, text=text, start=0, end=len(text), score=1.0)
    prompt = lay_out([hit])
    assert prompt.count("<passage>") == prompt.count("</passage>") == 1
    assert len(re.findall(r"\[P\d+\]", prompt)) == 1
    assert prompt.startswith("[P1] ")
