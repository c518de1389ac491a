"""Which files are sources and what their articles are called."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.articles import article_id_for, iter_sources, load_article
from policy_qa.errors import BadInputError


def test_a_plain_markdown_file_gives_its_name() -> None:
    assert article_id_for("strider-china_AI-2025.md") == "strider-china_AI-2025"


@pytest.mark.parametrize(
    "source", ["news/a.md", "a.txt", "a.MD", "政策.md", "AI政策.md", "a b.md", "a" * 70 + ".md"]
)
def test_any_other_file_gets_a_hash_of_its_path(source: str) -> None:
    article_id = article_id_for(source)
    assert re.fullmatch(r"[A-Za-z0-9_-]+-[0-9a-f]{10}", article_id)
    assert len(article_id) <= 64


def test_files_that_differ_in_folder_or_suffix_get_different_ids() -> None:
    sources = ["a.md", "x/a.md", "y/a.md", "a.txt", "a.html", "政策.md", "数据.md"]
    assert len({article_id_for(source) for source in sources}) == len(sources)


def test_both_ways_of_writing_an_accent_give_one_id() -> None:
    name = "résumé.md"
    assert article_id_for(unicodedata.normalize("NFD", name)) == article_id_for(
        unicodedata.normalize("NFC", name)
    )


@given(st.text(min_size=1, max_size=80))
def test_an_id_is_safe_in_paths_and_addresses_or_the_name_is_refused(name: str) -> None:
    try:
        article_id = article_id_for(name)
    except BadInputError:
        return
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", article_id)


@pytest.mark.parametrize(
    "source", ["../../x.md", "/etc/x.md", "a\x00.md", "a/../../x.md", "", "..", "C:/x.md", r"..\x.md"]
)
def test_a_path_that_leads_elsewhere_is_refused(source: str) -> None:
    with pytest.raises(BadInputError, match="cannot be the path"):
        article_id_for(source)


def test_sources_are_listed_in_order_without_hidden_and_foreign_files(tmp_path: Path) -> None:
    corpus, outside = tmp_path / "corpus", tmp_path / "outside.md"
    outside.write_text("外面", encoding="utf-8")
    for name in ("b.md", "a.TXT", "sub/c.html", ".hidden.md", ".git/d.md", "e.py", "f.docx"):
        path = corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    (corpus / "leads-out.md").symlink_to(outside)
    (corpus / "leads-in.md").symlink_to(corpus / "b.md")
    (corpus / "gone.md").symlink_to(corpus / "nothing.md")
    (corpus / "loop").symlink_to(corpus)
    found = [path.relative_to(corpus).as_posix() for path in iter_sources(corpus)]
    assert found == ["a.TXT", "b.md", "f.docx", "leads-in.md", "sub/c.html"]


def test_a_missing_corpus_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="nowhere"):
        iter_sources(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["../outside.md", "leads-out.md", "missing.md", "folder.md", "a\x00.md"])
def test_a_file_outside_the_corpus_or_no_file_is_refused(tmp_path: Path, name: str) -> None:
    corpus = tmp_path / "corpus"
    (corpus / "folder.md").mkdir(parents=True)
    (tmp_path / "outside.md").write_text("外面", encoding="utf-8")
    (corpus / "leads-out.md").symlink_to(tmp_path / "outside.md")
    with pytest.raises(BadInputError):
        load_article(corpus / name, root=corpus)
