"""What every embedder does with its input: well-formed text, and no silent cut."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from policy_qa.errors import BadInputError, PolicyQAError, UsageError

Side = Literal["query", "passage"]

_ERRORS: Final[dict[Side, type[PolicyQAError]]] = {"query": UsageError, "passage": BadInputError}
_SHOWN_CHARACTERS: Final = 40


def require_within_limit(
    texts: Sequence[str], lengths: Sequence[int], side: Side, *, max_tokens: int, model_id: str
) -> None:
    """Check that no text is longer than the model reads.

    Args:
        texts: The texts as given by the caller.
        lengths: Their lengths in tokens, prefix and special tokens included.
        side: Whether they are questions or passages.
        max_tokens: Longest input of the model.
        model_id: Name of the model, for the message.

    Raises:
        UsageError: A question is too long.
        BadInputError: A passage is too long.
    """
    for number, (text, length) in enumerate(zip(texts, lengths, strict=True), start=1):
        if length > max_tokens:
            raise _ERRORS[side](
                f"{side.capitalize()} {number} of {len(texts)} ({text[:_SHOWN_CHARACTERS]!r}…) has {length} "
                f"tokens, but {model_id} reads {max_tokens}. Shorten or split it."
            )


def well_formed(texts: Sequence[str]) -> list[str]:
    """Return the texts with lone surrogates, which have no UTF-8 form, replaced by U+FFFD."""
    return [text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for text in texts]
