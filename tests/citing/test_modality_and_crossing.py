"""Claims that say more than their evidence, and pairs that have changed places; no encoder needed."""

from __future__ import annotations

import numpy as np
import pytest

from policy_qa.citing.alignment import Alignment
from policy_qa.citing.contrasts import swapped_contrast
from policy_qa.citing.crossing import crossed_pairs
from policy_qa.citing.modality import overstatements
from policy_qa.citing.names import shared_names


def aligned(claim: str, evidence: str) -> Alignment:
    """Characters are alike if they are the same."""
    same = np.array([[float(c == e) for e in evidence] for c in claim], dtype=np.float32)
    return Alignment(
        claim=tuple((i, i + 1) for i in range(len(claim))),
        evidence=tuple((i, i + 1) for i in range(len(evidence))),
        cosines=same,
    )


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("提供者必须交付无标识的内容。", "提供者可以交付无标识的内容。"),
        ("公告建议公示模型名称。", "公告要求公示模型名称，写明编号。"),
        ("The platform says the content is definitely synthetic.", "平台提示公众，内容疑似合成。"),
        ("所有提供者都要备案。", "提供者如果具有动员能力，就要备案。"),
        ("It was the sole priority of the year.", "这是当年四个重点方向之一。"),
        ("任何情况下都不得索取明文信息。", "不得索取明文信息，法律另有规定的除外。"),
        ("平台体系已基本建立。", "目标是到2027年基本建立平台体系。"),
        ("这一转变降低了成本。", "这一转变有望降低成本。"),
    ],
)
def test_a_claim_firmer_than_its_evidence_is_found(claim: str, evidence: str) -> None:
    assert overstatements(claim, evidence, aligned(claim, evidence)) != []


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("提供者须先备案。", "提供者应当先备案。"),
        ("自愿申领网号。", "可以申领网号，不强制。"),
        ("只要有证件，就可以申请。", "持有证件的人可以申请。"),
        ("任何情况下都不得索取信息，法律另有规定的除外。", "不得索取信息，法律另有规定的除外。"),
        ("平台体系已基本建立。", "到2027年，平台体系已经基本建立。"),
        ("这一转变可能降低成本。", "这一转变有望降低成本。"),
        ("Providers that can move opinion have to file.", "提供者如果具有动员能力，就要备案。"),
    ],
)
def test_a_free_rendering_is_no_overstatement(claim: str, evidence: str) -> None:
    assert overstatements(claim, evidence, aligned(claim, evidence)) == []


EVIDENCE = "显式标识以文字呈现，用户能察觉；隐式标识写入文件数据，肉眼看不到。"


def test_two_things_that_changed_places_are_found() -> None:
    swapped = "隐式标识以文字呈现，显式标识写入文件数据。"
    assert crossed_pairs(swapped, EVIDENCE, aligned(swapped, EVIDENCE)) == ["显式 / 隐式"]


def test_two_things_in_another_order_have_not_changed_places() -> None:
    turned = "隐式标识写入文件数据，显式标识以文字呈现。"
    assert crossed_pairs(turned, EVIDENCE, aligned(turned, EVIDENCE)) == []


def test_names_that_changed_places_are_found_through_the_list_of_names() -> None:
    known = {"甲国", "乙国"}
    evidence = "两座中心设在境外：一座位于甲国的海边，一座位于乙国的山里。"
    claim = "乙国的海边、甲国的山里各有一座中心。"
    assert {name[0] for name in shared_names(claim, evidence, {}, known)} == {(0, 2), (6, 8)}
    crossed = crossed_pairs(
        claim, evidence, aligned(claim, evidence), names=lambda c, e: shared_names(c, e, {}, known)
    )
    assert len(crossed) == 1


def test_saying_that_what_is_set_aside_is_not_so_is_no_contradiction() -> None:
    evidence = "驱动力是全球需求，而不是一国采购。"
    claim = "关键是全球需求，一国采购并非驱动力。"
    assert swapped_contrast(claim, evidence, aligned(claim, evidence)) == []
