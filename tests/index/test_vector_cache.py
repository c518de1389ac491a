from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from policy_qa.index.vector_cache import VectorCache, content_key

KEYS = [content_key(f"第{i}段") for i in range(1200)]


def unit(seed: int, dimension: int = 8) -> NDArray[np.float16]:
    vector = np.random.default_rng(seed).normal(size=dimension)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float16)


def filled(path: Path, n: int = 10, model: str = "m") -> None:
    with closing(VectorCache(path, model, 8)) as cache:
        cache.put((key, unit(i)) for i, key in enumerate(KEYS[:n]))


def test_vectors_come_back_as_they_were_put(tmp_path: Path) -> None:
    filled(tmp_path / "v.sqlite", 1200)
    with closing(VectorCache(tmp_path / "v.sqlite", "m", 8)) as cache:
        found = cache.get([*KEYS, content_key("unknown")])
    assert len(found) == 1200, "more keys than SQLite takes in one statement"
    assert all((found[key] == unit(i)).all() for i, key in enumerate(KEYS))


def test_keys_differ_with_the_text_and_take_lone_surrogates() -> None:
    assert content_key("甲") != content_key("乙")
    assert content_key("\ud800") != content_key("")


def test_models_do_not_see_each_other_s_vectors(tmp_path: Path) -> None:
    filled(tmp_path / "v.sqlite", model="one")
    with closing(VectorCache(tmp_path / "v.sqlite", "two", 8)) as cache:
        assert cache.get(KEYS[:10]) == {}


def test_a_vector_of_another_dimension_is_unknown(tmp_path: Path) -> None:
    filled(tmp_path / "v.sqlite")
    with closing(VectorCache(tmp_path / "v.sqlite", "m", 16)) as cache:
        assert cache.get(KEYS[:10]) == {}


def test_only_what_is_kept_stays_and_other_models_are_left_alone(tmp_path: Path) -> None:
    filled(tmp_path / "v.sqlite", model="one")
    filled(tmp_path / "v.sqlite", model="two")
    with closing(VectorCache(tmp_path / "v.sqlite", "one", 8)) as cache:
        cache.keep_only(KEYS[:3])
        assert set(cache.get(KEYS[:10])) == set(KEYS[:3])
        cache.keep_only([])
        assert cache.get(KEYS[:10]) == {}
    with closing(VectorCache(tmp_path / "v.sqlite", "two", 8)) as cache:
        assert len(cache.get(KEYS[:10])) == 10


@pytest.mark.parametrize("blob", [b"", b"\x01", random.Random(3).randbytes(16), bytes(16), b"\xff" * 16])
def test_a_damaged_vector_is_unknown(tmp_path: Path, blob: bytes) -> None:
    filled(tmp_path / "v.sqlite", 2)
    with closing(sqlite3.connect(tmp_path / "v.sqlite")) as db, db:
        db.execute("UPDATE vectors SET vector = ? WHERE key = ?", (blob, KEYS[0]))
    with closing(VectorCache(tmp_path / "v.sqlite", "m", 8)) as cache:
        assert set(cache.get(KEYS[:2])) == {KEYS[1]}


@pytest.mark.parametrize("damage", ["no database", "truncated", "overwritten", "stale log"])
def test_a_damaged_file_is_replaced_by_an_empty_one(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "v.sqlite"
    filled(path, 1200)
    data = path.read_bytes()
    if damage == "no database":
        path.write_bytes(b"no database at all, but long enough to look at" * 100)
    elif damage == "truncated":
        path.write_bytes(data[: len(data) // 2])
    elif damage == "overwritten":
        path.write_bytes(data[:4096] + random.Random(5).randbytes(len(data) - 4096))
    else:
        with closing(VectorCache(path, "m", 8)) as cache:
            cache.put((key, unit(i + 1)) for i, key in enumerate(KEYS))
            log = path.with_name("v.sqlite-wal").read_bytes()
        path.write_bytes(b"x" * 8192)
        path.with_name("v.sqlite-wal").write_bytes(log)
    with closing(VectorCache(path, "m", 8)) as cache:
        assert cache.get(KEYS) == {}
        cache.put([(KEYS[0], unit(0))])
    with closing(VectorCache(path, "m", 8)) as cache:
        assert (cache.get(KEYS)[KEYS[0]] == unit(0)).all()


def test_a_folder_that_refuses_is_no_reason_to_throw_the_cache_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "v.sqlite"
    filled(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=DELETE")
        other.execute("BEGIN EXCLUSIVE")
        monkeypatch.setattr(sqlite3, "connect", _impatient)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            VectorCache(path, "m", 8)
    monkeypatch.undo()
    with closing(VectorCache(path, "m", 8)) as cache:
        assert len(cache.get(KEYS[:10])) == 10


def _impatient(path: Path, _connect: type[sqlite3.Connection] = sqlite3.Connection) -> sqlite3.Connection:
    return _connect(path, timeout=0)
