"""Questions made from policy texts: a statement with the thing it states left out.

Chinese asks in place: 算力规模超过300 EFLOPS becomes 算力规模超过多少？ without moving a word, so that
a clause with one quantity, date, body or duty taken out reads as a question, and what was
taken out is its answer, at a known place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

from policy_qa.citing.quantities import Quantity, find_quantities
from policy_qa.reading.spans import Span
from policy_qa.sentences import split_sentences
from training.question_sets import QuestionSet, SourcePassage, SourceQuestion
from training.seeding import seeded

_FRONT_MATTER: Final = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_TITLE: Final = re.compile(r"^title:\s*[\"“]?(.+?)[\"”]?\s*$", re.MULTILINE)
_FURNITURE: Final = re.compile(
    "设为首页|加入收藏|当前位置|版权所有|ICP备|公网安备|上一篇|下一篇|微信扫一扫|返回顶部|网站地图|责任编辑|字体：|打印|主办单位|浏览器"
)
_HAN: Final = re.compile(r"[一-鿿]")
_PASSAGE_CHARACTERS: Final = 380
_SHORTEST_PASSAGE: Final = 80
_SHORTEST, _LONGEST = 8, 70
_QUALIFIER: Final = re.compile(r"^(?:约|大约|超过|超|近|达到?|不少于|不低于|至少|突破|接近|累计|多达|仅)")
_TRAILING_BOUND: Final = re.compile(r"(?:以上|以下|左右|余|多|以内)$")
_INSIDE_NAME: Final = re.compile(r"《[^》]*》|〔[^〕]*〕|“[^”]*”|\([^)]*\)|（[^）]*）")
_NUMBERING: Final = re.compile(
    r"^(?:第[一二三四五六七八九十百\d]+[条章]|[（(]?[一二三四五六七八九十\d]+[）)、.])\s*"
)
_UNIT: Final = re.compile(r"[\d,.．，]+[万亿千百]*\s*(.*)$")

_EFFECTIVE: Final = re.compile(r"自(\d{4}年\d{1,2}月\d{1,2}日)起(?:施行|实施|执行|生效)")
_DEFINITION: Final = re.compile(r"所称(?:的)?([^，。；、]{2,12})，?是?指([^。；]{8,90})")
_DUTY: Final = re.compile(
    r"(?:^|[，。；\s])([^，。；\s]{2,14}(?:者|单位|企业|机构|部门|平台))应当([^。；]{6,70})"
)
_BODY: Final = re.compile(
    r"(?:^|[，。；\s])([一-鿿]{2,10}(?:部|委|局|办|院|会|署))(负责|会同|牵头|印发|发布|组织|出台|启动)([^，。；]{4,40})"
)


Cloze = tuple[str, Span]
"""A question, and the characters of its answer in the passage it was made from."""


def cloze_set(folder: Path, name: str, seed: int) -> QuestionSet:
    """The questions made from the Markdown files of a folder, as a set.

    Args:
        folder: Folder with ``*.md`` files, each with a title in its front matter.
        name: Name of the set.
        seed: Seed of the choice among possible questions.
    """
    passages = read_policy_passages(folder, name)
    questions = []
    for passage in passages:
        for number, (text, place) in enumerate(make_clozes(passage, seeded(seed, passage.passage_id))):
            answer = passage.text[slice(*place)]
            questions.append(
                SourceQuestion(
                    f"{passage.passage_id}/{number}",
                    text,
                    "zh",
                    (passage.passage_id,),
                    (answer,),
                    place=place,
                )
            )
    return QuestionSet(name, {passage.passage_id: passage for passage in passages}, tuple(questions))


def read_policy_passages(folder: Path, name: str) -> list[SourcePassage]:
    """Passages of the Markdown files of a folder: runs of sentences, page furniture left out.

    Args:
        folder: Folder with ``*.md`` files, each with a title in its front matter.
        name: Name of the source, which begins the ids.
    """
    passages = []
    for path in sorted(folder.glob("*.md")):
        raw = path.read_text("utf-8")
        matter = _FRONT_MATTER.match(raw)
        title = _TITLE.search(matter.group(1)) if matter else None
        body = raw[matter.end() :] if matter else raw
        for number, text in enumerate(_pack(body)):
            article = f"{name}/{path.stem}"
            passages.append(
                SourcePassage(f"{article}#{number}", article, title.group(1) if title else "", text)
            )
    return passages


def _pack(body: str) -> Iterator[str]:
    """Neighbouring sentences up to the length of a passage."""
    start = end = 0
    for span in split_sentences(body):
        sentence = body[span.start : span.end]
        plain = len(_HAN.findall(sentence)) * 2 > len(sentence) and not _FURNITURE.search(sentence)
        if end > start and (not plain or span.end - start > _PASSAGE_CHARACTERS):
            if end - start >= _SHORTEST_PASSAGE:
                yield body[start:end]
            start = end = 0
        if plain:
            start, end = (start if end > start else span.start), span.end
    if end - start >= _SHORTEST_PASSAGE:
        yield body[start:end]


def make_clozes(passage: SourcePassage, random: Random, most: int = 4) -> list[Cloze]:
    """Questions about a passage with the places of their answers, at most ``most``."""
    found = [*_quantity_clozes(passage, random), *_pattern_clozes(passage)]
    random.shuffle(found)
    return sorted(found[:most], key=lambda cloze: cloze[1])


def _pattern_clozes(passage: SourcePassage) -> Iterator[Cloze]:
    text = passage.text
    if passage.title and (match := _EFFECTIVE.search(text)):
        yield f"{passage.title}从什么时候开始施行？", match.span(1)
    for match in _DEFINITION.finditer(text):
        yield f"什么是{match.group(1)}？", match.span(2)
    for match in _DUTY.finditer(text):
        yield f"{match.group(1)}应当做什么？", match.span(2)
    for match in _BODY.finditer(text):
        yield f"哪个部门{match.group(2)}{match.group(3)}？", match.span(1)


def _quantity_clozes(passage: SourcePassage, random: Random) -> Iterator[Cloze]:
    for sentence in split_sentences(passage.text):
        words = passage.text[sentence.start : sentence.end]
        names = [match.span() for match in _INSIDE_NAME.finditer(words)]
        quantities = [q for q in find_quantities(words) if not any(a <= q.start < b for a, b in names)]
        random.shuffle(quantities)
        for quantity in quantities[:2]:
            cloze = _quantity_cloze(passage, sentence.start, sentence.end, quantity)
            if cloze is not None:
                yield cloze


def _quantity_cloze(passage: SourcePassage, start: int, end: int, quantity: Quantity) -> Cloze | None:
    asked = _asked(quantity)
    if asked is None:
        return None
    sentence = passage.text[start:end]
    words, question_word = asked
    at = sentence.find(words, quantity.start)
    if at < 0:
        return None
    left = max((sentence.rfind(mark, 0, max(0, at - 12)) for mark in "，；：。"), default=-1) + 1
    right = min(
        (place for mark in "，；。" if (place := sentence.find(mark, at + len(words))) >= 0),
        default=len(sentence),
    )
    question = sentence[left:at] + question_word + sentence[at + len(words) : right]
    question = _NUMBERING.sub("", question.strip(" 　—-，、；：。")) + "？"
    if not _SHORTEST <= len(question) <= _LONGEST or words in question:
        return None
    return question, (start + at, start + at + len(words))


def _asked(quantity: Quantity) -> tuple[str, str] | None:
    """The words of a quantity that are the answer, and what asks for them."""
    words = _TRAILING_BOUND.sub("", _QUALIFIER.sub("", quantity.text))
    if len(words) < 2:
        return None
    if quantity.kind == "percent":
        return words, "百分之多少"
    if quantity.kind == "money":
        return words, "多少资金" if quantity.unit == "CNY" else "多少钱"
    if quantity.kind == "duration":
        return words, "多长时间"
    if quantity.kind == "date":
        return words, "哪一年" if words.endswith("年") else "什么时候"
    if quantity.kind in {"number", "measure"} and (unit := _UNIT.match(words)) and unit.group(1).strip():
        return words, f"多少{unit.group(1).strip()}"
    return None
