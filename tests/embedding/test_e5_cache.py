from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from policy_qa.embedding import e5_cache
from policy_qa.embedding.e5_weights import E5Weights
from policy_qa.errors import ModelUnavailableError


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch, tiny_weights: E5Weights) -> list[int]:
    """Let the cache build the tiny model; the list grows by one with each build."""
    made: list[int] = []

    def read() -> E5Weights:
        made.append(1)
        return tiny_weights

    monkeypatch.setattr(e5_cache, "read_weights", read)
    return made


def test_the_model_is_built_once(tmp_path: Path, builds: list[int]) -> None:
    first = e5_cache.ensure_built(tmp_path)
    second = e5_cache.ensure_built(tmp_path)
    assert first == second
    assert len(builds) == 1
    assert first.graph.is_file()
    assert first.tokenizer.is_file()
    assert first.vocabulary.is_file()


@pytest.mark.parametrize("file", ["graph", "tokenizer", "vocabulary"])
def test_a_damaged_file_is_built_again(tmp_path: Path, builds: list[int], file: str) -> None:
    path: Path = getattr(e5_cache.ensure_built(tmp_path), file)
    good = path.read_bytes()
    path.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    e5_cache.ensure_built(tmp_path)
    assert path.read_bytes() == good
    assert len(builds) == 2


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"model.onnx": 3}', "not json"])
def test_a_damaged_manifest_is_built_again(tmp_path: Path, builds: list[int], content: str) -> None:
    manifest = e5_cache.ensure_built(tmp_path).graph.with_name("manifest.json")
    manifest.write_text(content)
    built = e5_cache.ensure_built(tmp_path)
    assert len(builds) == 2
    assert set(json.loads(manifest.read_text())) == {"model.onnx", "tokenizer.json", "vocabulary.npz"}
    assert e5_cache.is_intact(built.graph.parent)


def test_a_removed_file_is_built_again(tmp_path: Path, builds: list[int]) -> None:
    e5_cache.ensure_built(tmp_path).graph.unlink()
    assert e5_cache.ensure_built(tmp_path).graph.is_file()


def test_no_temporary_file_stays_behind(tmp_path: Path, builds: list[int]) -> None:
    folder = e5_cache.ensure_built(tmp_path).graph.parent
    assert {path.name for path in folder.iterdir()} <= {
        "model.onnx",
        "tokenizer.json",
        "vocabulary.npz",
        "manifest.json",
        "build.lock",
    }


def test_a_build_that_fails_half_way_leaves_nothing_that_looks_whole(
    tmp_path: Path, builds: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(path: Path, content: bytes) -> None:
        if path.name == "vocabulary.npz":
            raise OSError(28, "No space left on device")
        path.write_bytes(content)

    with monkeypatch.context() as patch:
        patch.setattr(e5_cache, "_write", full_disk)
        with pytest.raises(ModelUnavailableError, match="No space left on device"):
            e5_cache.ensure_built(tmp_path)
    assert not e5_cache.is_intact(e5_cache.model_folder(tmp_path))
    assert e5_cache.is_intact(e5_cache.ensure_built(tmp_path).graph.parent)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, builds: list[int]) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ModelUnavailableError, match="POLICY_QA_CACHE_DIR"):
        e5_cache.ensure_built(tmp_path / "file")


def test_a_lock_held_for_too_long_is_named(
    tmp_path: Path, builds: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(e5_cache, "_LOCK_SECONDS", 0.1)
    folder = e5_cache.model_folder(tmp_path)
    folder.mkdir(parents=True)
    with (
        FileLock(folder / "build.lock"),
        pytest.raises(ModelUnavailableError, match="Another process has been building"),
    ):
        e5_cache.ensure_built(tmp_path)
    assert builds == []


def test_the_cache_folder_defaults_to_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(e5_cache, "default_cache_dir", lambda: tmp_path)
    assert e5_cache.model_folder().parent == tmp_path


@pytest.mark.slow
@pytest.mark.usefixtures("real_weights")
def test_two_processes_building_at_once_end_with_one_whole_model(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from policy_qa.embedding.e5_cache import ensure_built; "
        "ensure_built(pathlib.Path(sys.argv[1]))"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) for _ in range(2)]
    assert [process.wait(timeout=120) for process in running] == [0, 0]
    assert e5_cache.is_intact(e5_cache.model_folder(tmp_path))
