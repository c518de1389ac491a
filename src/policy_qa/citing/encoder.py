"""The encoder to verify with: always the bundled one, on which the thresholds were fitted."""

from __future__ import annotations

from policy_qa.citing.alignment import TokenModel
from policy_qa.embedding.protocol import Embedder
from policy_qa.settings import Settings


def encoder_for(embedder: Embedder, settings: Settings, *, given: bool) -> TokenModel | None:
    """The encoder to verify with.

    Args:
        embedder: The embedder of the index.
        settings: Where built models are kept, and with how many threads they run.
        given: Whether it was handed in rather than named by the settings: then no other model is
            loaded behind its owner's back.

    Returns:
        ``None`` if the embedder was handed in and tells nothing about single tokens.
    """
    if isinstance(embedder, TokenModel):
        return embedder
    if given:
        return None
    from policy_qa.embedding.bundled import BundledE5

    return BundledE5(settings.cache_dir, settings.threads)
