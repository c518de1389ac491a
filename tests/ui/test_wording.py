from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import policy_qa.ui
from policy_qa.ui.wording import WORDS

SOURCES = list(Path(policy_qa.ui.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("key", sorted(WORDS))
def test_both_languages_say_it_with_the_same_placeholders(key: str) -> None:
    chinese, english = WORDS[key]

    def fields(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert chinese.strip()
    assert english.strip()
    assert fields(chinese) == fields(english)


def test_chinese_wording_uses_chinese_punctuation() -> None:
    for chinese, _ in WORDS.values():
        assert not re.search(r"[\u4e00-\u9fff][,;:?!]", chinese), chinese


def test_no_wording_is_left_unused() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES if path.name != "wording.py")
    shown = {"added", "replaced", "unchanged", "removed"}  # chosen by what an upload came to
    unused = [key for key in WORDS if f'"{key}"' not in code and f"'{key}'" not in code and key not in shown]
    assert unused == []
