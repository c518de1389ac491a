from __future__ import annotations

import sqlite3
from itertools import pairwise
from pathlib import Path

import pytest

from policy_qa.errors import ArticleNotFoundError
from policy_qa.index.store import ArticleStore, write_store
from policy_qa.records import Article, ArticleMetadata, Passage, Span


def article(article_id: str, text: str) -> Article:
    return Article(
        article_id=article_id,
        source=f"{article_id}.md",
        content_hash="00",
        metadata=ArticleMetadata(title=f"题 {article_id}"),
        text=text,
    )


def passage(of: Article, start: int, end: int, *cuts: int) -> Passage:
    bounds = [start, *cuts, end]
    return Passage(
        passage_id=f"{of.article_id}:{start}",
        article_id=of.article_id,
        start=start,
        end=end,
        text=of.text[start:end],
        heading="一、总则 › （二）范围",
        sentences=tuple(Span(start=a, end=b) for a, b in pairwise(bounds)),
        tokens=end - start,
    )


ONE = article("one", "甲乙丙丁。戊己庚辛。😀表情之后。\n结尾。")
TWO = article("two", "子丑寅卯。辰巳午未。")
PASSAGES = [passage(ONE, 0, 10, 5), passage(ONE, 10, 16), passage(TWO, 0, 10, 5)]


@pytest.fixture
def store(tmp_path: Path) -> ArticleStore:
    write_store(tmp_path / "store.sqlite", [ONE, TWO], PASSAGES)
    return ArticleStore(tmp_path / "store.sqlite")


def test_articles_come_back_equal_and_in_order(store: ArticleStore) -> None:
    assert store.articles() == [ONE, TWO]
    assert store.article("two") == TWO
    assert store.article("two") is store.article("two"), "read once only"


def test_passages_come_back_equal_in_the_order_asked_for(store: ArticleStore) -> None:
    assert store.passages([2, 0, 1]) == [PASSAGES[2], PASSAGES[0], PASSAGES[1]]
    assert store.passages([]) == []
    assert store.passages_of("one") == PASSAGES[:2]
    assert store.passages_of("unknown") == []


def test_keys_stand_in_row_order_with_their_sentences(store: ArticleStore) -> None:
    assert [tuple(key) for key in store.passage_keys()] == [
        ("one:0", "one", 2),
        ("one:10", "one", 1),
        ("two:0", "two", 2),
    ]


def test_an_unknown_article_names_the_command_that_lists_them(store: ArticleStore) -> None:
    with pytest.raises(ArticleNotFoundError, match=r"'three'.*`policy-qa articles`"):
        store.article("three")


def test_an_id_is_data_and_never_sql(store: ArticleStore) -> None:
    with pytest.raises(ArticleNotFoundError):
        store.article("one' OR '1'='1")
    assert store.passages_of("one' OR '1'='1") == []


def test_a_store_cannot_be_written(store: ArticleStore) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        store._db.execute("DELETE FROM articles")


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.DatabaseError):
        ArticleStore(tmp_path / "none.sqlite").articles()
    assert not (tmp_path / "none.sqlite").exists()


def test_check_passes_a_whole_file_and_finds_a_torn_one(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    long = article("long", "很长的一段。" * 5000)
    write_store(path, [long], [passage(long, 0, 6)])
    ArticleStore(path).check()
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(sqlite3.DatabaseError):
        ArticleStore(path).check()
