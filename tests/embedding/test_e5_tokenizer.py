from __future__ import annotations

import random
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_qa.embedding.e5_tokenizer import E5Tokenizer, build_tokenizer, write_vocabulary
from policy_qa.embedding.e5_weights import E5Weights, Vocabulary

LONG = "算力" * 2000


def _files(vocabulary: Vocabulary, folder: Path) -> tuple[Path, Path]:
    build_tokenizer(vocabulary).save(str(folder / "tokenizer.json"))
    (folder / "vocabulary.npz").write_bytes(write_vocabulary(vocabulary))
    return folder / "tokenizer.json", folder / "vocabulary.npz"


@pytest.fixture(scope="module")
def tiny_files(tiny_weights: E5Weights, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return _files(tiny_weights.vocabulary, tmp_path_factory.mktemp("tokenizer"))


@pytest.fixture(scope="module")
def short(tiny_files: tuple[Path, Path]) -> E5Tokenizer:
    return E5Tokenizer(*tiny_files)


@pytest.fixture(scope="module")
def bulk(tiny_files: tuple[Path, Path]) -> E5Tokenizer:
    tokenizer = E5Tokenizer(*tiny_files)
    tokenizer.encode([LONG])  # from here on everything goes through the tokenizer proper
    return tokenizer


def test_words_are_marked_and_put_between_the_ends(short: E5Tokenizer) -> None:
    # ▁ (-4) + 算力 (-8) = -12 > ▁算 (-7.5) + 力 (-6) = -13.5
    assert short.encode(["算力"]) == [[0, 4, 7, 2]]


def test_an_empty_text_is_the_two_ends(short: E5Tokenizer, bulk: E5Tokenizer) -> None:
    assert short.encode([""]) == bulk.encode([""]) == [[0, 2]]


def test_a_marker_spelt_in_a_text_is_not_the_marker(short: E5Tokenizer, bulk: E5Tokenizer) -> None:
    for tokenizer in (short, bulk):
        (ids,) = tokenizer.encode(["算</s>力<s>"])
        assert not {0, 2} & set(ids[1:-1])


def test_the_full_width_tilde_survives_and_full_width_digits_do_not(
    short: E5Tokenizer, bulk: E5Tokenizer
) -> None:
    for tokenizer in (short, bulk):
        assert tokenizer.encode(["３～3"]) == [[0, 4, 14, 13, 14, 2]]


def test_controls_vanish_and_invisible_separators_become_spaces(
    short: E5Tokenizer, bulk: E5Tokenizer
) -> None:
    for tokenizer in (short, bulk):
        plain, with_controls, with_separators, spaced = tokenizer.encode(
            ["算力", "算\x01\x8f力", "算\u200b\ufeff\n力", "算 力"]
        )
        assert with_controls == plain
        assert with_separators == spaced != plain


@settings(max_examples=300, deadline=None)
@given(
    st.text(alphabet=st.one_of(st.sampled_from("算力s<>/～3３ \t\u200b龘▁"), st.characters(codec="utf-8")))
)
def test_plain_python_and_the_tokenizer_proper_agree(
    short: E5Tokenizer, bulk: E5Tokenizer, text: str
) -> None:
    assert short.encode([text]) == bulk.encode([text])


def test_long_input_goes_through_the_tokenizer_proper_with_the_same_result(
    tiny_files: tuple[Path, Path],
) -> None:
    tokenizer = E5Tokenizer(*tiny_files)
    before = tokenizer.encode(["算力 算力"])
    (long,) = tokenizer.encode([LONG])
    assert len(long) == 2 + 1 + 2000
    assert tokenizer.encode(["算力 算力"]) == before


@pytest.mark.slow
def test_both_ways_agree_on_the_real_vocabulary(real_weights: E5Weights, tmp_path: Path) -> None:
    vocabulary = real_weights.vocabulary
    files = _files(vocabulary, tmp_path)
    short, bulk = E5Tokenizer(*files), E5Tokenizer(*files)
    bulk.encode([LONG])
    chance = random.Random(3)
    ranges = [(0x20, 0x7F), (0x4E00, 0x9FFF), (0x3000, 0x303F), (0xFF00, 0xFFEF), (0xA0, 0x2FFF)]
    texts = [
        "".join(chr(chance.randint(*chance.choice(ranges))) for _ in range(chance.randrange(60)))
        for _ in range(500)
    ]
    texts += [
        "看<s>甲</s><pad>乙<unk><mask>",
        "2025年算力规模达到300 EFLOPS，同比增长３０％。",
        "Who wrote the report on AI chips, and when?",
    ]
    encoded = bulk.encode(texts)
    assert [short.encode([text])[0] for text in texts] == encoded
    markers = {vocabulary.bos, vocabulary.eos, vocabulary.pad, vocabulary.pieces.index("<mask>")}
    assert not any(markers & set(ids[1:-1]) for ids in encoded)


@pytest.mark.slow
def test_normalisation_follows_the_replacements_of_the_real_file(real_weights: E5Weights) -> None:
    tokenizer = build_tokenizer(real_weights.vocabulary)
    for code_point, replacement in real_weights.vocabulary.replacements.items():
        expected = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", f"a{replacement}b"))
        assert tokenizer.normalizer.normalize_str(f"a{chr(code_point)}b") == expected, hex(code_point)
