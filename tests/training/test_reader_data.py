"""The labels of the training rows, and what may be trained on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from tiny_sets import PASSAGES, WriteSet

from policy_qa.reading.spans import tidy
from training.case_source import given_passage_answerability
from training.code_switching import CodeSwitcher
from training.group_source import GroupSource
from training.groups import KINDS, Group, Pair, without_answers
from training.labelling import label_group
from training.question_sets import EVALUATION_ONLY, TRAINABLE, QuestionSet, SourcePassage, read_sets
from training.rows import IRRELEVANT, RELEVANT, UNKNOWN, LabelledRow, RowTable, read_table, table, write_table
from training.splits import Split
from training.tokenisation import PairTokenizer

SHARED = Path(__file__).parents[2] / ".." / "shared"


class NoDictionary(CodeSwitcher):
    """Knows no word, so that no question is switched."""

    def __init__(self) -> None:
        pass

    def mixed(self, question: str, random: Random) -> str | None:
        return None

    def english(self, question: str, random: Random) -> str | None:
        return None


def source_of(sets: Sequence[QuestionSet], split: Split) -> GroupSource:
    return GroupSource(sets, split, {"海港": "place", "山城": "place"}, NoDictionary(), None, None)


def answer_of(row: LabelledRow, pair: Pair, tokenizer: PairTokenizer) -> set[str]:
    """The words that the taught spans of a row stand for."""
    encoded = tokenizer.text(pair.passage.text)
    shown = row.ids[row.text_start : -1].tolist()
    whole = encoded.ids.tolist()
    first = next(i for i in range(len(whole)) if whole[i : i + len(shown)] == shown)
    found = set()
    for start, end in row.spans:
        a, b = (int(at) - row.text_start + first for at in (start, end))
        begin, stop = tidy(pair.passage.text, int(encoded.starts[a]), int(encoded.ends[b]))
        found.add(pair.passage.text[begin:stop])
    return found


def test_taught_spans_are_exactly_the_answer(own_sets: Path, tokenizer: PairTokenizer) -> None:
    sets = read_sets(own_sets, TRAINABLE)
    for number, group in enumerate(source_of(sets, Split(sets, share=0)).groups("train")):
        rows = label_group(group, number, 0, tokenizer, Random(0))
        assert answer_of(rows[0], group.pairs[0], tokenizer) == set(group.pairs[0].answers or ())
        assert rows[0].relevant == RELEVANT


def test_pairs_that_do_not_answer_are_taught_no_answer(own_sets: Path, tokenizer: PairTokenizer) -> None:
    sets = read_sets(own_sets, TRAINABLE)
    kinds = set()
    for number, group in enumerate(source_of(sets, Split(sets, share=0)).groups("train")):
        rows = label_group(group, number, 0, tokenizer, Random(0))
        for row, pair in zip(rows[1:], group.pairs[1:], strict=True):
            kinds.add(pair.kind)
            assert row.relevant == IRRELEVANT
            assert row.taught
            assert list(row.spans) == [(0, 0)]
    assert kinds >= {"edited", "retrieved"}


def test_a_passage_shown_as_wrong_never_holds_the_answer(own_sets: Path) -> None:
    sets = read_sets(own_sets, TRAINABLE)
    for group in source_of(sets, Split(sets, share=0)).groups("train"):
        answers = group.pairs[0].answers or ()
        for pair in group.pairs[1:]:
            if pair.kind != "edited":
                assert not any(answer in pair.passage.text for answer in answers)


def test_no_held_out_passage_is_trained_on(own_sets: Path) -> None:
    sets = read_sets(own_sets, TRAINABLE)
    split = Split(sets, share=0, always={"zhwiki/海港市"})
    shown = {pair.passage.passage_id for g in source_of(sets, split).groups("train") for pair in g.pairs}
    assert shown == {"drcd_dev/b1", "drcd_dev/c1"}
    asked = {group.pairs[0].question for group in source_of(sets, split).groups("held_out")}
    assert asked == {"海港市在哪一年建成第一座数据中心？"}


def test_articles_that_share_a_question_are_held_out_together(write_set: WriteSet) -> None:
    corpus = [{"_id": f"p{number}", "title": "", "text": "条文"} for number in range(40)]
    queries = [{"_id": f"q{number}", "text": "问", "lang": "zh"} for number in range(20)]
    relevant = {f"q{number}": [f"p{2 * number}", f"p{2 * number + 1}"] for number in range(20)}
    sets = read_sets(write_set("stard_train", corpus, queries, relevant), TRAINABLE)
    split = Split(sets, share=0.5)
    assert 0 < len(split.held_out) < 40
    for question in sets[0].questions:
        assert len({split.is_held_out(key) for key in question.gold}) == 1


def test_the_split_of_a_set_does_not_depend_on_the_others(own_sets: Path, write_set: WriteSet) -> None:
    before = Split(read_sets(own_sets, TRAINABLE), share=0.5).held_out
    write_set("cmrc2018_trial", [{"_id": "x", "title": "别处", "text": "文"}], [], {})
    assert Split(read_sets(own_sets, TRAINABLE), share=0.5).held_out == before


def test_parallel_texts_and_shared_paragraphs_have_one_article(write_set: WriteSet) -> None:
    write_set("xquad_zh", [{"_id": "a07p1", "title": "", "text": "蒸汽机"}], [], {})
    write_set("xquad_en", [{"_id": "a07p1", "title": "", "text": "A steam engine."}], [], {})
    corpus = [
        {"_id": f"Steam-{n}", "title": "Steam", "text": text}
        for n, text in enumerate(["A steam engine.", "More."])
    ]
    sets = read_sets(write_set("expmrc_en", corpus, [], {}), TRAINABLE)
    assert {passage.article for one in sets for passage in one.passages.values()} == {"squad/a07"}


def test_sets_without_a_licence_are_never_trained_on() -> None:
    assert "squad2_zh_dev" in EVALUATION_ONLY
    assert not set(EVALUATION_ONLY) & set(TRAINABLE)


def test_a_passage_that_was_trained_on_is_marked_as_seen(write_set: WriteSet) -> None:
    passage = {"_id": "a00p0", "title": "", "text": "段落"}
    query = {"_id": "k1-zh", "text": "问", "lang": "zh", "pair": "k1", "answers": ["段"]}
    write_set("xquad_zh", [passage], [query], {"k1-zh": ["a00p0"]})
    own = [{"_id": "x1", "title": "", "text": "段落一"}, {"_id": "x2", "title": "", "text": "段落二"}]
    asked = [
        {"_id": key, "text": "问", "passage": to, "answerable": ok, "answers": []}
        for key, to, ok in (("k1", "x1", True), ("k2", "x1", False), ("k3", "x2", False))
    ]
    folder = write_set("squad2_zh_dev", own, asked, {})
    trained, (measured,) = read_sets(folder, ["xquad_zh"]), read_sets(folder, ["squad2_zh_dev"])
    seen = [case.seen for case in given_passage_answerability(measured, trained, Split(trained, share=0))]
    assert seen == [True, True, False]
    unseen = given_passage_answerability(measured, trained, Split(trained, always={"squad/a00"}))
    assert not any(case.seen for case in unseen)


def test_a_list_of_which_one_passage_answers_is_labelled_as_a_whole(
    write_set: WriteSet, tokenizer: PairTokenizer
) -> None:
    corpus = [{"_id": str(number), "title": "", "text": "湖区的湿地"} for number in range(3)]
    queries = [
        {"_id": "yes", "text": "湖区", "lang": "zh", "answerable": True, "context_ids": ["0", "1"]},
        {"_id": "no", "text": "湖区", "lang": "zh", "answerable": False, "context_ids": ["2"]},
    ]
    sets = read_sets(write_set("nomiracl_en", corpus, queries, {}), TRAINABLE)
    groups = list(source_of(sets, Split(sets, share=0)).groups("train"))
    rows = [label_group(group, 0, 0, tokenizer, Random(0)) for group in groups]
    assert [[row.relevant for row in some] for some in rows] == [[UNKNOWN, UNKNOWN], [IRRELEVANT]]
    assert [[row.taught for row in some] for some in rows] == [[False, False], [True]]


def test_a_long_passage_is_cut_to_a_window_that_shows_the_answer(tokenizer: PairTokenizer) -> None:
    text = "山城的铁路。" * 60 + "湖区有湿地。" + "数千名乘客。" * 60
    passage = SourcePassage("s/1", "s/1", "海港市", text)
    group = Group("s", (Pair("湖区有什么？", passage, True, ("湿地",), "answered"),))
    for seed in range(5):
        (row,) = label_group(group, 0, 0, tokenizer, Random(seed))
        assert len(row.ids) <= 96 + 4 + len(tokenizer.question("湖区有什么？"))
        (span,) = row.spans
        asked = tokenizer.text("湿地").ids.tolist()[1:]
        assert row.ids[span[0] : span[1] + 1].tolist()[-len(asked) :] == asked


def test_sentences_with_the_answer_are_cut_out() -> None:
    text = PASSAGES["a1"][1]
    assert without_answers(text, ["30亿元"]) == "该中心由南岸公司运营，有120名员工。"
    assert without_answers("海港市在山边。山边有湖。", ["山边"]) == ""


def test_rows_survive_writing_and_reading(tmp_path: Path, own_sets: Path, tokenizer: PairTokenizer) -> None:
    sets = read_sets(own_sets, TRAINABLE)
    groups = list(source_of(sets, Split(sets, share=0)).groups("train"))
    rows = [row for n, group in enumerate(groups) for row in label_group(group, n, 0, tokenizer, Random(0))]
    write_table(tmp_path / "train.npz", table(rows, ["drcd"]))
    again: RowTable = read_table(tmp_path / "train.npz")
    assert len(again) == len(rows)
    assert again.sources == ("drcd",)
    for number, row in enumerate(rows):
        assert again.ids(number).tolist() == row.ids.tolist()
        assert [tuple(span) for span in again.spans[number].tolist() if span[0] >= 0] == list(row.spans)
        assert KINDS[again.kind[number]] == KINDS[row.kind]


@pytest.mark.slow
@pytest.mark.skipif(not (SHARED / "bench").is_dir(), reason="the shared question sets are not here")
def test_built_from_the_shared_sets_labels_are_right_and_nothing_held_out_leaks(tmp_path: Path) -> None:
    from tokenizers import Tokenizer

    from training.build_data import Options, build
    from training.evaluation_cases import read_evaluation

    about = build(Options(tmp_path, SHARED, leave_out=("xquad",), dense=False, limit=40))
    assert about["left_out"] == ["xquad_zh", "xquad_en"]
    rows = read_table(tmp_path / "train.npz")
    assert not any(source.startswith(("xquad", "expmrc")) for source in rows.sources)
    tokenizer = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    assert tokenizer.get_vocab_size() <= 45_000
    texts = {tokenizer.decode(rows.ids(row).tolist()) for row in range(len(rows))}
    cases = read_evaluation(tmp_path).cases
    tasks = {case.task for case in cases}
    assert "answerability/squad2_zh_dev" in tasks
    assert any(task.startswith("reading/xquad") for task in tasks)
    held_out = [case for case in cases if case.task.startswith("reading/")]
    assert held_out
    for case in held_out:
        piece = tokenizer.decode(tokenizer.encode(case.shown[0].text, add_special_tokens=False).ids[:40])
        assert not any(piece in text for text in texts)
    taught = rows.taught & (rows.relevant == RELEVANT)
    assert taught.sum() > 100
    assert (rows.spans[taught][:, 0, 0] >= rows.text_start[taught]).all()
