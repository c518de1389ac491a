"""Written needs have the form of the golden set and ask about articles the reader was not trained on."""

from __future__ import annotations

from benchmarks.written_needs import questions_of, written_needs
from training.splits import HELD_OUT_SHARE, is_drawn
from training.written_questions import ESSAYS


def test_evidence_of_a_need_about_an_essay_stands_in_it() -> None:
    needs = [need for need in written_needs("essays") if need["answerable"]]
    assert len(needs) > 400
    for need in needs:
        (article,) = need["article_ids"]
        ((words,),) = need["evidence"]
        assert words in (ESSAYS / f"{article}.md").read_text("utf-8")


def test_only_essays_that_the_reader_was_not_trained_on_are_asked_about() -> None:
    asked = {article for need in written_needs("essays") for article in need["article_ids"]}
    assert asked
    assert all(is_drawn(f"essays/{article}", HELD_OUT_SHARE) for article in asked)


def test_every_need_is_followed_by_its_near_miss() -> None:
    needs = written_needs("essays")
    for need, miss in zip(needs[::2], needs[1::2], strict=True):
        assert (need["answerable"], miss["answerable"]) == (True, False)
        assert (need["pair"], need["lang"]) == (miss["pair"], miss["lang"])
        assert need["question"] != miss["question"]


def test_a_corpus_without_needs_of_its_own_is_asked_the_golden_set() -> None:
    golden = [{"question": "海港市有几座数据中心？"}]
    assert questions_of("all", golden) is golden
