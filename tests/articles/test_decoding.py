"""Bytes to text: the right encoding on short texts, and never a silent loss."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.articles.decoding import decode, plausibility
from policy_qa.errors import BadInputError

SIMPLIFIED = "市数据局今年发放算力券，单家企业最高一百万元。"
TRADITIONAL = "數位發展部今年補助雲端運算，單一企業最高一百萬元。"


def read(data: bytes) -> str:
    return decode(data, name="a.txt").text


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "gb2312", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("text", [SIMPLIFIED, SIMPLIFIED[:6], "AI政策", f"2025年，{SIMPLIFIED}\nEFLOPS 300"])
def test_simplified_text_comes_back_from_every_encoding(text: str, encoding: str) -> None:
    assert read(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "encoding", ["utf-8", "big5", "cp950", "big5hkscs", "gb18030", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("text", [TRADITIONAL, TRADITIONAL[:6], f"{TRADITIONAL}\n300 EFLOPS"])
def test_traditional_text_comes_back_from_every_encoding(text: str, encoding: str) -> None:
    assert read(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_english_in_wide_encodings_comes_back(encoding: str) -> None:
    assert read("AI policy in 2025".encode(encoding)) == "AI policy in 2025"


@given(st.text(alphabet=st.characters(codec="gb18030", exclude_categories=("Cc", "Cs", "Co")), min_size=1))
def test_valid_utf8_is_always_read_as_utf8(text: str) -> None:
    lines = decode(text.encode("utf-8"), name="a.txt")
    assert lines.encoding.startswith("utf-8")


def test_a_nul_is_refused_with_its_place() -> None:
    with pytest.raises(BadInputError, match=r"a\.txt.*NUL.*3"):
        read(b"abc\x00def")


def test_a_few_bad_bytes_in_utf8_are_refused_not_dropped() -> None:
    data = SIMPLIFIED.encode() * 3
    with pytest.raises(BadInputError, match=r"a\.txt: byte 66 is not valid UTF-8"):
        read(data[:66] + b"\xff\xfe" + data[66:])


def test_a_utf8_file_cut_in_a_character_is_refused() -> None:
    with pytest.raises(BadInputError, match="damaged"):
        read(SIMPLIFIED.encode()[:-1])


def test_bytes_of_no_chinese_encoding_are_refused() -> None:
    with pytest.raises(BadInputError, match="Save it as UTF-8"):
        read(bytes(range(128, 256)) * 3)


def test_a_damaged_file_with_a_byte_order_mark_is_refused() -> None:
    with pytest.raises(BadInputError, match="byte-order mark"):
        read(b"\xef\xbb\xbf" + b"\xff" * 8)


def test_all_line_ends_become_line_feeds() -> None:
    assert read("甲\r\n乙\r丙\u2028丁\x0b戊".encode()) == "甲\n乙\n丙\n丁\n戊"


def test_surrogates_written_as_characters_are_paired_and_lone_ones_kept_for_cleaning() -> None:
    assert read("政策".encode() + b"\xed\xa0\xbd\xed\xb8\x80") == "政策\U0001f600"
    assert read("政策".encode() + b"\xed\xa0\xbd") == "政策\ud83d"


def test_a_declared_encoding_is_believed_only_if_it_reads_as_text() -> None:
    data = SIMPLIFIED.encode("gbk")
    assert decode(data, name="a", declared="big5").text == SIMPLIFIED
    assert (
        decode("café society".encode("windows-1252"), name="a", declared="windows-1252").text
        == "café society"
    )


def test_right_readings_score_far_above_wrong_ones() -> None:
    assert plausibility(SIMPLIFIED) > 2
    assert plausibility(SIMPLIFIED.encode("gbk").decode("big5", "ignore")) < 1
    assert plausibility(TRADITIONAL.encode("big5").decode("gb18030", "ignore")) < 0.6
