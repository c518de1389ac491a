"""Which files of a corpus folder are taken, whatever they are called and however they behave."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from tiny_corpora import TinyIndex, sentences

from policy_qa.articles import iter_sources
from policy_qa.errors import BadInputError
from policy_qa.index import intake
from policy_qa.index.builder import IndexReport


@pytest.fixture
def tiny(tmp_path: Path) -> TinyIndex:
    tiny = TinyIndex(tmp_path)
    tiny.write("good.md", "好的规划", sentences(4))
    return tiny


def text_of(seed: int) -> str:
    return "# 规划\n\n" + "\n\n".join(sentences(4, seed)) + "\n"


def skipped(report: IndexReport) -> dict[str, str]:
    return dict(report.skipped)


@pytest.mark.parametrize(
    "name",
    [
        "-rf.md",
        "two\nlines.md",
        "quote'\".md",
        "灯塔😀.md",
        "\u202egpj.md",
        "per%20cent.md",
        "question?#.md",
        "x%2f..%2fy.md",
        "a....md",
        "CON.md",
        "字" * 80 + ".md",
    ],
)
def test_a_strange_name_is_indexed_under_an_id_of_its_own(tiny: TinyIndex, name: str) -> None:
    (tiny.corpus / name).write_text(text_of(1), encoding="utf-8")
    report = tiny.build()
    assert name in report.added
    generation = tiny.open()
    ids = {article.source: article.article_id for article in generation.store.articles()}
    generation.close()
    assert len(set(ids.values())) == 2
    assert all(c.isascii() and (c.isalnum() or c in "-_") for c in ids[name])


@pytest.mark.parametrize("name", ["back\\slash.md", "x\\..\\y.md"])
def test_a_backslash_in_a_name_is_refused_by_name(tiny: TinyIndex, name: str) -> None:
    (tiny.corpus / name).write_text(text_of(1), encoding="utf-8")
    report = tiny.build()
    assert report.added == ("good.md",)
    assert "backslash" in skipped(report)[name]


def test_a_name_that_is_not_utf8_is_refused_and_the_others_are_indexed(tiny: TinyIndex) -> None:
    raw = os.fsencode(tiny.corpus) + b"/\xb9\xe6\xbb\xae.md"
    try:
        descriptor = os.open(raw, os.O_CREAT | os.O_WRONLY)
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text_of(1))
    report = tiny.build()
    assert report.added == ("good.md",)
    ((source, reason),) = report.skipped
    assert "not UTF-8" in reason
    assert source.encode("utf-8")
    assert tiny.build().generation == report.generation


def test_two_files_of_one_id_are_not_both_taken_and_the_second_comes_back(tiny: TinyIndex) -> None:
    composed, decomposed = (unicodedata.normalize(form, "é规划.md") for form in ("NFC", "NFD"))
    (tiny.corpus / composed).write_text(text_of(1), encoding="utf-8")
    (tiny.corpus / decomposed).write_text(text_of(2), encoding="utf-8")
    if len(list(tiny.corpus.iterdir())) < 3:
        pytest.skip("this file system takes the two names for one")
    report = tiny.build()
    assert len(report.added) == 2
    ((source, reason),) = report.skipped
    assert "same id" in reason
    (taken,) = {composed, decomposed} - {source}
    (tiny.corpus / taken).unlink()
    assert tiny.build().added == (source,)


def test_a_link_out_of_the_corpus_is_not_followed(tiny: TinyIndex, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text(text_of(1), encoding="utf-8")
    (tiny.corpus / "link.md").symlink_to(tmp_path / "secret.md")
    (tiny.corpus / "climbing.md").symlink_to(Path("..") / "secret.md")
    assert tiny.build().added == ("good.md",)


def test_hidden_files_and_other_suffixes_are_left_out(tiny: TinyIndex) -> None:
    for name in (".hidden.md", "notes.csv", "no suffix"):
        (tiny.corpus / name).write_text(text_of(1), encoding="utf-8")
    (tiny.corpus / ".git").mkdir()
    (tiny.corpus / ".git" / "inside.md").write_text(text_of(1), encoding="utf-8")
    report = tiny.build()
    assert report.added == ("good.md",)
    assert report.skipped == ()


def test_what_is_no_article_is_skipped_with_its_reason_and_taken_once_mended(tiny: TinyIndex) -> None:
    (tiny.corpus / "empty.md").write_bytes(b"")
    (tiny.corpus / "check.html").write_text("<html><body>环境异常 去验证</body></html>", encoding="utf-8")
    report = tiny.build()
    assert report.added == ("good.md",)
    assert set(skipped(report)) == {"empty.md", "check.html"}
    assert "no text" in skipped(report)["empty.md"]
    (tiny.corpus / "empty.md").write_text(text_of(1), encoding="utf-8")
    assert tiny.build().added == ("empty.md",)


def test_an_article_that_becomes_none_is_removed(tiny: TinyIndex) -> None:
    path = tiny.write("fading.md", "会消失的规划", sentences(4, 1))
    tiny.build()
    path.write_bytes(b"")
    report = tiny.build()
    assert report.removed == ("fading.md",)
    assert "fading.md" in skipped(report)


def test_a_file_that_vanishes_while_the_corpus_is_read_is_no_failure(
    tiny: TinyIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = iter_sources(tiny.corpus)
    monkeypatch.setattr(intake, "iter_sources", lambda _root: [*found, tiny.corpus / "vanished.md"])
    report = tiny.build()
    assert report.added == ("good.md",)
    assert "cannot be read" in skipped(report)["vanished.md"]


def test_near_identical_articles_are_reported(tiny: TinyIndex) -> None:
    tiny.write("copy.md", "好的规划", sentences(4))
    tiny.write("other.md", "另一份", sentences(9, 5))
    assert tiny.build().duplicates == (("copy.md", "good.md"),)
    assert tiny.build().duplicates == (("copy.md", "good.md"),), "kept when nothing changed"


def test_a_missing_corpus_names_the_option(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="--corpus"):
        TinyIndex(tmp_path).build()
