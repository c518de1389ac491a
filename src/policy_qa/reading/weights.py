"""The reader's files: where they lie and whether they are as they were exported."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from policy_qa.errors import ModelUnavailableError

GRAPH: Final = "reader.onnx"
TOKENIZER: Final = "tokenizer.json"
ABOUT: Final = "reader.json"

_NAME: Final = "policy-qa-reader"
_IDENTITY_DIGITS: Final = 12
_REMEDY: Final = (
    "Install policy_qa again, or switch the reader off with POLICY_QA_READER=false: "
    "answers are then found without it."
)


@dataclass(frozen=True)
class ReaderFiles:
    """The files of an exported reader.

    Attributes:
        folder: Where they lie.
        checksums: SHA-256 (hex) of each file by name, as recorded when it was exported.
        markers: Ids of ``<s>``, ``</s>`` and ``<pad>`` under ``bos``, ``eos`` and ``pad``.
    """

    folder: Path
    checksums: dict[str, str]
    markers: dict[str, int]

    @property
    def identity(self) -> str:
        """Name of the model with the beginning of its graph's checksum."""
        return f"{_NAME}@{self.checksums[GRAPH][:_IDENTITY_DIGITS]}"

    def checked(self, name: str) -> Path:
        """The path of a file.

        Raises:
            ModelUnavailableError: It is missing or not as it was exported.
        """
        path = self.folder / name
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise ModelUnavailableError(
                f"The reader's file {path} cannot be read: {error}. {_REMEDY}"
            ) from error
        if found != self.checksums[name]:
            raise ModelUnavailableError(
                f"The reader's file {path} is damaged: its SHA-256 begins with {found[:_IDENTITY_DIGITS]}, "
                f"not {self.checksums[name][:_IDENTITY_DIGITS]}. {_REMEDY}"
            )
        return path


def packaged_folder() -> Path:
    """Where the reader lies that ships with the package."""
    return Path(__file__).parent / "model"


def find_files(folder: Path) -> ReaderFiles | None:
    """The files of a folder; ``None`` if it holds no reader.

    Args:
        folder: What ``training.export`` wrote.

    Raises:
        ModelUnavailableError: The record of the files is damaged.
    """
    path = folder / ABOUT
    if not path.is_file():
        return None
    try:
        about: dict[str, Any] = json.loads(path.read_text("utf-8"))
        checksums = {name: str(about["sha256"][name]) for name in (GRAPH, TOKENIZER)}
        markers = {name: int(about["markers"][name]) for name in ("bos", "eos", "pad")}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelUnavailableError(
            f"{path} is damaged ({type(error).__name__}: {error}). {_REMEDY}"
        ) from error
    return ReaderFiles(folder, checksums, markers)
