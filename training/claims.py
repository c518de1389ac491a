"""Claims about quotes, written by us: those that the quotes bear out, and those that they do not.

``claims.jsonl`` holds for places in our essays a sentence in Chinese and one in English that the
quoted words support, and for each a sentence on the same matter that they do not, with the kind of
its defect. The reader learns them in place of questions: its relevance then says whether the
passage supports the sentence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

from policy_qa.reading.spans import Span
from training.evaluation_cases import Case, Shown
from training.groups import Group, Pair
from training.question_sets import SourcePassage
from training.seeding import seeded
from training.splits import Split
from training.written_questions import digest

CLAIMS: Final = Path(__file__).with_name("claims.jsonl")
SOURCE: Final = "claims"

_WITH_PARAGRAPH: Final = 0.35
"""Share of the groups whose evidence is the whole paragraph, as an answer may cite one."""
_LONGEST_PARAGRAPH: Final = 300


@dataclass(frozen=True)
class Claim:
    """A sentence that a quote supports, and one that it does not.

    Attributes:
        claim_id: Its line and language.
        language: ``zh`` or ``en``.
        passage: The passage quoted.
        quotes: Places of the quoted words in it, in order.
        supported: The sentence they support.
        unsupported: The sentence they do not.
        kind: What is wrong with that.
    """

    claim_id: str
    language: str
    passage: SourcePassage
    quotes: tuple[Span, ...]
    supported: str
    unsupported: str
    kind: str

    @property
    def evidence(self) -> str:
        """The quoted words, one quote a line."""
        return "\n".join(self.passage.text[start:end] for start, end in self.quotes)

    @property
    def paragraph(self) -> str:
        """The paragraph around a single quote; the quotes alone where it is long or there are several."""
        if len(self.quotes) > 1:
            return self.evidence
        text, (start, end) = self.passage.text, self.quotes[0]
        after = text.find("\n", end)
        found = text[text.rfind("\n", 0, start) + 1 : after if after >= 0 else len(text)].strip()
        return found if len(found) <= _LONGEST_PARAGRAPH else self.evidence


def read_claims(passages: Mapping[str, SourcePassage], path: Path = CLAIMS) -> list[Claim]:
    """The written claims, Chinese and English.

    Args:
        passages: Passages by id; claims about others are left out.
        path: File of claims; a line is ``{"passage", "digest", "quotes": [[start, end]], "zh",
            "zh_not", "zh_kind", "en", "en_not", "en_kind"}``.

    Raises:
        ValueError: A passage is no longer the text that a claim was written about.
    """
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines()):
        record: dict[str, Any] = json.loads(line)
        passage = passages.get(record["passage"])
        if passage is None:
            continue
        if digest(passage.text) != record["digest"]:
            raise ValueError(f"{path.name}, line {number + 1}: {record['passage']} is another text by now.")
        quotes = tuple((int(start), int(end)) for start, end in record["quotes"])
        found += [
            Claim(
                f"{SOURCE}/{number}/{language}",
                language,
                passage,
                quotes,
                record[language],
                record[f"{language}_not"],
                record[f"{language}_kind"],
            )
            for language in ("zh", "en")
        ]
    return found


def claim_groups(claims: Sequence[Claim], split: Split, seed: int) -> Iterator[Group]:
    """Groups to train on: a supported claim, its wrong twin, and the claim beside other quotes.

    Args:
        claims: All claims; those about held-out articles are left out.
        split: The split.
        seed: Seed of what is shown as evidence.
    """
    trained = [claim for claim in claims if not split.is_held_out(claim.passage.passage_id)]
    for claim in trained:
        random = seeded(seed, claim.claim_id)
        evidence = claim.paragraph if random.random() < _WITH_PARAGRAPH else claim.evidence
        pairs = [
            Pair(claim.supported, _shown(evidence, claim), True, None, "supported"),
            Pair(claim.unsupported, _shown(evidence, claim), False, None, "unsupported"),
        ]
        if (other := _elsewhere(claim, trained, random)) is not None:
            pairs.append(Pair(claim.supported, _shown(other, claim), False, None, "unsupported"))
        yield Group(f"{SOURCE} {claim.language}", tuple(pairs))


def claim_cases(claims: Sequence[Claim], split: Split) -> Iterator[Case]:
    """Held-out claims, each with its quotes alone."""
    for claim in claims:
        if not split.is_held_out(claim.passage.passage_id):
            continue
        for text, right, kind in ((claim.supported, True, ""), (claim.unsupported, False, claim.kind)):
            shown = (Shown("", claim.evidence, right),)
            name = f"{claim.claim_id}/{'right' if right else 'wrong'}"
            yield Case(f"claims/{claim.language}", name, text, shown, answerable=right, kind=kind)


def _shown(evidence: str, claim: Claim) -> SourcePassage:
    return SourcePassage(claim.claim_id, claim.passage.article, "", evidence)


def _elsewhere(claim: Claim, claims: Sequence[Claim], random: Random) -> str | None:
    """Quotes of the same passage, not touching those of the claim."""
    own = set().union(*(range(start, end) for start, end in claim.quotes))
    others = {
        other.evidence
        for other in claims
        if other.passage.passage_id == claim.passage.passage_id
        and not any(own.intersection(range(start, end)) for start, end in other.quotes)
    }
    return random.choice(sorted(others)) if others else None
