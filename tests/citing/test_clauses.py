from __future__ import annotations

import pytest

from policy_qa.citing.clauses import split_clauses


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("报告认为甲很快，但是乙比较慢。", ["报告认为甲很快，", "但是乙比较慢。"]),
        ("It rose by 5%, but the rest fell by half.", ["It rose by 5%,", " but the rest fell by half."]),
        ("甲、乙、丙和丁都同意这一点。", ["甲、乙、丙和丁都同意这一点。"]),
    ],
)
def test_clauses_are_long_enough_to_mean_something(text: str, clauses: list[str]) -> None:
    assert [text[c.start : c.end] for c in split_clauses(text)] == clauses


def test_clauses_cover_the_text() -> None:
    text = "据甲报告，乙、丙；丁说：“不行。”然后，戊来了 and left, too."
    assert "".join(text[c.start : c.end] for c in split_clauses(text)) == text
