"""The compiled dictionary: one SQLite file in the user's cache, built once, read only.

Tables: ``phrases`` (English key → Chinese words with plausibility), ``words`` (Chinese word →
English phrases) and ``readings`` (character → pinyin, that of surnames first). Names have a key
of their own, marked by ``^``, so that "China" is not porcelain. A plausibility of 0 is that of
a rare word's only meaning.
"""

from __future__ import annotations

import math
import os
import re
import sqlite3
import tempfile
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from policy_qa.errors import ModelUnavailableError
from policy_qa.retrieval.cedict import (
    Entry,
    Fragment,
    compound_counts,
    dictionary_path,
    fragments,
    read_entries,
    syllable,
)

FORMAT_VERSION: Final = 1
"""Changes whenever the same data would be compiled differently."""
NAME_MARK: Final = "^"

_KEPT_WORDS: Final = 24
_KEPT_PHRASES: Final = 16
_CHUNK: Final = 500  # parameters of one statement
_HAN = re.compile(r"[㐀-鿿]+")
# Log-probabilities of the vocabulary end near -16; what is not in it counts as rarest.
_RAREST: Final = -16.0
_PIECE_WEIGHT, _COMPOUND_WEIGHT = 0.25, 0.3


class Translations(NamedTuple):
    """What a phrase may be translated by.

    Attributes:
        exact: Whether the phrase is a gloss of one of the words.
        words: Words and their plausibility, best first.
    """

    exact: bool
    words: tuple[tuple[str, float], ...]


def _bundled_frequencies() -> dict[str, float]:
    """How common Chinese words are, from the embedding model's vocabulary; empty without it.

    A Unigram vocabulary holds the log-probability of every piece; those that are Chinese
    words make a frequency list of web text.
    """
    from policy_qa.embedding.e5_weights import read_weights
    from policy_qa.index.terms import fold

    try:
        vocabulary = read_weights().vocabulary
    except ModelUnavailableError:
        return {}
    found: dict[str, float] = {}
    for piece, score in zip(vocabulary.pieces, vocabulary.scores.tolist(), strict=True):
        if _HAN.fullmatch(word := piece.removeprefix("▁")):
            simplified = fold(word)
            found[simplified] = max(found.get(simplified, _RAREST), score)
    return found


def _length_cost(word: str) -> float:
    """Single characters come last; long words tend to describe rather than translate."""
    return 2.0 if len(word) == 1 else 0.25 * max(0, len(word) - 4)


def _commonness(words: Iterable[str], frequencies: Mapping[str, float]) -> dict[str, float]:
    if frequencies:
        return {word: _PIECE_WEIGHT * (frequencies.get(word, _RAREST) - _RAREST) for word in words}
    return {word: _COMPOUND_WEIGHT * count for word, count in compound_counts(words).items()}


def _keep_cheapest(costs: dict[str, float], name: str, cost: float) -> None:
    if cost < costs.get(name, math.inf):
        costs[name] = cost


class _Compiler:
    """Collects fragments in both directions."""

    def __init__(self) -> None:
        self._phrases: dict[str, dict[str, float]] = {}
        self._exact: set[str] = set()
        self._words: dict[str, dict[str, float]] = {}
        self._readings: dict[str, dict[str, bool]] = {}

    def add_entry(self, entry: Entry) -> None:
        for fragment in fragments(entry):
            self.add(fragment)
        if len(entry.word) == 1 and entry.reading.isascii():
            surname = any(sense.startswith("surname ") for sense in entry.senses)
            found = self._readings.setdefault(entry.word, {})
            found[syllable(entry.reading)] = surname or found.get(syllable(entry.reading), False)

    def add(self, fragment: Fragment) -> None:
        key = NAME_MARK + fragment.key if fragment.proper else fragment.key
        _keep_cheapest(self._phrases.setdefault(key, {}), fragment.word, fragment.cost)
        if fragment.exact:
            self._exact.add(key)
            _keep_cheapest(self._words.setdefault(fragment.word, {}), fragment.phrase, fragment.cost)

    def phrase_rows(self, common: Mapping[str, float]) -> Iterable[tuple[str, int, str]]:
        merit = {word: common.get(word, 0.0) - _length_cost(word) for word in self._words}
        for key in sorted(self._phrases):
            scored = [(cost - merit[word], word) for word, cost in self._phrases[key].items()]
            scored.sort()
            packed = "\t".join([f"{word}\t{-cost:.2f}" for cost, word in scored[:_KEPT_WORDS]])
            yield key, int(key in self._exact), packed

    def word_rows(self) -> Iterable[tuple[str, str]]:
        for word in sorted(self._words):
            phrases = sorted(self._words[word].items(), key=lambda item: (item[1], item[0]))
            yield word, "\t".join(phrase for phrase, _ in phrases[:_KEPT_PHRASES])

    def reading_rows(self) -> Iterable[tuple[str, str]]:
        for char in sorted(self._readings):
            found = self._readings[char]
            yield char, " ".join(sorted(found, key=lambda reading: not found[reading]))


