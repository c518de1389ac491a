"""The figures of a run with a badly behaved model."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple


class Shown(NamedTuple):
    """A sentence that a reader saw.

    Attributes:
        text: The sentence.
        quotes: The words it cites.
        unsupported: Why the strict check turns it down, or ``None``.
    """

    text: str
    quotes: tuple[str, ...]
    unsupported: str | None


class Asked(NamedTuple):
    """What came of one question. Times in seconds.

    Attributes:
        drafts: Texts the model wrote: a draft, perhaps a repair.
        drafted: Different sentences in them.
        dropped: Of these not shown.
        repaired: Shown, but not in the first draft.
        shown: Sentences shown in the model's words.
        answered: Whether the answer is the model's.
        right: Whether answer or quotes hold what the golden set expects.
        baseline_right: The same for extraction.
        seconds: Until the answer.
        baseline_seconds: The same for extraction.
        baseline_unsupported: Sentences of extraction that are no exact quotes.
        baseline_sentences: All of them.
    """

    drafts: int
    drafted: int
    dropped: int
    repaired: int
    shown: tuple[Shown, ...]
    answered: bool
    right: bool
    baseline_right: bool
    seconds: float
    baseline_seconds: float
    baseline_unsupported: int
    baseline_sentences: int


def report(asked: Sequence[Asked]) -> str:
    """The figures, one a line."""
    n = len(asked)
    written = [a for a in asked if a.answered]
    shown = [s for a in asked for s in a.shown]
    bad = [s for s in shown if s.unsupported]
    repaired = sum(a.repaired for a in asked)
    drafts, repairs = sum(a.drafts for a in asked), sum(a.drafts > 1 for a in asked)
    unsupported = f"{len(bad)} of {len(shown)}{_share(len(bad), len(shown))}"
    return "\n".join(
        [
            f"questions            {n}",
            f"drafts               {drafts} ({repairs} of them repairs)",
            f"sentences drafted    {sum(a.drafted for a in asked)}",
            f"  kept               {len(shown) - repaired}",
            f"  repaired           {repaired}",
            f"  dropped            {sum(a.dropped for a in asked)}",
            f"answers by the model {len(written)}; by extraction {n - len(written)}",
            f"shown, unsupported   {unsupported} by the strict check",
            *(f"    {s.unsupported}: {s.text[:100]}" for s in bad),
            f"right (golden)       {sum(a.right for a in asked)} of {n}; extraction alone "
            f"{sum(a.baseline_right for a in asked)} of {n}",
            f"seconds, median      {median(a.seconds for a in asked):.1f}; "
            f"extraction {median(a.baseline_seconds for a in asked):.2f}",
            f"extraction           {sum(a.baseline_sentences for a in asked)} sentences, "
            f"{sum(a.baseline_unsupported for a in asked)} of them no exact quote",
        ]
    )


def _share(part: int, whole: int) -> str:
    return f" ({part / whole:.1%})" if whole else ""
