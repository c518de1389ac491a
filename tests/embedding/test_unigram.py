from __future__ import annotations

from policy_qa.embedding.unigram import UnigramSegmenter

UNKNOWN = 0
PIECES = ["<unk>", "算", "力", "算力", "规模", "规", "模"]
SCORES = [-100.0, -3.0, -3.0, -5.0, -9.0, -4.0, -4.0]
SEGMENTER = UnigramSegmenter(PIECES, SCORES, UNKNOWN)


def test_the_likelier_segmentation_wins() -> None:
    assert SEGMENTER.segment("算力") == [3]  # -5 > -3 + -3
    assert SEGMENTER.segment("规模") == [5, 6]  # -4 + -4 > -9


def test_probabilities_add_up_over_the_whole_word() -> None:
    # 算力 + 规 + 模: -5 - 4 - 4 = -13; 算 + 力 + 规模: -3 - 3 - 9 = -15
    assert SEGMENTER.segment("算力规模") == [3, 5, 6]


def test_a_run_of_unknown_characters_is_one_unknown() -> None:
    assert SEGMENTER.segment("算龘龘龘力") == [1, UNKNOWN, 2]


def test_separate_unknown_characters_stay_separate() -> None:
    assert SEGMENTER.segment("龘算龘") == [UNKNOWN, 1, UNKNOWN]


def test_an_empty_word_has_no_pieces() -> None:
    assert SEGMENTER.segment("") == []


def test_a_piece_that_covers_an_uncovered_character_is_used() -> None:
    segmenter = UnigramSegmenter(["<unk>", "甲", "甲乙"], [-100.0, -1.0, -50.0], UNKNOWN)
    assert segmenter.segment("甲乙") == [2]  # -50 > -1 + (-100 - 10)
