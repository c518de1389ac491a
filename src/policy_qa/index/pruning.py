"""Removes generations that nobody needs, with what a Chroma server holds of them."""

from __future__ import annotations

import shutil
from pathlib import Path

from policy_qa.errors import IndexMissingError, PolicyQAError
from policy_qa.index.chroma import ChromaVectors
from policy_qa.index.leases import removable
from policy_qa.index.manifest import (
    CHROMA,
    GENERATIONS,
    MANIFEST,
    UNPUBLISHED,
    check_files,
    current_name,
    read_manifest,
)
from policy_qa.records import Record

BUILDING = ".building-"
"""How the name of a folder begins in which a generation is being built."""

_PLACE = "collection.json"


class CollectionPlace(Record):
    """Where a server holds the vectors of a generation that has no manifest yet."""

    url: str
    name: str


def note_collection(folder: Path, url: str, name: str) -> None:
    """Notes where a build is about to put its vectors, so that they can go if it is killed."""
    place = CollectionPlace(url=url, name=name)
    (folder / _PLACE).write_text(place.model_dump_json(), encoding="utf-8")


def clear_unfinished(index: Path) -> None:
    """Removes what killed builds left behind. Only for the holder of the writer lock."""
    for folder in (index / GENERATIONS).glob(f"{BUILDING}*"):
        discard(folder)
    for pointer in index.glob(f"{UNPUBLISHED}*"):
        pointer.unlink(missing_ok=True)


def prune(index: Path) -> None:
    """Keeps the current generation and the newest whole one beside it, and those being read.

    Only for the holder of the writer lock.
    """
    if not (index / GENERATIONS).is_dir():
        return
    try:
        current = current_name(index)
    except IndexMissingError:
        current = ""
    others = [
        folder
        for folder in (index / GENERATIONS).iterdir()
        if folder.is_dir() and folder.name != current and not folder.name.startswith(".")
    ]
    if len(others) < 2:
        return
    others.sort(key=lambda folder: folder.stat().st_mtime_ns, reverse=True)
    spare = next((folder for folder in others if _is_whole(folder)), None)
    for folder in others:
        if folder == spare:
            continue
        with removable(folder / MANIFEST) as free:
            if free:
                discard(folder)


def discard(folder: Path) -> None:
    """Removes a generation, finished or not, and its collection on a server."""
    try:
        if (place := _place(folder)) is not None:
            ChromaVectors.open(folder / CHROMA, place.name, place.url).drop()
    except PolicyQAError:
        pass  # its server or collection is gone: the folder goes all the same
    shutil.rmtree(folder, ignore_errors=True)


def _place(folder: Path) -> CollectionPlace | None:
    try:
        return CollectionPlace.model_validate_json((folder / _PLACE).read_bytes())
    except (OSError, ValueError):
        return None


def _is_whole(folder: Path) -> bool:
    try:
        check_files(folder, read_manifest(folder))
    except (PolicyQAError, OSError):
        return False
    return True
