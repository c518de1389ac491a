"""English words led back to what a dictionary has."""

from __future__ import annotations

import pytest

from policy_qa.retrieval.english import (
    american,
    base_forms,
    codes,
    derived_from,
    inflected_forms,
    phrase_key,
    split_words,
)


def test_british_spelling_is_written_the_american_way() -> None:
    pairs = {
        "labelling": "labeling",
        "organised": "organized",
        "centre": "center",
        "programmes": "programs",
        "behaviour": "behavior",
        "favourite": "favorite",
        "defence": "defense",
        "digitisation": "digitization",
    }
    assert {word: american(word) for word in pairs} == pairs


def test_words_that_only_look_british_keep_their_spelling() -> None:
    words = ["rise", "exercise", "promised", "four", "hour", "called", "installed", "surprised", "tour"]
    assert [american(word) for word in words] == words


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("policies", "policy"),
        ("planned", "plan"),
        ("created", "create"),
        ("won", "win"),
        ("criteria", "criterion"),
        ("chips", "chip"),
        ("written", "write"),
        ("biggest", "big"),
        ("simply", "simple"),
        ("boxes", "box"),
    ],
)
def test_inflected_words_lead_back_to_their_base_form(word: str, base: str) -> None:
    assert base in base_forms(word)


def test_a_word_is_traced_to_the_word_it_was_made_from() -> None:
    assert "produce" in derived_from("production")
    assert "economy" in derived_from("economical")


def test_english_forms_cover_plural_past_and_present() -> None:
    assert set(inflected_forms("policy")) >= {"policies"}
    assert set(inflected_forms("plan")) == {"plans", "planned", "planning"}
    assert "built" in inflected_forms("build")
    assert inflected_forms("sciences") == ()


def test_initials_and_hyphens_and_possessives_are_split_as_a_dictionary_needs() -> None:
    words = split_words("The U.S. Commerce Department's state-of-the-art plan")
    assert [word.key for word in words] == [
        "the",
        "us",
        "commerce",
        "department",
        "state",
        "of",
        "the",
        "art",
        "plan",
    ]


def test_codes_are_recognised_and_years_with_words_are_not() -> None:
    text = "H20, 910B and GPT-4 in mid-2024, a 10-year plan"
    assert [text[a:b] for a, b in codes(text)] == ["H20", "910B", "GPT-4"]


def test_accents_do_not_matter() -> None:
    assert phrase_key("Café São") == "cafe sao"
