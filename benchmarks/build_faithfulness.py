"""Builds eval/faithfulness/pairs.jsonl: sentences with the words they rest on, true and wrong.

True sentences and some wrong ones stand in sentences.txt, written by hand. More wrong ones are
made from the true ones by one controlled edit each, with a fixed seed. Half of the pairs give the
quoted sentence as evidence, half the whole paragraph around it. All pairs about one quote are in
the same part (dev or test). free.txt and heldout.txt, of the same form, become pairs
without any edits.

Run: .venv/bin/python -m benchmarks.build_faithfulness
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from policy_qa.citing.quantities import find_quantities, missing_quantities
from policy_qa.evaluation.golden import corpus_texts
from policy_qa.index.terms import fold, has_han
from policy_qa.retrieval.glossary import TERM_KIND, Glossary, NamePair

FOLDER = Path("eval/faithfulness")
TRUE_KINDS = ("paraphrase", "translation")
SEED = 20261123
# Edits of one kind and language; a kind that finds fewer places makes fewer.
PER_KIND = 24
LONGEST_PARAGRAPH = 700

_UNITS = {
    "zh": [
        ("亿美元", "万美元"),
        ("亿", "万"),
        ("万美元", "万元"),
        ("万", "亿"),
        ("美元", "日元"),
        ("个月", "年"),
        ("小时", "天"),
        ("%", "‰"),
        ("工作日", "个月"),
        ("年至少", "个月至少"),
        ("EFLOPS", "PFLOPS"),
        ("天内", "小时内"),
    ],
    "en": [
        ("billion", "million"),
        ("million", "billion"),
        ("months", "years"),
        ("hours", "days"),
        ("hour", "day"),
        ("working days", "months"),
        ("years", "months"),
        ("EFLOPS", "PFLOPS"),
        ("days", "weeks"),
        ("yuan", "dollars"),
        ("$", "€"),
        ("nanometre", "micrometre"),
    ],
}
_NEGATIONS = {
    "zh": [
        (r"没有|并未|未(?!来|成)|(?<![禁])不(?=[得能再会强])", ""),
        (r"(?<=[，。])(?=须|要|应|必须)", "不"),
        (r"禁止", "允许"),
        (r"不得", "可以"),
        (r"可以", "不得"),
        (r"(?<!但)是(?=[中美国一由])", "不是"),
        (r"占(?=\d)", "不占"),
        (r"(?<!不)要求", "不要求"),
        (r"同意", "拒绝"),
        (r"识别出", "没有识别出"),
        (r"集中在", "没有集中在"),
        (r"推出(?=。|《)", "没有推出"),
    ],
    "en": [
        (r"\b(is|are|was|were|has|have|had|can|may|will|must|should|does)\b(?! not)", r"\1 not"),
        (r"\b(?:do|does|did|can|could) ?not ", ""),
        (r"\bforbids\b", "allows"),
        (r"\bNo (organisation)", r"Every \1"),
        (r"\brequires\b", "does not require"),
        (r"\ballow\b", "forbid"),
    ],
}
_DIRECTIONS = {
    "zh": [
        ("超过", "不足"),
        ("不足", "超过"),
        ("还不到", "已超过"),
        ("增长", "下降"),
        ("增加", "减少"),
        ("加速", "减缓"),
        ("领先", "落后"),
        ("缩小", "扩大"),
        ("至少", "至多"),
        ("升至", "降至"),
        ("增至", "减至"),
        ("以上", "以下"),
        ("更快", "更慢"),
        ("提升", "降低"),
        ("推迟", "提前"),
        ("更高", "更低"),
        ("以下", "以上"),
        ("支持", "反对"),
    ],
    "en": [
        ("more than", "fewer than"),
        ("fewer than", "more than"),
        ("at least", "at most"),
        ("rose", "fell"),
        ("exceed", "fall short of"),
        ("ahead of", "behind"),
        ("behind", "ahead of"),
        ("narrowing", "widening"),
        ("faster", "slower"),
        ("raise", "lower"),
        ("up to", "at least"),
        ("before", "after"),
        ("unlikely", "likely"),
        ("slower", "faster"),
        ("triple", "halve"),
        ("weak", "strong"),
        ("within", "after"),
        ("delayed", "sped up"),
    ],
}
_ATTRIBUTIONS = {
    "zh": re.compile(
        r"^(?:在[^，]{2,12}看来，|据[^，]{2,16}，|(?:[^，。]{0,14}(?:报告|文章|论文))?[^，。]{0,10}?"
        r"(?:认为|指出|表示|称|说|估计|总结说|提醒读者|承认|强调|判断|预测|同时提醒)，?)"
    ),
    "en": re.compile(
        r"^(?:According to (?!the notice)[^,]+, |"
        r"(?!Article|Under)(?:[A-Z\u4e00-\u9fff][\w\u4e00-\u9fff ]+?|The [a-z]+) (?:also )?"
        r"(?:says|said|notes|reports|"
        r"reported earlier|estimates|believes|thinks|points out|argues|predicts|concludes|stresses|"
        r"judges|explained)"
        r"(?: [a-z 0-9]+?)?(?: that) )"
    ),
}


@dataclass(frozen=True)
class Group:
    """A quote and the hand-written sentences about it, each with its kind."""

    article_id: str
    quote: str
    sentences: tuple[tuple[str, str], ...]


def read_groups(path: Path) -> list[Group]:
    """Reads the hand-written sentences, in the order of the file."""
    groups: list[tuple[str, str, list[tuple[str, str]]]] = []
    article = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("@ "):
            article = line[2:]
        elif line.startswith("> "):
            groups.append((article, line[2:], []))
        elif line and not line.startswith("#"):
            kind, _, sentence = line.partition(": ")
            groups[-1][2].append((kind, sentence))
    return [Group(article, quote, tuple(sentences)) for article, quote, sentences in groups]


def language(sentence: str) -> str:
    """``en`` for an English sentence, whatever Chinese names it holds."""
    return "en" if sum(c.isascii() and c.isalpha() for c in sentence) > len(sentence) / 2 else "zh"


def change_number(sentence: str, evidence: str, rng: random.Random) -> str | None:
    """One number becomes another that the evidence does not hold."""
    found = [q for q in find_quantities(sentence) if q.kind not in {"date", "ordinal"}]
    digits = [m for q in found for m in re.finditer(r"\d+(?:\.\d+)?", sentence[q.start : q.end])]
    places = [
        (q.start + m.start(), q.start + m.end())
        for q in found
        for m in re.finditer(r"\d+(?:[.,]\d+)*", sentence[q.start : q.end])
    ]
    if not digits or not places:
        return None
    start, end = rng.choice(places)
    written = sentence[start:end]
    at = rng.randrange(len(written))
    while not written[at].isdigit():
        at = rng.randrange(len(written))
    new = str((int(written[at]) + rng.randint(1, 8)) % 10)
    if at == 0 and new == "0":
        new = "9" if written[0] != "9" else "4"
    changed = sentence[:start] + written[:at] + new + written[at + 1 :] + sentence[end:]
    return changed if missing_quantities(changed, [evidence]) else None


def shift_year(sentence: str, evidence: str, rng: random.Random) -> str | None:
    """A year moves by one to five."""
    match = re.search(r"(?<!\d)20\d\d(?!\d)", sentence)
    if match is None:
        return None
    shifts = [n for n in (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5) if str(int(match[0]) + n) not in evidence]
    return sentence[: match.start()] + str(int(match[0]) + rng.choice(shifts)) + sentence[match.end() :]


def swap(pairs: Mapping[str, Sequence[tuple[str, str]]]) -> Callable[[str, str, random.Random], str | None]:
    """An edit that replaces one word of a list by its partner."""

    def edit(sentence: str, _: str, rng: random.Random) -> str | None:
        lang = language(sentence)
        fitting = [pair for pair in pairs[lang] if _word(pair[0], lang).search(sentence)]
        if not fitting:
            return None
        old, new = rng.choice(fitting)
        return _word(old, lang).sub(lambda _: new, sentence, count=1)

    return edit


def _word(word: str, lang: str) -> re.Pattern[str]:
    bounded = lang == "en" and word.isalpha()
    return re.compile(rf"\b{re.escape(word)}\b" if bounded else re.escape(word))


def negate(sentence: str, _: str, rng: random.Random) -> str | None:
    """A statement is denied, or a denial dropped."""
    lang = language(sentence)
    if re.search("[不没未]|\\b(?:not|no|cannot|forbids?)\\b", sentence) and rng.random() < 0.8:
        return None  # a second negation would make nonsense
    fitting = [(p, n) for p, n in _NEGATIONS[lang] if re.search(p, sentence)]
    if not fitting:
        return None
    pattern, new = rng.choice(fitting)
    changed = re.sub(pattern, new, sentence, count=1)
    return changed if changed != sentence else None


def drop_attribution(sentence: str, _: str, __: random.Random) -> str | None:
    """Who says it is left out."""
    rest = _ATTRIBUTIONS[language(sentence)].sub("", sentence, count=1)
    if rest == sentence or len(rest) < 8:
        return None
    return rest[0].upper() + rest[1:]


def name_swapper(pairs: Sequence[NamePair]) -> Callable[[str, str, random.Random], str | None]:
    """An edit that replaces a name by another of the same sort."""
    kinds: dict[str, list[NamePair]] = {}
    for pair in pairs:
        if pair.kind not in {TERM_KIND, "mined", "policy", "event"}:
            kinds.setdefault(pair.kind, []).append(pair)

    def edit(sentence: str, evidence: str, rng: random.Random) -> str | None:
        lang = language(sentence)
        found = []
        for kind, members in kinds.items():
            for pair in members:
                for name in pair.chinese if lang == "zh" else pair.english:
                    fits = name in sentence if lang == "zh" else _word(name, "en").search(sentence)
                    if (
                        len(name) > 1
                        and fits
                        and fold(name) not in {"中国", "china", "us", "beijing", "北京"}
                    ):
                        found.append((kind, pair, name))
        found = [f for f in found if not any(f[2] in g[2] and f[2] != g[2] for g in found)]
        if not found:
            return None
        kind, pair, name = rng.choice(found)
        others = [
            other
            for other in kinds[kind]
            if other is not pair and not any(n in evidence for n in (*other.chinese, *other.english))
        ]
        other = rng.choice(others)
        new = other.chinese[0] if lang == "zh" else other.english[0]
        if not (has_han(new) if lang == "zh" else True):
            return None
        return sentence.replace(name, new) if lang == "zh" else _word(name, "en").sub(new, sentence)

    return edit


def adder(additions: Mapping[str, Sequence[str]]) -> Callable[[str, str, random.Random], str | None]:
    """An edit that adds a claim no article makes."""

    def edit(sentence: str, _: str, rng: random.Random) -> str | None:
        lang = language(sentence)
        return sentence.rstrip("。.") + rng.choice(additions[lang])

    return edit


def paragraph(text: str, quote: str) -> str:
    """The line of the article around a quote."""
    at = text.index(quote)
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    line = text[start : end if end > 0 else len(text)]
    return line if len(line) <= LONGEST_PARAGRAPH else quote


def build() -> Iterator[dict[str, object]]:
    """All pairs, hand-written ones first."""
    texts = corpus_texts(Path("corpus"))
    groups = read_groups(FOLDER / "sentences.txt")
    splits = ["dev" if i % 2 == 0 else "test" for i in range(len(groups))]
    rng = random.Random(SEED)  # noqa: S311
    for number, group in enumerate(groups):
        for place, (kind, sentence) in enumerate(group.sentences):
            yield _pair(
                f"h{number:03}-{place}",
                group,
                splits[number],
                kind,
                sentence,
                texts,
                place + number // 2,
                "hand",
            )
    additions: dict[str, list[str]] = {"zh": [], "en": []}
    for line in (FOLDER / "additions.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            additions[line[:2]].append(line[4:])
    edits: dict[str, Callable[[str, str, random.Random], str | None]] = {
        "number": change_number,
        "unit": swap(_UNITS),
        "year": shift_year,
        "name": name_swapper(Glossary.load().pairs),
        "negated": negate,
        "direction": swap(_DIRECTIONS),
        "attribution": drop_attribution,
        "fabricated": adder(additions),
    }
    for lang, true_kind in (("zh", "paraphrase"), ("en", "translation")):
        for kind, edit in edits.items():
            order = list(range(len(groups)))
            rng.shuffle(order)
            made = 0
            for number in order:
                group = groups[number]
                sentence = next(s for k, s in group.sentences if k == true_kind)
                evidence = paragraph(texts[group.article_id], group.quote)
                changed = edit(sentence, evidence, rng)
                if changed is None or made == PER_KIND:
                    continue
                made += 1
                name = f"e-{kind}-{lang}-{number:03}"
                yield _pair(name, group, splits[number], kind, changed, texts, made, "edit")
        yield from _moved(groups, splits, texts, lang, true_kind, rng)


def _moved(
    groups: Sequence[Group],
    splits: Sequence[str],
    texts: Mapping[str, str],
    lang: str,
    true_kind: str,
    rng: random.Random,
) -> Iterator[dict[str, object]]:
    """True sentences beside a quote that says something else, of the same article where there is one."""
    order = list(range(len(groups)))
    rng.shuffle(order)
    for made, number in enumerate(order[:PER_KIND]):
        sentence = next(s for k, s in groups[number].sentences if k == true_kind)
        own = paragraph(texts[groups[number].article_id], groups[number].quote)
        same = [
            g
            for g in groups
            if (g.article_id == groups[number].article_id) == (made % 2 == 0)
            and g.quote not in own
            and g is not groups[number]
        ]
        if same:
            other = rng.choice(same)
            name = f"e-source-{lang}-{number:03}"
            yield _pair(name, other, splits[number], "source", sentence, texts, made // 2, "edit")


def _pair(
    name: str,
    group: Group,
    split: str,
    kind: str,
    sentence: str,
    texts: Mapping[str, str],
    turn: int,
    origin: str,
) -> dict[str, object]:
    text = texts[group.article_id]
    if group.quote not in text:
        raise ValueError(f"not in {group.article_id}: {group.quote}")
    whole = turn % 2 == 1
    return {
        "id": name,
        "split": split,
        "kind": kind,
        "lang": language(sentence),
        "supported": kind in TRUE_KINDS,
        "origin": origin,
        "article_id": group.article_id,
        "evidence": "paragraph" if whole else "sentence",
        "quotes": [paragraph(text, group.quote) if whole else group.quote],
        "sentence": sentence,
    }


def build_by_hand(name: str) -> Iterator[dict[str, object]]:
    """The pairs of another file of sentences, all in the part that bears its name."""
    texts = corpus_texts(Path("corpus"))
    for number, group in enumerate(read_groups(FOLDER / f"{name}.txt")):
        for place, (kind, sentence) in enumerate(group.sentences):
            turn = place + number // 2
            yield _pair(f"{name}-{number:03}-{place}", group, name, kind, sentence, texts, turn, "hand")


def main() -> None:
    """Writes the bench, the freely worded pairs and the held-out ones."""
    built = {"pairs": list(build()), **{name: list(build_by_hand(name)) for name in ("free", "heldout")}}
    for name, pairs in built.items():
        lines = "".join(json.dumps(pair, ensure_ascii=False) + "\n" for pair in pairs)
        (FOLDER / f"{name}.jsonl").write_text(lines, encoding="utf-8")
        print(f"{name}: {len(pairs)} pairs, {sum(bool(p['supported']) for p in pairs)} of them true")


if __name__ == "__main__":
    main()
