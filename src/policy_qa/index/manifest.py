"""What a generation is made of, and the folder it lives in.

    <index>/
      CURRENT                 name of the generation in use; replaced by one atomic rename
      LOCK                    held by the one process that writes; LOCK.pid names it
      vectors.sqlite          vectors by content
      generations/<name>/
        manifest.json         this record
        store.sqlite          articles and passages
        lexical.npz           term counts
        names.json            names in two languages, found in the articles
        vectors.npz           passage and sentence vectors
        chroma/               the Chroma collection, unless a server holds it
        collection.json       where a server holds it, if one does

A generation is built under a name that starts with a full stop, probed, then renamed. Nothing
in it changes afterwards. The current one and the one before it are kept.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from pydantic import ValidationError

from policy_qa.articles import CLEANING_VERSION
from policy_qa.errors import IndexMissingError, IndexUnusableError
from policy_qa.index.terms import TERMS_VERSION
from policy_qa.passages import PASSAGE_VERSION
from policy_qa.records import Record

SCHEMA = 4
CURRENT = "CURRENT"
UNPUBLISHED = ".CURRENT."
"""How the name of a pointer begins that is being written."""
GENERATIONS = "generations"
MANIFEST = "manifest.json"
STORE = "store.sqlite"
LEXICAL = "lexical.npz"
NAMES = "names.json"
VECTORS = "vectors.npz"
CHROMA = "chroma"

_SUMMED = ".npz"
"""Arrays carry checksums of their own, which are compared whenever they are read. Everything else
is hashed when a generation is opened (0.9 GB/s measured on a core with SHA instructions), because
a damaged graph crashes Chroma's native code, or makes it answer wrongly."""

_NAME = re.compile(r"[0-9a-f]{12}-[0-9]{1,9}")


class Identity(Record):
    """Everything that must agree between an index and the engine that reads it."""

    schema_version: int = SCHEMA
    model_id: str
    dimension: int
    passage_tokens: int
    passage_version: str = PASSAGE_VERSION
    terms_version: str = TERMS_VERSION
    cleaning_version: str = CLEANING_VERSION


class SourceFile(Record):
    """A file of the corpus as it was when the generation was built.

    Attributes:
        source: Path relative to the corpus folder.
        size: Bytes.
        modified_ns: Time of last change in nanoseconds.
        content_hash: SHA-256 of its bytes; empty if it could not be read.
        article_id: The article made of it, if any.
        skipped: Why no article was made of it, if so.
    """

    source: str
    size: int
    modified_ns: int
    content_hash: str
    article_id: str | None = None
    skipped: str | None = None


class FileStamp(Record):
    """Size and SHA-256 of a file of a generation."""

    size: int
    sha256: str


class Manifest(Record):
    """The contents of a generation.

    Attributes:
        name: Name of the generation: a hash of identity and article contents, and a counter.
        collection: Name of its Chroma collection.
        chroma_url: The Chroma server that holds the collection; ``None`` if embedded.
        sources: Every file seen in the corpus.
        duplicates: Groups of near-identical articles.
        files: Stamps of the files that never change.
        checksum: SHA-256 of this record with an empty checksum.
    """

    name: str
    identity: Identity
    collection: str
    chroma_url: str | None = None
    sources: tuple[SourceFile, ...]
    n_articles: int
    n_passages: int
    n_sentences: int
    duplicates: tuple[tuple[str, ...], ...] = ()
    files: dict[str, FileStamp]
    checksum: str = ""


def content_name(identity: Identity, contents: list[tuple[str, str]]) -> str:
    """The part of a generation's name that depends on what is in it.

    Args:
        identity: Model and versions.
        contents: Article id and content hash of every article.
    """
    text = identity.model_dump_json() + "\n".join(f"{a} {h}" for a, h in sorted(contents))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def current_name(index: Path) -> str:
    """Name of the generation in use.

    Raises:
        IndexMissingError: There is none.
    """
    try:
        name = (index / CURRENT).read_bytes()[:100].decode("utf-8", "replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissingError(f"There is no index in {index}. Run `policy-qa index`.") from None
    except OSError as error:
        raise IndexMissingError(
            f"{index / CURRENT} cannot be read ({error.strerror or error}). Check the folder, or remove the"
            " file and run `policy-qa index`."
        ) from error
    if not _NAME.fullmatch(name) or not (index / GENERATIONS / name).is_dir():
        raise IndexMissingError(f"{index / CURRENT} names no generation. Run `policy-qa index`.")
    return name


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes a generation's manifest with its checksum."""
    summed = manifest.model_copy(update={"checksum": _checksum(manifest)})
    (folder / MANIFEST).write_text(summed.model_dump_json(), encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Reads a generation's manifest.

    Raises:
        IndexUnusableError: It is missing or damaged.
    """
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise IndexUnusableError(
            f"{folder / MANIFEST} cannot be read ({type(error).__name__}). Run `policy-qa index`."
        ) from error
    # Another schema may have been summed up otherwise; who compares identities will refuse it.
    if manifest.identity.schema_version == SCHEMA and manifest.checksum != _checksum(manifest):
        raise IndexUnusableError(f"{folder / MANIFEST} is damaged. Run `policy-qa index`.")
    return manifest


def _checksum(manifest: Manifest) -> str:
    bare = manifest.model_copy(update={"checksum": ""})
    return hashlib.sha256(bare.model_dump_json().encode()).hexdigest()


def stamp_files(folder: Path) -> dict[str, FileStamp]:
    """Stamps all files of a finished generation but its manifest."""
    return {
        path.relative_to(folder).as_posix(): FileStamp(size=path.stat().st_size, sha256=_sha256(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / MANIFEST
    }


def check_files(folder: Path, manifest: Manifest, full: bool = False) -> None:
    """Compares a generation's files with its manifest.

    Args:
        folder: Folder of the generation.
        manifest: Its manifest.
        full: Hash arrays too, whose reader compares their own checksums in any case.

    Raises:
        IndexUnusableError: A file is missing or was changed; the message names it.
    """
    for name, stamp in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise IndexUnusableError(f"{path} is missing. Run `policy-qa index`.")
        hashed = full or not name.endswith(_SUMMED)
        if path.stat().st_size != stamp.size or (hashed and _sha256(path) != stamp.sha256):
            raise IndexUnusableError(f"{path} is damaged. Run `policy-qa index`.")


def sync_folder(folder: Path) -> None:
    """Forces every file of a folder, and the folder itself, to disk."""
    for path in [*folder.rglob("*"), folder]:
        sync_path(path)


def sync_path(path: Path) -> None:
    """Forces a file, or the list of names that a folder is, to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def publish(index: Path, name: str) -> None:
    """Makes a generation the current one: readers see the old name or the new, nothing between."""
    sync_path(index / GENERATIONS)
    temporary = index / f"{UNPUBLISHED}{os.getpid()}"
    with temporary.open("w", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(index / CURRENT)
    sync_path(index)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
