"""All sets → groups of the part to train on or of the part held out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Final, Literal

from training.candidates import Pool, Translate, VectorCache
from training.code_switching import CodeSwitcher
from training.groups import Asked, Group, GroupMaker, Pair
from training.names_inventory import NameInventory
from training.question_edits import QuestionEditor
from training.question_sets import QuestionSet, SourcePassage, SourceQuestion
from training.question_variants import vary
from training.seeding import seeded
from training.splits import Split
from training.written_questions import ESSAY_NAME, NAME

Part = Literal["train", "held_out"]

_DEPTH: Final = 12
_DEPTH_MANY_RELEVANT: Final = 40
# Noisy or large pools are searched without vectors.
_LEXICAL_ONLY: Final = frozenset({"dureader_demo", "stard_train"})
# Their passages are relevant as a whole; no span of them is taught.
_NO_SPANS: Final = frozenset({"dureader_demo", "stard_train"})
_WRITTEN_IN_BOTH: Final = frozenset({NAME, ESSAY_NAME})
_TWINS: Final = {"xquad_zh": "xquad_en", "xquad_en": "xquad_zh"}


class GroupSource:
    """Makes the groups of all sets.

    Args:
        sets: The sets, cloze sets included.
        split: Which articles are held out.
        known_names: Chinese names with their kind.
        switcher: The dictionary.
        vectors: Dense search; without it all pools are searched by BM25 alone.
        translate: Words of the other language for a question.
        seed: Seed of all choices.
    """

    def __init__(
        self,
        sets: Sequence[QuestionSet],
        split: Split,
        known_names: Mapping[str, str],
        switcher: CodeSwitcher,
        vectors: VectorCache | None,
        translate: Translate | None,
        seed: int = 0,
    ) -> None:
        self._sets = {one.name: one for one in sets}
        self._split = split
        self._known_names = known_names
        self._switcher = switcher
        self._vectors = vectors
        self._translate = translate
        self._seed = seed

    def groups(self, part: Part) -> Iterator[Group]:
        """The groups of a part, set after set.

        Variants are made only of those to train on; sets whose passages are relevant as a whole
        have none in the held-out part, where they are reranked instead.
        """
        maker = self._maker(part)
        for one in self._sets.values():
            if part == "held_out" and one.name in _NO_SPANS:
                continue
            questions = [q for q in one.questions if self._split.holds_out(q) is (part == "held_out")]
            if any(question.context for question in questions):
                yield from map(_listed, [one] * len(questions), questions)
                continue
            for question, asked in zip(questions, self._asked(one, questions, part), strict=True):
                random = seeded(self._seed, question.question_id, part)
                group = maker.group(asked, random)
                yield group
                if part == "train":
                    yield from vary(group, question.language, self._switcher, random)

    def _maker(self, part: Part) -> GroupMaker:
        texts = [
            f"{passage.title}\n{passage.text}"
            for one in self._sets.values()
            if one.name not in _NO_SPANS
            for key, passage in one.passages.items()
            if not self._split.is_held_out(key)
        ]
        editor = QuestionEditor(NameInventory(texts, self._known_names))
        articles: defaultdict[str, list[SourcePassage]] = defaultdict(list)
        for one in self._sets.values():
            for passage in self._of_part(one, part):
                articles[f"{one.name} {passage.article}"].append(passage)
        return GroupMaker(editor, articles)

    def _of_part(self, one: QuestionSet, part: Part) -> list[SourcePassage]:
        """Passages that may be shown in a part: none held out while training."""
        return [
            p for key, p in one.passages.items() if part == "held_out" or not self._split.is_held_out(key)
        ]

    def _asked(self, one: QuestionSet, questions: Sequence[SourceQuestion], part: Part) -> Iterator[Asked]:
        if not questions:
            return
        vectors = None if one.name in _LEXICAL_ONLY else self._vectors
        pool = Pool(self._of_part(one, part), vectors, translate=self._translate)
        many = one.name in _NO_SPANS
        ranked = pool.rank([q.text for q in questions], _DEPTH_MANY_RELEVANT if many else _DEPTH)
        for question, rows in zip(questions, ranked, strict=True):
            retrieved = tuple(pool.passages[row] for row, _ in rows)
            random = seeded(self._seed, question.question_id, "gold")
            yield self._one(one, question, retrieved, random)

    def _one(
        self, one: QuestionSet, question: SourceQuestion, retrieved: tuple[SourcePassage, ...], random: Random
    ) -> Asked:
        gold = random.choice(question.gold)
        own = gold.split("/", 1)[1]
        twin = self._sets.get(_TWINS.get(one.name, ""))
        apart = frozenset(question.gold)
        if one.name in _NO_SPANS:
            # Other documents of the same search may answer too: they are never shown as wrong.
            article = one.passages[gold].article
            apart |= {
                key for key in (p.passage_id for p in retrieved) if one.passages[key].article == article
            }
        return Asked(
            source=source_name(one.name, question.language),
            text=question.text,
            language=question.language,
            passage=one.passages[gold],
            answers=None if one.name in _NO_SPANS else question.answers,
            span=question.place,
            twin=twin.passages[f"{twin.name}/{own}"].text if twin else "",
            retrieved=retrieved,
            gold=apart,
            near_miss=question.near_miss,
        )


def source_name(name: str, language: str) -> str:
    """The name of a source: the set's, with the direction for the parallel ones."""
    if name in _TWINS:
        return f"xquad {language}→{name.removeprefix('xquad_')}"
    if name in _WRITTEN_IN_BOTH:
        return f"{name} {language}"
    return name.partition("_")[0] if name.partition("_")[0] != "policy" else name


def _listed(one: QuestionSet, question: SourceQuestion) -> Group:
    """The passages shown with a question of which it is only known whether any answers it."""
    relevant, answers = (None, None) if question.answerable else (False, ())
    pairs = tuple(
        Pair(question.text, one.passages[key], relevant, answers, "listed") for key in question.context
    )
    return Group(source_name(one.name, question.language), pairs)
