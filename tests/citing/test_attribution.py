from __future__ import annotations

import pytest

from policy_qa.citing.attribution import attributed_to
from policy_qa.records import Article, ArticleMetadata, OriginalWork, Span
from policy_qa.sentences import split_sentences


def speaker(text: str, sentence: int = -1, original: OriginalWork | None = None) -> str | None:
    article = Article(
        article_id="a",
        source="a.md",
        content_hash="0",
        metadata=ArticleMetadata(title="题", original=original),
        text=text,
    )
    span: Span = split_sentences(text)[sentence]
    return attributed_to(article, span)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("林一舟认为，管制延长了研发周期。", "林一舟"),
        ("林一舟还指出，人才更难找。", "林一舟"),
        ("据北岭研究所的报告，企业有17家。", "北岭研究所"),
        ("在林一舟看来，开源更重要。", "林一舟"),
        ("此外，海岸大学的专家建议扩大试点。", "海岸大学的专家"),
        ("北岭研究所的报告估计，缺口为三成。", "北岭研究所"),
        ("算力券每年发放一次。", None),
        ("《算力券管理办法》（下称办法）共十条。", None),
        ("主办方介绍了情况。", None),
        ("数据显示，价格下降。", None),
    ],
)
def test_the_speaker_is_the_subject_of_a_verb_of_saying(sentence: str, expected: str | None) -> None:
    assert speaker(sentence) == expected


def test_the_report_is_resolved_to_the_work_the_article_relays() -> None:
    work = OriginalWork(title="Chips at Sea", publisher="北岭研究所")
    assert speaker("报告认为，管制有效。", original=work) == "北岭研究所"


def test_a_pronoun_is_resolved_to_the_last_named_speaker() -> None:
    assert speaker("林一舟指出，良率提高了。他还说，成本也降了。") == "林一舟"


def test_a_pronoun_without_anyone_before_it_names_nobody() -> None:
    assert speaker("他表示，成本降了。") is None


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("海岸大学数据中心(Coastal Data Lab)的团队在最近发表的报告中表示,差距在缩小。", "海岸大学数据中心"),
        ("东湖市风险顾问公司海港集团(Harbour Group)地缘科技部门总监秦若望认为,芯片是关键。", "秦若望"),
        ("北岭外交关系委员会地缘政治、经济和技术中心的卡尔.林德(Karl Lind)表示,投入很大。", "卡尔.林德"),
    ],
)
def test_long_titles_brackets_and_half_width_marks_do_not_hide_the_speaker(
    sentence: str, expected: str
) -> None:
    assert speaker(sentence) == expected
