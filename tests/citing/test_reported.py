from __future__ import annotations

import pytest

from policy_qa.citing.reported import drops_speaker

QUOTE = "北岭研究所认为，出口管制使研发周期延长了四个月。"


@pytest.mark.parametrize(
    "claim",
    [
        "出口管制使研发周期延长了四个月。",
        "Export controls lengthened development by four months in the United States.",
    ],
)
def test_a_view_stated_as_a_fact_drops_its_speaker(claim: str) -> None:
    assert drops_speaker(claim, QUOTE)


@pytest.mark.parametrize(
    "claim",
    [
        "据北岭研究所报告，研发周期因出口管制延长四个月。",
        "在北岭研究所看来，出口管制使研发周期延长了四个月。",
        "The North Ridge Institute estimates that export controls lengthened development by four months.",
        "According to the North Ridge Institute, development takes four months longer.",
    ],
)
def test_a_claim_that_says_who_says_so_keeps_its_speaker(claim: str) -> None:
    assert not drops_speaker(claim, QUOTE)


def test_what_the_article_says_itself_has_no_speaker_to_drop() -> None:
    assert not drops_speaker("研发周期延长了四个月。", "出口管制使研发周期延长了四个月。")
