from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from policy_qa.index.terms import fold, terms


def test_traditional_script_and_full_width_fold_to_simplified_and_half_width() -> None:
    assert fold("臺灣ＡＩ發展與ＧＰＵ") == "台湾ai发展与gpu"


def test_han_text_gives_characters_and_pairs() -> None:
    assert terms("算力券") == ["算", "力", "券", "算力", "力券"]


def test_pairs_do_not_cross_punctuation() -> None:
    assert "力补" not in terms("算力，补贴")


def test_numbers_lose_their_thousands_separators() -> None:
    assert terms("3,260亿")[0] == "3260"


def test_codes_are_kept_whole_beside_their_parts() -> None:
    assert {"gpt", "4", "gpt-4"} <= set(terms("GPT-4"))
    assert "910b" in terms("昇腾910B")


@given(st.text(max_size=200))
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)
