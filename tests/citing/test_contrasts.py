"""Sides of a contrast, numbers beside their words and opposites, with the bundled encoder."""

from __future__ import annotations

import pytest

from policy_qa.citing.claims import Knowledge, verify_claim
from policy_qa.embedding.bundled import BundledE5
from policy_qa.retrieval.dictionary import BilingualDictionary

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    model = BundledE5()
    return Knowledge({}, frozenset(), lambda: model, BilingualDictionary.open().locate)


@pytest.mark.parametrize(
    ("quote", "sentence", "supported"),
    [
        ("登记由市级部门办理，而不是省级部门。", "登记由省级部门办理，而不是市级部门。", False),
        ("登记由市级部门办理，而不是省级部门。", "办理登记的是市级部门而非省级部门。", True),
        ("申报单位须在境内注册。", "Applicants do not have to be registered in China.", False),
        ("申报单位须在境内注册。", "Applicants must be registered in China.", True),
        (
            "通知要求各地加大对示范项目的支持。",
            "The notice asks local governments to scale back support for the model projects.",
            False,
        ),
        (
            "通知要求各地加大对示范项目的支持。",
            "The notice asks local governments to step up support for the model projects.",
            True,
        ),
        ("项目期限最长两年。", "The project must last at least two years.", False),
        ("部门决定设立标准委员会。", "The department decided to dissolve the standards committee.", False),
        ("部门决定设立标准委员会。", "The department decided to set up a standards committee.", True),
        ("新规不含已被认定为违法的信息。", "新规包括已被认定为违法的信息。", False),
        ("咨询量增长30%，下载量增长12%。", "下载量增长12%。", True),
    ],
)
def test_what_is_turned_round_is_found_out_and_what_is_not_is_kept(
    quote: str, sentence: str, supported: bool, knowledge: Knowledge
) -> None:
    verdict = verify_claim(sentence, [quote], knowledge)
    assert verdict.supported is supported, verdict.checks
