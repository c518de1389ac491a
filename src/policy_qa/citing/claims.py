"""Is a sentence supported by its quotes? Deterministic checks of facts, wording and meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from policy_qa.citing.alignment import TokenModel
from policy_qa.citing.bindings import misplaced_quantities
from policy_qa.citing.bodies import missing_bodies
from policy_qa.citing.contrasts import swapped_contrast
from policy_qa.citing.crossing import crossed_pairs
from policy_qa.citing.modality import overstatements
from policy_qa.citing.names import missing_names, shared_names
from policy_qa.citing.opposites import only_where_more
from policy_qa.citing.periods import other_ends
from policy_qa.citing.polarity import changed_negations, turned_words
from policy_qa.citing.quantities import missing_quantities
from policy_qa.citing.quotations import missing_quotations
from policy_qa.citing.reported import drops_speaker
from policy_qa.citing.roles import swapped_roles
from policy_qa.citing.speakers import other_speakers
from policy_qa.citing.support import (
    Focus,
    claim_language,
    focus_on,
    judge,
    load_support_models,
    sentences_with_heads,
)
from policy_qa.citing.vague_amounts import wrong_sizes
from policy_qa.citing.vague_durations import wrong_durations
from policy_qa.citing.wording import Translate
from policy_qa.index.terms import fold, terms
from policy_qa.reading.protocol import Reader
from policy_qa.records import Check, CheckKind, Record

Aliases = Mapping[str, frozenset[str]]
ClaimStatus = Literal["exact", "normalised", "altered", "wrong_source", "unsupported"]

_NAMED = "whoever is quoted is named"
_UNNAMED = "stated as a fact, but reported speech in the quote"
_SHARED_WORDS = 0.4
_FEWEST_CHARACTERS = 2
_LINK = re.compile(r"(?:https?://|www\.)[^\s，。）)\]]+|[\w.+-]+@[\w-]+\.[\w.-]+\w")
_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Knowledge:
    """What the checks of a claim know beside its quotes.

    Attributes:
        aliases: Equivalent names by folded name.
        names: Names without a form of their own (华为, 日本), folded.
        model: Encoder for comparing meanings; called when first needed. Without one, directions,
            negations and meaning go unchecked.
        translate: Dictionary look-up of an English sentence; without it words of another language
            count by their likeness only.
        reader: The model that judges whether quotes bear a sentence out; called when first needed.
            Without one, likeness alone decides.
    """

    aliases: Aliases = field(default_factory=dict)
    names: Collection[str] = ()
    model: Callable[[], TokenModel | None] = lambda: None
    translate: Translate | None = None
    reader: Callable[[], Reader | None] = lambda: None


class ClaimVerdict(Record):
    """What a check of one sentence found.

    Attributes:
        sentence: The sentence checked.
        supported: Whether its quotes bear it out.
        status: ``exact`` (quoted word for word), ``normalised`` (same facts in other words or
            notation), ``altered`` (a number, name, direction, negation or speaker differs),
            ``wrong_source`` (not borne out by the source given, but by another) or
            ``unsupported``.
        quotes: The quotes it was checked against.
        checks: The checks made.
    """

    sentence: str
    supported: bool
    status: ClaimStatus
    quotes: tuple[str, ...]
    checks: tuple[Check, ...]


def verify_claim(sentence: str, quotes: Sequence[str], knowledge: Knowledge) -> ClaimVerdict:
    """Checks a sentence against quotes.

    Args:
        sentence: The claim, in Chinese or English.
        quotes: The words it is said to rest on.
        knowledge: Names in both languages and the encoder.
    """
    if is_quoted(sentence, quotes):
        check = Check(sentence=sentence, kind="quote", passed=True, detail="quoted word for word")
        cut = _check(sentence, "support", _cut_from(sentence, quotes), _NAMED, _UNNAMED)
        return _verdict(sentence, "exact" if cut.passed else "altered", quotes, [check, cut])
    if len(_bare(sentence)) < _FEWEST_CHARACTERS or not any(map(_bare, quotes)):
        nothing = "there is nothing said, or nothing to rest on"
        check = Check(sentence=sentence, kind="support", passed=False, detail=nothing)
        return _verdict(sentence, "unsupported", quotes, [check])
    facts = check_facts(sentence, quotes, knowledge)
    # What is wrong already needs no judge: likeness tells whether it is the same statement, altered.
    right = all(check.passed for check in facts)
    wording, meaning = check_meaning(sentence, quotes, knowledge if right else _without_reader(knowledge))
    facts_hold = right and all(check.passed for check in wording)
    borne_out = all(check.passed for check in meaning)
    status: ClaimStatus = "normalised" if facts_hold else "altered"
    return _verdict(sentence, status if borne_out else "unsupported", quotes, [*facts, *wording, *meaning])


def is_quoted(sentence: str, quotes: Sequence[str]) -> bool:
    """Whether a sentence stands word for word in a quote; punctuation and script aside."""
    bare = _bare(sentence)
    return bool(bare) and any(bare in _bare(quote) for quote in quotes)


def _cut_from(sentence: str, quotes: Sequence[str]) -> list[str]:
    """Beginnings of quoted sentences that the sentence is cut out of, where they name who says it."""
    bare = _bare(sentence)
    pieces = [(piece, head) for quote in quotes for piece, head in sentences_with_heads(quote)]
    whole = [text for piece, head in pieces for text in (piece, head) if bare in _bare(piece)]
    return [
        text[:40] for text in dict.fromkeys(whole) if _bare(text) != bare and drops_speaker(sentence, text)
    ]


def check_facts(sentence: str, quotes: Sequence[str], knowledge: Knowledge) -> list[Check]:
    """Whether the numbers and names of a sentence stand in its quotes, across notations and languages."""
    numbers = [quantity.text for quantity in missing_quantities(sentence, quotes)]
    numbers += [*wrong_durations(sentence, quotes), *other_ends(sentence, quotes)]
    numbers += wrong_sizes(sentence, quotes)
    names = missing_names(sentence, quotes, knowledge.aliases, knowledge.names)
    names += swapped_roles(sentence, quotes, knowledge.aliases, knowledge.names)
    names += [*missing_bodies(sentence, quotes), *missing_quotations(sentence, quotes)]
    names += [link for link in _LINK.findall(sentence) if not any(link in quote for quote in quotes)]
    return [
        _check(
            sentence, "number", numbers, "all numbers stand in the quotes", "numbers that stand in no quote"
        ),
        _check(
            sentence,
            "name",
            names,
            "all names stand in the quotes",
            "names that stand in no quote, or for something else",
        ),
    ]


def check_meaning(
    sentence: str, quotes: Sequence[str], knowledge: Knowledge
) -> tuple[list[Check], list[Check]]:
    """Whether wording and meaning of a sentence agree with its quotes.

    Returns:
        Checks of single words (directions, negations, speaker, which number goes with what), and
        of the meaning as a whole. Without an encoder only shared words can be looked at.
    """
    model = knowledge.model()
    if model is None:
        return [], [_check_words(sentence, quotes)]
    focus = focus_on(sentence, quotes, model, knowledge.translate)
    if focus is None:
        return [], [
            Check(sentence=sentence, kind="support", passed=False, detail="there is nothing to rest on")
        ]
    wording = [*_check_turns(sentence, focus, knowledge), *_check_speaker(sentence, quotes, focus, knowledge)]
    reader = knowledge.reader() if all(check.passed for check in wording) else None
    features = dict(focus.features) | (judge(sentence, quotes, focus, reader) if reader else {})
    fitted = load_support_models(read=reader is not None)[claim_language(sentence)]
    likely = fitted.probability(features)
    passed = likely >= fitted.threshold
    detail = f"likelihood {likely:.2f}, at least {fitted.threshold:.2f} wanted"
    if not passed:
        detail += f"; least supported: {focus.weakest}"
    return wording, [Check(sentence=sentence, kind="support", passed=passed, detail=detail)]


def _without_reader(knowledge: Knowledge) -> Knowledge:
    return replace(knowledge, reader=lambda: None)


def _check_turns(sentence: str, focus: Focus, knowledge: Knowledge) -> list[Check]:
    """Whether directions, negations, pairs, numbers and firmness are those of the quotes."""
    compared = (sentence, focus.text, focus.alignment)
    turned = [
        *turned_words(*compared),
        *changed_negations(*compared),
        *swapped_contrast(*compared),
        *only_where_more(sentence, focus.text),
    ]
    crossed = crossed_pairs(
        *compared,
        knowledge.translate,
        lambda claim, quote: shared_names(claim, quote, knowledge.aliases, knowledge.names),
    )
    misplaced, firmer = misplaced_quantities(*compared), overstatements(*compared)
    opposite = "no direction or negation is turned round", "says the opposite"
    return [
        _check(sentence, "support", turned, *opposite),
        _check(
            sentence, "number", misplaced, "numbers belong to the same things", "numbers of something else"
        ),
        _check(sentence, "support", crossed, "nothing has changed places", "have changed places"),
        _check(sentence, "support", firmer, "no firmer than the quotes", "says more than the quotes"),
    ]


def _check_speaker(sentence: str, quotes: Sequence[str], focus: Focus, knowledge: Knowledge) -> list[Check]:
    """Whether reported speech stays so, and of the same speaker."""
    unattributed = [source[:40] for source in focus.sources if drops_speaker(sentence, source)]
    others = other_speakers(sentence, quotes, knowledge.aliases, knowledge.names)
    same = "the speaker is that of the quotes", "credited to someone else than in the quotes"
    return [
        _check(sentence, "support", unattributed, _NAMED, _UNNAMED),
        _check(sentence, "support", others, *same),
    ]


def _check_words(sentence: str, quotes: Sequence[str]) -> Check:
    """Whether a sentence shares enough words with its quotes; across languages nothing can be said."""
    wanted = {term for term in terms(sentence) if len(term) > 1}
    there = {term for quote in quotes for term in terms(quote)}
    foreign = not any(claim_language(quote) == claim_language(sentence) for quote in quotes)
    share = len(wanted & there) / len(wanted) if wanted else 1.0
    detail = f"{share:.0%} of its words stand in the quotes, at least {_SHARED_WORDS:.0%} wanted"
    return Check(sentence=sentence, kind="support", passed=foreign or share >= _SHARED_WORDS, detail=detail)


def _check(sentence: str, kind: CheckKind, problems: Sequence[str], good: str, bad: str) -> Check:
    detail = f"{bad}: {', '.join(problems)}" if problems else good
    return Check(sentence=sentence, kind=kind, passed=not problems, detail=detail)


def _verdict(
    sentence: str, status: ClaimStatus, quotes: Sequence[str], checks: Sequence[Check]
) -> ClaimVerdict:
    return ClaimVerdict(
        sentence=sentence,
        supported=status in {"exact", "normalised"},
        status=status,
        quotes=tuple(quotes),
        checks=tuple(checks),
    )


def _bare(text: str) -> str:
    return _NOT_WORD.sub("", fold(text))
