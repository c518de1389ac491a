"""Random choices that depend on a name alone, so that each is the same in every run."""

from __future__ import annotations

from random import Random


def seeded(*parts: object) -> Random:
    """A generator for one purpose: the same parts give the same choices on every machine."""
    return Random(" ".join(map(str, parts)))  # noqa: S311 - nothing secret is drawn
