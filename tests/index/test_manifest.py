from __future__ import annotations

import os
from pathlib import Path

import pytest

from policy_qa.errors import IndexMissingError, IndexUnusableError
from policy_qa.index.manifest import (
    CURRENT,
    GENERATIONS,
    MANIFEST,
    Identity,
    Manifest,
    SourceFile,
    check_files,
    content_name,
    current_name,
    publish,
    read_manifest,
    stamp_files,
    sync_folder,
    write_manifest,
)

IDENTITY = Identity(model_id="m", dimension=4, passage_tokens=100)


def generation(index: Path, name: str = "0123456789ab-1") -> Path:
    """A folder with two files and a manifest, as a writer leaves it."""
    folder = index / GENERATIONS / name
    (folder / "chroma").mkdir(parents=True)
    (folder / "store.sqlite").write_bytes(b"store")
    (folder / "chroma" / "graph.bin").write_bytes(b"graph")
    source = SourceFile(source="规划.md", size=3, modified_ns=4, content_hash="ff", article_id="a")
    manifest = Manifest(
        name=name,
        identity=IDENTITY,
        collection="c",
        sources=(source,),
        n_articles=1,
        n_passages=2,
        n_sentences=3,
        duplicates=(("a.md", "b.md"),),
        files=stamp_files(folder),
    )
    write_manifest(folder, manifest)
    return folder


def test_a_manifest_reads_back_as_written(tmp_path: Path) -> None:
    folder = generation(tmp_path)
    manifest = read_manifest(folder)
    assert manifest.sources[0].source == "规划.md"
    assert manifest.duplicates == (("a.md", "b.md"),)
    assert set(manifest.files) == {"store.sqlite", "chroma/graph.bin"}
    write_manifest(folder, manifest)
    assert read_manifest(folder) == manifest


def test_one_changed_figure_in_a_manifest_is_noticed(tmp_path: Path) -> None:
    folder = generation(tmp_path)
    text = (folder / MANIFEST).read_text(encoding="utf-8")
    (folder / MANIFEST).write_text(text.replace('"n_passages":2', '"n_passages":7'), encoding="utf-8")
    with pytest.raises(IndexUnusableError, match=r"manifest\.json is damaged.*policy-qa index"):
        read_manifest(folder)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe{", b'{"name": "x", "extra": 1}'])
def test_a_manifest_that_is_none_names_file_and_command(tmp_path: Path, content: bytes) -> None:
    folder = generation(tmp_path)
    (folder / MANIFEST).write_bytes(content)
    with pytest.raises(IndexUnusableError, match=r"manifest\.json cannot be read.*policy-qa index"):
        read_manifest(folder)


def test_unchanged_files_pass(tmp_path: Path) -> None:
    folder = generation(tmp_path)
    check_files(folder, read_manifest(folder))


@pytest.mark.parametrize("content", [b"grap", b"graph and more", b"gr4ph"])
def test_a_changed_file_is_named(tmp_path: Path, content: bytes) -> None:
    folder = generation(tmp_path)
    (folder / "chroma" / "graph.bin").write_bytes(content)
    with pytest.raises(IndexUnusableError, match=r"graph\.bin is damaged.*policy-qa index"):
        check_files(folder, read_manifest(folder))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = generation(tmp_path)
    (folder / "store.sqlite").unlink()
    with pytest.raises(IndexUnusableError, match=r"store\.sqlite is missing.*policy-qa index"):
        check_files(folder, read_manifest(folder))


def test_the_published_generation_is_the_current_one(tmp_path: Path) -> None:
    for name in ("0123456789ab-1", "0123456789ab-2"):
        sync_folder(generation(tmp_path, name))
        publish(tmp_path, name)
        assert current_name(tmp_path) == name
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [CURRENT]


def test_a_swap_that_fails_leaves_the_pointer_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("0123456789ab-1", "0123456789ab-2"):
        generation(tmp_path, name)
    publish(tmp_path, "0123456789ab-1")

    def refuse(*_args: object) -> None:
        raise PermissionError("no")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(PermissionError):
        publish(tmp_path, "0123456789ab-2")
    assert current_name(tmp_path) == "0123456789ab-1"


def test_without_a_pointer_there_is_no_index(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match=r"There is no index in .*`policy-qa index`"):
        current_name(tmp_path)
    with pytest.raises(IndexMissingError, match=r"There is no index in .*`policy-qa index`"):
        current_name(tmp_path / "missing")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"..",
        b".",
        b"../../x",
        b"/etc",
        b"0123456789ab-1\x00",
        b"\x000123456789ab-1",
        b"\xff\xfe\x80",
        b"0123456789ab-2",
        b".building-0123456789ab-1",
        b"0123456789ab-1/chroma",
        b"0123456789ab-1\nmore",
        b"x" * 100_000,
    ],
)
def test_a_pointer_to_anything_but_a_generation_is_refused(tmp_path: Path, content: bytes) -> None:
    generation(tmp_path)
    (tmp_path / GENERATIONS / ".building-0123456789ab-1").mkdir()
    (tmp_path / CURRENT).write_bytes(content)
    with pytest.raises(IndexMissingError, match=r"names no generation.*`policy-qa index`"):
        current_name(tmp_path)


def test_a_pointer_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / CURRENT).mkdir()
    with pytest.raises(IndexMissingError, match="cannot be read"):
        current_name(tmp_path)


def test_the_name_follows_contents_and_identity_but_not_order() -> None:
    contents = [("a", "1"), ("b", "2")]
    name = content_name(IDENTITY, contents)
    assert content_name(IDENTITY, contents[::-1]) == name
    assert content_name(IDENTITY, [("a", "1"), ("b", "3")]) != name
    assert content_name(IDENTITY, [("a", "1")]) != name
    assert content_name(IDENTITY.model_copy(update={"model_id": "n"}), contents) != name
