"""Damaged files of an index: found when it is opened, never answered from."""

from __future__ import annotations

import logging
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_corpora import TinyIndex, nearest_ids, sentences, three_articles

from policy_qa.errors import IndexMissingError, IndexUnusableError
from policy_qa.index import manifest as manifest_module
from policy_qa.index.generation import open_generation
from policy_qa.index.manifest import CURRENT, GENERATIONS, current_name, read_manifest

FILES = (
    "chroma/*/data_level0.bin",
    "chroma/*/header.bin",
    "chroma/*/index_metadata.pickle",
    "chroma/*/length.bin",
    "chroma/*/link_lists.bin",
    "chroma/chroma.sqlite3",
    "store.sqlite",
    "lexical.npz",
    "vectors.npz",
    "manifest.json",
)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def delete(path: Path) -> None:
    path.unlink()


def scatter_random_bytes(path: Path) -> None:
    """Sixty-four bytes in the middle: length and beginning stay as they were."""
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 64] = random.Random(7).randbytes(64)
    path.write_bytes(data)


def turn_one_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) * 2 // 3] ^= 1
    path.write_bytes(data)


DAMAGES = (truncate, empty, delete, scatter_random_bytes, turn_one_bit)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> TinyIndex:
    """An index of two generations; its tests work on copies."""
    tiny = three_articles(tmp_path_factory.mktemp("pristine"))
    # Enough passages for the graph to have more than one layer.
    tiny.write("long.md", "长篇规划", sentences(120, seed=5))
    tiny.build()
    tiny.write("new.md", "新的规划", sentences(6, seed=6))
    tiny.build()
    return tiny


@pytest.fixture
def tiny(pristine: TinyIndex, tmp_path: Path) -> TinyIndex:
    shutil.copytree(pristine.root, tmp_path / "copy")
    return TinyIndex(tmp_path / "copy")


def newest(tiny: TinyIndex) -> Path:
    return tiny.index / GENERATIONS / current_name(tiny.index)


def older(tiny: TinyIndex) -> Path:
    (name,) = set(tiny.generations()) - {current_name(tiny.index)}
    return tiny.index / GENERATIONS / name


def only(folder: Path, pattern: str) -> Path:
    (path,) = folder.glob(pattern)
    return path


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("file", FILES)
def test_the_generation_before_answers_for_a_damaged_one(
    tiny: TinyIndex, file: str, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    before = older(tiny).name
    damage(only(newest(tiny), file))
    with caplog.at_level(logging.WARNING):
        generation = tiny.open()
    assert generation.name == before
    assert nearest_ids(generation, generation.passage_vectors[3], 1) == [generation.keys[3].passage_id]
    assert "policy-qa index" in caplog.text
    generation.close()


@pytest.mark.parametrize("file", ["chroma/*/data_level0.bin", "chroma/chroma.sqlite3", "manifest.json"])
def test_with_both_generations_damaged_the_error_names_file_and_command(tiny: TinyIndex, file: str) -> None:
    scatter_random_bytes(only(newest(tiny), file))
    scatter_random_bytes(only(older(tiny), file))
    with pytest.raises(IndexUnusableError, match=r"policy-qa index") as caught:
        tiny.open()
    assert Path(file).name in str(caught.value)
    assert newest(tiny).name in str(caught.value)


def test_a_deleted_graph_folder_is_noticed(tiny: TinyIndex) -> None:
    shutil.rmtree(only(newest(tiny), "chroma/*/data_level0.bin").parent)
    with pytest.raises(IndexUnusableError, match="is missing"):
        open_generation(newest(tiny))


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe" * 20, b"0123456789ab-7", b"../../x", None])
def test_a_damaged_pointer_names_the_command_and_the_command_mends_it(
    tiny: TinyIndex, content: bytes | None
) -> None:
    if content is None:
        (tiny.index / CURRENT).unlink()
    else:
        (tiny.index / CURRENT).write_bytes(content)
    with pytest.raises(IndexMissingError, match="policy-qa index"):
        tiny.open()
    report = tiny.build()
    assert report.n_embedded == 0
    generation = tiny.open()
    assert generation.name == report.generation
    generation.close()


@pytest.mark.parametrize("file", ["chroma/*/link_lists.bin", "store.sqlite", "manifest.json"])
def test_indexing_again_mends_a_damaged_generation_without_embedding(tiny: TinyIndex, file: str) -> None:
    good = older(tiny).name
    damage = newest(tiny).name
    scatter_random_bytes(only(newest(tiny), file))
    report = tiny.build()
    assert report.n_embedded == 0
    assert report.generation != damage
    generation = tiny.open()
    assert generation.name == report.generation
    generation.close()
    assert tiny.generations() == sorted([good, report.generation]), "the damaged one should have gone"


def test_a_full_check_finds_what_opening_need_not_mind(tiny: TinyIndex) -> None:
    """The date that an archive gives one of its arrays: nothing reads it."""
    path = newest(tiny) / "vectors.npz"
    data = bytearray(path.read_bytes())
    data[12] ^= 1
    path.write_bytes(data)
    open_generation(newest(tiny)).close()
    with pytest.raises(IndexUnusableError, match=r"vectors\.npz is damaged"):
        open_generation(newest(tiny), full_check=True)


def test_a_generation_whose_parts_are_of_different_builds_is_refused(tiny: TinyIndex) -> None:
    """Whole files, but not of one build: what a mixed-up backup looks like."""
    shutil.copy(older(tiny) / "lexical.npz", newest(tiny) / "lexical.npz")
    manifest = read_manifest(newest(tiny))
    foreign = manifest.model_copy(update={"files": manifest_module.stamp_files(newest(tiny))})
    manifest_module.write_manifest(newest(tiny), foreign)
    with pytest.raises(IndexUnusableError, match="the lexical index counts"):
        open_generation(newest(tiny))


def test_a_copy_made_while_serving_answers_the_same_elsewhere(tiny: TinyIndex, tmp_path: Path) -> None:
    serving = tiny.open()
    vector = tiny.question("北岭的芯片产线")
    answers = serving.vectors.nearest(vector, 5)
    shutil.copytree(tiny.root, tmp_path / "elsewhere")
    restored = TinyIndex(tmp_path / "elsewhere").open()
    assert restored.name == serving.name
    assert restored.vectors.nearest(vector, 5) == answers
    assert restored.store.articles() == serving.store.articles()
    restored.close()
    serving.close()
