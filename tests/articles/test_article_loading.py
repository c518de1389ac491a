"""Files to articles: the record as a whole."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from policy_qa.articles import load_article
from policy_qa.errors import BadInputError
from policy_qa.records import Article

Load = Callable[..., Article]


def test_an_article_knows_its_file(load: Load, prose: str) -> None:
    content = f"# 题目\n\n{prose}"
    article = load("sub/a.md", content)
    assert article.source == "sub/a.md"
    assert article.article_id.startswith("a-")
    assert article.content_hash == hashlib.sha256(content.encode()).hexdigest()


def test_loading_twice_gives_the_same_record(load: Load, prose: str) -> None:
    assert load("a.md", f"# 题\n{prose}") == load("a.md", f"# 题\n{prose}")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_changes_the_hash_only(load: Load, prose: str, encoding: str) -> None:
    content = f"# 题目\r\n\r\n{prose}\r\n"
    plain, other = load("a.md", content), load("a.md", content.encode(encoding))
    assert other.model_copy(update={"content_hash": plain.content_hash}) == plain


def test_removed_pieces_carry_lines_of_the_file_in_order(load: Load, prose: str) -> None:
    article = load(
        "a.md", f"---\ntitle: 题\nx: y\n---\n\n点击蓝字关注我们\n\n{prose}\n![](a.png)\n【返回顶部】"
    )
    assert [(span.rule, span.line) for span in article.removed] == [
        ("front_matter", 1),
        ("follow_prompt", 6),
        ("image", 9),
        ("page_button", 10),
    ]


def test_html_in_a_text_file_is_read_as_html(load: Load, prose: str) -> None:
    article = load("a.txt", f"<!DOCTYPE html><html><body><p>{prose}</p></body></html>")
    assert article.text == prose


def test_offsets_are_exact_with_emoji_direction_marks_and_lone_surrogates(load: Load, prose: str) -> None:
    content = f"# 题\n\n甲\u202e乙😀{prose}".encode() + b"\xed\xa0\x80" + "丙。".encode()
    text = load("a.md", content).text
    assert text == f"# 题\n\n甲乙😀{prose}丙。"
    assert text[text.index(prose) :][: len(prose)] == prose


def test_invisible_characters_named_by_number_do_not_survive(load: Load, prose: str) -> None:
    assert (
        load("a.md", f"# 题\n\n算力&#8203;券&nbsp;办法&#x202e;。{prose}").text
        == f"# 题\n\n算力券 办法。{prose}"
    )


def test_an_unknown_suffix_is_refused_with_the_known_ones(load: Load) -> None:
    with pytest.raises(BadInputError, match=r"a\.xlsx.*\.docx \.htm"):
        load("a.xlsx", b"x")


def test_an_empty_file_of_every_kind_is_refused_by_name(load: Load) -> None:
    for suffix in ("md", "txt"):
        with pytest.raises(BadInputError, match=rf"a\.{suffix} holds no text"):
            load(f"a.{suffix}", b"")


def test_a_file_of_endless_lines_is_refused(load: Load) -> None:
    with pytest.raises(BadInputError, match="lines"):
        load("a.md", "字\n" * 500_001)


@pytest.mark.slow
@pytest.mark.parametrize(
    "content",
    [
        "人工智能政策支持算力建设，企业每年最高一百万元。" * 140_000,
        "字 " * 2_500_000,
        "![a](b" * 1_500_000,
        "*字" * 2_000_000,
        "<span style='x" * 700_000,
        "http://" + "a" * 9_000_000,
        "//" * 5_000_000,
    ],
)
def test_ten_megabytes_on_one_line_take_seconds(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text("# 题\n市数据局今年安排两亿元资金发放算力券。\n" + content, encoding="utf-8")
    start = time.perf_counter()
    load_article(path, root=tmp_path)
    assert time.perf_counter() - start < 60
