from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from policy_qa.embedding.fake import HashingEmbedder
from policy_qa.engine import PolicyQA
from policy_qa.errors import ArticleExistsError, ArticleNotFoundError, BadInputError, IndexLockedError
from policy_qa.index.locking import writer_lock
from policy_qa.library import Library, safe_name

QUANTUM = "# 量子规划\n\n量子计算机的目标是在2030年达到1000个逻辑比特，由省科技厅负责组织实施。".encode()
REVISED = "# 量子规划\n\n量子计算机的目标是在2031年达到2000个逻辑比特，由省科技厅负责组织实施。".encode()
QUESTION = "量子计算机的目标是达到多少个逻辑比特？"


@pytest.fixture
def own(corpus: Path, tmp_path: Path) -> Iterator[PolicyQA]:
    """An engine whose corpus may be changed."""
    shutil.copytree(corpus, tmp_path / "corpus")
    made = PolicyQA(
        embedder=HashingEmbedder(),
        corpus=tmp_path / "corpus",
        index=tmp_path / "index",
        abstain_below=0.0,
        max_upload_bytes=100_000,
        reader=False,
    )
    made.index()
    yield made
    made.close()


def files(engine: PolicyQA) -> set[str]:
    return {path.name for path in engine.settings.corpus.iterdir()}


def test_an_added_article_is_answered_from_at_once(own: PolicyQA) -> None:
    report = Library(own).add("quantum.md", QUANTUM)
    assert (report.action, report.article_id, report.title) == ("added", "quantum", "量子规划")
    assert any("1000个逻辑比特" in citation.quote for citation in own.ask(QUESTION).citations)
    assert report.generation == own.generation.name


def test_the_same_file_again_changes_nothing(own: PolicyQA) -> None:
    first = Library(own).add("quantum.md", QUANTUM)
    again = Library(own).add("quantum.md", QUANTUM)
    assert (again.action, again.generation) == ("unchanged", first.generation)


def test_another_file_is_not_overwritten_unless_asked(own: PolicyQA) -> None:
    library = Library(own)
    library.add("quantum.md", QUANTUM)
    with pytest.raises(ArticleExistsError, match=r"quantum\.md"):
        library.add("quantum.md", REVISED)
    assert (own.settings.corpus / "quantum.md").read_bytes() == QUANTUM
    assert library.add("quantum.md", REVISED, replace=True).action == "replaced"
    assert any("2000个逻辑比特" in citation.quote for citation in own.ask(QUESTION).citations)


def test_a_name_that_differs_in_case_only_is_refused(own: PolicyQA) -> None:
    Library(own).add("quantum.md", QUANTUM)
    with pytest.raises(ArticleExistsError, match="too like"):
        Library(own).add("Quantum.md", REVISED)


@pytest.mark.parametrize(
    "name",
    [
        "../x.md", "/etc/x.md", "a/b.md", "a\\b.md", "C:x.md", "x\x00.md", "x\n.md", "", "  ", ".md", ".x.md",
        "x.exe", "x", "x.md ", "con.md", "a\u202etxt.md", "\ud800.md", "字" * 70 + ".md", "a*.md",
    ],
)  # fmt: skip
def test_a_name_that_is_no_plain_file_name_is_refused(own: PolicyQA, name: str) -> None:
    before = files(own)
    with pytest.raises(BadInputError, match="cannot be the name"):
        Library(own).add(name, QUANTUM)
    assert files(own) == before


@pytest.mark.parametrize("name", ["量子 规划（试行）.md", "report.v2.TXT", "a" * 190 + ".html"])
def test_a_usual_name_is_taken_as_it_is(name: str) -> None:
    assert safe_name(name) == name


def test_a_decomposed_name_is_composed() -> None:
    assert safe_name("re\u0301sume\u0301.md") == "résumé.md"


def test_what_holds_no_article_never_reaches_the_corpus(own: PolicyQA) -> None:
    before = files(own)
    for name, data in (("empty.md", b""), ("broken.pdf", b"%PDF-1.4 nothing"), ("broken.docx", b"PK no zip")):
        with pytest.raises(BadInputError, match=name):
            Library(own).add(name, data)
    assert files(own) == before


def test_a_file_over_the_limit_is_refused(own: PolicyQA) -> None:
    with pytest.raises(BadInputError, match="100,000"):
        Library(own).add("long.md", QUANTUM * 1000)


def test_near_duplicates_are_named(own: PolicyQA) -> None:
    text = (own.settings.corpus / "computing-vouchers.md").read_bytes()
    report = Library(own).add("copy.md", text)
    assert report.duplicates == ("computing-vouchers.md",)


def test_a_removed_article_is_gone_from_corpus_and_answers(own: PolicyQA) -> None:
    report = Library(own).remove("chip-report")
    assert (report.action, report.source) == ("removed", "chip-report.md")
    assert "chip-report.md" not in files(own)
    with pytest.raises(ArticleNotFoundError):
        own.article("chip-report")


def test_removing_an_unknown_article_is_an_error(own: PolicyQA) -> None:
    with pytest.raises(ArticleNotFoundError, match="nobody"):
        Library(own).remove("nobody")


def test_the_last_article_stays(own: PolicyQA) -> None:
    library = Library(own)
    library.remove("chip-report")
    library.remove("computing-vouchers")
    with pytest.raises(BadInputError):
        library.remove("data-centres")
    assert files(own) == {"data-centres.md"}
    assert own.search("枢纽节点").hits


def test_a_change_that_cannot_be_indexed_is_taken_back(own: PolicyQA) -> None:
    library = Library(own, lock_wait=0.0)
    before = files(own)
    with writer_lock(own.settings.index):
        with pytest.raises(IndexLockedError):
            library.add("quantum.md", QUANTUM)
        with pytest.raises(IndexLockedError):
            library.remove("chip-report")
        with pytest.raises(IndexLockedError):
            library.add("chip-report.md", REVISED, replace=True)
    assert files(own) == before
    assert "北岭研究所" in (own.settings.corpus / "chip-report.md").read_text(encoding="utf-8")
    assert own.index().generation == own.generation.name


def test_a_change_waits_for_another_indexer(own: PolicyQA) -> None:
    with ThreadPoolExecutor(1) as pool:
        with writer_lock(own.settings.index):
            waiting = pool.submit(Library(own, lock_wait=30).add, "quantum.md", QUANTUM)
        assert waiting.result().action == "added"


def test_uploads_at_the_same_time_all_arrive(own: PolicyQA) -> None:
    library = Library(own)
    texts = {f"plan-{n}.md": QUANTUM.replace(b"1000", str(1000 + n).encode()) for n in range(4)}
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(library.add, texts, texts.values()))
    assert {report.action for report in reports} == {"added"}
    assert files(own) >= set(texts)
    assert len(own.articles()) == 7


def test_nothing_is_left_behind_in_the_corpus(own: PolicyQA) -> None:
    library = Library(own)
    library.add("quantum.md", QUANTUM)
    library.add("quantum.md", REVISED, replace=True)
    library.remove("quantum")
    assert files(own) == {"chip-report.md", "computing-vouchers.md", "data-centres.md"}
