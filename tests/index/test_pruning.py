"""What is kept beside the current generation, and what killed runs leave behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_corpora import TinyIndex, nearest_ids, sentences, three_articles

from policy_qa.index import generation_writer
from policy_qa.index.generation import Generation, open_generation
from policy_qa.index.manifest import CURRENT, GENERATIONS, MANIFEST, current_name, read_manifest
from policy_qa.index.pruning import BUILDING, discard, prune


@pytest.fixture
def tiny(tmp_path: Path) -> TinyIndex:
    tiny = three_articles(tmp_path)
    tiny.build()
    return tiny


HOLD_A_LEASE = """
import sys
from pathlib import Path
from policy_qa.index.leases import ReaderLease
lease = ReaderLease(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def edit(tiny: TinyIndex, edition: int) -> str:
    tiny.write("edited.md", f"第{edition}版", sentences(4, edition))
    return tiny.build().generation


def orphan(tiny: TinyIndex, name: str, age: int) -> Path:
    """A complete generation that was never published; age orders orphans, later is newer."""
    folder = tiny.index / GENERATIONS / name
    shutil.copytree(tiny.index / GENERATIONS / current_name(tiny.index), folder)
    os.utime(folder, ns=(age, age))
    return folder


def test_the_current_generation_and_the_one_before_are_kept(tiny: TinyIndex) -> None:
    names = [edit(tiny, edition) for edition in range(4)]
    assert tiny.generations() == sorted(names[-2:])


def test_going_back_to_an_earlier_corpus_gives_a_new_name(tiny: TinyIndex) -> None:
    first = edit(tiny, 1)
    edit(tiny, 2)
    again = edit(tiny, 1)
    assert first.split("-")[0] == again.split("-")[0]
    assert first != again
    assert current_name(tiny.index) == again


def test_leftovers_of_killed_runs_go_even_if_nothing_changed(tiny: TinyIndex) -> None:
    current = current_name(tiny.index)
    (tiny.index / GENERATIONS / f"{BUILDING}0123456789ab-1" / "chroma").mkdir(parents=True)
    (tiny.index / f".{CURRENT}.4711").write_text("half a na", encoding="utf-8")
    for age in range(3):
        orphan(tiny, f"aaaaaaaaaaaa-{age + 1}", age)
    assert tiny.build().generation == current
    assert tiny.generations() == sorted([current, "aaaaaaaaaaaa-3"])
    assert not list(tiny.index.glob(f".{CURRENT}.*"))


def test_orphans_go_even_if_no_generation_was_ever_published(tiny: TinyIndex) -> None:
    for age in range(3):
        orphan(tiny, f"aaaaaaaaaaaa-{age + 1}", age)
    (tiny.index / CURRENT).unlink()
    report = tiny.build()
    assert len(tiny.generations()) == 2
    assert current_name(tiny.index) == report.generation


def test_a_whole_generation_is_kept_before_a_newer_damaged_one(tiny: TinyIndex) -> None:
    whole = orphan(tiny, "aaaaaaaaaaaa-1", 1)
    damaged = orphan(tiny, "aaaaaaaaaaaa-2", 2)
    (damaged / "vectors.npz").unlink()
    prune(tiny.index)
    assert whole.exists()
    assert not damaged.exists()


def test_a_generation_read_by_another_process_stays_until_that_ends(tiny: TinyIndex) -> None:
    name = current_name(tiny.index)
    command = [sys.executable, "-c", HOLD_A_LEASE, str(tiny.index / GENERATIONS / name / MANIFEST)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == b"held\n"
        for edition in range(3):
            edit(tiny, edition)
        assert name in tiny.generations()
        reader.kill()
    edit(tiny, 3)
    assert name not in tiny.generations()
    assert len(tiny.generations()) == 2


def test_discarding_what_is_not_there_is_harmless(tmp_path: Path) -> None:
    discard(tmp_path / "missing")
    prune(tmp_path)


def test_a_chroma_that_changes_files_on_opening_does_not_spoil_the_index(
    tiny: TinyIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a later Chroma might do; the files it touches can then not be told from damaged ones."""

    def touching_open(folder: Path, full_check: bool = False) -> Generation:
        generation = open_generation(folder, full_check)
        with (folder / "chroma" / "chroma.sqlite3").open("ab") as file:
            file.write(bytes(4096))
        return generation

    monkeypatch.setattr(generation_writer, "open_generation", touching_open)
    folder = tiny.index / GENERATIONS / edit(tiny, 1)
    assert "chroma/chroma.sqlite3" not in read_manifest(folder).files
    assert "store.sqlite" in read_manifest(folder).files
    touching_open(folder).close()
    generation = tiny.open()
    assert generation.name == folder.name
    assert nearest_ids(generation, generation.passage_vectors[0], 1) == [generation.keys[0].passage_id]
    generation.close()
