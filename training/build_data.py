"""Builds everything that training needs: ``python -m training.build_data --out FOLDER``.

Writes into the folder: ``start.npz`` (weights to start from, vocabulary pruned),
``tokenizer.json``, ``train.npz`` (rows), ``cases.jsonl`` and ``cases.npz`` (evaluation) and
``data.json`` (counts, settings, versions). The same arguments give the same files.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from policy_qa.reading.rows import WINDOW_TOKENS, RowLayout
from training.case_source import (
    given_passage_answerability,
    held_out_answerability,
    listed_cases,
    reading_cases,
    reranking_cases,
)
from training.claims import claim_cases, claim_groups, read_claims
from training.clozes import cloze_set
from training.evaluation_cases import Case, write_evaluation
from training.group_source import GroupSource, source_name
from training.groups import KINDS, Group
from training.labelling import label_group
from training.question_sets import EVALUATION_ONLY, TRAINABLE, QuestionSet, SourcePassage, read_sets
from training.rows import LabelledRow, table, write_table
from training.seeding import seeded
from training.splits import HELD_OUT_SHARE, Split
from training.tokenisation import PairTokenizer
from training.written_questions import ESSAY_NAME, english_set, essay_set, written_set
from training.written_questions import NAME as WRITTEN_NAME

REPOSITORY: Final = Path(__file__).parents[1]
DEFAULT_SHARED: Final = REPOSITORY / ".." / "shared"


@dataclass(frozen=True)
class Options:
    """What is built.

    Attributes:
        out: Folder to write to.
        shared: Folder with ``bench/`` and ``policy_pages/``.
        seed: Seed of the split and of all choices.
        held_out: Share of the articles of each set that is held out.
        leave_out: Beginnings of the names of sets that are not trained on at all.
        window: Tokens of title and text in a row.
        dense: Whether negatives are also searched with vectors.
        limit: Questions taken of each set; 0 for all.
    """

    out: Path
    shared: Path = DEFAULT_SHARED
    seed: int = 0
    held_out: float = HELD_OUT_SHARE
    leave_out: tuple[str, ...] = ()
    window: int = WINDOW_TOKENS
    dense: bool = True
    limit: int = 0


def build(options: Options) -> dict[str, Any]:
    """Builds the data and returns what ``data.json`` holds.

    Raises:
        ModelUnavailableError: The embedding model or the dictionary is not installed.
    """
    started = time.perf_counter()
    options.out.mkdir(parents=True, exist_ok=True)

    def progress(what: str) -> None:
        print(f"{time.perf_counter() - started:7.1f} s  {what}", flush=True)

    known = [*read_sets(options.shared / "bench", TRAINABLE), *_cloze_sets(options)]
    measured = read_sets(options.shared / "bench", EVALUATION_ONLY)
    # Last, so that the groups before keep their numbers, and with them their windows.
    sets = [*known, *_written_sets(options, known)]
    progress(f"read {', '.join(f'{one.name} {len(one.questions)}' for one in (*sets, *measured))}")
    tokenizer, about = _prepare_model(options, _all_texts([*known, *measured]))
    progress(f"vocabulary pruned to {about['pieces']} pieces")
    sets, measured = ([_limited(one, options) for one in some] for some in (sets, measured))
    left, split = _split(sets, options)
    source, tools = _group_source(options, sets, split)
    claims = read_claims(_written_passages(sets))
    groups = itertools.chain(source.groups("train"), claim_groups(claims, split, options.seed))
    rows, report = _training_rows(groups, tokenizer, options.seed, progress)
    write_table(options.out / "train.npz", rows)
    progress(f"{len(rows)} rows to train on, {rows.lengths.mean():.0f} tokens each")
    kept = {source_name(one.name, q.language) for one in sets if one.name not in left for q in one.questions}
    cases = [
        *held_out_answerability(source.groups("held_out"), sorted(kept)),
        *_other_cases(sets, measured, split, tools),
        *claim_cases(claims, split),
    ]
    write_evaluation(options.out, cases, tokenizer)
    progress(f"{len(cases)} cases to evaluate")
    about |= {"options": _recorded(options), "left_out": left, "rows": len(rows), "train": report}
    about["cases"] = dict(sorted(Counter(case.task for case in cases).items()))
    (options.out / "data.json").write_text(json.dumps(about, indent=1, ensure_ascii=False), "utf-8")
    return about


def _split(sets: Sequence[QuestionSet], options: Options) -> tuple[list[str], Split]:
    """Names of the sets left out, and the split, in which all their articles are held out."""
    left = [one.name for one in sets if one.name.startswith(options.leave_out or ("\0",))]
    always = {p.article for one in sets if one.name in left for p in one.passages.values()}
    return left, Split(sets, options.held_out, options.seed, always)


def _other_cases(
    sets: Sequence[QuestionSet], measured: Sequence[QuestionSet], split: Split, tools: tuple[Any, Any]
) -> Iterator[Case]:
    yield from reading_cases(sets, split)
    for one in measured:
        yield from given_passage_answerability(one, sets, split)
    yield from listed_cases(sets, split)
    yield from reranking_cases(sets, split, *tools)


def _cloze_sets(options: Options) -> list[QuestionSet]:
    folders = {"policy_pages": options.shared / "policy_pages", "corpus": REPOSITORY / "corpus"}
    return [cloze_set(folder, name, options.seed) for name, folder in folders.items() if folder.is_dir()]


def _written_sets(options: Options, known: Sequence[QuestionSet]) -> Iterator[QuestionSet]:
    if (pages := options.shared / "policy_pages").is_dir():
        yield written_set(pages)
    for one in known:
        if one.name == "drcd_dev":
            yield english_set(one)
    yield essay_set()


def _written_passages(sets: Sequence[QuestionSet]) -> dict[str, SourcePassage]:
    names = {WRITTEN_NAME, ESSAY_NAME}
    return {key: passage for one in sets if one.name in names for key, passage in one.passages.items()}


def _all_texts(sets: Sequence[QuestionSet]) -> Iterator[str]:
    for one in sets:
        for passage in one.passages.values():
            yield f"{passage.title}\n{passage.text}"
        yield from (question.text for question in one.questions)


def _prepare_model(options: Options, texts: Iterator[str]) -> tuple[PairTokenizer, dict[str, Any]]:
    """Prunes the vocabulary to the texts and the dictionary; writes tokenizer and weights."""
    from policy_qa.embedding.e5_tokenizer import build_tokenizer
    from policy_qa.embedding.e5_weights import read_weights
    from training.start_weights import write_start_weights
    from training.vocabulary import choose_pieces, count_pieces, dictionary_texts, prune

    weights = read_weights()
    full = build_tokenizer(weights.vocabulary)
    counts = count_pieces(full, texts)
    used = set(counts)
    counts += count_pieces(full, dictionary_texts())
    kept = choose_pieces(weights.vocabulary, counts)
    vocabulary = prune(weights.vocabulary, kept)
    tokenizer = build_tokenizer(vocabulary)
    tokenizer.save(str(options.out / "tokenizer.json"))
    write_start_weights(options.out / "start.npz", weights, vocabulary, kept)
    about = {"pieces": len(kept), "used_pieces_dropped": len(used - set(kept))}
    return PairTokenizer(tokenizer, RowLayout(vocabulary.bos, vocabulary.eos, options.window)), about


def _group_source(
    options: Options, sets: Sequence[QuestionSet], split: Split
) -> tuple[GroupSource, tuple[Any, Any]]:
    from policy_qa.embedding import load_embedder
    from policy_qa.index.terms import has_han
    from policy_qa.retrieval.cedict import dictionary_path, read_entries
    from policy_qa.retrieval.dictionary import BilingualDictionary
    from policy_qa.retrieval.glossary import Glossary, translate_chinese_question, translate_question
    from training.candidates import VectorCache
    from training.code_switching import CodeSwitcher
    from training.names_inventory import proper_names

    dictionary, glossary = BilingualDictionary.open(), Glossary.load()

    def translate(question: str) -> Any:
        make = translate_chinese_question if has_han(question) else translate_question
        return make(question, dictionary, glossary)

    vectors = VectorCache(load_embedder(), options.out / "vectors") if options.dense else None
    names = proper_names(read_entries(dictionary_path()))
    source = GroupSource(sets, split, names, CodeSwitcher(dictionary), vectors, translate, options.seed)
    return source, (vectors, translate)


def _training_rows(groups: Iterator[Group], tokenizer: PairTokenizer, seed: int, progress: Any) -> Any:
    rows: list[LabelledRow] = []
    sources: dict[str, int] = {}
    for number, group in enumerate(groups):
        place = sources.setdefault(group.source, len(sources))
        rows += label_group(group, number, place, tokenizer, seeded(seed, "window", number))
        if number % 2000 == 1999:
            progress(f"{number + 1} groups, now {group.source}")
    counted = Counter((row.source, row.kind, row.taught) for row in rows)
    names = list(sources)
    report: dict[str, dict[str, int]] = {name: {} for name in names}
    for (place, kind, taught), count in sorted(counted.items()):
        report[names[place]][f"{KINDS[kind]}{'' if taught else ', no span'}"] = count
    return table(rows, names), report


def _limited(one: QuestionSet, options: Options) -> QuestionSet:
    if not options.limit:
        return one
    return QuestionSet(one.name, one.passages, one.questions[: options.limit])


def _recorded(options: Options) -> dict[str, Any]:
    names = ("seed", "held_out", "leave_out", "window", "dense", "limit")
    return {name: getattr(options, name) for name in names}


def main(arguments: Sequence[str] | None = None) -> int:
    """Reads the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.build_data", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder to write to, outside the repository")
    parser.add_argument(
        "--shared", type=Path, default=DEFAULT_SHARED, help="folder with bench/, policy_pages/"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--held-out", type=float, default=HELD_OUT_SHARE, help="share of articles held out")
    parser.add_argument("--leave-out", action="append", default=[], help="a set not to train on, e.g. xquad")
    parser.add_argument("--window", type=int, default=WINDOW_TOKENS, help="tokens of a passage in a row")
    parser.add_argument("--no-dense", dest="dense", action="store_false", help="negatives by BM25 alone")
    parser.add_argument("--limit", type=int, default=0, help="questions of each set (for a trial)")
    values = vars(parser.parse_args(arguments))
    options = Options(**values | {"leave_out": tuple(values["leave_out"])})
    if not (options.shared / "bench").is_dir():
        print(
            f"skipped: {options.shared / 'bench'} does not exist; the training sets are not in the repository"
        )
        return 0
    build(options)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
