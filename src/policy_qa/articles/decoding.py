"""Bytes to text without silent loss.

UTF-8 is tried strictly first. What is not UTF-8 is decoded, strictly, with each encoding
in which Chinese files are found, and the reading made of frequent characters wins: the
wrong table also yields characters, only rare ones. Nothing is ever decoded with errors
ignored or replaced; what cannot be read is refused with the place and the reason.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from policy_qa.articles.han_frequency import FREQUENT, PUNCTUATION
from policy_qa.errors import BadInputError

SAMPLE_CHARACTERS: Final = 4_000
"""Non-ASCII characters looked at to judge a reading."""

PLAUSIBLE_SCORE: Final = 0.6
"""Least mean score of a reading; right readings score above 1.5, wrong ones below 0."""

DAMAGED_SHARE: Final = 0.1
"""Share of bad sequences up to which a file is a damaged UTF-8 file, not another encoding."""

_BOMS: Final = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_BYTE_ENCODINGS: Final = ("gb18030", "big5", "cp950", "big5hkscs")
_WIDE_ENCODINGS: Final = ("utf-16-le", "utf-16-be")
_DECLARABLE: Final = re.compile(
    r"(?:utf-?(?:8|16)|gb(?:k|2312|18030)|big5(?:-?hkscs)?|cp950|(?:windows-|cp)125\d|iso-8859-\d+|us-ascii)",
    re.IGNORECASE,
)
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1f]")
_LINE_ENDS: Final = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")


class DecodedText(NamedTuple):
    """Text of a file.

    Attributes:
        text: The text, line ends made line feeds, byte-order mark taken off. Lone surrogates
            of a damaged writer may be left in it; cleaning removes and records them.
        encoding: The encoding it was read with.
    """

    text: str
    encoding: str


def decode(data: bytes, *, name: str, declared: str | None = None) -> DecodedText:
    """Decodes the bytes of a text file.

    Args:
        data: The whole file.
        name: Name of the file, for messages.
        declared: Encoding that the file claims inside itself (an HTML ``meta``), if any.

    Raises:
        BadInputError: If the bytes are in no known encoding, are damaged, or hold NULs.
    """
    text, encoding = _decode(data, name, declared)
    at = text.find("\x00")
    if at >= 0:
        raise BadInputError(
            f"{name}: holds a NUL character (character {at}); it is not a text file. "
            "Convert it to text or remove it."
        )
    return DecodedText(_LINE_ENDS.sub("\n", text), encoding)


def _decode(data: bytes, name: str, declared: str | None) -> tuple[str, str]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode_marked(data, encoding, name), encoding
    if b"\x00" in data:
        return _decode_wide(data, name), "utf-16"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as failure:
        return _decode_other(data, name, declared, failure)
    if _CONTROLS.search(text):  # short UTF-16 without a mark can be valid ASCII, but for its controls
        wide = _best_wide(data)
        if wide is not None and plausibility(wide) > plausibility(text):
            return wide, "utf-16"
    return text, "utf-8"


def _decode_marked(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as failure:
        rescued = _with_surrogates(data, encoding)
        if rescued is not None:
            return rescued
        raise BadInputError(
            f"{name}: begins with a {encoding} byte-order mark but byte {failure.start} cannot be read; "
            "the file is damaged."
        ) from failure


def _decode_wide(data: bytes, name: str) -> str:
    """Reads UTF-16 without a mark; NUL bytes are the high halves of its ASCII characters."""
    text = _best_wide(data)
    if text is None:
        raise BadInputError(
            f"{name}: holds NUL bytes (first at byte {data.index(0)}); it is not a text file. "
            "Convert it to text or remove it."
        )
    return text


def _best_wide(data: bytes) -> str | None:
    if len(data) % 2:
        return None
    readings = _strict_readings(data, _WIDE_ENCODINGS)
    best = max(readings.values(), key=plausibility, default=None)
    return best if best is not None and plausibility(best) >= PLAUSIBLE_SCORE else None


def _decode_other(
    data: bytes, name: str, declared: str | None, failure: UnicodeDecodeError
) -> tuple[str, str]:
    rescued = _with_surrogates(data, "utf-8")
    if rescued is not None:
        return rescued, "utf-8"
    if _damaged_utf8(data):
        raise BadInputError(
            f"{name}: byte {failure.start} is not valid UTF-8 though the rest is; the file is damaged. "
            "Save it again from its source."
        )
    if declared is not None and _DECLARABLE.fullmatch(declared):
        codec = "gb18030" if declared.lower().startswith("gb") else declared.lower()
        readings = _strict_readings(data, (codec,))
        if codec in readings and _trust_declaration(codec, readings[codec]):
            return readings[codec], codec
    readings = _strict_readings(data, _BYTE_ENCODINGS)
    if len(data) % 2 == 0:
        readings |= _strict_readings(data, _WIDE_ENCODINGS)
    best = max(readings, key=lambda encoding: plausibility(readings[encoding]), default=None)
    if best is None or plausibility(readings[best]) < PLAUSIBLE_SCORE:
        raise BadInputError(
            f"{name}: byte {failure.start} is not valid UTF-8 and the file is not plausible Chinese in "
            "GB18030, Big5 or UTF-16 either. Save it as UTF-8."
        )
    return readings[best], best


def _strict_readings(data: bytes, encodings: tuple[str, ...]) -> dict[str, str]:
    readings = {}
    for encoding in encodings:
        try:
            readings[encoding] = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return readings


def _with_surrogates(data: bytes, encoding: str) -> str | None:
    """Reads a file whose only fault is surrogates written as characters (CESU-8, cut pairs)."""
    codec = "utf-8" if encoding == "utf-8-sig" else encoding
    try:
        text = data.decode(codec, "surrogatepass")
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return None


def _damaged_utf8(data: bytes) -> bool:
    """Tells a UTF-8 file with a few bad bytes from a file in another encoding."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(1 for character in text if character > "\x7f") - bad
    return bad <= DAMAGED_SHARE * good


