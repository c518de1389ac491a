from __future__ import annotations

import pytest

from policy_qa.citing.codes import fold_code, stands_in, unsupported
from policy_qa.citing.quantities import find_codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("GPT-4与昇腾910B", ["GPT-4", "910B"]),
        ("H20和A100采用FP16", ["H20", "A100", "FP16"]),
        ("DeepSeek R1 beats o1", ["R1", "o1"]),
        ("IPv6 and 5G", ["IPv6", "5G"]),
        ("Qwen2.5-Max and F-35", ["Qwen2.5", "F-35"]),
        ("a GPT-4-based tool", ["GPT-4"]),
        ("version 2.5.1", ["2.5.1"]),
        ("7B模型", ["7B"]),
        ("300EFLOPS, 7nm, 10x, 13th, 1990s and $8.2bn", []),
        ("mid-2024, top-10, Q3 and RMB500", []),
        ("人工智能", []),
        ("https://example.org/a1b2", []),
    ],
)
def test_names_that_hold_digits_are_codes_and_quantities_are_not(text: str, codes: list[str]) -> None:
    found = find_codes(text)
    assert [code.text for code in found] == codes
    assert all(text[code.start : code.end] == code.text for code in found)


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("GPT-4", "gpt4 was first", True),
        ("GPT-4", "GPT 4", True),
        ("H20", "H20s are sold", True),
        ("H20", "H200", False),
        ("R1", "DR1", False),
        ("910B", "昇腾910B芯片", True),
        ("910B", "昇腾910C芯片", False),
    ],
)
def test_a_code_is_compared_verbatim_but_for_case_hyphen_and_plural(
    code: str, text: str, expected: bool
) -> None:
    assert stands_in(code, text) is expected


def test_a_code_that_no_quote_holds_is_named() -> None:
    codes = find_codes("H20 and H800")
    assert [code.text for code in unsupported(codes, ["H20解禁", "H100"])] == ["H800"]


def test_folding_keeps_decimal_points() -> None:
    assert fold_code("Qwen-2.5") == "qwen2.5"