def compile_dictionary(source: Path, target: Path, frequencies: Mapping[str, float]) -> None:
    """Writes the SQLite file for a CC-CEDICT file.

    Args:
        source: The gzipped dictionary.
        target: Where to write; replaced in one step once complete.
        frequencies: Log-probability of Chinese words; empty if none are known.

    Raises:
        ModelUnavailableError: The source is not readable or the target not writable.
    """
    compiler, words = _Compiler(), []
    for entry in read_entries(source):
        words.append(entry.word)
        compiler.add_entry(entry)
    if not words:
        raise ModelUnavailableError(
            f"{source} holds no dictionary entries; reinstall the package it is from."
        )
    common = _commonness(words, frequencies)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.name, suffix=".part")
        os.close(handle)
        part = Path(name)
        try:
            _write(part, compiler, common)
            with part.open("rb") as written:
                os.fsync(written.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, sqlite3.Error) as error:
        raise ModelUnavailableError(
            f"The compiled dictionary cannot be written to {target}: {error}. Free some space, or set "
            "POLICY_QA_CACHE_DIR to a folder that can be written."
        ) from error


def _write(path: Path, compiler: _Compiler, common: Mapping[str, float]) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE phrases (key TEXT PRIMARY KEY, exact INTEGER, words TEXT) WITHOUT ROWID;"
            "CREATE TABLE words (word TEXT PRIMARY KEY, phrases TEXT) WITHOUT ROWID;"
            "CREATE TABLE readings (char TEXT PRIMARY KEY, readings TEXT) WITHOUT ROWID;"
        )
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO phrases VALUES (?, ?, ?)", compiler.phrase_rows(common))
        connection.executemany("INSERT INTO words VALUES (?, ?)", compiler.word_rows())
        connection.executemany("INSERT INTO readings VALUES (?, ?)", compiler.reading_rows())
        connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
        connection.commit()
    finally:
        connection.close()


def _identity(source: Path) -> str:
    """The checksum and size of the dictionary's text, as the gzip file states them."""
    try:
        with source.open("rb") as file:
            file.seek(-8, os.SEEK_END)
            return file.read(8).hex()
    except OSError as error:
        raise ModelUnavailableError(f"The dictionary {source} cannot be read: {error}.") from error


class DictionaryFile:
    """Look-ups in a compiled dictionary; may be shared between threads."""

    def __init__(self, path: Path) -> None:
        """Opens a compiled dictionary.

        Raises:
            ModelUnavailableError: The file is incomplete or of another format.
        """
        self._lock = threading.Lock()
        try:
            self._connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            pages, size, version = (
                int(self._connection.execute(f"PRAGMA {name}").fetchone()[0])
                for name in ("page_count", "page_size", "user_version")
            )
            complete = version == FORMAT_VERSION and path.stat().st_size >= pages * size > 0
        except (sqlite3.Error, OSError) as error:
            raise ModelUnavailableError(f"The compiled dictionary {path} cannot be read: {error}.") from error
        if not complete:
            self._connection.close()
            raise ModelUnavailableError(f"The compiled dictionary {path} is incomplete; delete it.")

    @classmethod
    def open(cls, cache_dir: Path | None = None, source: Path | None = None) -> DictionaryFile:
        """Opens the compiled dictionary, compiling it first if it is missing or damaged.

        Args:
            cache_dir: Folder for the compiled file; the user's cache by default.
            source: The CC-CEDICT file; by default the one of the installed package.

        Raises:
            ModelUnavailableError: There is no dictionary, or the folder cannot be written.
        """
        import platformdirs

        source = source or dictionary_path()
        folder = cache_dir or Path(platformdirs.user_cache_dir("policy_qa"))
        path = folder / f"dictionary-{FORMAT_VERSION}-{_identity(source)}.sqlite"
        if path.is_file():
            try:
                return cls(path)
            except ModelUnavailableError:
                pass  # left by a full disk or an older program: compiled again below
        compile_dictionary(source, path, _bundled_frequencies())
        return cls(path)

    def phrases(self, keys: Iterable[str]) -> dict[str, Translations]:
        """Translations of those English keys that the dictionary has."""
        found = {}
        for key, exact, packed in self._fetch("SELECT key, exact, words FROM phrases WHERE key IN", keys):
            fields = packed.split("\t")
            scores = map(float, fields[1::2])
            found[key] = Translations(bool(exact), tuple(zip(fields[::2], scores, strict=True)))
        return found

    def words(self, words: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """English phrases for those Chinese words that the dictionary has, best first."""
        rows = self._fetch("SELECT word, phrases FROM words WHERE word IN", words)
        return {word: tuple(packed.split("\t")) for word, packed in rows}

    def readings(self, characters: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Pinyin syllables of Chinese characters, without tones; readings as a surname come first."""
        rows = self._fetch("SELECT char, readings FROM readings WHERE char IN", characters)
        return {char: tuple(packed.split(" ")) for char, packed in rows}

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    def _fetch(self, select: str, keys: Iterable[str]) -> list[tuple[str, ...]]:
        distinct = list(dict.fromkeys(keys))
        rows: list[tuple[str, ...]] = []
        try:
            with self._lock:
                for i in range(0, len(distinct), _CHUNK):
                    part = distinct[i : i + _CHUNK]
                    rows += self._connection.execute(
                        f"{select} ({','.join('?' * len(part))})", part
                    ).fetchall()
        except sqlite3.Error as error:
            raise ModelUnavailableError(
                f"The compiled dictionary cannot be read: {error}. Delete it; the next start builds it again."
            ) from error
        return rows