def _trust_declaration(codec: str, text: str) -> bool:
    if codec.startswith(("gb", "big5", "cp950", "utf")):
        return plausibility(text) >= PLAUSIBLE_SCORE
    return sum(1 for character in text if character > "\x7f") <= len(text) / 10


def plausibility(text: str) -> float:
    """Scores a reading: mean over its non-ASCII characters, 3 for a frequent one.

    Frequent characters and Chinese punctuation count 3, other characters of the common
    planes of GB 2312 and Big5 1, other Han characters -1, and what running text does not
    hold (private use, unassigned, controls, half-width forms) -4. A text that is all
    ASCII scores 3 if it is printable.
    """
    sample = []
    for character in text:
        if character > "\x7f" or character < " ":
            sample.append(character)
            if len(sample) >= SAMPLE_CHARACTERS:
                break
    weights = [weight for character in sample if (weight := _weight(character)) is not None]
    return sum(weights) / len(weights) if weights else 3.0


def _weight(character: str) -> int | None:
    if character in "\n\r\t":
        return None
    if character in FREQUENT or character in PUNCTUATION:
        return 3
    if "\u4e00" <= character <= "\u9fff":
        return 1 if _in_common_plane(character) else -1
    if "\u3400" <= character <= "\u4dbf" or character >= "\U00020000":
        return -1
    category = unicodedata.category(character)
    if category in ("Cc", "Co", "Cn", "Cs") or "\uff61" <= character <= "\uffdc":
        return -4
    return 0


def _in_common_plane(character: str) -> bool:
    """Says whether a character is in the first level of GB 2312 or of Big5.

    The first levels (rows B0-D7 of GB 2312-80, A4-C6 of Big5) hold the characters in
    common use; the second levels the rare ones.
    """
    for encoding, first, last in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6)):
        try:
            encoded = character.encode(encoding)
        except UnicodeEncodeError:
            continue
        if first <= encoded[0] <= last:
            return True
    return False
