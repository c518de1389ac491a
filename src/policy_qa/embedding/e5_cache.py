"""Where the built model lives: made once from the carried weights, then only read.

A folder of the user's cache holds the graph, the tokenizer and a manifest with their
SHA-256. The manifest is written last, each file through a temporary name and a rename,
so a folder is either complete or visibly not; what does not match is built again.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from policy_qa.embedding.e5_weights import PACKAGE, VERSION, read_weights
from policy_qa.errors import ModelUnavailableError

# Raised whenever the graph or tokenizer that the code builds changes.
BUILD: Final = 1

_GRAPH: Final = "model.onnx"
_TOKENIZER: Final = "tokenizer.json"
_VOCABULARY: Final = "vocabulary.npz"
_FILES: Final = (_GRAPH, _TOKENIZER, _VOCABULARY)
_MANIFEST: Final = "manifest.json"
_LOCK_SECONDS: Final = 300.0


@dataclass(frozen=True)
class BuiltModel:
    """Paths of a built model whose files match their checksums."""

    graph: Path
    tokenizer: Path
    vocabulary: Path


def default_cache_dir() -> Path:
    """Return the user's cache folder for policy_qa, as the platform prescribes it."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("policy_qa"))


def model_folder(cache_dir: Path | None = None) -> Path:
    """Return the folder in which the built model is kept."""
    return (cache_dir or default_cache_dir()) / f"multilingual-e5-small-{PACKAGE}-{VERSION}-build{BUILD}"


def ensure_built(cache_dir: Path | None = None) -> BuiltModel:
    """Return the built model, building it first if it is missing or damaged.

    Args:
        cache_dir: Folder to keep it in; by default the user's cache folder.

    Raises:
        ModelUnavailableError: The weights are missing or wrong, the folder cannot be
            written, or another process has been building for five minutes.
    """
    from filelock import FileLock, Timeout

    folder = model_folder(cache_dir)
    if is_intact(folder):
        return _paths(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "build.lock", timeout=_LOCK_SECONDS):
            if not is_intact(folder):
                _build(folder)
    except Timeout:
        raise ModelUnavailableError(
            f"Another process has been building the embedding model in {folder} for "
            f"{_LOCK_SECONDS:.0f} s. Wait for it or stop it, then try again."
        ) from None
    except OSError as error:
        raise ModelUnavailableError(
            f"The embedding model cannot be written to {folder}: {error}. Free about 100 MB there, "
            "or name another folder with POLICY_QA_CACHE_DIR."
        ) from error
    return _paths(folder)


def is_intact(folder: Path) -> bool:
    """Return whether all files of a built model are there and match their checksums."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
        return all(manifest[name] == _sha256(folder / name) for name in _FILES)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _paths(folder: Path) -> BuiltModel:
    return BuiltModel(graph=folder / _GRAPH, tokenizer=folder / _TOKENIZER, vocabulary=folder / _VOCABULARY)


def _build(folder: Path) -> None:
    from rich.console import Console

    from policy_qa.embedding.e5_graph import build_graph
    from policy_qa.embedding.e5_tokenizer import build_tokenizer, write_vocabulary

    with Console(stderr=True).status("Preparing the embedding model (once, a few seconds)…"):
        weights = read_weights()
        (folder / _MANIFEST).unlink(missing_ok=True)
        _write(folder / _GRAPH, build_graph(weights).SerializeToString())
        tokenizer = build_tokenizer(weights.vocabulary)
        _write(folder / _TOKENIZER, tokenizer.to_str().encode())
        _write(folder / _VOCABULARY, write_vocabulary(weights.vocabulary))
        checksums = {name: _sha256(folder / name) for name in _FILES}
        _write(folder / _MANIFEST, json.dumps(checksums, indent=1).encode())


def _write(path: Path, content: bytes) -> None:
    """Write a file so that readers see the old content or the new, never a part."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
