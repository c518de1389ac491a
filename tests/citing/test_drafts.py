from __future__ import annotations

import pytest

from policy_qa.citing.claims import Knowledge
from policy_qa.citing.drafts import check_claim, check_draft, read_draft
from policy_qa.errors import BadInputError
from policy_qa.records import Article, ArticleMetadata, Hit

TEXTS = {
    "east-fund": "东湖市的基金规模为82亿美元。基金由两家公司出资。",
    "west-port": "西港去年完成吞吐量3.5万吨。港口由林一舟负责管理。",
}
KNOWLEDGE = Knowledge()


def article(article_id: str) -> Article:
    return Article(
        article_id=article_id,
        source=f"{article_id}.md",
        content_hash="0",
        metadata=ArticleMetadata(title=f"关于{article_id}的一篇报道"),
        text=TEXTS[article_id],
    )


def search(_: str, article_ids: tuple[str, ...]) -> list[Hit]:
    return [
        Hit(passage_id=f"{i}:0", article_id=i, title=i, text=text, start=0, end=len(text), score=0.9)
        for i, text in TEXTS.items()
        if not article_ids or i in article_ids
    ]


def statuses(draft: str) -> list[str]:
    return [v.status for v in check_draft(draft, lambda: [article(i) for i in TEXTS], search, KNOWLEDGE)]


def test_a_draft_without_sources_is_checked_against_the_whole_corpus() -> None:
    assert statuses("基金规模为82亿美元。西港去年完成吞吐量9.5万吨。") == ["exact", "altered"]


def test_a_sentence_that_another_source_bears_out_is_a_wrong_source_and_names_it() -> None:
    draft = "基金规模为82亿美元[2]。港口由林一舟负责管理。[2]\n\n[1] east-fund\n[2] west-port\n"
    verdicts = check_draft(draft, lambda: [article(i) for i in TEXTS], search, KNOWLEDGE)
    assert [v.status for v in verdicts] == ["wrong_source", "exact"]
    assert not verdicts[0].supported
    assert "east-fund" in verdicts[0].checks[-1].detail


def test_a_source_may_be_named_by_its_title() -> None:
    assert statuses("基金规模为82亿美元[1]。\n[1] 某报，《关于east-fund的一篇报道》，2025") == ["exact"]


def test_a_claim_that_no_passage_bears_out_keeps_its_own_finding() -> None:
    assert check_claim("基金规模为99亿美元。", [TEXTS["east-fund"]], search, KNOWLEDGE).status == "altered"


def test_a_claim_its_quotes_bear_out_asks_for_no_other_passage() -> None:
    def no_search(_: str, __: tuple[str, ...]) -> list[Hit]:
        raise AssertionError

    assert check_claim("基金规模为82亿美元。", [TEXTS["east-fund"]], no_search, KNOWLEDGE).supported


@pytest.mark.parametrize(
    "draft",
    ["", " \n\t", "[1][2] [3]", "# 标题\n", "<script>alert(1)</script>", "((([[】【", "[1] x"],
)
def test_a_draft_without_a_sentence_is_refused(draft: str) -> None:
    with pytest.raises(BadInputError, match="no sentence"):
        statuses(draft)


def test_markup_is_taken_off_and_markers_belong_to_the_sentence_before_them() -> None:
    claims, references = read_draft(
        "## 小结\n- **甲**有&amp;三家企业。[1][2] 乙一家也没有。\n"
        "<p>The port is <b>old</b> [^3].</p>\n[1] x\n[^3]: y"
    )
    assert [(c.text, c.markers) for c in claims] == [
        ("甲有&三家企业。", (1, 2)),
        ("乙一家也没有。", ()),
        ("The port is old.", (3,)),
    ]
    assert references == {1: "x", 3: "y"}


def test_a_long_draft_is_checked_to_its_end() -> None:
    draft = "基金规模为82亿美元。" * 500
    assert statuses(draft) == ["exact"] * 500
